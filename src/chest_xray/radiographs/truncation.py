"""Damage that Pillow silently decodes.

A download that was cut off often has its full size, and zeros from some byte on: they come out as a
picture that ends in one grey level.
"""

from __future__ import annotations

import struct
import zlib

_PNG_SIGNATURE_BYTES = 8
_SCAN, _END_OF_JPEG = b"\xff\xda", b"\xff\xd9"


def why_damaged(data: bytes, image_format: str | None) -> str:
    """Why a file that could be opened is damaged, '' where nothing shows that.

    Args:
        data: The file.
        image_format: Pillow's name of its format. Checked are the checksums of a PNG's pixels, and
            the marker at the end of a JPEG.
    """
    if image_format == "PNG":
        return _why_png_is_damaged(data)
    if image_format == "JPEG" and data.find(_END_OF_JPEG, data.rfind(_SCAN)) < 0:
        return "damaged: the end of the JPEG is missing"
    return ""


def _why_png_is_damaged(data: bytes) -> str:
    place = _PNG_SIGNATURE_BYTES
    while place + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 8 + length
        if kind == b"IEND":
            return ""
        if kind == b"IDAT":
            checksum = zlib.crc32(memoryview(data)[place + 4 : end])
            if data[end : end + 4] != struct.pack(">I", checksum):
                return "damaged: the pixels of the PNG don't have their check sum"
        place = end + 4
    # Nothing but its end is missing; whether pixels are, Pillow finds.
    return ""
