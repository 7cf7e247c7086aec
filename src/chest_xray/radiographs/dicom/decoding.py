"""A DICOM file's grey levels as a viewer would show them; only elements about pixels are parsed.

The patient's name, number and dates are skipped, so they can't be written anywhere.
"""

from __future__ import annotations

import numpy as np
import pydicom
from numpy.typing import NDArray
from PIL import Image

from chest_xray.radiographs.colours import is_coloured
from chest_xray.radiographs.decoded import MAX_IMAGE_PIXELS, Decoded
from chest_xray.radiographs.dicom.description import (
    GREY,
    PALETTE,
    PixelDescription,
    describe,
)
from chest_xray.radiographs.dicom.elements import UnsupportedDicom, lift_functional_groups, parse
from chest_xray.radiographs.dicom.hidden import is_padding, read_shutter
from chest_xray.radiographs.dicom.levels import check_square_pixels, shown_levels
from chest_xray.radiographs.dicom.pixels import (
    check_unused_bits,
    decode_pixels,
    quality_of_jpeg,
    without_unused_bits,
)
from chest_xray.radiographs.dicom.tables import read_palette
from chest_xray.radiographs.image_files import grey_levels


def decode_dicom(data: bytes, max_pixels: int = MAX_IMAGE_PIXELS) -> Decoded:
    """Decode a DICOM file of one frame.

    Grey levels are rescaled (or looked up in the Modality LUT), then shown through the file's first
    VOI LUT or window (PS3.3 C.11.2); where it has neither, from the lowest to the highest level.
    MONOCHROME1, which is dark where levels are high, is inverted. Padding is black, and so is
    what a display shutter hides, unless it names another level. Colours are weighted as in other
    files. Of an image with more than ``max_pixels`` no pixel is decoded.

    Returns:
        As ``decoding.decode``: ``bits`` are those that are stored, ``mode`` is ``DICOM`` and the
        photometric interpretation. A problem names the element and quotes no text of the file,
        where anything about the patient may be.
    """
    facts: dict[str, object] = {}
    try:
        dataset = parse(data)
        pixels = describe(dataset, max_pixels)
        facts |= {
            "width": pixels.columns,
            "height": pixels.rows,
            "mode": f"DICOM {pixels.interpretation}",
            "bits": max(pixels.bits, 8),
        }
        lift_functional_groups(dataset)
        check_square_pixels(dataset)
        levels = _levels(dataset, pixels)
        facts["jpeg_quality"] = quality_of_jpeg(dataset, pixels)
    except UnsupportedDicom as error:
        return Decoded(None, facts, str(error))
    colours = levels if levels.ndim == 3 else None
    grey = levels if colours is None else grey_levels(Image.fromarray(colours))
    facts["coloured"] = colours is not None and is_coloured(colours)
    return Decoded(grey, facts)


def _levels(dataset: pydicom.Dataset, pixels: PixelDescription) -> NDArray[np.uint8]:
    """uint8 [height, width], or [height, width, 3] in RGB."""
    values = decode_pixels(dataset, pixels)
    stored = without_unused_bits(values, pixels)
    shutter = read_shutter(dataset, pixels)
    visible = np.True_ if shutter is None else shutter.visible
    if pixels.interpretation in GREY:
        padding = is_padding(dataset, pixels, values, stored)
        counted = visible & ~padding
        if not counted.any():
            raise UnsupportedDicom("every pixel is padding or hidden by the shutter")
        check_unused_bits(values, stored, counted, pixels)
        levels = shown_levels(dataset, pixels, stored, counted)
        # Padding is beside the film: black, inverted or not.
        levels[padding] = 0
    elif pixels.interpretation == PALETTE:
        tables = read_palette(dataset, (pixels.min_value, pixels.max_value))
        levels = np.stack([_to_8_bits(table.of(stored), table.white) for table in tables], axis=2)
    else:
        levels = _to_8_bits(stored, pixels.max_value)
    if shutter is not None:
        levels[~shutter.visible] = shutter.level
    return levels


def _to_8_bits(levels: NDArray[np.integer], white: int) -> NDArray[np.uint8]:
    return np.round(levels * (255.0 / white)).clip(0, 255).astype(np.uint8)
