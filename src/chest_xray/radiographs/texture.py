"""What a film shows besides anatomy: its finest texture, and a picture too small for lesions.

Both can tell the hospital, the detector and the program that saved a film. What a classifier of
these alone reaches is no sign of the disease (``evaluating.shortcuts``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.fft import dctn

from chest_xray.machine.progress import track
from chest_xray.radiographs.pixels import PixelMap

THUMBNAIL_SIDE = 16
# Horizontal and vertical frequencies are cut into as many bands each.
_BANDS = 4
# Keeps the logarithm of a film without any texture finite; grey levels squared.
_LEAST_ENERGY = 1e-4
_IMAGES_AT_ONCE = 128


def texture_features(pixels: PixelMap, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """The energy of the finest details, in bands of spatial frequency.

    The two-dimensional cosine transform (DCT-II, orthonormal) of the stored grey levels is cut into
    four by four blocks of horizontal and vertical frequencies. The 12 blocks in which one of both
    is at least half of the highest are taken; a feature is the decimal logarithm of a block's mean
    square. Details of such frequencies are smaller than four stored pixels: noise, sharpening,
    resizing and compression, and no lesion, rib or heart.

    Rings of the radial frequency, which mix horizontal and vertical details, tell the published
    classes less well; between both it was chosen on the published training folders.

    Args:
        pixels: Holds the images.
        rows: Of the pixels, int [n].

    Returns:
        float32 [n, 12].
    """
    side = pixels.manifest.image_size
    down, across = np.mgrid[:side, :side] * _BANDS // side
    members = [
        np.flatnonzero((down == row) & (across == column))
        for row in range(_BANDS)
        for column in range(_BANDS)
        if max(row, column) >= _BANDS // 2
    ]
    found = np.empty((len(rows), len(members)), dtype=np.float32)
    starts = range(0, len(rows), _IMAGES_AT_ONCE)
    for first in track(starts, "Measuring texture", len(starts)):
        chunk = slice(first, first + _IMAGES_AT_ONCE)
        levels = pixels.read(rows[chunk]).astype(np.float32)
        energy = np.square(dctn(levels, axes=(1, 2), norm="ortho")).reshape(len(levels), -1)
        for number, own in enumerate(members):
            found[chunk, number] = np.log10(energy[:, own].mean(axis=1) + _LEAST_ENERGY)
    return found


def thumbnails(pixels: PixelMap, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """The films at 16 x 16 px, the mean of what lies below each: float32 [n, 256], 0 to 255.

    Args:
        pixels: Holds the images.
        rows: Of the pixels, int [n].
    """
    side = (THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    found = np.empty((len(rows), THUMBNAIL_SIDE**2), dtype=np.float32)
    for first in range(0, len(rows), _IMAGES_AT_ONCE):
        for place, levels in enumerate(pixels.read(rows[first : first + _IMAGES_AT_ONCE]), first):
            image = Image.fromarray(levels.astype(np.float32))
            found[place] = np.asarray(image.resize(side, Image.Resampling.BOX)).ravel()
    return found
