"""The stored values of a DICOM file's one frame, checked against what the file says of them."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataelem import RawDataElement
from pydicom.encaps import get_frame
from pydicom.pixels.decoders.base import Decoder
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000TransferSyntaxes,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
)

from chest_xray.radiographs.decoded import MAX_IMAGE_PIXELS
from chest_xray.radiographs.dicom.elements import (
    PYDICOM_ERRORS,
    UnsupportedDicom,
    code,
    named,
    stored_bytes,
    whole_number,
)
from chest_xray.radiographs.jpeg_quality import jpeg_quality
from chest_xray.radiographs.truncation import why_damaged

StoredValues = NDArray[np.integer]

GREY = ("MONOCHROME1", "MONOCHROME2")
PALETTE = "PALETTE COLOR"
_CODED_AS_JPEG_2000 = ("YBR_ICT", "YBR_RCT")
_COLOURS = ("RGB", "YBR_FULL", "YBR_FULL_422", *_CODED_AS_JPEG_2000)
_BITS_ALLOCATED = (1, 8, 16, 32)
_MAX_SIDE = 65535
_OTHER_PIXELS = ("FloatPixelData", "DoubleFloatPixelData")
# Neighbours in noise differ by 1.1 of its standard deviation, those in a film by a third at most.
_NOISE = 0.8
_UNKNOWN_LENGTH = 0xFFFFFFFF
_JPEG = (JPEGBaseline8Bit, JPEGExtended12Bit)
# Adobe's marker with its flag for transformed colours, and where JPEG 2000 has such a flag.
_ADOBE_TRANSFORM = re.compile(rb"\xff\xee..Adobe.{6}\x01", re.DOTALL)
_CODING_STYLE, _COMPONENT_TRANSFORM_AT = b"\xff\x52", 8  # ISO/IEC 15444-1, A.6.1


@dataclass(frozen=True)
class PixelDescription:
    """How the pixels of a file are stored (PS3.3 C.7.6.3)."""

    rows: int
    columns: int
    samples: int
    interpretation: str
    planar: int
    allocated: int
    bits: int
    signed: int
    syntax: UID

    @property
    def min_value(self) -> int:
        """The lowest value that can be stored."""
        return -(2 ** (self.bits - 1)) if self.signed else 0

    @property
    def max_value(self) -> int:
        """The highest value that can be stored."""
        return self.min_value + 2**self.bits - 1


def describe(dataset: pydicom.FileDataset, max_pixels: int = MAX_IMAGE_PIXELS) -> PixelDescription:
    """How the pixels are stored, by the elements that describe them; at most ``max_pixels``.

    Raises:
        UnsupportedDicom: There are none, or not those of a single picture that can be decoded here.
    """
    _check_presence(dataset)
    rows = whole_number(dataset, "Rows", 1, _MAX_SIDE)
    columns = whole_number(dataset, "Columns", 1, _MAX_SIDE)
    if rows * columns > max_pixels:
        raise UnsupportedDicom(f"larger than {max_pixels:,} px")
    syntax = _transfer_syntax(dataset)
    interpretation = _interpretation(dataset, syntax)
    samples = whole_number(dataset, "SamplesPerPixel", 1, 4)
    needed = 3 if interpretation in _COLOURS else 1
    if samples != needed:
        raise UnsupportedDicom(
            f"{named('SamplesPerPixel')} is {samples} where {interpretation} needs {needed}"
        )
    planar = whole_number(dataset, "PlanarConfiguration", 0, 1) if samples > 1 else 0
    allocated, bits = _bits(dataset)
    signed = whole_number(dataset, "PixelRepresentation", 0, 1)
    if signed and samples > 1:
        raise UnsupportedDicom(
            f"{named('PixelRepresentation')} is 1 (signed), which colours can't be"
        )
    dataset.file_meta.TransferSyntaxUID = syntax
    return PixelDescription(
        rows, columns, samples, interpretation, planar, allocated, bits, signed, syntax
    )


def _check_presence(dataset: pydicom.Dataset) -> None:
    for keyword in _OTHER_PIXELS:
        if keyword in dataset:
            raise UnsupportedDicom(
                f"pixels are in {named(keyword)}; whole numbers in PixelData are read"
            )
    if "PixelData" not in dataset:
        raise UnsupportedDicom(
            f"DICOM without pixels: {named('PixelData')} is missing (a report, a plan, an index, a "
            "file that was cut off), or no DICOM"
        )
    frames = whole_number(dataset, "NumberOfFrames", 0, 2**31, default=1)
    if frames > 1:
        count = f"{frames} frames" if frames < 10_000 else "10,000 frames or more"
        raise UnsupportedDicom(f"{count} where one is expected: {named('NumberOfFrames')}")


def _transfer_syntax(dataset: pydicom.FileDataset) -> UID:
    """The file's own, or, where it has none, the one by which its elements could be parsed."""
    element = dataset.get_item("PixelData", keep_deferred=True)
    compressed = (
        element.length == _UNKNOWN_LENGTH
        if isinstance(element, RawDataElement)
        else bool(element and element.is_undefined_length)
    )
    syntax = dataset.file_meta.get("TransferSyntaxUID")
    name = named("TransferSyntaxUID")
    if not syntax:
        if compressed:
            raise UnsupportedDicom(f"{name} is missing: nothing says how PixelData is compressed")
        implicit, little_endian = dataset.original_encoding
        explicit = ExplicitVRLittleEndian if little_endian else ExplicitVRBigEndian
        return ImplicitVRLittleEndian if implicit else explicit
    syntax = UID(str(syntax))
    if not syntax.is_transfer_syntax or syntax.is_private:
        raise UnsupportedDicom(f"{name} is none that is known here")
    if not _decodable(syntax):
        raise UnsupportedDicom(
            f"compressed as {syntax.name} ({name}), which this installation has no decoder of"
        )
    if compressed != syntax.is_encapsulated:
        stored = "compressed" if compressed else "not compressed"
        raise UnsupportedDicom(f"{name} is {syntax.name}, but {named('PixelData')} is {stored}")
    return syntax


