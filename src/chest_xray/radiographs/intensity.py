"""The grey levels of a film brought to a scale of its own: one step of the one preprocessing.

Two hospitals' machines give the same chest other levels. What is done here depends on the order
of a film's own levels and how many pixels have them, whatever machine they come from. It takes
whole levels and gives whole levels, as a table of 256 entries, so that PyTorch and an exported
graph agree. A table is piecewise constant and has no useful gradient: attribution starts at what
comes out here.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch.nn import functional

IntensityNormalization = Literal["none", "percentiles", "equalize", "clahe"]

_LEVELS = 256
# Shares of a film's pixels that are darker than its new black and brighter than its new white.
_DARKEST, _BRIGHTEST = 0.01, 0.99
# Squares a side, and the most pixels of a level as a multiple of their mean number.
_TILES, _CLIP = 4, 4
# A little above half, as in the resize, so that no rounding hangs on the last bit of a float.
_HALF = 0.503


def normalize_intensity(levels: torch.Tensor, kind: IntensityNormalization) -> torch.Tensor:
    """Grey levels on each film's own scale.

    Args:
        levels: Whole numbers, float [n, 1, size, size], 0 to 255.
        kind: ``none``; ``percentiles`` (the film's 1st percentile becomes 0 and its 99th 255, in
            a straight line); ``equalize`` (histogram equalization: a level becomes the share of
            pixels below it; Gonzalez and Woods, Digital Image Processing, section 3.3); ``clahe``
            (the same in each of 4 x 4 squares with a limited slope, and in between
            interpolated; Zuiderveld, Graphics Gems IV, 1994).

    Returns:
        Whole numbers, float [n, 1, size, size], 0 to 255.
    """
    if kind == "none":
        return levels
    if kind == "clahe":
        return _clahe(levels)
    counts = _histogram(levels.flatten(1).long())
    table = _stretched(counts) if kind == "percentiles" else _equalized(counts)
    return table.gather(1, levels.flatten(1).long()).view_as(levels)


def _histogram(levels: torch.Tensor) -> torch.Tensor:
    """How many pixels have each level: int64 [n, pixels] to float [n, 256], exact."""
    counts = torch.zeros(levels.shape[0], _LEVELS, device=levels.device)
    return counts.scatter_add(1, levels, torch.ones_like(levels, dtype=counts.dtype))


def _equalized(counts: torch.Tensor) -> torch.Tensor:
    below = counts.cumsum(1)
    # What the darkest level has is no contrast: it becomes 0, however many pixels it has.
    darkest = torch.where(counts > 0, below, below[:, -1:]).amin(1, keepdim=True)
    share = (below - darkest).clamp(min=0) / (below[:, -1:] - darkest).clamp(min=1)
    return (share * (_LEVELS - 1) + _HALF).floor()


def _stretched(counts: torch.Tensor) -> torch.Tensor:
    below = counts.cumsum(1)
    pixels = below[:, -1:]
    black = (below <= _DARKEST * pixels).sum(1, keepdim=True).float()
    white = (below < _BRIGHTEST * pixels).sum(1, keepdim=True).float()
    every = torch.arange(_LEVELS, device=counts.device).float()[None]
    share = ((every - black) / (white - black).clamp(min=1)).clamp(0, 1)
    return (share * (_LEVELS - 1) + _HALF).floor()


def _clahe(levels: torch.Tensor) -> torch.Tensor:
    n, size = levels.shape[0], levels.shape[-1]
    whole = -(-size // _TILES)
    padding = whole * _TILES - size
    padded = functional.pad(levels, (0, padding, 0, padding), mode="replicate")
    tiles = padded.view(n, _TILES, whole, _TILES, whole).transpose(2, 3)
    counts = _histogram(tiles.reshape(n * _TILES * _TILES, whole * whole).long())
    most = _CLIP * whole * whole / _LEVELS
    excess = (counts - most).clamp(min=0).sum(1, keepdim=True)
    clipped = counts.clamp(max=most) + excess / _LEVELS
    tables = clipped.cumsum(1) * ((_LEVELS - 1) / (whole * whole))
    tables = tables.view(n, _TILES * _TILES * _LEVELS)
    # The two nearest tile centres a direction, and how near the second is.
    place = ((torch.arange(size, device=levels.device) + 0.5) / whole - 0.5).clamp(0, _TILES - 1)
    first = place.floor().long()
    second = (first + 1).clamp(max=_TILES - 1)
    share = place - first
    entry = levels.long()[:, 0]

    def looked_up(rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
        tile = rows[:, None] * _TILES + columns[None]
        places = (tile * _LEVELS)[None] + entry
        return tables.gather(1, places.flatten(1)).view(n, size, size)

    across = share[None, None]
    down = share[None, :, None]
    above = looked_up(first, first) * (1 - across) + looked_up(first, second) * across
    below = looked_up(second, first) * (1 - across) + looked_up(second, second) * across
    mixed = above * (1 - down) + below * down
    return (mixed + _HALF).floor().clamp(0, _LEVELS - 1)[:, None]
