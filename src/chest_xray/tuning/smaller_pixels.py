"""The pixels of a search, smaller if asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

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
