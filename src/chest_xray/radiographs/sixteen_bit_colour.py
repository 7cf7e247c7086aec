"""All 16 bits of colours, and of grey with transparency, of which Pillow keeps the high 8 alone."""

from __future__ import annotations

import io
import sys

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# The byte order that the decoder is given chooses which byte of a level comes out.
_OTHER_ORDER = {"L": "B", "B": "L", "N": "B" if sys.byteorder == "little" else "L"}
_GREY_AND_ALPHA = "LA;16B"


def levels_of_bands(
    image: Image.Image, data: bytes, formats: tuple[str, ...]
) -> NDArray[np.uint16] | None:
    """The levels of an image of several bands of 16 bits, without transparency.

    Args:
        image: Opened, turned to its picture, and not loaded yet.
        data: Its file.
        formats: As ``Image.open`` takes them.

    Returns:
        uint16 [height, width, bands]; 1 band for grey, 3 for RGB, 4 for CMYK. None where Pillow
        can't give them: JPEG 2000, text of PPM, CMYK whose bands lie apart.
    """
    raw_mode = _raw_mode(image, data)
    if raw_mode is None:
        return None
    if raw_mode == _GREY_AND_ALPHA:
        # Two levels of two bytes, read as if they were four bands of one.
        high, low = np.moveaxis(_bands(image, data, formats, "RGBA")[:, :, :2], 2, 0)
        return _joined(high[:, :, None], low[:, :, None])
    exchanged = raw_mode[:-1] + _OTHER_ORDER[raw_mode[-1]]
    high, low = (_bands(image, data, formats, mode) for mode in (raw_mode, exchanged))
    colours = 4 if image.mode == "CMYK" else 3
    return _joined(high[:, :, :colours], low[:, :, :colours])


def _joined(high: NDArray[np.uint8], low: NDArray[np.uint8]) -> NDArray[np.uint16]:
    return (high.astype(np.uint16) << 8 | low).astype(np.uint16)


def _raw_mode(image: Image.Image, data: bytes) -> str | None:
    """How the decoder separates bands, such as ``RGB;16L``; None where that is not known."""
    tiles = getattr(image, "tile", [])
    args = tiles[0].args if tiles else ""
    raw_mode = str(args[0] if isinstance(args, tuple) else args)
    if image.format == "PPM":
        return "RGB;16B" if tiles[0].codec_name == "ppm" else None
    if image.format == "TIFF" and raw_mode in ("R", "G", "B"):
        # Bands that lie apart, which Pillow takes for bytes.
        return "RGB;16L" if data.startswith(b"II") else "RGB;16B"
    # Colours that were multiplied by their transparency are what is shown.
    raw_mode = raw_mode.replace("RGBa", "RGBA")
    return raw_mode if raw_mode[:-1].endswith(";16") else None


def _bands(
    image: Image.Image, data: bytes, formats: tuple[str, ...], raw_mode: str
) -> NDArray[np.uint8]:
    """One byte of each level, uint8 [height, width, bands]."""
    with Image.open(io.BytesIO(data), formats=formats) as again:
        again.seek(image.tell())
        again.tile = [_with_raw_mode(tile, raw_mode) for tile in getattr(again, "tile", [])]
        again.load()
        return np.array(again)


def _with_raw_mode(tile, raw_mode: str):  # type: ignore[no-untyped-def]  # Pillow's tiles have no public type
    if not isinstance(tile.args, tuple):
        return tile._replace(args=raw_mode)
    if tile.codec_name == "ppm":
        return tile._replace(codec_name="raw", args=(raw_mode, 0, 1))
    band = str(tile.args[0])
    mode = f"{band}{raw_mode[-4:]}" if band in ("R", "G", "B", "A") else raw_mode
    return tile._replace(args=(mode, *tile.args[1:]))
