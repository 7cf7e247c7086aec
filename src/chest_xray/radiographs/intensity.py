"""The grey levels of a film brought to a scale of its own: one step of the one preprocessing.

Two hospitals' machines give the same chest other levels. What is done here depends on the order
of a film's own levels and how many pixels have them, whatever machine they come from. It takes
whole levels and gives whole levels, as a table of 256 entries, so that PyTorch and an exported
graph agree. A table is piecewise constant and has no useful gradient: attribution starts at what
comes out here.
"""

from __future__ import annotations

import torch
from torch.nn import functional

from chest_xray.parameters import IntensityNormalization

# Of the tables; another one is another preprocessing.
VERSION = 1
_LEVELS = 256
# Percentages of a film's pixels: darker than its new black, and not brighter than its new white.
_DARKEST, _BRIGHTEST = 1, 99
# Squares a side, and the most pixels of a level as a multiple of their mean number.
_TILES, _CLIP = 4, 4
# A little above half, as in the resize, so that no rounding hangs on the last bit of a float.
_HALF = 0.503


def normalize_intensity(levels: torch.Tensor, kind: IntensityNormalization) -> torch.Tensor:
    """Grey levels on each film's own scale.

    Pixels are counted, and counts added up, in whole numbers: no order of addition, and so no
    device, changes a table.

    Args:
        levels: Whole numbers, float [n, 1, size, size], 0 to 255.
        kind: ``none``; ``percentiles`` (the film's 1st percentile becomes 0 and its 99th 255, in
            a straight line); ``equalize`` (histogram equalization: a level becomes the share of
            pixels up to it; Gonzalez and Woods, Digital Image Processing, section 3.3); ``clahe``
            (the same in each of 4 x 4 squares with a limited slope, and in between
            interpolated; Zuiderveld, Graphics Gems IV, 1994).

    Returns:
        Whole numbers, float [n, 1, size, size], 0 to 255.
    """
    if kind == "none":
        return levels
    if kind == "clahe":
        return _clahe(levels)
    whole = levels.flatten(1).long()
    counts = _histogram(whole)
    table = _stretched(counts) if kind == "percentiles" else _equalized(counts)
    return table.gather(1, whole).view_as(levels)


def _histogram(levels: torch.Tensor) -> torch.Tensor:
    """How many pixels have each level: int64 [n, pixels] to int64 [n, 256]."""
    n = levels.shape[0]
    films = torch.arange(n, device=levels.device)[:, None]
    # In one row, which is what CUDA adds up in a fixed order.
    places = (levels + films * _LEVELS).flatten()
    counts = torch.zeros(n * _LEVELS, dtype=torch.int64, device=levels.device)
    return counts.scatter_add(0, places, torch.ones_like(places)).view(n, _LEVELS)


def _equalized(counts: torch.Tensor) -> torch.Tensor:
    upto = counts.cumsum(1)
    # What the darkest level has is no contrast: it becomes 0, however many pixels it has.
    darkest = torch.where(counts > 0, upto, upto[:, -1:]).amin(1, keepdim=True)
    share = (upto - darkest).clamp(min=0).float() / (upto[:, -1:] - darkest).clamp(min=1).float()
    return (share * (_LEVELS - 1) + _HALF).floor()


def _stretched(counts: torch.Tensor) -> torch.Tensor:
    upto = 100 * counts.cumsum(1)
    pixels = counts.sum(1, keepdim=True)
    black = (upto <= _DARKEST * pixels).sum(1, keepdim=True)
    white = (upto < _BRIGHTEST * pixels).sum(1, keepdim=True)
    every = torch.arange(_LEVELS, device=counts.device)[None]
    share = (every - black).float() / (white - black).clamp(min=1).float()
    return (share.clamp(0, 1) * (_LEVELS - 1) + _HALF).floor()


def _clahe(levels: torch.Tensor) -> torch.Tensor:
    n, size = levels.shape[0], levels.shape[-1]
    side = -(-size // _TILES)
    padding = side * _TILES - size
    padded = functional.pad(levels, (0, padding, 0, padding), mode="replicate")
    tiles = padded.view(n, _TILES, side, _TILES, side).transpose(2, 3)
    counts = _histogram(tiles.reshape(n * _TILES * _TILES, side * side).long())
    tables = _limited(counts, side * side).view(n, _TILES * _TILES * _LEVELS)
    # The two nearest tile centres a direction, and how near the second is.
    place = ((torch.arange(size, device=levels.device) + 0.5) / side - 0.5).clamp(0, _TILES - 1)
    first = place.floor().long()
    second = (first + 1).clamp(max=_TILES - 1)
    share = place - first
    entry = levels.long()[:, 0]

    def looked_up(row: torch.Tensor, column: torch.Tensor) -> torch.Tensor:
        # Added one after the other: an exported file then keeps lines, not whole images, of them.
        places = entry + (row * _TILES * _LEVELS)[:, None] + (column * _LEVELS)[None]
        return tables.gather(1, places.flatten(1)).view(n, size, size)

    across = share[None, None]
    down = share[None, :, None]
    above = looked_up(first, first) * (1 - across) + looked_up(first, second) * across
    below = looked_up(second, first) * (1 - across) + looked_up(second, second) * across
    mixed = above * (1 - down) + below * down
    return (mixed + _HALF).floor().clamp(0, _LEVELS - 1)[:, None]


def _limited(counts: torch.Tensor, pixels: int) -> torch.Tensor:
    """Tables of a slope of at most ``_CLIP``: int64 [n, 256] to float [n, 256], 0 to 255.

    What a level has above the limit goes to all levels in equal parts. In units of 1 / 256 of a
    pixel for the limit, and 1 / 256 of that for the parts, all of it is whole.
    """
    parts = counts * _LEVELS
    most = _CLIP * pixels
    excess = (parts - most).clamp(min=0).sum(1, keepdim=True)
    limited = parts.clamp(max=most) * _LEVELS + excess
    return limited.cumsum(1).float() * ((_LEVELS - 1) / (pixels * _LEVELS**2))
