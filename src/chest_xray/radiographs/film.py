"""Measures of a film: brightness, contrast, sharpness, noise, tilt, cut, borders, markers.

Needs numpy and Pillow only, as deployed models measure films too. No measure looks at the class.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MEASURES = (
    "brightness",
    "contrast",
    "sharpness",
    "noise",
    "tilt_degrees",
    "cut",
    "shape",
    "border",
    "marker",
    "side",
    "jpeg_quality",
)

# Half way is up, as in ``preprocessing``, which needs torch.
_HALF = np.float32(0.503)
# Brightness and contrast are those of the middle of the film.
_MARGIN = 0.12
# Upper corners: elsewhere near the edges, arms and ribs are as small and as bright as letters.
_CORNER_HEIGHT, _CORNER_WIDTH = 0.36, 0.22
# Grain stands out by itself, by about this many of its standard deviations at the brightest pixels.
_GRAIN_REACH = 4.0
# A digital border is black but for what JPEG leaves of the edge beside it.
_BLACK_LEVEL = 6
_NOISE_BLOCK = 8
# Of the blur, px: three deviations of the widest Gaussian.
_BLUR_REACH = 11
# Tilt is the same at any resolution; this one is small enough to try many angles.
_TILT_SIDE = 48
_TILT_STEPS = np.arange(-20.0, 20.5, 1.0)


def square(grey: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Stretch a film to the square that it is measured on.

    Pillow's resize in place of ``preprocessing.resize``, which needs torch: the same filter and
    rounding, so that now and then a pixel on the edge of rounding is one level off.

    Args:
        grey: uint8 [height, width].
        side: Of the square, px.

    Returns:
        uint8 [side, side].
    """
    resized = _resized(grey.astype(np.float32), side)
    return (resized + _HALF).clip(0, 255).astype(np.uint8)


def measure_levels(levels: NDArray[np.uint8], shape: float) -> dict[str, float]:
    """Measure one film.

    Args:
        levels: uint8 [size, size], stretched to the square, of at least 32 px.
        shape: Width over height of the original.

    Returns:
        - ``brightness``: 90th percentile of the middle's grey levels, 0 to 1: where the beam hardly
          gets through, which no lesion in a lung changes; more is brighter.
        - ``contrast``: from the 10th to the 90th percentile of the middle, 0 to 1.
        - ``sharpness``: finest over middling detail, as a logarithm; noise taken out.
        - ``noise``: standard deviation of the grain, 0 to 1 of the grey scale.
        - ``tilt_degrees``: the axis of symmetry against the vertical, clockwise, -20 to 20.
        - ``cut``: grey level, 0 to 1, that nearly all of the film's left and right edges reach.
        - ``border``: share of the area in black rows and columns along the edges.
        - ``marker``: how far the brightest small thing in the upper corners, where letters are
          laid, stands out from what surrounds it, 0 to 1.
    """
    image = levels.astype(np.float32) / np.float32(255)
    noise = _noise(image)
    cut = round(_MARGIN * len(levels))
    dark, bright = np.quantile(levels[cut:-cut, cut:-cut], (0.1, 0.9)) / 255
    return {
        "brightness": float(bright),
        "contrast": float(bright - dark),
        "sharpness": _sharpness(image, noise),
        "noise": noise,
        "tilt_degrees": _tilt(image, shape),
        "cut": _cut(levels),
        "border": _border(levels),
        "marker": _marker(levels, noise),
    }


