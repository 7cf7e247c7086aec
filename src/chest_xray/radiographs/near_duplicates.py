"""Films that are one film, saved again at another quality or size under another name.

Chest films look alike: of the 5,317 published films at hand, different ones agree in up to 84 % of
the 256 bits of a perceptual hash, and a film without much detail differs from its own copy in as
many. So the coefficients are compared that the hash (pHash; Zauner, 2010, "Implementation and
benchmarking of perceptual image hash functions") makes its bits of, before they become bits.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.hierarchy import DisjointSet
from scipy.fft import dct

from chest_xray.machine.progress import track
from chest_xray.radiographs.pixels import PixelMap

_FREQUENCIES = 16
_IMAGES_AT_ONCE = 256
# Of a matrix of 100,000 by 100,000, a square of 16 MiB is held at a time.
_ROWS_AT_ONCE = 2048

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class NearDuplicateLimits:
    """The correlations from which on two files show one film.

    Attributes:
        frequencies: Of the 255 lowest spatial frequencies, each weighted by itself.
        pixels: Of all pixels at the stored size; looked at where the frequencies agree.
    """

    frequencies: float
    pixels: float


def find_near_duplicates(
    pixels: PixelMap, images: pd.DataFrame, limits: NearDuplicateLimits
) -> pd.DataFrame:
    """Which images are near-duplicates, by comparing all pairs.

    Takes time with the square of the number of different images (100,000: a few minutes), and
    memory with the number (1 kB per image). Brightness and contrast that change all levels alike
    don't count. A film that was mirrored, cropped or turned is another one.

    Args:
        pixels: Holds all of the images.
        images: ``image_id, pixel_hash``, one row per image; those with the same hash are compared
            once.
        limits: From which correlations on.

    Returns:
        With the index of ``images``: ``near_duplicate_of``, the ``image_id`` of the first image of
        its group ('' for that one, and for images without near-duplicates); and
        ``near_duplicate_correlation``, of the pixels of the image and another of its group, at
        least that of the pair by which it was joined (-1 to 1; missing where there is none).
    """
    different = images.drop_duplicates("pixel_hash")
    rows = pixels.rows(different["image_id"])
    frequencies = _lowest_frequencies(pixels, rows)
    groups = DisjointSet(range(len(rows)))
    correlations = np.full(len(rows), np.nan)
    for one, other in _pairs(frequencies, limits.frequencies):
        if groups.connected(one, other):
            continue
        found = _correlation(*pixels.read(rows[[one, other]]))
        if found >= limits.pixels:
            groups.merge(one, other)
            for place in (one, other):
                correlations[place] = np.fmax(correlations[place], found)
    return _of_all_images(images, different, groups, correlations)


def find_copies(
    pixels: PixelMap,
    image_ids: Sequence[str],
    known: PixelMap,
    known_ids: Sequence[str],
    limits: NearDuplicateLimits,
) -> pd.DataFrame:
    """Which images of one map are (nearly) the same as an image of another.

    Args:
        pixels: Holds the images that are looked at.
        image_ids: Which.
        known: Another map, of images of the same size.
        known_ids: Which of its images they are compared with.
        limits: From which correlations on two images show one film.

    Returns:
        ``image_id``, ``copy_of`` (the known image that it agrees with best) and ``correlation`` (of
        all pixels, up to 1), one row per copy, in the order of ``image_ids``.
    """
    rows, known_rows = pixels.rows(image_ids), known.rows(known_ids)
    theirs = _lowest_frequencies(known, known_rows)
    ours = _lowest_frequencies(pixels, rows)
    best: dict[int, tuple[float, int]] = {}
    for first in range(0, len(ours), _ROWS_AT_ONCE):
        block = ours[first : first + _ROWS_AT_ONCE]
        for second in range(0, len(theirs), _ROWS_AT_ONCE):
            alike = block @ theirs[second : second + _ROWS_AT_ONCE].T
            for one, other in zip(*np.nonzero(alike >= limits.frequencies), strict=True):
                place, known_place = first + int(one), second + int(other)
                image, known_image = (
                    pixels.read(rows[[place]]),
                    known.read(known_rows[[known_place]]),
                )
                found = _correlation(image, known_image), known_place
                if found[0] >= limits.pixels:
                    best[place] = max(best.get(place, found), found)
    return pd.DataFrame(
        [
            {"image_id": image_ids[place], "copy_of": known_ids[of], "correlation": correlation}
            for place, (correlation, of) in sorted(best.items())
        ],
        columns=["image_id", "copy_of", "correlation"],
    )


def _of_all_images(
    images: pd.DataFrame,
    different: pd.DataFrame,
    groups: DisjointSet,
    correlations: NDArray[np.float64],
) -> pd.DataFrame:
    firsts = {
        different["pixel_hash"].iloc[place]: different["image_id"].iloc[min(group)]
        for group in groups.subsets()
        if len(group) > 1
        for place in group
    }
    first = images["pixel_hash"].map(lambda pixel_hash: firsts.get(pixel_hash, "")).astype("str")
    others = images["image_id"][(first != "") & (first != images["image_id"])]
    if len(others):
        logger.warning(
            "%d images are others saved again, such as %s and %s; their patients count as one.",
            len(others),
            first[others.index[0]],
            others.iloc[0],
        )
    by_hash = dict(zip(different["pixel_hash"], correlations, strict=True))
    return pd.DataFrame(
        {
            "near_duplicate_of": first.where(first != images["image_id"], ""),
            "near_duplicate_correlation": images["pixel_hash"].map(by_hash),
        }
    )


def _lowest_frequencies(pixels: PixelMap, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """The 255 lowest coefficients of the cosine transform but the mean, as a vector of length 1.

    Each is weighted by its frequency: amplitudes of natural images fall with it (Field, 1987,
    https://doi.org/10.1364/JOSAA.4.002379), and the lowest are what all chests have in common.

    Returns:
        float32 [rows, 255]; zeros for an image of one level.
    """
    size = pixels.manifest.image_size
    basis = dct(np.eye(size, dtype=np.float32), axis=0, norm="ortho")[:_FREQUENCIES]
    weights = np.hypot(*np.mgrid[:_FREQUENCIES, :_FREQUENCIES]).astype(np.float32)
    found = np.empty((len(rows), _FREQUENCIES**2 - 1), dtype=np.float32)
    for start in range(0, len(rows), _IMAGES_AT_ONCE):
        levels = pixels.read(rows[start : start + _IMAGES_AT_ONCE]).astype(np.float32)
        levels -= levels.mean(axis=(1, 2), keepdims=True)
        coefficients = (basis @ levels @ basis.T) * weights
        found[start : start + len(levels)] = coefficients.reshape(len(levels), -1)[:, 1:]
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    # Of an image of one level, rounding errors are left.
    return np.divide(found, lengths, out=np.zeros_like(found), where=lengths > 1)


def _pairs(frequencies: NDArray[np.float32], limit: float) -> Iterator[tuple[int, int]]:
    """Pairs of rows with at least such a correlation, those that agree best first in each block."""
    starts = range(0, len(frequencies), _ROWS_AT_ONCE)
    for first in track(starts, "Looking for near-duplicates", len(starts)):
        above = frequencies[first : first + _ROWS_AT_ONCE]
        for second in starts[first // _ROWS_AT_ONCE :]:
            alike = above @ frequencies[second : second + _ROWS_AT_ONCE].T
            if first == second:
                alike = np.triu(alike, 1)
            one, other = np.nonzero(alike >= limit)
            for place in np.argsort(-alike[one, other], kind="stable"):
                yield first + int(one[place]), second + int(other[place])


def _correlation(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Pearson's, of the levels of two images that each have several."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])
