"""Reading on Ray: each worker decodes a shard into a file of its own, which is joined here.

Pixels pass through a folder that all machines see, never through Ray. Shards are joined in their
order, so that the map of pixels is, to the byte, that of one machine.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import ray
from numpy.typing import NDArray
from ray.util import get_node_ip_address

from chest_xray.errors import BadCluster, BadPixels
from chest_xray.machine.atomic_files import replacing
from chest_xray.machine.cores import available_cores
from chest_xray.machine.progress import track
from chest_xray.machine.ray_cluster import (
    Resources,
    ray_session,
    refuse_unseen_folder,
    worker_count,
)
from chest_xray.machine.ray_shards import map_shards, refuse_blind_machine, refuse_unseen_file
from chest_xray.parameters import DataProcessingParameters
from chest_xray.radiographs.decoded import UNREADABLE
from chest_xray.radiographs.files import FileKey
from chest_xray.radiographs.reading import (
    DecodedChunk,
    as_chunk,
    decoding_settings,
    read_file,
)

_WORKER = Resources(cores=1, gpus=0.0, memory=0)


@dataclass(frozen=True)
class _Shard:
    """Some files, and where what is read of them is kept until it is joined."""

    number: int
    path: str
    keys: list[FileKey]


@dataclass(frozen=True)
class RayReading:
    """Reads chunks in processes of one core each (``reading.ReadChunks``).

    Attributes:
        workers: How many processes.
        address: Of a cluster, or None for a Ray that ends with this run.
        folder: Where a Ray of its own keeps its files.
        storage: A folder of this reading's own that all machines see; removed at the end. A killed
            run leaves the shards in it that were not joined yet, and the next one takes them.
    """

    workers: Literal["auto"] | int
    address: str | None
    folder: Path
    storage: Path

    @classmethod
    def chosen(cls, parameters: DataProcessingParameters, folder: Path) -> RayReading:
        """As the parameters say; ``folder`` is that of what was read so far."""
        folder = folder.absolute()
        storage = folder / "shards"
        if parameters.storage_path is not None:
            name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
            storage = Path(parameters.storage_path).expanduser().absolute() / f"reading-{name}"
        return cls(parameters.workers, parameters.ray_address, folder / "ray", storage)

    def __call__(
        self, chunks: Sequence[list[FileKey]], image_size: int, bits_stored: int | None
    ) -> Iterator[DecodedChunk]:
        """Read chunks of files, in their order.

        Raises:
            BadCluster: No Ray at the address, too few places, or a machine that doesn't see the
                files or the storage.
            BadPixels: A shard that is damaged.
        """
        if not chunks:
            return
        cores = available_cores() if self.workers == "auto" else self.workers
        with ray_session(self.address, "data_processing.ray_address", self.folder, cores):
            worker_count("data_processing.workers", self.workers, _WORKER)
            refuse_unseen_folder(self.storage, "data_processing.storage_path")
            refuse_unseen_file(Path(chunks[0][0][0]))
            yield from self._in_order(chunks, image_size, bits_stored)
        shutil.rmtree(self.storage)

    def _in_order(
        self, chunks: Sequence[list[FileKey]], image_size: int, bits_stored: int | None
    ) -> Iterator[DecodedChunk]:
        settings = decoding_settings(image_size, bits_stored)
        shards = [
            _Shard(number, str(self.storage / _name(settings, keys)), keys)
            for number, keys in enumerate(chunks)
        ]
        # Not asked of each path: network drives remember for a while what wasn't there.
        kept = {path.name for path in self.storage.iterdir()}
        done = {shard.number for shard in shards if Path(shard.path).name in kept}
        missing = [shard for shard in shards if shard.number not in done]
        reading = map_shards(_read_shard, (image_size, bits_stored), missing, self.workers, _WORKER)
        for shard in track(shards, "Reading radiographs", len(shards)):
            while shard.number not in done:
                other, machine = next(reading)
                _refuse_lost(other, machine)
                done.add(other.number)
            rows, pixels = _rows(shard.path), _array(shard.path, "pixels")
            yield DecodedChunk(image_size, bits_stored, rows, pixels)
            Path(shard.path).unlink()


def _name(settings: dict[str, Any], keys: Sequence[FileKey]) -> str:
    """A shard's file, by all that it depends on."""
    content = json.dumps([settings, keys]).encode()
    return f"{hashlib.sha256(content).hexdigest()[:32]}.npz"


def _read_shard(settings: Sequence[Any], shard: _Shard) -> str:
    """In a worker: read the files one after the other and keep them; the name of its machine."""
    image_size, bits_stored = ray.get(settings[0])
    machine = get_node_ip_address()
    read = [read_file(key, image_size, bits_stored) for key in shard.keys]
    chunk = as_chunk(read, image_size, bits_stored)
    rows = np.frombuffer(json.dumps(chunk.rows).encode(), dtype=np.uint8)
    try:
        with replacing(Path(shard.path)) as partial, partial.open("wb") as file:
            np.savez(file, rows=rows, pixels=chunk.pixels)
    except OSError as error:
        raise BadCluster(
            f"The machine {machine} can't write {shard.path} ({error.strerror}); set "
            "data_processing.storage_path to a folder that all machines share, with room for the "
            "resized radiographs."
        ) from error
    return machine


def _refuse_lost(shard: _Shard, machine: str) -> None:
    """Raise ``BadCluster`` where a machine wrote or read elsewhere than this one."""
    path = Path(shard.path)
    if not path.is_file():
        raise BadCluster(
            f"The machine {machine} wrote {path}, which this one doesn't see; set "
            "data_processing.storage_path to a folder that all machines share."
        )
    for row in _rows(shard.path):
        if row["problem"].startswith(UNREADABLE):
            try:
                refuse_blind_machine(machine, Path(row["file"]))
            except BadCluster:
                path.unlink()
                raise


def _rows(path: str) -> list[dict[str, Any]]:
    return json.loads(_array(path, "rows").tobytes())


def _array(path: str, name: str) -> NDArray[np.uint8]:
    try:
        with np.load(path) as shard:
            return shard[name]
    except (OSError, ValueError, LookupError, zipfile.BadZipFile) as error:
        raise BadPixels(
            f"{path} is damaged ({error}); remove it, and its radiographs are read again."
        ) from error
