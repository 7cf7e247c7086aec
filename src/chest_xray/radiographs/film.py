"""The film itself, measured: exposure, contrast, sharpness, noise, tilt, cut, borders, markers.

Everything is measured on the stored pixels, which are what the model sees, and on facts of the
index; no measure looks at the class. What is usual is a percentile of the training part.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch.nn import functional

from chest_xray.progress import track
from chest_xray.radiographs.pixels import PixelMap

MEASURES = (
    "exposure", "contrast", "sharpness", "noise", "tilt_degrees", "cut", "shape", "border",
    "marker", "side", "jpeg_quality",
)  # fmt: skip

_IMAGES_A_BATCH = 64
# Exposure and contrast are those of the middle of the film.
_MARGIN = 0.12
# Upper corners: elsewhere near the edges, arms and ribs are as small and as bright as letters.
_CORNER_HEIGHT, _CORNER_WIDTH = 0.36, 0.22
# Grain stands out by itself, by about so many of its standard deviations at the brightest pixels.
_GRAIN_REACH = 4.0
# A digital border is black but for what JPEG leaves of the edge beside it.
_BLACK_LEVEL = 6.0
_NOISE_BLOCK = 8
# Tilt is the same at any resolution; this one is small enough to try many angles.
_TILT_SIDE = 48
_TILT_STEPS = np.arange(-20.0, 20.5, 1.0)


def measure_film(pixels: PixelMap, image_ids: Sequence[str], index: pd.DataFrame) -> pd.DataFrame:
    """Measure the films of some images.

    Args:
        pixels: Of all images.
        image_ids: Which.
        index: ``image_id, width, height, mode, jpeg_quality``.

    Returns:
        A row an image: ``image_id``, ``mode``, and the columns of ``MEASURES``: those of
        ``measure_levels``, ``shape`` (width over height), ``side`` (the shorter side of the
        original, px) and ``jpeg_quality`` (1 to 100, NaN for other formats).
    """
    facts = index.set_index("image_id").loc[list(image_ids)]
    shapes = (facts["width"] / facts["height"]).to_numpy(dtype=float)
    rows = pixels.rows(image_ids)
    starts = range(0, len(rows), _IMAGES_A_BATCH)
    measured = [
        measure_levels(
            pixels.read(rows[first : first + _IMAGES_A_BATCH]),
            shapes[first : first + _IMAGES_A_BATCH],
        )
        for first in track(starts, "Measuring films", len(starts))
    ]
    quality = facts["jpeg_quality"].astype(float)
    table = pd.DataFrame(
        {
            "image_id": list(image_ids),
            "mode": facts["mode"].tolist(),
            **{name: np.concatenate([one[name] for one in measured]) for name in measured[0]},
            "shape": shapes,
            "side": facts[["width", "height"]].min(axis=1).to_numpy(dtype=float),
            "jpeg_quality": quality.where(quality > 0).to_numpy(),
        }
    )
    return table[["image_id", "mode", *MEASURES]]


def measure_levels(
    levels: NDArray[np.uint8], shapes: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Measure stored images.

    Args:
        levels: uint8 [n, size, size], stretched to the square.
        shapes: float [n], width over height of the originals.

    Returns:
        Each float64 [n]:

        - ``exposure``: 90th percentile of the middle's grey levels, 0 to 1: what the beam hardly
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
    images = torch.from_numpy(levels).float().div(255)[:, None]
    noise = _noise(images)
    exposure, contrast = _exposure_and_contrast(images)
    measured = {
        "exposure": exposure,
        "contrast": contrast,
        "sharpness": _sharpness(images, noise),
        "noise": noise,
        "tilt_degrees": _tilt(images, shapes),
        "cut": _cut(images),
        "border": _border(images),
        "marker": _marker(images, noise),
    }
    return {name: value.double().numpy() for name, value in measured.items()}


def _exposure_and_contrast(images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    cut = round(_MARGIN * images.shape[-1])
    middle = images[..., cut:-cut, cut:-cut].flatten(1)
    dark, bright = torch.quantile(middle, torch.tensor([0.1, 0.9]), dim=1)
    return bright, bright - dark


def _noise(images: torch.Tensor) -> torch.Tensor:
    """Immerkaer's estimate (1996, https://doi.org/10.1006/cviu.1996.0060), blockwise.

    His kernel answers to grain and not to slopes; the 30th percentile over blocks leaves out those
    with edges, and reads a little low. Blocks of pure black or white have no grain to tell.
    """
    kernel = torch.tensor([[1.0, -2, 1], [-2, 4, -2], [1, -2, 1]])[None, None]
    answers = functional.conv2d(images, kernel).abs()
    blocks = functional.avg_pool2d(answers, _NOISE_BLOCK).flatten(1)
    grey = functional.avg_pool2d(images[..., 1:-1, 1:-1], _NOISE_BLOCK).flatten(1)
    blocks = blocks.masked_fill((grey < 0.05) | (grey > 0.95), math.nan)
    typical = torch.nanquantile(blocks, 0.3, dim=1)
    return torch.nan_to_num(typical) * math.sqrt(math.pi / 2) / 6


def _sharpness(images: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
    scales = [_blurred(images, sigma) for sigma in (0.6, 1.2, 3.6)]
    cut = round(_MARGIN * images.shape[-1])
    fine, middling = (
        (one - other)[..., cut:-cut, cut:-cut].square().mean(dim=(1, 2, 3))
        for one, other in itertools.pairwise(scales)
    )
    # White noise of deviation 1 leaves this much in the fine band.
    grain = (_kernel(0.6)[:, None] * _kernel(0.6) - _kernel(1.2)[:, None] * _kernel(1.2)).square()
    fine = (fine - noise.square() * grain.sum()).clamp(min=1e-8)
    return 0.5 * torch.log10(fine / middling.clamp(min=1e-8))


def _kernel(sigma: float) -> torch.Tensor:
    reach = 11
    steps = torch.arange(-reach, reach + 1)
    weights = torch.exp(-steps.square() / (2 * sigma**2))
    return weights / weights.sum()


def _blurred(images: torch.Tensor, sigma: float) -> torch.Tensor:
    """Gaussian blur, edges mirrored: a product with one matrix on each side, quick on any CPU."""
    side = images.shape[-1]
    kernel = _kernel(sigma)
    reach = len(kernel) // 2
    mirrored = functional.pad(torch.eye(side)[None], (reach, reach), mode="reflect")
    blur = functional.conv1d(mirrored.movedim(0, 1), kernel.view(1, 1, -1))[:, 0]
    return blur.T @ images @ blur


def _tilt(images: torch.Tensor, shapes: NDArray[np.float64]) -> torch.Tensor:
    """The turn under which left and right mirror each other best, at their best common axis."""
    small = functional.interpolate(
        images, size=(_TILT_SIDE, _TILT_SIDE), mode="bilinear", antialias=True
    )
    shape = torch.tensor(shapes, dtype=torch.float32)
    scores = torch.stack([_symmetry(_turned(small, shape, angle)) for angle in _TILT_STEPS])
    best = scores[1:-1].argmax(dim=0) + 1
    before, there, after = (scores.gather(0, (best + step)[None])[0] for step in (-1, 0, 1))
    curve = (before - 2 * there + after).clamp(max=-1e-9)
    shift = (0.5 * (before - after) / curve).clamp(-0.5, 0.5)
    return torch.from_numpy(_TILT_STEPS).float()[best] + shift


def _turned(small: torch.Tensor, shape: torch.Tensor, degrees: float) -> torch.Tensor:
    """Turn anticlockwise as the original is turned, whose sides are not equally stretched."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    side = small.shape[-1]
    middles = (torch.arange(side) + 0.5) * 2 / side - 1
    across, down, shape = middles, middles[:, None], shape[:, None, None]
    grid = torch.stack(
        [cosine * across - sine / shape * down, sine * shape * across + cosine * down], dim=-1
    )
    return functional.grid_sample(small, grid, padding_mode="border", align_corners=False)


