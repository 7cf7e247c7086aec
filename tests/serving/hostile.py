"""Uploads that mean harm, as (name, bytes): each has to be answered, and nothing else to happen."""

import io
import random
import struct
import zlib
from collections.abc import Iterator

import numpy as np
import pydicom
from PIL import Image
from pydicom.uid import DeflatedExplicitVRLittleEndian
from radiographs.dicom_files import phantom_film, scaled, written
from serving.served import encoded

# Planted in names and in the files' texts; found anywhere, it was kept or run.
PLANTED = "planted-7c1f"
SCRIPT = f"<script>alert('{PLANTED}')</script>"
NAMES = (
    f"../../../../tmp/{PLANTED}",
    f"/tmp/{PLANTED}",
    f"C:\\{PLANTED}.png",
    f"{SCRIPT}.png",
    f"$(touch {PLANTED})",
    f"; touch {PLANTED}; .png",
    f"=cmd|'{PLANTED}'!A1.png",
    f"{PLANTED}\x00.png",
    f"%n%s{PLANTED}",
    f"{{{{7*7}}}}{PLANTED}",
    "\u202egnp.exe" + PLANTED,
    "a" * 5000 + PLANTED,
    "",
)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be of such a size."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    pixels = png_chunk(b"IDAT", zlib.compress(bytes(10_000), 9))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + png_chunk(b"IEND", b"")


def png_with_text_bomb() -> bytes:
    """A whole PNG with a text that inflates to 200 MB."""
    whole = encoded("PNG")
    text = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9))
    return whole[:33] + text + whole[33:]


def tiff_bomb(width: int, height: int) -> bytes:
    """A TIFF whose one strip of a few bytes claims such a size."""
    tags = [(256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (279, 10)]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + bytes(4)


def tiff_that_loops() -> bytes:
    """A TIFF whose directory is its own next one."""
    whole = bytearray(tiff_bomb(10, 10))
    whole[-4:] = struct.pack("<I", 8)
    return bytes(whole)


def deflated_bomb() -> bytes:
    """A DICOM file of 0.4 MB that inflates to 400 MB."""
    film = written(scaled(phantom_film(), 12), syntax=DeflatedExplicitVRLittleEndian)
    file = io.BytesIO(film)
    pydicom.filereader.read_preamble(file, force=True)
    pydicom.filereader.read_dataset(file, False, True, stop_when=lambda tag, *_: tag.group != 2)
    elements = zlib.decompress(file.read(), -zlib.MAX_WBITS)
    packing = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    packed = packing.compress(elements + b"\x29\x00\x10\x10OB\0\0" + struct.pack("<I", 400_000_000))
    for _ in range(100):
        packed += packing.compress(bytes(4_000_000))
    meta = len(film) - len(zlib_part(film))
    return film[:meta] + packed + packing.flush()


def zlib_part(film: bytes) -> bytes:
    file = io.BytesIO(film)
    pydicom.filereader.read_preamble(file, force=True)
    pydicom.filereader.read_dataset(file, False, True, stop_when=lambda tag, *_: tag.group != 2)
    return file.read()


def dicom_with_scripts(**more: object) -> bytes:
    """A film whose every text is a script."""
    return written(
        scaled(phantom_film(), 12),
        PatientName=SCRIPT,
        PatientID=f"'; DROP TABLE {PLANTED}; --",
        StudyDescription=f"{{{{ {PLANTED} }}}}",
        InstitutionName=f"$(touch {PLANTED})",
        **more,
    )


def bombs() -> Iterator[tuple[str, bytes]]:
    """Files that are small and claim to be, or become, huge."""
    yield "bomb.png", png_bomb(60_000, 60_000)
    yield "bomb.png", png_bomb(2**31 - 1, 2**31 - 1)
    yield "bomb.tif", tiff_bomb(100_000, 100_000)
    yield "text.png", png_with_text_bomb()
    yield "loop.tif", tiff_that_loops()
    yield "bomb.dcm", deflated_bomb()
    yield "bomb.dcm", written(scaled(phantom_film(), 12), Rows=65_535, Columns=65_535)
    yield "frames.dcm", written(scaled(phantom_film(), 12), NumberOfFrames=2_000_000_000)
    picture = io.BytesIO()
    frames = [Image.new("1", (10, 10)) for _ in range(500)]
    frames[0].save(picture, "TIFF", save_all=True, append_images=frames[1:])
    yield "pages.tif", picture.getvalue()


def scripts() -> Iterator[tuple[str, bytes]]:
    """Files that hold programs, and texts that could be taken for one."""
    yield "script.dcm", dicom_with_scripts(PhotometricInterpretation=SCRIPT[:16])
    yield "script.dcm", dicom_with_scripts(elements=[("WindowCenter", "LO", SCRIPT[:16])])
    yield "page.html", SCRIPT.encode()
    yield "page.svg", f"<svg onload=\"alert('{PLANTED}')\"/>".encode()
    yield "film.eps", f"%!PS-Adobe-3.0 EPSF-3.0\n({PLANTED}) (w) file".encode()
    yield "array.npy", b"\x93NUMPY\x01\x00v\x00{'descr': '|O'}" + bytes(64)
    yield "pickle", b"cos\nsystem\n(S'touch " + PLANTED.encode() + b"'\ntR."
    yield "films.zip", b"PK\x03\x04" + bytes(64)
    yield "xxe.xml", f'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///{PLANTED}">]>'.encode()


def damaged(seed: int) -> tuple[str, bytes]:
    """A whole film with some of its bytes changed, cut off or put in."""
    drawn = random.Random(seed)
    coarse = np.random.default_rng(seed).integers(0, 256, (16, 16), dtype=np.uint8)
    kind = drawn.choice(("PNG", "JPEG", "TIFF", "DICOM"))
    whole = written(scaled(coarse, 12)) if kind == "DICOM" else encoded(kind, coarse)
    data = bytearray(whole)
    for _ in range(drawn.randint(1, 20)):
        data[drawn.randrange(len(data))] = drawn.randrange(256)
    where = drawn.randrange(len(data))
    if drawn.random() < 0.3:
        del data[where:]
    elif drawn.random() < 0.3:
        data[where:where] = drawn.randbytes(drawn.randint(1, 200))
    return f"{drawn.choice(NAMES)}", bytes(data)
