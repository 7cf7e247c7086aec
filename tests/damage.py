"""Files as they should not be: phantoms, and what can happen to bytes."""

import io

import numpy as np
from hypothesis import strategies as st
from PIL import Image

MODES = {
    "JPEG": ("1", "L", "RGB", "CMYK"),
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "TIFF": ("1", "L", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I", "F", "I;16"),
    "BMP": ("1", "L", "P", "RGB"),
    "GIF": ("L", "P"),
    "WEBP": ("L", "RGB", "RGBA"),
    "PPM": ("1", "L", "RGB", "I"),
    "JPEG2000": ("L", "LA", "RGB", "RGBA"),
    # Formats that are no radiograph's: never decoded, whatever is in them.
    "ICO": ("RGB",),
    "TGA": ("L", "RGB"),
    "EPS": ("L", "RGB"),
    "PDF": ("L", "RGB"),
}
FOREIGN = frozenset({"ICO", "TGA", "EPS", "PDF"})
UNCLEAR = frozenset({"F", "LAB"})
SIDES = (1, 2, 3, 16, 17, 60)
WITH_EXIF = frozenset({"JPEG", "PNG", "WEBP", "TIFF"})
DAMAGES = ("none", "cut", "flip", "header", "zero", "insert", "join")


@st.composite
def images(draw):
    """``(bytes, format, mode, size)`` of an image of noise in any format and mode."""
    form = draw(st.sampled_from(sorted(MODES)))
    mode = draw(st.sampled_from(MODES[form]))
    size = draw(st.sampled_from(SIDES)), draw(st.sampled_from(SIDES))
    noise = np.random.default_rng(draw(st.integers(0, 9))).integers(0, 256, size[::-1])
    file = io.BytesIO()
    described = {"exif": _exif(draw)} if form in WITH_EXIF and draw(st.booleans()) else {}
    _image(noise, mode).save(file, form, **described)
    return file.getvalue(), form, mode, size


def _exif(draw):
    exif = Image.Exif()
    exif[0x010E], exif[0x011A] = "radiograph", 72.5  # description, resolution
    if draw(st.booleans()):
        exif[0x0112] = draw(st.integers(1, 8))  # orientation
    return exif.tobytes()


def _image(noise, mode):
    if mode.startswith("I"):
        # Of the brighter half: levels of fewer than 16 bits are refused.
        kind = np.uint16 if mode == "I;16" else np.int32
        return Image.fromarray(((noise // 2 + 128) * 257).astype(kind))
    if mode == "F":
        return Image.fromarray(noise.astype(np.float32))
    grey = Image.fromarray(noise.astype(np.uint8))
    return grey.convert("RGB").convert("LAB") if mode == "LAB" else grey.convert(mode)


@st.composite
def damaged(draw, data, header=120):
    """``(bytes, kind of damage)`` from whole bytes; where it strikes is even over the file."""
    kind = draw(st.sampled_from(DAMAGES))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    place, length = int(random.integers(len(data))), int(random.integers(1, 200))
    changed = bytearray(data)
    if kind == "cut":
        changed = changed[:place]
    elif kind == "flip":
        changed[place] ^= 1 << int(random.integers(8))
    elif kind == "header":
        for _ in range(int(random.integers(1, 5))):
            changed[int(random.integers(min(header, len(data))))] = int(random.integers(256))
    elif kind == "zero":
        changed[place : place + length] = bytes(len(changed[place : place + length]))
    elif kind == "insert":
        changed[place:place] = random.bytes(length)
    elif kind == "join":
        changed = changed[:place] + changed[-length:]
    return bytes(changed), kind