def _symmetry(images: torch.Tensor) -> torch.Tensor:
    """How well the best vertical axis mirrors an image, float [n]: at most 1."""
    side = images.shape[-1]
    rows = images[:, 0] - images[:, 0].mean(dim=2, keepdim=True)
    # Corners are invented by the turn, and a taper keeps the edges from being matched.
    window = torch.hann_window(side, periodic=False).sqrt()
    rows = rows * window * window[:, None]
    # Products of the columns i and j, summed over rows; those of one i + j lie on one axis.
    products = functional.pad(rows.mT @ rows, (0, side))
    skewed = products.flatten(1)[:, :-side].unflatten(1, (side, 2 * side - 1))
    mirrored = skewed.sum(dim=1)
    middle = mirrored[:, round(0.7 * side) : round(1.3 * side)]
    return middle.max(dim=1).values / rows.square().sum(dim=(1, 2)).clamp(min=1e-9)


def _cut(images: torch.Tensor) -> torch.Tensor:
    """Where the body goes on beyond the film, even the darkest tenth of its sides is grey."""
    side = images.shape[-1]
    band, strip = slice(round(0.3 * side), round(0.92 * side)), max(2, round(0.05 * side))
    sides = torch.cat([images[:, 0, band, :strip], images[:, 0, band, -strip:]], dim=2)
    return torch.quantile(sides.flatten(1), 0.1, dim=1)


