"""Do the pixels that a map ranks first carry the decision? Deletion and insertion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from chest_xray.explaining.attribution import Map
from chest_xray.explaining.model import LogOdds


@dataclass(frozen=True)
class Curves:
    """The more probable class's probability while pixels go or come, float [points + 1] each."""

    deletion: NDArray[np.float64]
    insertion: NDArray[np.float64]


def deletion_and_insertion(
    log_odds: LogOdds,
    levels: torch.Tensor,
    replacement: torch.Tensor,
    maps: Mapping[str, Map],
    points: int,
    images_at_once: int,
) -> dict[str, Curves]:
    """Take pixels away in the order of a map, and put them back in the same order.

    RISE's test (Petsiuk et al., 2018, https://arxiv.org/abs/1806.07421): the sooner the
    probability of the more probable class falls as pixels are deleted, and the sooner it rises as
    they are inserted, the better the map's order. A map of the other class is read from its lowest
    value up. Smoothed maps take away regions, as Samek et al. do (2017,
    https://doi.org/10.1109/TNNLS.2016.2599820).

    Args:
        log_odds: Of the class that the maps are of.
        levels: The image, float [1, 1, size, size].
        replacement: What stands in a pixel's place, the same shape.
        maps: By name, [size, size].
        points: The number of steps of the curves, of equal numbers of pixels.
        images_at_once: In one forward pass.
    """
    with torch.inference_mode():
        sign = 1.0 if float(log_odds(levels)) >= 0 else -1.0
    shares = torch.linspace(0, 1, points + 1, device=levels.device).view(-1, 1, 1, 1)
    curves = {}
    for name, values in maps.items():
        place = _place_in_order(sign * values).to(levels.device)
        first = place[None, None] < shares * place.numel()
        deleted = torch.where(first, replacement, levels)
        inserted = torch.where(first, levels, replacement)
        curves[name] = Curves(
            _probability(log_odds, deleted, sign, images_at_once),
            _probability(log_odds, inserted, sign, images_at_once),
        )
    return curves


def area(curve: NDArray[np.float64]) -> float:
    """The mean height of a curve over 0 to 1."""
    return float(np.trapezoid(curve, dx=1 / (len(curve) - 1)))


def _place_in_order(values: Map) -> torch.Tensor:
    """Each pixel's place from the highest value (0) to the lowest, int [size, size]."""
    order = np.argsort(-values, axis=None, kind="stable")
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    return torch.from_numpy(place.reshape(values.shape))


def _probability(
    log_odds: LogOdds, levels: torch.Tensor, sign: float, images_at_once: int
) -> NDArray[np.float64]:
    with torch.inference_mode():
        parts = [sign * log_odds(part) for part in levels.split(images_at_once)]
    return torch.sigmoid(torch.cat(parts).double()).cpu().numpy()
