"""Pixels of a DICOM file that are not shown: padding beside the image, and a display shutter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pydicom
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from chest_xray.radiographs.dicom.description import PixelDescription
from chest_xray.radiographs.dicom.elements import (
    UnsupportedDicom,
    codes,
    is_filled,
    named,
    numbers,
    words,
)
from chest_xray.radiographs.dicom.pixels import StoredValues

_SHAPES = ("RECTANGULAR", "CIRCULAR", "POLYGONAL")
_EDGES = (
    ("Left", "Vertical"),
    ("Right", "Vertical"),
    ("Upper", "Horizontal"),
    ("Lower", "Horizontal"),
)


@dataclass(frozen=True)
class Shutter:
    """``visible``, bool [rows, columns], and the grey level (0 to 255) of what is not."""

    visible: NDArray[np.bool_]
    level: int


def is_padding(
    dataset: pydicom.Dataset, pixels: PixelDescription, values: StoredValues, stored: StoredValues
) -> NDArray[np.bool_]:
    """Which pixels are padding (PS3.3 C.7.5.1.1.2): one value, or a range in either order.

    Args:
        values: With their unused bits; a padding value outside the stored range is looked for here.
        stored: Without them.
    """
    if not is_filled(dataset, "PixelPaddingValue"):
        if is_filled(dataset, "PixelPaddingRangeLimit"):
            raise UnsupportedDicom(
                f"{named('PixelPaddingRangeLimit')} is present without PixelPaddingValue"
            )
        return np.zeros(stored.shape, dtype=np.bool_)
    ends = [_padding(dataset, "PixelPaddingValue", pixels)]
    if is_filled(dataset, "PixelPaddingRangeLimit"):
        ends.append(_padding(dataset, "PixelPaddingRangeLimit", pixels))
    low, high = min(ends), max(ends)
    padding = (stored >= low) & (stored <= high)
    if not pixels.min_value <= low <= high <= pixels.max_value:
        padding |= (values >= low) & (values <= high)
    if padding.all():
        raise UnsupportedDicom(f"every pixel is padding, by {named('PixelPaddingValue')}")
    return padding


def _padding(dataset: pydicom.Dataset, keyword: str, pixels: PixelDescription) -> int:
    """A padding value, with or without a sign as the pixels are, however it was written."""
    found = words(dataset, keyword)
    if len(found) != 1:
        raise UnsupportedDicom(f"{named(keyword)} has {len(found)} values where one is needed")
    word = int(found[0])
    if not pixels.signed:
        return word % 2**pixels.allocated if pixels.allocated < 16 else word
    if pixels.max_value < word < 2**pixels.bits:
        # The bits of a negative value, without those that are not used.
        return word - 2**pixels.bits
    return word - 65536 if word >= 32768 else word


def read_shutter(dataset: pydicom.Dataset, pixels: PixelDescription) -> Shutter | None:
    """The display shutter (PS3.3 C.7.6.11): what lies inside all of its shapes is visible.

    Rows and columns are counted from 1, and those of edges are visible.

    Raises:
        UnsupportedDicom: It is malformed, hides everything, or is of another kind.
    """
    shapes = codes(dataset, "ShutterShape")
    if not shapes:
        return None
    if is_filled(dataset, "ShutterPresentationColorCIELabValue") and not is_filled(
        dataset, "ShutterPresentationValue"
    ):
        raise UnsupportedDicom(
            f"a shutter with a colour, {named('ShutterPresentationColorCIELabValue')}, is not "
            "shown here"
        )
    visible = np.ones((pixels.rows, pixels.columns), dtype=np.bool_)
    for shape in shapes:
        if shape not in _SHAPES:
            raise UnsupportedDicom(f"{named('ShutterShape')} is not one of {', '.join(_SHAPES)}")
        if shape == "RECTANGULAR":
            visible &= _rectangle(dataset, visible.shape)
        elif shape == "CIRCULAR":
            visible &= _circle(dataset, visible.shape)
        else:
            visible &= _polygon(dataset, visible.shape)
    if not visible.any():
        raise UnsupportedDicom(f"the shutter, {named('ShutterShape')}, hides the whole image")
    return Shutter(visible, _shutter_level(dataset))


def _shutter_level(dataset: pydicom.Dataset) -> int:
    """A P-value of 16 bits as a grey level; black where the file leaves it open."""
    if not is_filled(dataset, "ShutterPresentationValue"):
        return 0
    found = words(dataset, "ShutterPresentationValue")
    if len(found) != 1:
        raise UnsupportedDicom(f"{named('ShutterPresentationValue')} is not one value")
    return round(int(found[0]) / 257)


def _rectangle(dataset: pydicom.Dataset, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    left, right, upper, lower = (
        _exactly(dataset, f"Shutter{side}{direction}Edge", 1)[0] for side, direction in _EDGES
    )
    rows, columns = _rows_and_columns(shape)
    return (columns >= left) & (columns <= right) & (rows >= upper) & (rows <= lower)


def _circle(dataset: pydicom.Dataset, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    row, column = _exactly(dataset, "CenterOfCircularShutter", 2)
    radius = _exactly(dataset, "RadiusOfCircularShutter", 1)[0]
    rows, columns = _rows_and_columns(shape)
    return (rows - row) ** 2 + (columns - column) ** 2 <= radius**2


def _polygon(dataset: pydicom.Dataset, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    keyword = "VerticesOfThePolygonalShutter"
    found = numbers(dataset, keyword)
    if len(found) < 6 or len(found) % 2:
        raise UnsupportedDicom(
            f"{named(keyword)} is not rows and columns of three vertices or more"
        )
    canvas = Image.new("1", (shape[1], shape[0]))
    corners = [(column - 1, row - 1) for row, column in zip(found[::2], found[1::2], strict=True)]
    ImageDraw.Draw(canvas).polygon(corners, fill=1, outline=1)
    return np.array(canvas)


def _rows_and_columns(shape: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.arange(1, shape[0] + 1)[:, None], np.arange(1, shape[1] + 1)[None, :]


def _exactly(dataset: pydicom.Dataset, keyword: str, count: int) -> list[float]:
    found = numbers(dataset, keyword)
    if len(found) != count:
        raise UnsupportedDicom(
            f"{named(keyword)} has {len(found)} values where {named('ShutterShape')} needs {count}"
        )
    return found