def _border(images: torch.Tensor) -> torch.Tensor:
    # All but a few pixels of the line, as a border can hold a marker.
    dark = images <= _BLACK_LEVEL / 255
    kept = torch.ones(len(images))
    for lines in (dark.float().mean(dim=3)[:, 0], dark.float().mean(dim=2)[:, 0]):
        black = (lines > 0.95).float()
        from_start = black.cumprod(dim=1).sum(dim=1)
        from_end = black.flip(1).cumprod(dim=1).sum(dim=1)
        kept *= 1 - ((from_start + from_end) / images.shape[-1]).clamp(max=1)
    return 1 - kept


def _marker(images: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
    """White top-hat (Serra, 1982): what an opening by a square takes away; grain taken out."""
    side = images.shape[-1]
    reach = max(3, round(side / 18) // 2 * 2 + 1)
    height, width = round(_CORNER_HEIGHT * side), round(_CORNER_WIDTH * side)
    # Whatever an opening of the corners can see.
    above = images[:, :, : height + reach]
    opened = _brightest(-_brightest(-above, reach), reach)
    corners = (above - opened)[:, 0, :height]
    corners = torch.cat([corners[..., :width], corners[..., -width:]], dim=2)
    strokes = max(4, round(0.0003 * side**2))
    brightest = corners.flatten(1).topk(strokes, dim=1).values[:, -1]
    return (brightest - _GRAIN_REACH * noise).clamp(min=0)


def _brightest(images: torch.Tensor, reach: int) -> torch.Tensor:
    """The brightest pixel of the square around each, its rows before its columns."""
    rows = functional.max_pool2d(images, (1, reach), stride=1, padding=(0, reach // 2))
    return functional.max_pool2d(rows, (reach, 1), stride=1, padding=(reach // 2, 0))


# What a film can be, by the measure that tells it and the side on which it is unusual.
FILM_TYPES: dict[str, tuple[str, str]] = {
    "too_dark": ("exposure", "low"),
    "too_bright": ("exposure", "high"),
    "low_contrast": ("contrast", "low"),
    "blurred": ("sharpness", "low"),
    "noisy": ("noise", "high"),
    "tilted": ("tilt", "high"),
    "cropped": ("cut", "high"),
    "tall_shape": ("shape", "low"),
    "wide_shape": ("shape", "high"),
    "black_borders": ("border", "high"),
    "burnt_in_marker": ("marker", "high"),
    "small_original": ("side", "low"),
    "low_jpeg_quality": ("jpeg_quality", "low"),
}
OTHER_MODE = "other_colour_mode"


@dataclass(frozen=True)
class FilmLimits:
    """From where on a film is unusual.

    Attributes:
        percent: The share of the training films that lies beyond each percentile.
        images: How many training films the percentiles are of.
        low: By measure; below it a film is unusual.
        high: By measure; above it a film is unusual. ``border`` and ``marker`` are there or not:
            theirs are no percentiles.
        mode: Pillow's, of most training films.
    """

    percent: float
    images: int
    low: dict[str, float]
    high: dict[str, float]
    mode: str


def film_limits(
    training: pd.DataFrame, percent: float, border_share: float, marker_contrast: float
) -> FilmLimits:
    """The limits that the training part sets.

    Args:
        training: What ``measure_film`` says of the training part.
        percent: Of the training films, to lie beyond each limit, 0 to 50.
        border_share: From which share of the area on black lines count as a border.
        marker_contrast: From which ``marker`` on there is one.
    """
    measures = _by_measure(training)
    told = [str(name) for name in measures if measures[name].notna().any()]
    return FilmLimits(
        percent=percent,
        images=len(training),
        low={name: float(np.nanpercentile(measures[name], percent)) for name in told},
        high={name: float(np.nanpercentile(measures[name], 100 - percent)) for name in told}
        | {"border": border_share, "marker": marker_contrast},
        mode=str(training["mode"].mode().iloc[0]),
    )


def unusual_films(measures: pd.DataFrame, limits: FilmLimits) -> pd.DataFrame:
    """Which films are unusual in what: bool, a row a film, ``FILM_TYPES`` and ``OTHER_MODE``."""
    values = _by_measure(measures)
    found = {}
    for name, (measure, side) in FILM_TYPES.items():
        if side == "low":
            found[name] = values[measure] < limits.low.get(measure, -math.inf)
        else:
            found[name] = values[measure] > limits.high.get(measure, math.inf)
    return pd.DataFrame({**found, OTHER_MODE: measures["mode"] != limits.mode})


def _by_measure(measures: pd.DataFrame) -> pd.DataFrame:
    """The measures as limits are set on them: a tilt counts the same to either side."""
    tilt = measures["tilt_degrees"].abs()
    return measures[list(MEASURES)].drop(columns="tilt_degrees").assign(tilt=tilt)
