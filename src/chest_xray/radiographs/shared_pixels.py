"""The pixels on every machine of a Ray cluster, once."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from chest_xray.errors import BadPixels
from chest_xray.machine.atomic_files import replacing
from chest_xray.radiographs.pixels import PixelManifest, PixelMap

# Enough to tell two studies apart, few enough to be read at once.
_COMPARED_RECORDS = 64


@dataclass(frozen=True)
class SharedPixels:
    """Pixels for work on any machine: a path, and where that leads nowhere, Ray's store.

    Attributes:
        manifest: Of the map on the machine that the run was started on.
        stored: Ray's reference to the used records, uint8 [n, size, size]; None where all work
            is done on that machine.
    """

    manifest: PixelManifest
    stored: Any = None

    def open(self) -> PixelMap:
        """The map of this machine, fetched the first time that a process of it asks."""
        if self.stored is None:
            return PixelMap(self.manifest)
        try:
            return PixelMap(self.manifest)
        except BadPixels:
            return self._fetched()

    def _fetched(self) -> PixelMap:
        import ray

        name = f"chest-xray-{self.manifest.fingerprint[:16]}-{self.manifest.image_size}.pixels"
        path = Path(tempfile.gettempdir()) / name
        with FileLock(path.with_suffix(".lock")):
            if not path.is_file():
                levels: NDArray[np.uint8] = ray.get(self.stored)
                with replacing(path) as partial:
                    levels.tofile(partial)
        count = len(self.manifest.image_ids)
        return PixelMap(replace(self.manifest, records=list(range(count)), map_path=str(path)))


def share(pixels: PixelMap, elsewhere: bool) -> SharedPixels:
    """Make pixels ready for work that may be done on other machines (``elsewhere``), or not.

    Raises:
        BadPixels: A machine has other pixels at the same path, which would be learnt from.
    """
    if not elsewhere:
        return SharedPixels(pixels.manifest)
    import ray

    _refuse_other_pixels(pixels.manifest)
    return SharedPixels(pixels.manifest, ray.put(pixels.read(np.arange(len(pixels)))))


def _refuse_other_pixels(manifest: PixelManifest) -> None:
    """Raise ``BadPixels`` where a machine's map differs in some records spread over all of them."""
    from chest_xray.machine.ray_cluster import on_every_machine

    records = manifest.records[:: max(1, len(manifest.records) // _COMPARED_RECORDS)]
    last = max(manifest.records, default=0)
    asked = (manifest.map_path, manifest.image_size**2, [*records, last])
    own = _digest(*asked)
    for machine, found in on_every_machine(_digest, *asked).items():
        if found not in ("", own):
            raise BadPixels(
                f"The machine {machine} of the Ray cluster has other pixels than this one at "
                f"{manifest.map_path}, as of another study; remove the file there, and these are "
                "sent to it."
            )


def _digest(path: str, record_bytes: int, records: list[int]) -> str:
    """Of some records of a map, on another machine too; '' where there is no whole map."""
    import hashlib
    import pathlib

    file = pathlib.Path(path)
    if not file.is_file() or file.stat().st_size < (max(records) + 1) * record_bytes:
        return ""
    digest = hashlib.sha256()
    with file.open("rb") as levels:
        for record in records:
            levels.seek(record * record_bytes)
            digest.update(levels.read(record_bytes))
    return digest.hexdigest()
