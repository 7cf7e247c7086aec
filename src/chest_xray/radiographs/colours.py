"""Whether an image is a colour image or a grey one that is stored in colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# JPEG's rounding leaves grey pixels a few levels of colour, and letters may be coloured.
_COLOUR_SPREAD, _COLOUR_SHARE = 16, 0.05


def is_coloured(colours: NDArray[np.uint8]) -> bool:
    """Whether an image, uint8 [height, width, 3], has colours; grey ones are stored so too."""
    spread = colours.max(axis=2).astype(np.int16) - colours.min(axis=2)
    return float(np.mean(spread > _COLOUR_SPREAD)) > _COLOUR_SHARE