def _resized(image: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Antialiased and bilinear, float32 [side, side]."""
    resized = Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(resized)


def _noise(image: NDArray[np.float32]) -> float:
    """Immerkaer's estimate (1996, https://doi.org/10.1006/cviu.1996.0060), blockwise.

    His kernel answers to grain and not to slopes; the 30th percentile over blocks leaves out those
    with edges, and reads a little low. Blocks of pure black or white have no grain to measure.
    """
    answers = np.abs(np.diff(np.diff(image, 2, axis=0), 2, axis=1))
    blocks, grey = _block_means(answers), _block_means(image[1:-1, 1:-1])
    usable = blocks[(grey >= 0.05) & (grey <= 0.95)]
    typical = float(np.quantile(usable, 0.3)) if usable.size else 0.0
    return typical * math.sqrt(math.pi / 2) / 6


def _block_means(image: NDArray[np.float32]) -> NDArray[np.float64]:
    count = len(image) // _NOISE_BLOCK
    whole = image[: count * _NOISE_BLOCK, : count * _NOISE_BLOCK]
    blocks = whole.reshape(count, _NOISE_BLOCK, count, _NOISE_BLOCK)
    return blocks.mean(axis=(1, 3), dtype=np.float64)


def _sharpness(image: NDArray[np.float32], noise: float) -> float:
    scales = [_blurred_middle(image, sigma) for sigma in (0.6, 1.2, 3.6)]
    fine, middling = (
        float(np.square(one - other).mean(dtype=np.float64))
        for one, other in itertools.pairwise(scales)
    )
    # White noise of deviation 1 leaves this much in the fine band.
    grain = np.square(np.outer(_kernel(0.6), _kernel(0.6)) - np.outer(_kernel(1.2), _kernel(1.2)))
    fine = max(fine - noise**2 * float(grain.sum()), 1e-8)
    return 0.5 * math.log10(fine / max(middling, 1e-8))


def _kernel(sigma: float) -> NDArray[np.float32]:
    steps = np.arange(-_BLUR_REACH, _BLUR_REACH + 1)
    weights = np.exp(-np.square(steps) / (2 * sigma**2))
    return (weights / weights.sum()).astype(np.float32)


def _blurred_middle(image: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """The middle of the film after a Gaussian blur, edges mirrored.

    Sums of shifted images and no product of matrices, whose last bits depend on how many
    threads the library of linear algebra has.
    """
    weights = _kernel(sigma)[_BLUR_REACH:]
    # Beyond six deviations, a weight is below the precision of a float32.
    reach = min(_BLUR_REACH, math.ceil(6 * sigma))
    side, cut = len(image), round(_MARGIN * len(image))
    mirrored = np.pad(image, reach, mode="reflect")
    for axis in (0, 1):
        moved = np.moveaxis(mirrored, axis, 0)
        first, last = cut + reach, side - cut + reach
        blurred = moved[first:last] * weights[0]
        for step in range(1, reach + 1):
            beside = moved[first - step : last - step] + moved[first + step : last + step]
            blurred += beside * weights[step]
        mirrored = np.moveaxis(blurred, 0, axis)
    return mirrored


def _tilt(image: NDArray[np.float32], shape: float) -> float:
    """The turn under which left and right mirror each other best, at their best common axis."""
    scores = _symmetry(_turned(_resized(image, _TILT_SIDE), shape))
    best = int(scores[1:-1].argmax()) + 1
    before, there, after = scores[best - 1 : best + 2]
    curve = min(before - 2 * there + after, -1e-9)
    shift = min(max(0.5 * (before - after) / curve, -0.5), 0.5)
    return float(_TILT_STEPS[best] + shift)


def _turned(small: NDArray[np.float32], shape: float) -> NDArray[np.floating]:
    """By each of ``_TILT_STEPS`` anticlockwise as the original is turned, whose sides are not
    equally stretched: float32 [steps, side, side], bilinear, edges repeated.
    """
    side = len(small)
    angles = np.radians(_TILT_STEPS)[:, None, None]
    cosine, sine = np.cos(angles), np.sin(angles)
    middles = (np.arange(side) + 0.5) * 2 / side - 1
    across, down = middles, middles[:, None]
    columns = _pixel(cosine * across - sine / shape * down, side)
    rows = _pixel(sine * shape * across + cosine * down, side)
    left, top = columns.astype(np.int32), rows.astype(np.int32)
    right, bottom = (columns - left).astype(np.float32), (rows - top).astype(np.float32)
    # One column and row more, as the last ones have nothing beyond them.
    flat, width = np.pad(small, (0, 1), mode="edge").ravel(), side + 1
    at = top * width + left
    above = flat.take(at) * (1 - right) + flat.take(at + 1) * right
    below = flat.take(at + width) * (1 - right) + flat.take(at + width + 1) * right
    return above * (1 - bottom) + below * bottom


def _pixel(place: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """From -1 to 1 across the whole image to pixels, inside the image."""
    return (((place + 1) * side - 1) / 2).clip(0, side - 1)


def _symmetry(images: NDArray[np.floating]) -> NDArray[np.float64]:
    """How well the best vertical axis mirrors each image, float [n]: at most 1."""
    side = images.shape[-1]
    rows = images - images.mean(axis=2, keepdims=True)
    # Corners are invented by the turn, and a taper keeps the edges from being matched.
    window = np.sin(np.pi * np.arange(side) / (side - 1))
    rows = rows * window * window[:, None]
    # Products of the columns i and j of a row lie on one axis where i + j is one: a convolution
    # of each row with itself, in the frequencies a square.
    spectrum = np.square(np.fft.rfft(rows, 2 * side, axis=2)).sum(axis=1)
    mirrored = np.fft.irfft(spectrum, 2 * side, axis=1)[:, : 2 * side - 1]
    middle = mirrored[:, round(0.7 * side) : round(1.3 * side)]
    return middle.max(axis=1) / np.square(rows).sum(axis=(1, 2)).clip(min=1e-9)


def _cut(levels: NDArray[np.uint8]) -> float:
    """Where the body goes on beyond the film, even the darkest tenth of its sides is grey."""
    side = len(levels)
    band, strip = slice(round(0.3 * side), round(0.92 * side)), max(2, round(0.05 * side))
    sides = np.concatenate([levels[band, :strip], levels[band, -strip:]], axis=1)
    return float(np.quantile(sides, 0.1)) / 255


def _border(levels: NDArray[np.uint8]) -> float:
    dark = levels <= _BLACK_LEVEL
    kept = 1.0
    for axis in (0, 1):
        # All but a few pixels of the line, as a border can hold a marker.
        black = dark.mean(axis=axis) > 0.95
        lines = sum(int(np.logical_and.accumulate(one).sum()) for one in (black, black[::-1]))
        kept *= 1 - min(lines / len(levels), 1.0)
    return 1 - kept


def _marker(levels: NDArray[np.uint8], noise: float) -> float:
    """White top-hat (Serra, 1982): what an opening by a square takes away; grain taken out."""
    side = len(levels)
    reach = max(3, round(side / 18) // 2 * 2 + 1)
    height, width = round(_CORNER_HEIGHT * side), round(_CORNER_WIDTH * side)
    # Whatever an opening of the corners can see.
    above = levels[: height + reach]
    left = _top_hat(above[:, : width + reach], reach)[:height, :width]
    right = _top_hat(above[:, -width - reach :], reach)[:height, -width:]
    corners = np.concatenate([left, right], axis=None)
    strokes = max(4, round(0.0003 * side**2))
    brightest = int(np.partition(corners, -strokes)[-strokes])
    return max(brightest / 255 - _GRAIN_REACH * noise, 0.0)


def _top_hat(levels: NDArray[np.uint8], reach: int) -> NDArray[np.uint8]:
    darkest = 255 - _brightest(255 - levels, reach)
    return levels - _brightest(darkest, reach)


def _brightest(levels: NDArray[np.uint8], reach: int) -> NDArray[np.uint8]:
    """The brightest pixel of the square around each, as far as the image goes."""
    around = np.pad(levels, reach // 2)
    rows = np.lib.stride_tricks.sliding_window_view(around, reach, axis=1).max(axis=-1)
    return np.lib.stride_tricks.sliding_window_view(rows, reach, axis=0).max(axis=-1)
