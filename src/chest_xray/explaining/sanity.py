"""Sanity checks of heat maps: they depend on the weights, and are stable under small changes."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import rankdata

from chest_xray.explaining.attribution import Map
from chest_xray.learning.network import STAGES, Classifier

SCRAMBLED = ("head", *reversed(STAGES))


def scrambled(network: Classifier, seed: int) -> Iterator[tuple[str, Classifier]]:
    """The network with its weights scrambled from the head down, a stage further each time.

    The cascade of Adebayo et al. (2018, https://arxiv.org/abs/1810.03292): a map that stays the
    same when the weights lose their meaning shows the image and not the model. The values of each
    tensor of weights are shuffled, so that their distribution stays.

    Yields:
        The stage that was reached (of ``SCRAMBLED``), and a network that is changed further by the
        next step.
    """
    network = copy.deepcopy(network)
    generator = torch.Generator().manual_seed(seed)
    for stage in SCRAMBLED:
        tensors = (
            list(network.head.parameters()) if stage == "head" else network.stage_parameters(stage)
        )
        for tensor in tensors:
            order = torch.randperm(tensor.numel(), generator=generator).to(tensor.device)
            with torch.no_grad():
                tensor.copy_(tensor.flatten()[order].view(tensor.shape))
        yield stage, network


def rank_correlation(one: Map, other: Map) -> float:
    """Spearman's rank correlation of two maps, -1 to 1; 0 where one of them is flat."""
    first, second = rankdata(one), rankdata(other)
    first, second = first - first.mean(), second - second.mean()
    norm = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / norm if norm > 0 else 0.0


def with_noise(pixels: NDArray[np.uint8], levels: float, seed: int) -> NDArray[np.uint8]:
    """An image with Gaussian noise, its standard deviation in grey levels."""
    random = np.random.default_rng(seed)
    noisy = pixels + random.normal(0, levels, pixels.shape)
    return np.round(noisy).clip(0, 255).astype(np.uint8)


def shifted(values: NDArray[np.generic], by: int) -> NDArray[np.generic]:
    """An image or a map moved to the right by a number of pixels, its edge repeated."""
    width = values.shape[1]
    return values[:, np.clip(np.arange(width) - by, 0, width - 1)]