def _decodable(syntax: UID) -> bool:
    # Deflated files are unpacked as a whole while they are read.
    if syntax == DeflatedExplicitVRLittleEndian:
        return True
    try:
        return bool(pydicom.pixels.get_decoder(syntax).is_available)
    except NotImplementedError:
        return False


def _interpretation(dataset: pydicom.Dataset, syntax: UID) -> str:
    interpretation = code(dataset, "PhotometricInterpretation").replace("PALETTE_", "PALETTE ")
    known = (*GREY, PALETTE, *_COLOURS)
    if interpretation not in known:
        raise UnsupportedDicom(
            f"{named('PhotometricInterpretation')} is not one of {', '.join(known)}"
        )
    if interpretation in _CODED_AS_JPEG_2000 and syntax not in JPEG2000TransferSyntaxes:
        raise UnsupportedDicom(
            f"{named('PhotometricInterpretation')} is {interpretation}, which only JPEG 2000 has, "
            f"and {named('TransferSyntaxUID')} is {syntax.name}"
        )
    return interpretation


def _bits(dataset: pydicom.Dataset) -> tuple[int, int]:
    allocated = whole_number(dataset, "BitsAllocated", 1, 64)
    if allocated not in _BITS_ALLOCATED:
        raise UnsupportedDicom(f"{named('BitsAllocated')} is {allocated}; 1, 8, 16 and 32 are read")
    bits = whole_number(dataset, "BitsStored", 1, 64)
    if bits > allocated:
        raise UnsupportedDicom(
            f"{named('BitsStored')} is {bits}, more than {named('BitsAllocated')}, {allocated}"
        )
    high = whole_number(dataset, "HighBit", 0, 63)
    if high != bits - 1:
        raise UnsupportedDicom(
            f"{named('HighBit')} is {high} where {named('BitsStored')} of {bits} needs {bits - 1}: "
            "pixels that lie in other bits are not read"
        )
    return allocated, bits


