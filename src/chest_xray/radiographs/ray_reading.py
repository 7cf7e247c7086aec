"""Reading on Ray: each worker decodes a shard into a file of its own, which is joined here.

Pixels pass through a storage that all machines see, never through Ray. Shards are joined in their
order, so that the map of pixels is, to the byte, that of one machine.
"""

from __future__ import annotations

import hashlib
import io
import json
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
from chest_xray.machine.cores import available_cores
from chest_xray.machine.progress import track
from chest_xray.machine.ray_cluster import Resources, ray_session, worker_count
from chest_xray.machine.ray_shards import map_shards, refuse_blind_machine, refuse_unseen_file
from chest_xray.machine.shared_storage import refuse_unseen_storage
from chest_xray.machine.storage import Folder, Storage, storage_at
from chest_xray.parameters import DataProcessingParameters
from chest_xray.radiographs.decoded import UNREADABLE
from chest_xray.radiographs.files import FileKey
from chest_xray.radiographs.reading import (
    DecodedChunk,
    as_chunk,
    decoding_settings,
    read_file,
)

_STORAGE = "data_processing.storage_path"
_WORKER = Resources(cores=1, gpus=0.0, memory=0)


@dataclass(frozen=True)
class _Shard:
    """Some files, and the name under which what is read of them is kept until it is joined."""

    number: int
    name: str
    keys: list[FileKey]


@dataclass(frozen=True)
class _Settings:
    """What all shards of a reading have in common."""

    image_size: int
    bits_stored: int | None
    storage: Storage


@dataclass(frozen=True)
class RayReading:
    """Reads chunks in processes of one core each (``reading.ReadChunks``).

    Attributes:
        workers: How many processes.
        address: Of a cluster, or None for a Ray that ends with this run.
        folder: Where a Ray of its own keeps its files.
        storage: Of this reading's own, and seen by all machines; removed at the end. A killed run
            leaves the shards in it that were not joined yet, and the next one takes them.
    """

    workers: Literal["auto"] | int
    address: str | None
    folder: Path
    storage: Storage

    @classmethod
    def chosen(cls, parameters: DataProcessingParameters, folder: Path) -> RayReading:
        """As the parameters say; ``folder`` is that of what was read so far."""
        folder = folder.absolute()
        storage: Storage = Folder(folder / "shards")
        if parameters.storage_path is not None:
            name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
            storage = storage_at(parameters.storage_path, Path.cwd()).below(f"reading-{name}")
        return cls(parameters.workers, parameters.ray_address, folder / "ray", storage)

    def __call__(
        self, chunks: Sequence[list[FileKey]], image_size: int, bits_stored: int | None
    ) -> Iterator[DecodedChunk]:
        """Read chunks of files, in their order.

        Raises:
            BadCluster: No Ray at the address, too few places, or a machine that doesn't see the
                files or the storage.
            BadStorage: Nothing can be written into it.
            BadPixels: A shard that is damaged.
        """
        if not chunks:
            return
        cores = available_cores() if self.workers == "auto" else self.workers
        with ray_session(self.address, "data_processing.ray_address", self.folder, cores):
            worker_count("data_processing.workers", self.workers, _WORKER)
            refuse_unseen_storage(self.storage, _STORAGE)
            refuse_unseen_file(Path(chunks[0][0][0]))
            yield from self._in_order(chunks, image_size, bits_stored)
        self.storage.clear()

    def _in_order(
        self, chunks: Sequence[list[FileKey]], image_size: int, bits_stored: int | None
    ) -> Iterator[DecodedChunk]:
        settings = decoding_settings(image_size, bits_stored)
        shards = [_Shard(number, _name(settings, keys), keys) for number, keys in enumerate(chunks)]
        kept = self.storage.names()
        written_by = {shard.number: "of an earlier run" for shard in shards if shard.name in kept}
        missing = [shard for shard in shards if shard.number not in written_by]
        common = _Settings(image_size, bits_stored, self.storage)
        reading = map_shards(_read_shard, common, missing, self.workers, _WORKER)
        for shard in track(shards, "Reading radiographs", len(shards)):
            while shard.number not in written_by:
                other, (machine, unreadable) = next(reading)
                self._refuse_blind(other, machine, unreadable)
                written_by[other.number] = machine
            rows, pixels = self._kept(shard, written_by[shard.number])
            yield DecodedChunk(image_size, bits_stored, rows, pixels)
            self.storage.remove(shard.name)

    def _refuse_blind(self, shard: _Shard, machine: str, unreadable: Sequence[str]) -> None:
        """Raise ``BadCluster`` where a machine couldn't read a file that this one can."""
        for file in unreadable:
            try:
                refuse_blind_machine(machine, Path(file))
            except BadCluster:
                self.storage.remove(shard.name)
                raise

    def _kept(self, shard: _Shard, machine: str) -> tuple[list[dict[str, Any]], NDArray[np.uint8]]:
        """Rows and pixels, uint8 [n, size, size], of a shard that a machine has written."""
        content = self.storage.read(shard.name)
        path = f"{self.storage}/{shard.name}"
        if content is None:
            raise BadCluster(
                f"The machine {machine} wrote {path}, which this one doesn't see; set {_STORAGE} "
                "to a folder that all machines share."
            )
        try:
            with np.load(io.BytesIO(content)) as arrays:
                return json.loads(arrays["rows"].tobytes()), arrays["pixels"]
        except (OSError, ValueError, LookupError, zipfile.BadZipFile) as error:
            raise BadPixels(
                f"{path} is damaged ({error}); remove it, and its radiographs are read again."
            ) from error


def _name(settings: dict[str, Any], keys: Sequence[FileKey]) -> str:
    """A shard's file, by all that it depends on."""
    content = json.dumps([settings, keys]).encode()
    return f"{hashlib.sha256(content).hexdigest()[:32]}.npz"


def _read_shard(common: Sequence[Any], shard: _Shard) -> tuple[str, list[str]]:
    """In a worker: read the files one after the other and keep them.

    Returns:
        The name of its machine, and the files that the system didn't let it read.
    """
    settings: _Settings = ray.get(common[0])
    machine = get_node_ip_address()
    read = [read_file(key, settings.image_size, settings.bits_stored) for key in shard.keys]
    chunk = as_chunk(read, settings.image_size, settings.bits_stored)
    rows = np.frombuffer(json.dumps(chunk.rows).encode(), dtype=np.uint8)
    content = io.BytesIO()
    np.savez(content, rows=rows, pixels=chunk.pixels)
    try:
        settings.storage.write(shard.name, content.getbuffer())
    except OSError as error:
        raise BadCluster(
            f"The machine {machine} can't write {shard.name} into {settings.storage} "
            f"({error.strerror}); set {_STORAGE} to a folder that all machines share, with room "
            "for the resized radiographs."
        ) from error
    unreadable = [row["file"] for row in chunk.rows if row["problem"].startswith(UNREADABLE)]
    return machine, unreadable
