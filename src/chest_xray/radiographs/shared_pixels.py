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
    """Make pixels ready for work that may be done on other machines (``elsewhere``), or not."""
    if not elsewhere:
        return SharedPixels(pixels.manifest)
    import ray

    return SharedPixels(pixels.manifest, ray.put(pixels.read(np.arange(len(pixels)))))
