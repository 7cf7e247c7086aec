"""One file, read once and decoded in full: what it is, and its grey levels."""

from __future__ import annotations

import hashlib
import io
import stat
import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from PIL.TiffImagePlugin import PHOTOMETRIC_INTERPRETATION

from chest_xray.radiographs.bit_depth import (
    Depth,
    depth_of,
    grey_of_levels,
    problem_of_high_bytes,
    scaled,
)
from chest_xray.radiographs.pictures import choose_picture

# The table of luminance steps at quality 50 (ISO/IEC 10918-1, annex K), row by row.
# fmt: off
_LUMINANCE_STEPS = np.array([
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
])
# fmt: on
MAX_IMAGE_PIXELS = 100_000_000  # px; the largest detectors made give a quarter of that
MAX_FILE_BYTES = 1_000_000_000  # bytes; such an image in three colours of 16 bits is smaller
MAX_REASON_LENGTH = 200  # letters
# Pillow knows forty, one of which starts another program to draw what it reads (EPS).
FORMATS = ("BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
# A problem that begins so is the system's, not the file's: the file is tried again next time.
UNREADABLE = "can't be read"

# What Pillow's decoders raise for damaged data; they have no common class of their own.
_DAMAGED = (
    OSError, SyntaxError, ValueError, EOFError, TypeError, LookupError, AttributeError,
    ArithmeticError, RuntimeError, struct.error,
)  # fmt: skip
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_ORIENTATION, _WHITE_IS_ZERO = 0x0112, 0  # tags of EXIF and of TIFF
# How an image that was stored so is stood upright (EXIF 2.32, tag 0x0112).
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Grey levels without a range that all programs agree on.
_UNCLEAR_MODES = ("F", "HSV", "LAB")

# Pillow refuses what is twice as large before it decodes anything, and warns from here on.
Image.MAX_IMAGE_PIXELS = MAX_IMAGE_PIXELS


@dataclass(frozen=True)
class Decoded:
    """What a file holds. ``grey`` is uint8 [height, width], or None where ``problem`` says why."""

    grey: NDArray[np.uint8] | None
    facts: dict[str, object] = field(default_factory=dict)
    problem: str = ""


def decode(path: Path, bits_stored: int | None = None) -> Decoded:
    """Read a radiograph's file and decode it in full.

    Pillow's draft mode, which decodes a JPEG at a smaller scale, is faster and not used: the hash
    of the pixels and the resize of the deployed model would then speak of other images.

    Args:
        path: The file.
        bits_stored: How many bits (8 to 16) of a file of 16 bits hold its grey levels; None where
            nobody states it: a film that doesn't fill 16 bits is then a problem. Files of 8 bits,
            and those that state their white themselves, don't depend on it.

    Returns:
        The grey levels, and as facts ``width``, ``height`` (px), ``mode`` (Pillow's), ``bits``
        (that white has in the file: 8, or 9 to 16) and ``jpeg_quality`` (1 to 100, 0 for other
        formats). A file that can't be decoded has no grey levels and a ``problem``.
    """
    data = _contents(path)
    return data if isinstance(data, Decoded) else _decode_contents(data, bits_stored)


def decode_for_index(path: Path, bits_stored: int | None = None) -> Decoded:
    """The same, with what only the index keeps.

    Returns:
        As ``decode``, with more facts: ``sha256`` of the file, ``pixel_hash`` (of size and grey
        levels), ``mean``, ``std``, ``darkest`` and ``brightest`` of the grey levels.
    """
    data = _contents(path)
    if isinstance(data, Decoded):
        return data
    decoded = _decode_contents(data, bits_stored)
    facts = decoded.facts | {"sha256": hashlib.sha256(data).hexdigest()}
    if decoded.grey is not None:
        digest = hashlib.sha256(f"{decoded.grey.shape}".encode())
        digest.update(decoded.grey.data)
        facts["pixel_hash"] = digest.hexdigest()
        facts |= _facts_of_levels(decoded.grey)
    return Decoded(decoded.grey, facts, decoded.problem)


def _contents(path: Path) -> bytes | Decoded:
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


def _decode_contents(data: bytes, bits_stored: int | None) -> Decoded:
    if not data:
        return Decoded(None, problem="empty file")
    facts: dict[str, object] = {}
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return _decode_opened(image, data, bits_stored, facts)
    except UnidentifiedImageError:
        kind = "a TIFF of grey or RGB levels" if data.startswith(_TIFF) else ", ".join(FORMATS)
        return Decoded(None, facts, f"not an image that is read here ({kind})")
    except Image.DecompressionBombError:
        return Decoded(None, facts, f"larger than {MAX_IMAGE_PIXELS:,} px")
    except _DAMAGED as error:
        return Decoded(None, facts, f"damaged: {' '.join(str(error).split())[:MAX_REASON_LENGTH]}")


def _decode_opened(
    image: Image.Image, data: bytes, bits_stored: int | None, facts: dict[str, object]
) -> Decoded:
    problem = choose_picture(image)
    depth = depth_of(image, data)
    facts |= {"width": image.width, "height": image.height, "mode": image.mode}
    facts |= {"bits": min(depth.bits, 16)}
    facts["jpeg_quality"] = jpeg_quality(getattr(image, "quantization", None))
    white_is_zero = _white_is_zero(image)
    if image.width * image.height > MAX_IMAGE_PIXELS:
        problem = f"larger than {MAX_IMAGE_PIXELS:,} px"
    elif not problem and image.mode in _UNCLEAR_MODES:
        problem = f"mode {image.mode}, whose grey levels have no agreed range"
    elif not problem and depth.signed and (image.format != "TIFF" or depth.bits == 8):
        problem = "signed grey levels, and nothing says which of them is black"
    if problem:
        return Decoded(None, facts, problem)
    # Pillow stands a TIFF upright as it loads it, and forgets the mark only then.
    image.load()
    turn = _turn(image)
    if turn is not None:
        # Not by ImageOps, which writes the whole EXIF again and fails where a part of it is
        # damaged.
        image = image.transpose(turn)
        facts |= {"width": image.width, "height": image.height}
    grey, bits, problem = _grey_of(image, depth, bits_stored)
    if grey is None:
        return Decoded(None, facts, problem)
    return Decoded(255 - grey if white_is_zero else grey, facts | {"bits": bits})


def _grey_of(
    image: Image.Image, depth: Depth, bits_stored: int | None
) -> tuple[NDArray[np.uint8] | None, int, str]:
    """Grey levels, the bits of white in the file, and ''; or None, 0 and the problem."""
    if image.mode.startswith("I"):
        levels = np.asarray(image)
        if depth.white:
            return scaled(levels, depth.white), depth.bits, ""
        return grey_of_levels(levels, bits_stored)
    settled = depth.bits < 16 or depth.white
    if not settled and (problem := problem_of_high_bytes(image, bits_stored)):
        return None, 0, problem
    return grey_levels(image), min(depth.bits, 16), ""


def _turn(image: Image.Image) -> Image.Transpose | None:
    try:
        return _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1))
    except _DAMAGED:
        # A camera's notes that can't be read; the pixels are whole.
        return None


