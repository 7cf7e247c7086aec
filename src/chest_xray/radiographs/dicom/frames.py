"""What a compressed frame says of itself, checked against what its file says of it.

Decoders believe the frame: one of other rows and columns comes out scrambled, one that was cut off
as grey from there on, and one that claims to be huge fills the memory.
"""

from __future__ import annotations

import io
import re
import struct

from PIL import Image
from pydicom.encaps import get_frame
from pydicom.pixels.utils import get_j2k_parameters
from pydicom.uid import JPEGExtended12Bit

from chest_xray.radiographs.dicom.decoders import HTJ2K, JPEG, JPEG_2000, JPEG_LOSSLESS, JPEG_LS
from chest_xray.radiographs.dicom.description import PixelDescription
from chest_xray.radiographs.dicom.elements import UnsupportedDicom, named
from chest_xray.radiographs.truncation import why_damaged

# Adobe's marker with its flag for transformed colours, and where JPEG 2000 has such a flag.
_ADOBE_TRANSFORM = re.compile(rb"\xff\xee..Adobe.{6}\x01", re.DOTALL)
_CODING_STYLE, _COMPONENT_TRANSFORM_AT = b"\xff\x52", 8  # ISO/IEC 15444-1, A.6.1
_CODED_AS_JPEG_2000 = ("YBR_ICT", "YBR_RCT")
_END_OF_CODESTREAM = b"\xff\xd9"
# Start of a frame (ISO/IEC 10918-1, table B.1; JPEG-LS has 0xF7); 0xC4, 0xC8 and 0xCC are others.
_START_OF_FRAME = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}


def check_frame(data: bytes, pixels: PixelDescription) -> None:
    """Check that a frame ends, and is of its file's rows and columns.

    Args:
        data: The value of ``PixelData``, compressed as any of the kinds of JPEG, or otherwise.

    Raises:
        UnsupportedDicom: It is of others.
        ValueError: It is damaged; pydicom and Pillow raise others.
    """
    by_markers = (*JPEG_LOSSLESS, *JPEG_LS)
    wide = pixels.syntax == JPEGExtended12Bit and pixels.bits > 8
    if pixels.syntax not in (*JPEG, *JPEG_2000, *HTJ2K, *by_markers):
        return
    frame = get_frame(data, 0, number_of_frames=1)
    if wide or pixels.syntax in by_markers:
        rows, columns = _stated_size(frame)
        problem = why_damaged(frame, "JPEG")
    else:
        kind = "JPEG" if pixels.syntax in JPEG else "JPEG2000"
        with Image.open(io.BytesIO(frame), formats=(kind,)) as image:
            columns, rows = image.size
            problem = why_damaged(frame, image.format)
        _check_precision(frame, pixels)
        if pixels.syntax in HTJ2K and _END_OF_CODESTREAM not in frame[-4:]:
            problem = "damaged: the end of the codestream is missing"
    if problem:
        raise ValueError(problem)
    if (rows, columns) != (pixels.rows, pixels.columns):
        raise UnsupportedDicom(
            f"{named('PixelData')} holds a picture of {rows} rows and {columns} columns, where "
            f"{named('Rows')} is {pixels.rows} and {named('Columns')} {pixels.columns}"
        )


def _check_precision(frame: bytes, pixels: PixelDescription) -> None:
    """Colours of another number of bits than stated would be shown dark, or white."""
    if pixels.syntax not in (*JPEG_2000, *HTJ2K) or pixels.samples == 1:
        return
    precision = get_j2k_parameters(frame).get("precision", pixels.bits)
    if precision != pixels.bits:
        raise UnsupportedDicom(
            f"{named('PixelData')} holds {pixels.syntax.name} of {precision} bits in colours, "
            f"where {named('BitsStored')} is {pixels.bits}"
        )


def _stated_size(frame: bytes) -> tuple[int, int]:
    """Rows and columns by the header of a frame of JPEG, lossless JPEG or JPEG-LS."""
    place = 2
    while place + 9 <= len(frame):
        marker, kind, length = struct.unpack_from(">BBH", frame, place)
        if marker != 0xFF:
            break
        if kind in _START_OF_FRAME:
            rows, columns = struct.unpack_from(">HH", frame, place + 5)
            return rows, columns
        # 0xFF before a marker is filling.
        place += 1 if kind == 0xFF else 2 + length
    raise ValueError("damaged: the header of the JPEG is missing")


def colours_are_transformed(data: bytes, pixels: PixelDescription) -> bool:
    """Whether Pillow itself gives RGB of a JPEG whose file calls its colours otherwise."""
    return pixels.syntax in JPEG and _ADOBE_TRANSFORM.search(data) is not None


def check_colour_transform(data: bytes, pixels: PixelDescription) -> None:
    """JPEG 2000 holds by itself whether its colours are transformed; decoders follow that.

    Raises:
        UnsupportedDicom: The file says otherwise.
    """
    if pixels.samples == 1 or pixels.syntax not in (*JPEG_2000, *HTJ2K):
        return
    start = data.find(_CODING_STYLE)
    transformed = start >= 0 and data[start + _COMPONENT_TRANSFORM_AT : start + 9] == b"\x01"
    wrong = ("YBR_FULL", "YBR_FULL_422") if transformed else _CODED_AS_JPEG_2000
    if pixels.interpretation in wrong:
        raise UnsupportedDicom(
            f"{named('PhotometricInterpretation')} is {pixels.interpretation}, but the colours of "
            f"the JPEG 2000 in {named('PixelData')} are {'' if transformed else 'not '}transformed"
        )
