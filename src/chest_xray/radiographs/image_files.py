"""The image files that Pillow reads (JPEG, PNG, TIFF and more): their facts and grey levels."""

from __future__ import annotations

import io
import struct

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from PIL.TiffImagePlugin import PHOTOMETRIC_INTERPRETATION

from chest_xray.radiographs.bit_depth import (
    Depth,
    depth_of,
    grey_of_levels,
    scaled,
)
from chest_xray.radiographs.colours import looks_coloured
from chest_xray.radiographs.decoded import MAX_IMAGE_PIXELS, Decoded
from chest_xray.radiographs.jpeg_quality import jpeg_quality
from chest_xray.radiographs.pictures import choose_picture
from chest_xray.radiographs.sixteen_bit_colour import levels_of_bands
from chest_xray.radiographs.truncation import why_damaged

MAX_REASON_LENGTH = 200  # characters
# Pillow knows forty, one of which starts another program to draw what it reads (EPS).
FORMATS = ("BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
# What Pillow's decoders raise for damaged data; they have no common class of their own.
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    struct.error,
)
_TIFFS_READ = "a TIFF of grey or RGB levels in 8 or 16 bits, and of grey without transparency"
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
_GREY_MODES = ("1", "L", "LA", "I", "I;16", "I;16B", "I;16L")
# Grey levels without a range that all programs agree on.
_UNCLEAR_MODES = ("F", "HSV", "LAB")
_ONLY_8 = "stored so that only 8 of them can be read: save it in grey, as PNG or TIFF"

# Pillow refuses what is twice as large before it decodes anything, and warns from here on.
Image.MAX_IMAGE_PIXELS = MAX_IMAGE_PIXELS


def decode_image(
    data: bytes, bits_stored: int | None = None, max_pixels: int = MAX_IMAGE_PIXELS
) -> Decoded:
    """Decode the bytes of an image file that Pillow reads.

    Pillow's draft mode, which decodes a JPEG at a smaller scale, is faster and not used: the hash
    of the pixels and the resize of the deployed model would then be of other images.

    Args:
        data: The whole file.
        bits_stored: As ``decoding.decode`` takes it.
        max_pixels: As ``decoding.decode_bytes`` takes it.

    Returns:
        As ``decoding.decode``; ``mode`` is Pillow's.
    """
    facts: dict[str, object] = {}
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return _decode_opened(image, data, bits_stored, max_pixels, facts)
    except UnidentifiedImageError:
        kind = _TIFFS_READ if data.startswith(_TIFF) else ", ".join(FORMATS)
        return Decoded(None, facts, f"not an image that is read here ({kind})")
    except Image.DecompressionBombError:
        return Decoded(None, facts, f"larger than {MAX_IMAGE_PIXELS:,} px")
    except _DAMAGED as error:
        return Decoded(None, facts, f"damaged: {' '.join(str(error).split())[:MAX_REASON_LENGTH]}")


def _decode_opened(
    image: Image.Image,
    data: bytes,
    bits_stored: int | None,
    max_pixels: int,
    facts: dict[str, object],
) -> Decoded:
    problem = choose_picture(image) or why_damaged(data, image.format)
    depth = depth_of(image, data)
    facts |= {"width": image.width, "height": image.height, "mode": image.mode}
    facts |= {"bits": min(depth.bits, 16)}
    facts["jpeg_quality"] = jpeg_quality(getattr(image, "quantization", None))
    white_is_zero = _white_is_zero(image)
    if image.width * image.height > max_pixels:
        problem = f"larger than {max_pixels:,} px"
    elif not problem and image.mode in _UNCLEAR_MODES:
        problem = f"mode {image.mode}, whose grey levels have no agreed range"
    elif not problem and depth.signed and (image.format != "TIFF" or depth.bits == 8):
        problem = "signed grey levels, and nothing says which of them is black"
    elif not problem and image.format == "JPEG2000" and depth.bits > 8 and image.mode != "I;16":
        # Pillow rounds them to 8 bits, and the brightest beyond white to black.
        problem = f"JPEG 2000 of {depth.bits} bits in mode {image.mode}, {_ONLY_8}"
    if problem:
        return Decoded(None, facts, problem)
    shown, bits, problem = _in_8_bits(image, data, depth, bits_stored)
    if shown is None:
        return Decoded(None, facts, problem)
    turn = _turn(image)
    if turn is not None:
        # Not by ImageOps, which rewrites the EXIF data and fails where part of it is damaged.
        shown = shown.transpose(turn)
    grey = grey_levels(shown)
    facts |= {"width": shown.width, "height": shown.height, "bits": bits}
    facts["coloured"] = facts["mode"] not in _GREY_MODES and looks_coloured(shown)
    return Decoded(255 - grey if white_is_zero else grey, facts)


def _in_8_bits(
    image: Image.Image, data: bytes, depth: Depth, bits_stored: int | None
) -> tuple[Image.Image | None, int, str]:
    """Load an image and convert it to 8 bits.

    Returns:
        The image, the bits of white in the file, and ''; or None, 0 and the problem.
    """
    grey = image.mode.startswith("I")
    wide = depth.bits == 16 and not depth.white and not grey
    # How its bands are stored is forgotten once it is loaded.
    bands = levels_of_bands(image, data, FORMATS) if wide else None
    # Pillow stands a TIFF upright as it loads it, and forgets the mark only then.
    image.load()
    if not grey and not wide:
        return image, min(depth.bits, 16), ""
    if wide and bands is None:
        return None, 0, f"colours of 16 bits, {_ONLY_8}"
    levels = np.asarray(image) if bands is None else bands
    if depth.white:
        return Image.fromarray(scaled(levels, depth.white)), depth.bits, ""
    shown, bits, problem = grey_of_levels(levels, bits_stored)
    if shown is None:
        return None, 0, problem
    modes = {1: "L", 3: "RGB", 4: "CMYK"}
    mode = modes[1 if shown.ndim == 2 else shown.shape[2]]
    return Image.frombytes(mode, shown.shape[1::-1], shown.tobytes()), bits, ""


def _turn(image: Image.Image) -> Image.Transpose | None:
    try:
        return _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1))
    except _DAMAGED:
        # Metadata that can't be read; the pixels may be intact.
        return None


def _white_is_zero(image: Image.Image) -> bool:
    # Pillow turns such levels of 8 bits round by itself.
    tags = getattr(image, "tag_v2", {})
    return image.mode.startswith("I;16") and tags.get(PHOTOMETRIC_INTERPRETATION) == _WHITE_IS_ZERO


def grey_levels(image: Image.Image) -> NDArray[np.uint8]:
    """An image's grey levels, uint8 [height, width], whatever its mode.

    16-bit levels are scaled to 8 bits as if they filled 16 (``bit_depth.grey_of_levels`` looks);
    colours are weighted as ITU-R BT.601 has them.
    """
    if image.mode.startswith("I"):
        return scaled(np.asarray(image), 65535)
    return np.array(image if image.mode == "L" else image.convert("L"))
