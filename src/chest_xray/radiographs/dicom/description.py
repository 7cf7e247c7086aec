"""How the pixels of a DICOM file are stored, by its own elements (PS3.3 C.7.6.3)."""

from __future__ import annotations

from dataclasses import dataclass

import pydicom
from pydicom.dataelem import RawDataElement
from pydicom.uid import (
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from chest_xray.radiographs.decoded import MAX_IMAGE_PIXELS
from chest_xray.radiographs.dicom.decoders import HTJ2K, JPEG_2000, check_syntax
from chest_xray.radiographs.dicom.elements import (
    UnsupportedDicom,
    code,
    named,
    whole_number,
)

GREY = ("MONOCHROME1", "MONOCHROME2")
PALETTE = "PALETTE COLOR"
_CODED_AS_JPEG_2000 = ("YBR_ICT", "YBR_RCT")
_COLOURS = ("RGB", "YBR_FULL", "YBR_FULL_422", *_CODED_AS_JPEG_2000)
_BITS_ALLOCATED = (1, 8, 16, 32)
_MAX_SIDE = 65535
_OTHER_PIXELS = ("FloatPixelData", "DoubleFloatPixelData")
_UNKNOWN_LENGTH = 0xFFFFFFFF


@dataclass(frozen=True)
class PixelDescription:
    """How the pixels of a file are stored."""

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
    check_syntax(syntax)
    if compressed != syntax.is_encapsulated:
        stored = "compressed" if compressed else "not compressed"
        raise UnsupportedDicom(f"{name} is {syntax.name}, but {named('PixelData')} is {stored}")
    return syntax


def _interpretation(dataset: pydicom.Dataset, syntax: UID) -> str:
    interpretation = code(dataset, "PhotometricInterpretation").replace("PALETTE_", "PALETTE ")
    known = (*GREY, PALETTE, *_COLOURS)
    if interpretation not in known:
        raise UnsupportedDicom(
            f"{named('PhotometricInterpretation')} is not one of {', '.join(known)}"
        )
    if interpretation in _CODED_AS_JPEG_2000 and syntax not in (*JPEG_2000, *HTJ2K):
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