def decode_pixels(dataset: pydicom.Dataset, pixels: PixelDescription) -> StoredValues:
    """The values as they are stored, unused bits included.

    Returns:
        [rows, columns], or [rows, columns, 3] in RGB.

    Raises:
        UnsupportedDicom: They are too few or too many, or can't be decompressed.
    """
    data, representation, _ = stored_bytes(dataset, "PixelData")
    decoder = pydicom.pixels.get_decoder(_plain(pixels.syntax))
    if pixels.syntax in _JPEG and pixels.bits != 8:
        raise UnsupportedDicom(
            f"compressed as {pixels.syntax.name} of {pixels.bits} bits ({named('BitsStored')}), of "
            "which this installation decodes 8 only"
        )
    if pixels.syntax in JPEG2000TransferSyntaxes and pixels.samples > 1 and pixels.bits > 8:
        raise UnsupportedDicom(
            f"compressed as {pixels.syntax.name} of {pixels.bits} bits ({named('BitsStored')}) in "
            "colours, of which this installation decodes 8 only"
        )
    if pixels.syntax.is_encapsulated:
        _check_colour_transform(data, pixels)
    else:
        _check_length(data, pixels)
    try:
        _check_frame(data, pixels)
        return _decoded(decoder, data, representation, pixels)
    except (*PYDICOM_ERRORS, Image.DecompressionBombError) as error:
        raise UnsupportedDicom(
            f"damaged: {named('PixelData')} can't be decoded as {pixels.syntax.name} of "
            f"{pixels.rows} x {pixels.columns} px, {pixels.interpretation} in {pixels.bits} bits"
        ) from error


def _plain(syntax: UID) -> UID:
    return ExplicitVRLittleEndian if syntax == DeflatedExplicitVRLittleEndian else syntax


def _decoded(
    decoder: Decoder, data: bytes, representation: str, pixels: PixelDescription
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
    # pydicom transforms colours a second time where Adobe's marker made Pillow do so already.
    transformed = pixels.syntax in _JPEG and _ADOBE_TRANSFORM.search(data) is not None
    values, _ = decoder.as_array(data, index=0, raw=pixels.samples == 1 or transformed, **options)
    return values


def quality_of_jpeg(dataset: pydicom.Dataset, pixels: PixelDescription) -> int:
    """The quality (1 to 100) of pixels that were compressed as JPEG, 0 for others.

    Args:
        dataset: Whose pixels ``decode_pixels`` has decoded.
        pixels: Its description.
    """
    if pixels.syntax not in _JPEG:
        return 0
    data, _, _ = stored_bytes(dataset, "PixelData")
    frame = io.BytesIO(get_frame(data, 0, number_of_frames=1))
    with Image.open(frame, formats=("JPEG",)) as image:
        return jpeg_quality(getattr(image, "quantization", None))


def _check_frame(data: bytes, pixels: PixelDescription) -> None:
    """Check what decoders don't: that a frame ends, and isn't as many pixels in other rows."""
    if pixels.syntax not in (*_JPEG, *JPEG2000TransferSyntaxes):
        return
    frame = get_frame(data, 0, number_of_frames=1)
    with Image.open(io.BytesIO(frame), formats=("JPEG", "JPEG2000")) as image:
        columns, rows = image.size
        if problem := why_damaged(frame, image.format):
            raise ValueError(problem)
    if (rows, columns) != (pixels.rows, pixels.columns):
        raise UnsupportedDicom(
            f"{named('PixelData')} holds a picture of {rows} rows and {columns} columns, where "
            f"{named('Rows')} is {pixels.rows} and {named('Columns')} {pixels.columns}"
        )


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


def _check_colour_transform(data: bytes, pixels: PixelDescription) -> None:
    """JPEG 2000 holds by itself whether its colours are transformed; decoders follow that."""
    if pixels.samples == 1 or pixels.syntax not in JPEG2000TransferSyntaxes:
        return
    start = data.find(_CODING_STYLE)
    transformed = start >= 0 and data[start + _COMPONENT_TRANSFORM_AT : start + 9] == b"\x01"
    wrong = ("YBR_FULL", "YBR_FULL_422") if transformed else _CODED_AS_JPEG_2000
    if pixels.interpretation in wrong:
        raise UnsupportedDicom(
            f"{named('PhotometricInterpretation')} is {pixels.interpretation}, but the colours of "
            f"the JPEG 2000 in {named('PixelData')} are {'' if transformed else 'not '}transformed"
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
