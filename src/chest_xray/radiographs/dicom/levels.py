"""From the stored values of a grey DICOM image to the levels that a viewer shows (PS3.4 N.2)."""

from __future__ import annotations

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.pixels import apply_rescale, apply_windowing

from chest_xray.radiographs.dicom.description import PixelDescription
from chest_xray.radiographs.dicom.elements import (
    UnsupportedDicom,
    code,
    items,
    named,
    number,
    numbers,
)
from chest_xray.radiographs.dicom.pixels import StoredValues
from chest_xray.radiographs.dicom.tables import read_table

_FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")
_SHAPES = {"MONOCHROME1": "INVERSE", "MONOCHROME2": "IDENTITY"}
# Spacings are rounded to a few digits; less than this is no stretch that can be seen.
_MAX_STRETCH = 0.01
# With more bits a table of all possible values would be larger than an image.
_BITS_LISTED = 16


def shown_levels(
    dataset: pydicom.Dataset,
    pixels: PixelDescription,
    stored: StoredValues,
    counted: NDArray[np.bool_],
) -> NDArray[np.uint8]:
    """Grey levels, uint8 [rows, columns].

    Values are rescaled, or looked up in the Modality LUT, and then shown through the first VOI LUT
    or window. Without any, the range of the Modality LUT is shown, and without that the range of
    the counted pixels.

    Raises:
        UnsupportedDicom: An element that is needed for it is malformed.
    """
    _check_presentation(dataset, pixels.interpretation)
    # Each possible value is computed once, however many pixels have it.
    places: NDArray[np.integer]
    if pixels.bits <= _BITS_LISTED:
        values = np.arange(pixels.min_value, pixels.max_value + 1)
        places = stored.astype(np.int32) - pixels.min_value
    else:
        values, inverse = np.unique(stored, return_inverse=True)
        places = inverse.reshape(stored.shape)
    present = np.zeros(len(values), dtype=np.bool_)
    present[places[counted]] = True
    levels = _levels(dataset, pixels, values, present).clip(0, 1)
    if pixels.interpretation == "MONOCHROME1":
        levels = 1 - levels
    return np.floor(levels * 255 + 0.5).astype(np.uint8)[places]


def check_square_pixels(dataset: pydicom.Dataset) -> None:
    for keyword in (
        "PixelAspectRatio",
        "PixelSpacing",
        "ImagerPixelSpacing",
        "NominalScannedPixelSpacing",
    ):
        sides = numbers(dataset, keyword)
        if not sides:
            continue
        if len(sides) != 2 or min(sides) <= 0:
            raise UnsupportedDicom(f"{named(keyword)} is not two numbers above 0")
        if max(sides) > min(sides) * (1 + _MAX_STRETCH):
            raise UnsupportedDicom(
                f"{named(keyword)} gives pixels that are not square: the image has to be resampled "
                "to square ones"
            )


def _check_presentation(dataset: pydicom.Dataset, interpretation: str) -> None:
    if items(dataset, "PresentationLUTSequence"):
        raise UnsupportedDicom(f"{named('PresentationLUTSequence')} is not applied here")
    if code(dataset, "PixelPresentation") in ("COLOR", "MIXED"):
        raise UnsupportedDicom(f"{named('PixelPresentation')} asks for colours in a grey image")
    shape = code(dataset, "PresentationLUTShape")
    if shape not in ("", _SHAPES[interpretation]):
        raise UnsupportedDicom(
            f"{named('PresentationLUTShape')} is not {_SHAPES[interpretation]}, which belongs to "
            f"{interpretation} in {named('PhotometricInterpretation')}: nothing says whether the "
            "image is inverted"
        )


def _levels(
    dataset: pydicom.Dataset,
    pixels: PixelDescription,
    values: NDArray[np.integer],
    present: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """The level of each value, black 0 to white 1, or beyond."""
    modality = items(dataset, "ModalityLUTSequence")
    scale: tuple[float, float] | None = None
    if modality:
        table = read_table(modality[0], (pixels.min_value, pixels.max_value))
        rescaled = table.of(values).astype(np.float64)
        possible = scale = (0.0, float(table.white))
    else:
        rescaled = _rescale(dataset, values)
        ends = _rescale(dataset, np.array([pixels.min_value, pixels.max_value]))
        possible = (float(ends.min()), float(ends.max()))
    voi = items(dataset, "VOILUTSequence")
    if voi:
        table = read_table(voi[0], possible)
        return table.of(rescaled) / table.white
    windowed = _window(dataset, rescaled)
    if windowed is not None:
        return windowed
    black, white = scale or (float(rescaled[present].min()), float(rescaled[present].max()))
    return (rescaled - black) / ((white - black) or 1.0)


def _rescale(dataset: pydicom.Dataset, values: NDArray[np.integer]) -> NDArray[np.float64]:
    slope = number(dataset, "RescaleSlope", 1.0)
    if slope == 0:
        raise UnsupportedDicom(f"{named('RescaleSlope')} is 0, which makes all pixels alike")
    rescale = pydicom.Dataset()
    # pydicom fails where one is present without the other, or empty.
    rescale.RescaleSlope, rescale.RescaleIntercept = slope, number(dataset, "RescaleIntercept", 0.0)
    return np.asarray(apply_rescale(values, rescale), dtype=np.float64)


def _window(dataset: pydicom.Dataset, values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Levels through the first window, None where there is none (PS3.3 C.11.2.1.2 and C.11.2.1.3).

    Raises:
        UnsupportedDicom: Centre or width is missing, or width or function is invalid.
    """
    centres, widths = numbers(dataset, "WindowCenter"), numbers(dataset, "WindowWidth")
    if not centres and not widths:
        return None
    if not centres or not widths:
        present, absent = "WindowCenter", "WindowWidth"
        if not centres:
            present, absent = absent, present
        raise UnsupportedDicom(f"{named(absent)} is missing where there is a {named(present)}")
    function = code(dataset, "VOILUTFunction") or "LINEAR"
    if function not in _FUNCTIONS:
        raise UnsupportedDicom(f"{named('VOILUTFunction')} is not one of {', '.join(_FUNCTIONS)}")
    allowed = "of 1 or more" if function == "LINEAR" else "above 0"
    if widths[0] <= 0 or (function == "LINEAR" and widths[0] < 1):
        raise UnsupportedDicom(
            f"{named('WindowWidth')} is not {allowed}, as a {function} window needs"
        )
    window = pydicom.Dataset()
    window.WindowCenter, window.WindowWidth = centres[0], widths[0]
    window.VOILUTFunction, window.PhotometricInterpretation = function, "MONOCHROME2"
    # One bit, so that pydicom scales to 0 and 1.
    window.BitsStored, window.PixelRepresentation = 1, 0
    with np.errstate(over="ignore"):
        return np.asarray(apply_windowing(values, window), dtype=np.float64)
