"""Films as PNG files, of a size that a page shows."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

LONGEST_SIDE = 1024  # px


def reduced(grey: NDArray[np.uint8], longest_side: int = LONGEST_SIDE) -> NDArray[np.uint8]:
    """A film, uint8 [height, width], whose longer side has at most so many px; its shape stays."""
    if max(grey.shape) <= longest_side:
        return grey
    image = Image.fromarray(grey)
    image.thumbnail((longest_side, longest_side))
    return np.asarray(image)


def png(pixels: NDArray[np.uint8]) -> bytes:
    """A picture, uint8 [height, width] or with 3 or 4 colours, as a PNG file."""
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "PNG", compress_level=3)
    return written.getvalue()
