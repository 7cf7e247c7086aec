"""Columns of a table in bands: where they end, and which cell is in which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def as_written(value: object) -> str:
    """A cell as a name has it: whole numbers without decimals, others in full."""
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        number = float(value)
        return str(int(number)) if number.is_integer() else repr(number)
    return str(value)


def thirds(known: pd.Series) -> tuple[str, ...]:
    """Edges of three bands, in as few digits as tell them apart; fewer where many are equal.

    Args:
        known: Finite numbers, one or more.

    Returns:
        The lower ends of the second and the third band, ascending, as they are written.
    """
    edges = [edge for edge in np.quantile(known, [1 / 3, 2 / 3]) if edge > known.min()]
    distinct = len(set(edges))
    rounded: dict[str, None] = {}
    for digits in range(3, 18):
        rounded = dict.fromkeys(as_written(float(f"{edge:.{digits}g}")) for edge in edges)
        inside = all(known.min() < float(edge) <= known.max() for edge in rounded)
        if inside and len(rounded) == distinct:
            break
    return tuple(rounded)


def band_of(cells: pd.Series, edges: Sequence[str]) -> pd.Series:
    """The number of each cell's band, from 0; -1 where it is missing.

    Args:
        cells: Numbers.
        edges: Ascending; a band begins at its edge and ends below the next one.
    """
    numbers = cells.astype(float)
    places = np.searchsorted([float(edge) for edge in edges], numbers, side="right")
    return pd.Series(places, index=cells.index).where(numbers.notna(), -1)
