"""Risk ratios of a group against the rest, Wilson intervals, and Holm's correction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import fisher_exact

Z_95 = 1.959964


@dataclass(frozen=True)
class Risk:
    """The rates inside and outside a group, and their ratio.

    Attributes:
        inside: Rate inside, 0 to 1; ``outside``: outside.
        ratio: Inside over outside; NaN where one side is empty or nothing happened at all.
        low: Lower end of the ratio's 95 % interval; ``high``: upper end.
        p: Fisher's exact test, two-sided; 1 where there is nothing to test.
    """

    inside: float
    outside: float
    ratio: float
    low: float
    high: float
    p: float

    def lower_bound(self, z: float) -> float:
        """The ratio, less ``z`` of its standard errors on the scale of logarithms."""
        error = (math.log(self.high) - math.log(self.low)) / (2 * Z_95)
        return math.exp((math.log(self.low) + math.log(self.high)) / 2 - z * error)


def risk(events_inside: int, inside: int, events_outside: int, outside: int) -> Risk:
    """The risk ratio of a group against the rest.

    The interval is Katz's (1978, https://doi.org/10.2307/2530610), normal on the scale of
    logarithms. Where one side has no event, or nothing but events, 0.5 is added to each of the four
    counts, of events and of the others (Anscombe, 1956, https://doi.org/10.1093/biomet/43.3-4.461),
    in the ratio as in the interval.

    Images are taken as independent; where many are of one patient, intervals are too narrow and
    ``p`` too small.

    Args:
        events_inside: At most ``inside``, the size of the group.
        inside: 0 or more.
        events_outside: At most ``outside``, the number of the others.
        outside: 0 or more.
    """
    rates = _rate(events_inside, inside), _rate(events_outside, outside)
    if not inside or not outside or not events_inside + events_outside:
        return Risk(*rates, math.nan, math.nan, math.nan, 1.0)
    bare = 0 < events_inside < inside and 0 < events_outside < outside
    half = 0.0 if bare else 0.5
    a, c = events_inside + half, events_outside + half
    n, m = inside + 2 * half, outside + 2 * half
    ratio = (a / n) / (c / m)
    spread = math.exp(Z_95 * math.sqrt(1 / a - 1 / n + 1 / c - 1 / m))
    table = np.array(
        [
            [events_inside, inside - events_inside],
            [events_outside, outside - events_outside],
        ]
    )
    return Risk(*rates, ratio, ratio / spread, ratio * spread, float(fisher_exact(table).pvalue))


def _rate(events: int, count: int) -> float:
    return events / count if count else math.nan


def holm(p_values: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """P values corrected for their number (Holm, 1979), float [n], for a family-wise error rate.

    Args:
        p_values: One per test, 0 to 1; NaN is no test, and stays NaN.
    """
    p = np.asarray(p_values, dtype=np.float64)
    corrected = np.full(len(p), math.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    scaled = p[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return corrected


def wilson(events: float, count: float) -> tuple[float, float]:
    """The 95 % interval of a rate (Wilson, 1927): low and high, 0 to 1; NaN for no image.

    Args:
        events: 0 to ``count``.
        count: Of independent images; need not be whole, where it is an effective number
            (``intervals.share_interval``).
    """
    # scipy's binomtest(...).proportion_ci(method="wilson") is the same for whole numbers only.
    if not count:
        return math.nan, math.nan
    rate, z2 = events / count, Z_95**2
    middle = (rate + z2 / (2 * count)) / (1 + z2 / count)
    reach = Z_95 * math.sqrt(rate * (1 - rate) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    return max(0.0, min(middle - reach, rate)), min(1.0, max(middle + reach, rate))
