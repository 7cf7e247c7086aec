"""A film, and files that hold it in 16 bits, of which Pillow writes not all."""

import io
import struct
import zlib

import numpy as np
from PIL import Image


def film(seed=0, side=64):
    """Float [side, side] from 0 to 1: two dark fields with a little noise."""
    y, x = np.mgrid[0:side, 0:side] / side
    fields = sum(
        np.exp(-((x - centre) ** 2) / 0.012 - (y - 0.5) ** 2 / 0.06) for centre in (0.3, 0.7)
    )
    noise = 0.02 * np.random.default_rng(seed).standard_normal((side, side))
    levels = 0.8 - 0.6 * fields + noise
    return (levels - levels.min()) / np.ptp(levels)


def levels_of(bits, seed=0):
    return np.round(film(seed) * (2**bits - 1)).astype(np.uint16)


def eight_bits(seed=0):
    return np.round(film(seed) * 255).astype(np.uint8)


def saved(levels, form):
    file = io.BytesIO()
    Image.fromarray(levels).save(file, form)
    return file.getvalue()


def png(levels, colour_type):
    """A PNG of 16 bits, from uint16 [height, width, bands]; 2 is RGB, 4 LA, 6 RGBA."""

    def chunk(kind, content):
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    height, width = levels.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in levels)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    )


def tiff(levels, bits=None, photometric=1):
    """A TIFF of the array's type, [height, width] or with bands; ``bits`` packs them tightly."""
    bands = 1 if levels.ndim == 2 else levels.shape[2]
    data = levels.tobytes() if bits is None else _packed(levels, bits)
    stored = bits or 8 * levels.dtype.itemsize
    kind = 2 if levels.dtype.kind == "i" else 1
    end = 8 + len(data)
    each = struct.pack("<H", stored) * bands, struct.pack("<H", kind) * bands
    place = end + 2 + 10 * 12 + 4
    inline = bands <= 2
    entries = [
        _long(256, levels.shape[1]),
        _long(257, levels.shape[0]),
        struct.pack("<HHI", 258, 3, bands) + _value(each[0], place, inline),
        _long(259, 1),
        _long(262, photometric),
        _long(273, 8),
        _long(277, bands),
        _long(278, levels.shape[0]),
        _long(279, len(data)),
        struct.pack("<HHI", 339, 3, bands) + _value(each[1], place + len(each[0]), inline),
    ]
    directory = struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    return b"II*\0" + struct.pack("<I", end) + data + directory + b"".join(each)


def _long(tag, value):
    return struct.pack("<HHII", tag, 4, 1, value)


def _value(numbers, place, inline):
    return numbers.ljust(4, b"\0") if inline else struct.pack("<I", place)


def _packed(levels, bits):
    """Each row's levels bit by bit, the highest first, filled up to whole bytes."""
    ones = (levels[:, :, None] >> np.arange(bits - 1, -1, -1)) & 1
    return np.packbits(ones.reshape(len(levels), -1).astype(np.uint8), axis=1).tobytes()


def pnm(levels, white):
    """A PGM or PPM that states its white."""
    kind = b"P5" if levels.ndim == 2 else b"P6"
    height, width = levels.shape[:2]
    return kind + f" {width} {height} {white}\n".encode() + levels.astype(">u2").tobytes()


def jpeg_2000_of_12_bits(levels):
    """A JPEG 2000 that states 12 bits, made from one of 16 by its header alone.

    The coder takes half of the range off before it codes, which is less for 12 bits.
    """
    data = bytearray(saved(levels + np.uint16(2**15 - 2**11), "JPEG2000"))
    start = data.index(b"\xff\x4f\xff\x51")
    data[start + 42] = data[data.index(b"ihdr") + 14] = 11
    return bytes(data)
