"""The stored values of a DICOM file's one frame, checked against what the file says of them."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from PIL import Image
from pydicom.encaps import get_frame

from chest_xray.radiographs.dicom.decoders import JPEG, decoder_of, plugin_for
from chest_xray.radiographs.dicom.description import PixelDescription
from chest_xray.radiographs.dicom.elements import (
    PYDICOM_ERRORS,
    UnsupportedDicom,
    named,
    stored_bytes,
)
from chest_xray.radiographs.dicom.frames import (
    check_colour_transform,
    check_frame,
    colours_are_transformed,
)
from chest_xray.radiographs.jpeg_quality import jpeg_quality

StoredValues = NDArray[np.integer]

# Neighbours in noise differ by 1.1 of its standard deviation, those in a film by a third at most.
_NOISE = 0.8


def decode_pixels(dataset: pydicom.Dataset, pixels: PixelDescription) -> StoredValues:
    """The values as they are stored, unused bits included.

    Returns:
        [rows, columns], or [rows, columns, 3] in RGB.

    Raises:
        UnsupportedDicom: They are too few or too many, or can't be decompressed.
    """
    data, representation, _ = stored_bytes(dataset, "PixelData")
    plugin = plugin_for(pixels.syntax, pixels.bits, pixels.samples)
    if pixels.syntax.is_encapsulated:
        check_colour_transform(data, pixels)
    else:
        _check_length(data, pixels)
    try:
        check_frame(data, pixels)
        return _decoded(plugin, data, representation, pixels)
    except (*PYDICOM_ERRORS, Image.DecompressionBombError) as error:
        raise UnsupportedDicom(
            f"damaged: {named('PixelData')} can't be decoded as {pixels.syntax.name} of "
            f"{pixels.rows} x {pixels.columns} px, {pixels.interpretation} in {pixels.bits} bits"
        ) from error


def _decoded(
    plugin: str, data: bytes, representation: str, pixels: PixelDescription
) -> StoredValues:
    options: dict[str, Any] = {
        "pixel_keyword": "PixelData",
        "pixel_vr": representation,
        "allow_excess_frames": False,
        "number_of_frames": 1,
        "rows": pixels.rows,
        "columns": pixels.columns,
        "samples_per_pixel": pixels.samples,
        "photometric_interpretation": pixels.interpretation,
        "planar_configuration": pixels.planar,
        "bits_allocated": pixels.allocated,
        "bits_stored": pixels.bits,
        "pixel_representation": pixels.signed,
        "correct_unused_bits": False,
    }
    # pydicom would transform colours a second time where Pillow did so already.
    raw = pixels.samples == 1 or colours_are_transformed(data, pixels)
    values, _ = decoder_of(pixels.syntax).as_array(
        data, index=0, raw=raw, decoding_plugin=plugin, **options
    )
    return values


def quality_of_jpeg(dataset: pydicom.Dataset, pixels: PixelDescription) -> int:
    """The quality (1 to 100) of pixels that were compressed as JPEG, 0 for others.

    Args:
        dataset: Whose pixels ``decode_pixels`` has decoded.
        pixels: Its description.
    """
    if pixels.syntax not in JPEG or pixels.bits != 8:
        return 0
    data, _, _ = stored_bytes(dataset, "PixelData")
    frame = io.BytesIO(get_frame(data, 0, number_of_frames=1))
    with Image.open(frame, formats=("JPEG",)) as image:
        return jpeg_quality(getattr(image, "quantization", None))


def _check_length(data: bytes, pixels: PixelDescription) -> None:
    values = pixels.rows * pixels.columns * pixels.samples
    if pixels.interpretation == "YBR_FULL_422":
        values = values // 3 * 2
    needed = -(-values * pixels.allocated // 8)
    # Some files have zeros behind the pixels, but pixels there belong to other rows and columns.
    if len(data) < needed or any(data[needed + needed % 2 :]):
        raise UnsupportedDicom(
            f"damaged: {named('PixelData')} holds {len(data):,} bytes where Rows, Columns, "
            f"SamplesPerPixel and BitsAllocated need {needed:,}"
        )


def without_unused_bits(values: StoredValues, pixels: PixelDescription) -> StoredValues:
    """The values' ``pixels.bits`` low bits; those above hold overlays or anything (PS3.5 8.1.1)."""
    unused = 8 * values.dtype.itemsize - pixels.bits
    return values if pixels.allocated == 1 else (values << unused) >> unused


def check_unused_bits(
    values: StoredValues,
    stored: StoredValues,
    counted: NDArray[np.bool_],
    pixels: PixelDescription,
) -> None:
    """Check that leaving out the unused bits doesn't scramble a picture that goes on in them.

    Nor one whose values below 0 were declared as large ones.

    Raises:
        UnsupportedDicom: The counted pixels are smoother with the unused bits than without them, or
            what is left without them is noise; or they are smoother as values with a sign, and
            have one.
    """
    if not ((values != stored) & counted).any():
        return
    roughness = _roughness(stored, counted)
    with_all = _roughness(values, counted)
    noise = _of_spread(roughness, stored, counted) > _NOISE
    if with_all < roughness or (noise and _of_spread(with_all, values, counted) < _NOISE / 2):
        raise UnsupportedDicom(
            f"{named('BitsStored')} is {pixels.bits}, but the pixels' levels need more bits, or "
            f"{named('PixelRepresentation')}, {pixels.signed}, is wrong"
        )
    unused = 8 * values.dtype.itemsize - pixels.bits
    extended = (values.astype(f"i{values.dtype.itemsize}") << unused) >> unused
    has_signs = (extended == values.astype(extended.dtype))[counted].all()
    if not pixels.signed and has_signs and _roughness(extended, counted) < roughness:
        raise UnsupportedDicom(
            f"{named('PixelRepresentation')} is 0, but the pixels' levels have a sign"
        )


def _of_spread(roughness: float, values: StoredValues, counted: NDArray[np.bool_]) -> float:
    """Steps between neighbours as a share of the standard deviation: 0 smooth, 1.1 noise."""
    spread = float(values[counted].std())
    return roughness / (np.count_nonzero(counted) * spread) if spread else 0.0


def _roughness(values: StoredValues, counted: NDArray[np.bool_]) -> float:
    """The sum of the steps between neighbours in a row."""
    steps = np.abs(np.diff(values.astype(np.float64), axis=1))
    return float(steps[counted[:, 1:] & counted[:, :-1]].sum())