def _white_is_zero(image: Image.Image) -> bool:
    # Pillow turns such levels of 8 bits round by itself.
    tags = getattr(image, "tag_v2", {})
    return image.mode.startswith("I;16") and tags.get(PHOTOMETRIC_INTERPRETATION) == _WHITE_IS_ZERO


def _facts_of_levels(grey: NDArray[np.uint8]) -> dict[str, object]:
    # By the number of pixels per level: several times faster than numpy's passes in float64.
    pixels_per_level = np.asarray(Image.fromarray(grey).histogram(), dtype=np.float64)
    levels = np.arange(256)
    mean = float(pixels_per_level @ levels / grey.size)
    there = np.flatnonzero(pixels_per_level)
    return {
        "mean": mean,
        "std": float(np.sqrt(pixels_per_level @ (levels - mean) ** 2 / grey.size)),
        "darkest": int(there[0]),
        "brightest": int(there[-1]),
    }


def grey_levels(image: Image.Image) -> NDArray[np.uint8]:
    """An image's grey levels, uint8 [height, width], whatever its mode.

    16-bit levels are scaled to 8 bits as if they filled 16 (``bit_depth.grey_of_levels`` looks);
    colours are weighted as ITU-R BT.601 has them.
    """
    if image.mode.startswith("I"):
        return scaled(np.asarray(image), 65535)
    return np.array(image if image.mode == "L" else image.convert("L"))


def jpeg_quality(tables: dict[int, list[int]] | None) -> int:
    """The quality (1 to 100) whose quantization table is nearest to a JPEG's, 0 without a table.

    The scaling of tables by quality is that of the Independent JPEG Group's library (jcparam.c).
    """
    if not tables:
        return 0
    steps = np.sort(np.asarray(tables[min(tables)], dtype=np.float64))
    if len(steps) != 64:
        return 0
    return int(np.abs(_tables_by_quality() - steps).sum(axis=1).argmin()) + 1


def _tables_by_quality() -> NDArray[np.float64]:
    quality = np.arange(1, 101, dtype=np.float64)[:, None]
    scale = np.where(quality < 50, 5000 / quality, 200 - 2 * quality)
    steps = np.floor((np.sort(_LUMINANCE_STEPS) * scale + 50) / 100)
    return steps.clip(1, 255)
