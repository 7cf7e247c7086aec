"""Elements of a DICOM file, read with checks: what is missing or malformed is named, never quoted.

Only elements about pixels are parsed. The patient's name, number and dates are not, and since a
damaged or malicious file may hold them in any element, no text of an element gets into a message:
an element's name, a small number and a count of bytes do.
"""

from __future__ import annotations

import io
import logging
import math
import struct
import warnings
import zlib
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.filereader import read_dataset, read_preamble
from pydicom.tag import Tag
from pydicom.uid import DeflatedExplicitVRLittleEndian

# Many files nearly keep to the standard. pydicom's warnings about them may quote a patient's data.
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
warnings.filterwarnings("ignore", category=UserWarning, module=r"pydicom\.")
logging.getLogger("pydicom").setLevel(logging.CRITICAL)

_META_GROUP = 0x0002
# Where the group of a file's meta information ends at the latest.
MAX_META_BYTES = 65536

# What pydicom raises for damaged elements; it has no common class of its own.
PYDICOM_ERRORS = (
    InvalidDicomError,
    BytesLengthException,
    AttributeError,
    KeyError,
    IndexError,
    TypeError,
    ValueError,
    ArithmeticError,
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    RecursionError,
    struct.error,
    zlib.error,
)

_PIXELS = [
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "PlanarConfiguration",
    "NumberOfFrames",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "PixelData",
    "FloatPixelData",
    "DoubleFloatPixelData",
]
_DISPLAY = [
    "PixelPaddingValue",
    "PixelPaddingRangeLimit",
    "RescaleIntercept",
    "RescaleSlope",
    "ModalityLUTSequence",
    "WindowCenter",
    "WindowWidth",
    "VOILUTFunction",
    "VOILUTSequence",
    "PresentationLUTSequence",
    "PresentationLUTShape",
    "PixelPresentation",
    "PixelAspectRatio",
    "PixelSpacing",
    "ImagerPixelSpacing",
    "NominalScannedPixelSpacing",
    "ShutterShape",
    "ShutterLeftVerticalEdge",
    "ShutterRightVerticalEdge",
    "ShutterUpperHorizontalEdge",
    "ShutterLowerHorizontalEdge",
    "CenterOfCircularShutter",
    "RadiusOfCircularShutter",
    "VerticesOfThePolygonalShutter",
    "ShutterPresentationValue",
    "ShutterPresentationColorCIELabValue",
]
_PALETTES = [
    f"{segmented}{colour}PaletteColorLookupTable{part}"
    for segmented, part in (("", "Descriptor"), ("", "Data"), ("Segmented", "Data"))
    for colour in ("Red", "Green", "Blue")
]
# Of a deflated file, unpacked: a DICOM image of 100 million pixels in 16 bits is smaller.
MAX_UNPACKED_BYTES = 250_000_000
_UNPACKED_AT_ONCE = 2**20
# From the most general to the one that takes precedence.
_FUNCTIONAL_GROUPS = ["SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"]


class UnsupportedDicom(Exception):
    """Why a DICOM file can't be decoded here, in one sentence without any text of the file."""


def named(keyword: str) -> str:
    """An element as messages name it, such as ``Rows (0028,0010)``."""
    tag = Tag(tag_for_keyword(keyword) or 0)
    return f"{keyword} ({tag.group:04X},{tag.element:04X})"


def parse(data: bytes) -> pydicom.FileDataset:
    """The elements of a file that are about pixels; others are skipped.

    Raises:
        UnsupportedDicom: Its elements can't be found.
    """
    tags = [*_PIXELS, *_DISPLAY, *_PALETTES, *_FUNCTIONAL_GROUPS]
    if may_be_deflated(data):
        check_deflated(data)
    try:
        return pydicom.dcmread(io.BytesIO(data), force=True, specific_tags=list(tags))
    except PYDICOM_ERRORS as error:
        raise UnsupportedDicom(
            "damaged: its list of DICOM elements can't be followed to the end"
        ) from error


def may_be_deflated(data: bytes) -> bool:
    """Whether a file's first ``MAX_META_BYTES`` name the syntax of deflated files."""
    return DeflatedExplicitVRLittleEndian.encode() in data[:MAX_META_BYTES]


def check_deflated(data: bytes) -> None:
    """Check what a deflated file unpacks to: pydicom unpacks it whole, however large it becomes.

    Raises:
        UnsupportedDicom: It can't be unpacked, or becomes larger than any image here.
    """
    file = io.BytesIO(data)
    try:
        read_preamble(file, force=True)
        meta = read_dataset(file, False, True, stop_when=lambda tag, *_: tag.group != _META_GROUP)
        if meta.get("TransferSyntaxUID") != DeflatedExplicitVRLittleEndian:
            return
        too_large = _unpacks_to_more(file.read())
    except PYDICOM_ERRORS as error:
        raise UnsupportedDicom("damaged: a deflated file that can't be unpacked") from error
    if too_large:
        raise UnsupportedDicom(
            f"a deflated file that unpacks to more than {MAX_UNPACKED_BYTES:,} bytes"
        )


def _unpacks_to_more(deflated: bytes) -> bool:
    """Whether it does than ``MAX_UNPACKED_BYTES``; little of it is in memory at a time."""
    inflater, unpacked = zlib.decompressobj(-zlib.MAX_WBITS), 0
    while deflated and not inflater.eof and unpacked <= MAX_UNPACKED_BYTES:
        unpacked += len(inflater.decompress(deflated, _UNPACKED_AT_ONCE))
        deflated = inflater.unconsumed_tail
    return unpacked > MAX_UNPACKED_BYTES


