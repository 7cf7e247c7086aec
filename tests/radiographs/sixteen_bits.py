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


def tiff(levels, bits=None, photometric=1, *, order="<", apart=False, deflated=False):
    """A TIFF of the array's type, [height, width] or with bands; ``bits`` packs them tightly.

    ``order`` is that of the bytes. Bands may lie ``apart``, one after the other.
    """
    bands = 1 if levels.ndim == 2 else levels.shape[2]
    planes = np.moveaxis(levels, 2, 0) if apart else [levels]
    ordered = [plane.astype(plane.dtype.newbyteorder(order)).tobytes() for plane in planes]
    strips = ordered if bits is None else [_packed(levels, bits)]
    strips = [zlib.compress(strip) for strip in strips] if deflated else strips
    kind = 2 if levels.dtype.kind == "i" else 1
    end = 8 + sum(map(len, strips))
    tags = {
        256: ("I", [levels.shape[1]]),
        257: ("I", [levels.shape[0]]),
        258: ("H", [bits or 8 * levels.dtype.itemsize] * bands),
        259: ("H", [8 if deflated else 1]),
        262: ("H", [photometric]),
        273: ("I", [8 + sum(map(len, strips[:place])) for place in range(len(strips))]),
        277: ("H", [bands]),
        278: ("I", [levels.shape[0]]),
        279: ("I", [len(strip) for strip in strips]),
        284: ("H", [2 if apart else 1]),
        339: ("H", [kind] * bands),
    }
    entries, more = b"", b""
    place = end + 2 + 12 * len(tags) + 4
    for tag, (form, values) in tags.items():
        packed = struct.pack(f"{order}{len(values)}{form}", *values)
        if len(packed) > 4:
            value = struct.pack(f"{order}I", place + len(more))
            more += packed
        else:
            value = packed.ljust(4, b"\0")
        entries += struct.pack(f"{order}HHI", tag, 4 if form == "I" else 3, len(values)) + value
    head = b"II*\0" if order == "<" else b"MM\0*"
    directory = struct.pack(f"{order}H", len(tags)) + entries + bytes(4)
    return head + struct.pack(f"{order}I", end) + b"".join(strips) + directory + more


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
