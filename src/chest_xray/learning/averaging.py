"""Averages of the weights of trained networks, and the statistics that an average needs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.optim.swa_utils import update_bn

from chest_xray.learning.fitting import EVALUATION_BATCH, batches
from chest_xray.machine.device import Hardware
from chest_xray.radiographs.pixels import PixelMap

Weights = Mapping[str, torch.Tensor]


def average_with(average: Weights, count: int, weights: Weights) -> dict[str, torch.Tensor]:
    """The mean of the weights of one network more.

    Args:
        average: The mean of ``count`` networks, float64 where floating.
        count: How many networks it is of, 0 or more; with 0, ``average`` doesn't matter.
        weights: Of the next, with the same names and shapes.

    Returns:
        Floating tensors as float64; others (how many batches a layer has seen) as they first were.
    """
    if not count:
        return {
            name: tensor.double() if tensor.is_floating_point() else tensor
            for name, tensor in weights.items()
        }
    return {
        name: mean + (weights[name].double() - mean) / (count + 1)
        if mean.is_floating_point()
        else mean
        for name, mean in average.items()
    }


def same_shapes(one: Weights, other: Weights) -> bool:
    """Whether two networks have the same layers, so that their weights can be averaged."""
    return {name: tensor.shape for name, tensor in one.items()} == {
        name: tensor.shape for name, tensor in other.items()
    }


def estimate_statistics(
    network: nn.Module, pixels: PixelMap, rows: NDArray[np.int64], hardware: Hardware
) -> None:
    """Measure the batch-norm statistics of a network again, on images without augmentation.

    Statistics are of the activations under certain weights. The activations of averaged weights
    vary less than those of the networks they are averaged of, so the mean of their statistics does
    not fit (Jordan et al., 2022, https://arxiv.org/abs/2211.08403); a pass over training images
    measures them, as Izmailov et al. (2018, https://arxiv.org/abs/1803.05407) do.

    Args:
        network: Its running means and variances are changed in place, to their mean over batches.
        pixels: Of all images, at the size that the network sees.
        rows: Training images, int [n]; the order makes the batches, of which a smaller last one is
            left out.
        hardware: On what.
    """
    whole = len(rows) - len(rows) % EVALUATION_BATCH
    rows = rows[: whole or len(rows)]
    with torch.random.fork_rng():
        update_bn(batches(pixels, rows, hardware), network)
    network.eval()