def lift_functional_groups(dataset: pydicom.Dataset) -> None:
    """Copy the display elements in the functional groups of a single frame to the data set itself.

    Enhanced objects (PS3.3 C.7.6.16) keep window, rescale and more in sequences of sequences. The
    groups themselves, which hold dates too, are dropped.
    """
    for keyword in _FUNCTIONAL_GROUPS:
        for group in items(dataset, keyword)[:1]:
            for macro in _macros(group, keyword):
                _lift(macro, dataset)
        dataset.pop(Tag(keyword), None)


def _macros(group: pydicom.Dataset, keyword: str) -> list[pydicom.Dataset]:
    try:
        return [element.value[0] for element in group if element.VR == "SQ" and element.value]
    except PYDICOM_ERRORS as error:
        raise UnsupportedDicom(f"damaged: {named(keyword)} can't be read") from error


def _lift(macro: pydicom.Dataset, dataset: pydicom.Dataset) -> None:
    for keyword in _DISPLAY:
        element = macro.get_item(Tag(keyword), keep_deferred=True)
        if element is not None:
            dataset[Tag(keyword)] = element


def items(dataset: pydicom.Dataset, keyword: str) -> Sequence[pydicom.Dataset]:
    """A sequence's items, none where it is missing or empty."""
    value = _value(dataset, keyword)
    if value is None:
        return []
    if not isinstance(value, pydicom.Sequence):
        raise UnsupportedDicom(f"{named(keyword)} is not a sequence of items")
    return value


def code(dataset: pydicom.Dataset, keyword: str) -> str:
    """A coded word in capitals without padding, '' where it is missing or empty."""
    words = codes(dataset, keyword)
    if len(words) > 1:
        raise UnsupportedDicom(f"{named(keyword)} has {len(words)} values where one is expected")
    return words[0] if words else ""


def codes(dataset: pydicom.Dataset, keyword: str) -> list[str]:
    return [str(value).strip(" \0").upper() for value in _values(dataset, keyword)]


def whole_number(
    dataset: pydicom.Dataset, keyword: str, minimum: int, maximum: int, default: int | None = None
) -> int:
    """A whole number within bounds.

    Raises:
        UnsupportedDicom: It is none, is out of bounds, or is missing and has no ``default``.
    """
    found = numbers(dataset, keyword)
    if not found and default is None:
        state = "empty" if keyword in dataset else "missing"
        raise UnsupportedDicom(f"damaged: {named(keyword)} is {state}")
    if not found and default is not None:
        return default
    if len(found) > 1 or found[0] != int(found[0]) or not minimum <= found[0] <= maximum:
        raise UnsupportedDicom(
            f"{named(keyword)} is not one whole number from {minimum} to {maximum:,}"
        )
    return int(found[0])


def numbers(dataset: pydicom.Dataset, keyword: str) -> list[float]:
    """An element's numbers, none where it is missing or empty.

    Raises:
        UnsupportedDicom: One is not a finite number.
    """
    message = f"{named(keyword)} holds what is not a number"
    values = _values(dataset, keyword)
    if not all(isinstance(value, str | int | float | Decimal) for value in values):
        raise UnsupportedDicom(message)
    try:
        found = [float(str(value)) for value in values]
    except (TypeError, ValueError) as error:
        raise UnsupportedDicom(message) from error
    if not all(math.isfinite(value) for value in found):
        raise UnsupportedDicom(message)
    return found


def number(dataset: pydicom.Dataset, keyword: str, default: float) -> float:
    found = numbers(dataset, keyword)
    if len(found) > 1:
        raise UnsupportedDicom(f"{named(keyword)} has {len(found)} values where one is expected")
    return found[0] if found else default


def _values(dataset: pydicom.Dataset, keyword: str) -> list[object]:
    value = _value(dataset, keyword)
    if value is None or (isinstance(value, str) and not value.strip(" \0")):
        return []
    return list(value) if isinstance(value, pydicom.multival.MultiValue | list) else [value]


def _value(dataset: pydicom.Dataset, keyword: str) -> object:
    if keyword not in dataset:
        return None
    try:
        return dataset[keyword].value
    except PYDICOM_ERRORS as error:
        raise UnsupportedDicom(f"damaged: {named(keyword)} can't be read") from error


def stored_bytes(dataset: pydicom.Dataset, keyword: str) -> tuple[bytes, str, bool]:
    """An element's bytes as they are in the file.

    pydicom converts values of 16 bits by the representation that the file or its dictionary gives,
    which is wrong for signed and unsigned ones just where such files are.

    Returns:
        The bytes, their representation ('' where the file doesn't state it) and whether their words
        are little endian.

    Raises:
        UnsupportedDicom: The element is missing or empty.
    """
    element = dataset.get_item(Tag(keyword), keep_deferred=True)
    if not isinstance(element, RawDataElement) or not element.value:
        state = "missing" if element is None else "empty"
        raise UnsupportedDicom(f"damaged: {named(keyword)} is {state}")
    # What is of unknown representation is little endian in any file (PS3.5 6.2.2).
    little_endian = element.is_little_endian or element.VR == "UN"
    return element.value, element.VR or "", little_endian


def is_filled(dataset: pydicom.Dataset, keyword: str) -> bool:
    """Whether an element is present and not empty: an empty one means as little as none."""
    element = dataset.get_item(Tag(keyword), keep_deferred=True)
    return element is not None and bool(element.value)


def words(dataset: pydicom.Dataset, keyword: str) -> NDArray[np.uint16]:
    """An element's words of 16 bits, without a sign.

    Raises:
        UnsupportedDicom: It is missing, empty, or of half a word.
    """
    data, _, little_endian = stored_bytes(dataset, keyword)
    if len(data) % 2:
        raise UnsupportedDicom(f"damaged: {named(keyword)} has an odd number of bytes")
    return np.frombuffer(data, "<u2" if little_endian else ">u2").astype(np.uint16)
