"""Which level is white: how many bits the grey levels in a file of 16 bits really have.

Detectors have 10 to 15 bits, and many programs write their levels into files of 16 bits as they
are. No field of such a file says so; read as 16 bits, it comes out dark.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Dead and white pixels: this share of levels may be above those of the film.
OUTLIER_SHARE = 0.001
# Half or more of the white that was added to a film has one of this few levels; the rest are smooth
# edges, few compared to the film.
_ADDED_LEVELS = 4
_EDGES_SHARE = 0.1
# The levels just above a film are rarer than those just below its end, by this factor or more.
_GAP_SHARE = 0.05
# Fewer levels than these are a mask, or steps that were drawn.
_MIN_FILM_LEVELS = 32
_MIN_BITS, _MAX_BITS = 8, 16
_STATED_IN = "data_processing.bits_stored, prediction.bits_stored"
# Tags of TIFF 6.0: BitsPerSample and SampleFormat, of which 2 is signed.
_BITS_PER_SAMPLE, _SAMPLE_FORMAT, _SIGNED = 258, 339, 2
_JPEG2000_START, _JPEG2000_DEPTH = b"\xff\x4f\xff\x51", 42


@dataclass(frozen=True)
class Depth:
    """How a file stores its levels.

    Attributes:
        bits: Of one level of one band, as the header says; 8 also where there are fewer.
        white: The highest level that Pillow gives, where the header states it; 0 where not.
        signed: Whether levels may be below 0.
    """

    bits: int = 8
    white: int = 0
    signed: bool = False


def depth_of(image: Image.Image, data: bytes) -> Depth:
    """The depth of an opened image that isn't loaded yet.

    Pillow silently drops the low byte of colours and transparent images of 16 bits, so it
    is looked for where it still is: in the header.
    """
    if image.format == "TIFF":
        return _depth_of_tiff(image)
    if image.format == "PNG":
        return Depth(16 if "16B" in str(_decoder_arguments(image)) else 8)
    if image.format == "PPM":
        return _depth_of_ppm(image)
    if image.format == "JPEG2000":
        return _depth_of_jpeg2000(data)
    return Depth()


def _depth_of_tiff(image: Image.Image) -> Depth:
    tags = getattr(image, "tag_v2", {})
    bits = max(_MIN_BITS, *_numbers(tags.get(_BITS_PER_SAMPLE, 8)))
    white = 2**bits - 1 if 8 < bits < 16 and image.mode.startswith("I") else 0
    return Depth(bits, white, _SIGNED in _numbers(tags.get(_SAMPLE_FORMAT, 1)))


def _decoder_arguments(image: Image.Image) -> object:
    """What Pillow found in the header for its decoder; gone once the image is loaded."""
    tiles = getattr(image, "tile", [])
    return tiles[0].args if tiles else None


def _numbers(value: object) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (int(str(value)),)


def _depth_of_ppm(image: Image.Image) -> Depth:
    # Pillow scales by the highest level that the header states, except where it is 65,535.
    args = _decoder_arguments(image)
    stated = args[-1] if isinstance(args, tuple) and args and isinstance(args[-1], int) else 0
    if stated > 255:
        return Depth(stated.bit_length(), 65535 if stated < 65535 else 0)
    return Depth(16 if image.mode.startswith("I") else 8)


def _depth_of_jpeg2000(data: bytes) -> Depth:
    # ISO/IEC 15444-1, A.5.1: Ssiz of the first component, less one, with the sign above.
    place = data.find(_JPEG2000_START) + _JPEG2000_DEPTH
    if place < _JPEG2000_DEPTH or place >= len(data):
        return Depth()
    bits = (data[place] & 0x7F) + 1
    # Pillow shifts levels of fewer bits up to 16.
    return Depth(max(bits, 8), 65535 if 8 < bits < 16 else 0, bool(data[place] & 0x80))


def effective_bits(levels: NDArray[np.generic]) -> int:
    """The smallest number of bits, 8 or more, that holds a film's levels.

    All but a thousandth of the levels lie below 2 to this power, without what was added to a film
    as white: letters, with smooth edges too, and a frame or a background, however large.

    Args:
        levels: Whole numbers of 0 or more, of any shape.
    """
    # Beyond 16 bits it makes no difference how far.
    counts = np.bincount(levels.ravel().astype(np.int64).clip(max=2**17 - 1))
    for bits in range(_MIN_BITS, _MAX_BITS):
        if _film_ends_at(counts, 2**bits):
            return _bits(counts[: 2**bits])
    return _bits(counts)


def _film_ends_at(counts: NDArray[np.int64], end: int) -> bool:
    """Whether the levels from ``end`` on were added to a film that has none of them.

    A film goes on to its brightest levels without a gap, and in many levels. What was added has
    mostly one of a few. A mask, which has nothing but black and white, is no film.

    Args:
        counts: Pixels per level.
        end: The first level beyond the film.
    """
    film, added = counts[:end], counts[end:]
    frequent = np.sort(added)[-_ADDED_LEVELS:].sum()
    edges = added.sum() - frequent
    gap = added[: end // 2].sum()
    return bool(
        frequent > 0
        and edges <= min(frequent, _EDGES_SHARE * film.sum())
        and gap <= max(OUTLIER_SHARE * counts.sum(), _GAP_SHARE * film[end // 2 :].sum())
        and np.count_nonzero(film) >= _MIN_FILM_LEVELS
    )


def _bits(counts: NDArray[np.int64]) -> int:
    total = int(counts.sum())
    place = total - 1 - int(OUTLIER_SHARE * total)
    level = int(np.searchsorted(np.cumsum(counts), place, side="right"))
    return max(_MIN_BITS, level.bit_length())


def grey_of_levels(
    levels: NDArray[np.generic], bits_stored: int | None
) -> tuple[NDArray[np.uint8] | None, int, str]:
    """Levels of more than 8 bits as 8 bits.

    Args:
        levels: Whole numbers, [height, width] or [height, width, bands].
        bits_stored: How many bits they have; None where that is not stated: they have to fill 16.

    Returns:
        uint8 of the same shape, from 0 to ``2**bits - 1``; those bits; and ''. Or None, 0 and why
        nothing says what white is.
    """
    lowest = int(levels.min())
    if lowest < 0:
        return None, 0, f"grey levels down to {lowest}, and nothing says which of them is black"
    found = effective_bits(levels)
    if bits_stored is None and found < _MAX_BITS:
        return None, 0, _too_few_bits(found)
    bits = bits_stored or _MAX_BITS
    # White letters on a film of fewer bits are above it, and stay white.
    if found > bits:
        return None, 0, _too_many_bits(levels, bits_stored)
    return scaled(levels, 2**bits - 1), bits, ""


def scaled(levels: NDArray[np.generic], white: int) -> NDArray[np.uint8]:
    """Levels from 0 to ``white`` as uint8 of the same shape; what lies above is white."""
    return np.round(levels.astype(np.float64).clip(0, white) * (255 / white)).astype(np.uint8)


def _too_few_bits(bits: int) -> str:
    return (
        f"grey levels of {bits} bits in a file of 16, where nothing says what white is: state it "
        f"with bits_stored ({_STATED_IN}, Predictor(bits_stored={bits}))"
    )


def _too_many_bits(levels: NDArray[np.generic], bits_stored: int | None) -> str:
    highest = int(levels.max())
    if bits_stored is None or bits_stored == _MAX_BITS:
        return f"grey levels up to {highest}, which is more than 16 bits hold (65535)"
    above = float(np.mean(levels >= 2**bits_stored))
    return (
        f"grey levels up to {highest}, {100 * above:.1f} % of them above the {2**bits_stored - 1} "
        f"of {bits_stored} bits, which bits_stored states ({_STATED_IN}): this file has more bits"
    )
