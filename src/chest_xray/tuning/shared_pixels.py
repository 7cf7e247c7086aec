"""The pixels of a search: smaller if asked for, and on every machine once."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from filelock import FileLock
from numpy.typing import NDArray

from chest_xray.errors import BadPixels
from chest_xray.machine.atomic_files import replacing
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.preprocessing import preprocessing_name, resize_levels

_CHUNK = 256


def shrunk(pixels: PixelMap, image_size: int, folder: Path) -> PixelMap:
    """The same images at a smaller size, in a memory map that is made once.

    Both maps hold resized levels; what is read of either for a network is normalized then.

    Args:
        pixels: At the size that they are stored in.
        image_size: Side of the smaller images, px.
        folder: Where the smaller map is kept.
    """
    manifest = pixels.manifest
    kind = manifest.intensity_normalization
    if image_size == manifest.image_size:
        return pixels
    path = folder / f"{manifest.fingerprint[:16]}-{image_size}.pixels"
    count = len(pixels)
    if not path.is_file():
        with replacing(path) as partial, partial.open("wb") as file:
            for first in range(0, count, _CHUNK):
                rows = np.arange(first, min(first + _CHUNK, count))
                levels = torch.from_numpy(pixels.read(rows))[:, None].float()
                smaller = resize_levels(levels, image_size).to(torch.uint8)
                file.write(smaller.numpy().tobytes())
    return PixelMap(
        PixelManifest(
            image_ids=manifest.image_ids,
            records=list(range(count)),
            image_size=image_size,
            intensity_normalization=kind,
            preprocessing=f"{manifest.preprocessing}; then {preprocessing_name(image_size, kind)}",
            fingerprint=manifest.fingerprint,
            map_path=str(path),
        )
    )


@dataclass(frozen=True)
class SharedPixels:
    """Pixels for a trial on any machine: a path, and where that leads nowhere, Ray's store.

    Attributes:
        manifest: Of the map on the machine that the search was started on.
        stored: Ray's reference to the used records, uint8 [n, size, size]; None where all trials
            run on one machine.
    """

    manifest: PixelManifest
    stored: Any = None

    def open(self) -> PixelMap:
        """The map of this machine, fetched the first time that a trial of it asks."""
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


def share(pixels: PixelMap, machines: int) -> SharedPixels:
    """Make pixels ready for trials on so many machines."""
    if machines == 1:
        return SharedPixels(pixels.manifest)
    import ray

    return SharedPixels(pixels.manifest, ray.put(pixels.read(np.arange(len(pixels)))))
