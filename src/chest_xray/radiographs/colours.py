"""Whether an image is a colour image or a grey one that is stored in colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# JPEG's rounding leaves grey pixels a few levels of colour, and letters may be coloured.
_COLOUR_SPREAD, _COLOUR_SHARE = 16, 0.05
_THUMBNAIL_SIDE = 256


def is_coloured(colours: NDArray[np.uint8]) -> bool:
    """Whether an image, uint8 [height, width, 3], has colours; grey ones are stored so too."""
    spread = colours.max(axis=2).astype(np.int16) - colours.min(axis=2)
    return float(np.mean(spread > _COLOUR_SPREAD)) > _COLOUR_SHARE


def looks_coloured(image: Image.Image) -> bool:
    """``is_coloured`` of an image made smaller; the image itself is changed."""
    image.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE))
    return is_coloured(np.asarray(image.convert("RGB")))
