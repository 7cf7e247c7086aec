"""Baselines: the images that an explanation is relative to, in grey levels as networks see them."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from chest_xray.errors import BadExplanation
from chest_xray.explaining.model import ExplainedModel
from chest_xray.radiographs.pixels import PixelMap

BASELINES = ("black", "blurred", "mean", "several")
_IMAGES_AT_ONCE = 512


def baseline_levels(
    name: str, model: ExplainedModel, levels: torch.Tensor, blur: float
) -> torch.Tensor:
    """The baselines of an image.

    ``black``: no light at all, which explains bright pixels only. ``blurred``: the image itself
    without detail, so that what is left to explain is detail. ``mean``: the mean of the training
    images, no single patient's chest. ``several``: all three, to be averaged over, so that no
    single choice decides (Sturmfels et al., 2020, https://distill.pub/2020/attribution-baselines).

    Args:
        name: One of ``BASELINES``.
        model: Whose mean training image is taken.
        levels: The image as the model sees it, float [1, 1, size, size], 0 to 255.
        blur: Standard deviation of the blur, a share of the side.

    Returns:
        float [baselines, 1, size, size].

    Raises:
        BadExplanation: An unknown name, or ``mean`` or ``several`` without a mean image.
    """
    if name not in BASELINES:
        raise BadExplanation(
            f"There is no baseline '{name}'; there are {', '.join(BASELINES[:-1])} and "
            f"{BASELINES[-1]}."
        )
    chosen = BASELINES[:-1] if name == "several" else (name,)
    return torch.cat([_single(one, model, levels, blur) for one in chosen])


def _single(name: str, model: ExplainedModel, levels: torch.Tensor, blur: float) -> torch.Tensor:
    if name == "black":
        return torch.zeros_like(levels)
    if name == "blurred":
        return blurred(levels, blur)
    if model.mean_image is None:
        raise BadExplanation(
            "The mean of the training images is not known here; a run of data_processing "
            "keeps it beside the splits, and the baselines black and blurred need none."
        )
    return model.levels(model.mean_image[None])


def mean_image(pixels: PixelMap, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The mean of some stored images as networks see them, uint8 [size, size]."""
    total = np.zeros((pixels.manifest.image_size,) * 2)
    for first in range(0, len(rows), _IMAGES_AT_ONCE):
        total += pixels.prepared(rows[first : first + _IMAGES_AT_ONCE]).sum(axis=0)
    return np.round(total / len(rows)).astype(np.uint8)


def blurred(levels: torch.Tensor, blur: float) -> torch.Tensor:
    """Images without detail: float [n, 1, size, size], the blur a share of the side."""
    sigma = blur * levels.shape[-1]
    smooth = gaussian_filter(levels.cpu().numpy(), (0, 0, sigma, sigma), mode="nearest")
    return torch.from_numpy(smooth).to(levels.device)


def smoothed(values: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """A map, [size, size], smoothed by a Gaussian whose sigma is a share of the side."""
    return gaussian_filter(values, share * values.shape[-1], mode="nearest")
