"""One way from a file to grey levels, whatever the file is: DICOM, or an image that Pillow reads.

Everything that reads radiographs comes through here: indexing for training, prediction, deployed
models and explanations. Needs numpy and Pillow, and pydicom only where a file is DICOM.
"""

from __future__ import annotations

import re
import stat
from dataclasses import replace
from pathlib import Path

from chest_xray.radiographs.decoded import MAX_FILE_BYTES, MAX_IMAGE_PIXELS, UNREADABLE, Decoded
from chest_xray.radiographs.file_facts import file_facts
from chest_xray.radiographs.image_files import decode_image

# Files read by an earlier version of the decoding are read again; 3 is the first with DICOM, 4
# shows it as a viewer does, and decodes more of it, and 5 refuses frames of more bits than their
# file has room for.
DECODING = 5

# How files of the other kinds begin (``image_files.FORMATS``).
_IMAGE = re.compile(
    rb"\x89PNG|\xff\xd8\xff|GIF8|BM|RIFF....WEBP|P[1-6]\s|II[*+]\x00|MM\x00[*+]"
    rb"|\xff\x4f\xff\x51|\x00\x00\x00\x0cjP  ",
    re.DOTALL,
)
_DICOM_SUFFIXES = (".dcm", ".dicom", ".dic")
_DICOM_PREFIX_START, _DICOM_PREFIX_END = 128, 132
# How a file without preamble begins (group 0002 or 0008, with its VR or a short length), and how no
# other format here does.
_FIRST_ELEMENT = re.compile(
    rb"[\x02\x08]\x00.\x00(?:[A-Z]{2}|.[\x00\x01]\x00\x00)|\x00[\x02\x08]\x00.[A-Z]{2}", re.DOTALL
)


def decode(path: Path, bits_stored: int | None = None) -> Decoded:
    """Read a radiograph's file and decode it in full.

    Args:
        path: The file.
        bits_stored: How many bits (8 to 16) of a file of 16 bits hold its grey levels; None where
            that is not stated: a film that doesn't fill 16 bits is then a problem. Files of 8 bits,
            DICOM files, and others that state their white themselves don't depend on it.

    Returns:
        The grey levels, and as facts ``width``, ``height`` (px), ``mode`` (Pillow's, or ``DICOM``
        and the photometric interpretation), ``bits`` (that white has in the file, 8 or more),
        ``jpeg_quality`` (1 to 100, 0 where the pixels are not compressed as JPEG) and
        ``coloured`` (whether the image has colours, other than grey stored as colour). A file
        that can't be decoded has no grey levels, a ``problem``, and the facts found before it.
    """
    contents = _read(path)
    if isinstance(contents, Decoded):
        return contents
    return decode_bytes(contents, path.name, bits_stored)


def decode_bytes(
    data: bytes, name: str, bits_stored: int | None = None, max_pixels: int = MAX_IMAGE_PIXELS
) -> Decoded:
    """As ``decode``, of a file that is in memory; nothing is written to disk.

    Args:
        data: The whole file.
        name: What the file is called; its suffix tells DICOM files without a preamble.
        bits_stored: As ``decode`` takes it.
        max_pixels: Of images with more, at most ``MAX_IMAGE_PIXELS``, no pixel is decoded.
    """
    if not data:
        return Decoded(None, problem="empty file")
    if is_dicom(data, name):
        # Whoever has no DICOM needs no pydicom.
        from chest_xray.radiographs.dicom.decoding import decode_dicom

        return decode_dicom(data, max_pixels)
    return decode_image(data, bits_stored, max_pixels)


def decode_for_index(path: Path, bits_stored: int | None = None) -> Decoded:
    """As ``decode``, with the facts of ``file_facts``, which only an index of files needs."""
    contents = _read(path)
    if isinstance(contents, Decoded):
        return contents
    decoded = decode_bytes(contents, path.name, bits_stored)
    return replace(decoded, facts=decoded.facts | file_facts(contents, decoded.grey))


def is_dicom(data: bytes, name: str) -> bool:
    """Whether a file is DICOM, by its first bytes or, as some have no preamble, its name's suffix.

    An image of another kind is none, whatever its name.

    Args:
        data: At least the first 132 bytes of the file.
        name: The file's name.
    """
    if not data:
        return False
    if data[_DICOM_PREFIX_START:_DICOM_PREFIX_END] == b"DICM":
        return True
    named_so = name.lower().endswith(_DICOM_SUFFIXES) and _IMAGE.match(data) is None
    return named_so or _FIRST_ELEMENT.match(data) is not None


def begins_as_dicom(path: Path) -> bool:
    """Whether a file is DICOM; one that can't be read is none, and decoding it says why."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return is_dicom(file.read(_DICOM_PREFIX_END), path.name)
    except (OSError, ValueError):
        return False


def _read(path: Path) -> bytes | Decoded:
    """A file's bytes, or why there are none."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Decoded(None, problem=f"{UNREADABLE}: not a regular file")
        if status.st_size > MAX_FILE_BYTES:
            return Decoded(None, problem=f"larger than {MAX_FILE_BYTES:,} bytes")
        return path.read_bytes()
    except OSError as error:
        return Decoded(None, problem=f"{UNREADABLE}: {error.strerror}")
    except ValueError:
        return Decoded(None, problem=f"{UNREADABLE}: no file can have such a name")
