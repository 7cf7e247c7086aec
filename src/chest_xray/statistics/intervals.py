"""95 % intervals that keep a width where an estimate is 0 or 1, or rests on few patients.

A bootstrap draws only what was seen: where no patient is misclassified, none is in any draw, and of
a single patient every draw is the same. These intervals ask instead which true values the estimate
does not contradict (score intervals), with patients as the units. ``benchmarks/intervals.py``
measures how often they contain the truth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from chest_xray.statistics.risk import Z_95, wilson

# How much patients differ is known from the patients themselves and from what one expects of any:
# the expectation has the weight of this many of them (chosen by the coverage in
# benchmarks/intervals.py).
_EXPECTED_COUNTS_AS = 20
_EXACT_UP_TO = 8


class Interval(NamedTuple):
    """A value and its 95 % interval; NaN where it is not defined."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float | None]:
        """``value``, ``low`` and ``high``; None for what is not a finite number."""
        return {
            name: number if math.isfinite(number) else None
            for name, number in self._asdict().items()
        }


def effective_patients(images: Sequence[int] | NDArray[Any]) -> float:
    """How many patients with one image each carry as much information (Kish, 1965).

    Args:
        images: Of each patient, above 0; or the sum of their weights, where images have weights.
            Images of one patient count as if they were all alike.
    """
    counts = np.asarray(images, dtype=np.float64)
    return float(counts.sum() ** 2 / (counts**2).sum()) if len(counts) else 0.0


def share_interval(value: float, variance: float, images: NDArray[np.int64]) -> Interval:
    """Of a share of images, or of a mean of numbers between 0 and 1.

    Wilson's, of the number of independent images that would have this variance (Korn and Graubard,
    1998, Survey Methodology 24:193; Franco and others, 2019,
    https://doi.org/10.1093/jssam/smy019): at most all images; about as many as there are patients
    where they are few; and exactly as many where the value is 0 or 1. A mean of numbers between 0
    and 1 varies at most as much as a share that equals it, so for one the interval is rather wide.

    Args:
        value: 0 to 1.
        variance: Of the value over draws of patients.
        images: Of each patient, 1 or more.
    """
    if math.isnan(value) or not len(images):
        return Interval(math.nan, math.nan, math.nan)
    number, spread = effective_patients(images), value * (1 - value)
    if spread > 0:
        shrunk = shrunk_variance(variance, spread / number, number)
        number = min(spread / shrunk, float(images.sum()))
    return Interval(value, *wilson(value * number, number))


def shrunk_variance(variance: float, expected: float, patients: float) -> float:
    """The variance observed among the patients, shrunk towards the one expected of any.

    Args:
        variance: Over draws of patients, 0 or more.
        expected: 0 or more.
        patients: How many the observed one rests on; may be an effective number.
    """
    weight = patients + _EXPECTED_COUNTS_AS
    return (patients * variance + _EXPECTED_COUNTS_AS * expected) / weight


def auc_interval(
    value: float, variance: float, positives: NDArray[Any], negatives: NDArray[Any]
) -> Interval:
    """Of an area under the ROC curve.

    The score interval of Newcombe (2006, https://doi.org/10.1002/sim.2324, method 5) for the
    numbers of patients. Its variance is scaled towards the one over draws of patients, the more the
    more of them the rarer class has: scores that rank well mostly vary less than his model has it.

    Args:
        value: 0 to 1.
        variance: Of the value over draws of patients.
        positives: Images, or the sum of their weights, of each patient of the positive class.
        negatives: Likewise, of the other class.
    """
    if math.isnan(value):
        return Interval(math.nan, math.nan, math.nan)
    sizes = effective_patients(positives), effective_patients(negatives)
    scale = 1.0
    if 0 < value < 1:
        expected = auc_variance(value, *sizes)
        scale = shrunk_variance(variance, expected, min(sizes)) / expected
    low, below = (_auc_bound(one, scale, sizes) for one in (value, 1 - value))
    return Interval(value, low, 1 - below)


def auc_variance(area: float, positives: float, negatives: float) -> float:
    """Of an area, of exponential scores; Hanley and McNeil (1982) as Newcombe made it symmetric.

    Args:
        area: 0 to 1.
        positives: Patients of the positive class, may be an effective number; ``negatives``: of
            the other.
    """
    half = (positives + negatives) / 2 - 1
    shape = 1 + half * ((1 - area) / (2 - area) + area / (1 + area))
    return area * (1 - area) * shape / (positives * negatives)


def _auc_bound(area: float, scale: float, sizes: tuple[float, float]) -> float:
    """The smallest true area that an estimate does not contradict."""
    if area <= 0:
        return 0.0

    def excess(truth: float) -> float:
        return (area - truth) ** 2 - Z_95**2 * scale * auc_variance(truth, *sizes)

    return float(brentq(excess, 0.0, min(area, 1 - 1e-9)))


def chance_auc(positives: int, negatives: int) -> float:
    """The AUC, 0.5 to 1, that uninformative scores exceed in at most 1 of 20 cases.

    From the distribution of U (Mann and Whitney, 1947): the exact one where a class has at most 8
    patients, as in scipy.stats.mannwhitneyu, and the normal one where both have more. Of so few
    patients that even a perfect ranking comes by chance more often, it is 1: nothing exceeds it.

    Args:
        positives: Patients of the positive class, 1 or more; ``negatives``: of the other.
    """
    few, many = sorted((positives, negatives))
    if few > _EXACT_UP_TO:
        return 0.5 + 1.644854 * math.sqrt((few + many + 1) / (12 * few * many))
    # The counts of rankings by U are the coefficients of a Gaussian binomial; whole numbers.
    counts = np.zeros(few * many + 1, dtype=object)
    counts[0] = 1
    for step in range(1, few + 1):
        above = counts[: max(0, len(counts) - many - step)].copy()
        counts[many + step :] -= above
        for first in range(step):
            counts[first::step] = np.cumsum(counts[first::step])
    exceeded = 1 - np.cumsum(counts / counts.sum()).astype(float)
    return float(np.argmax(exceeded <= 0.05)) / (few * many)


def difference_interval(first: Interval, second: Interval, correlation: float) -> Interval:
    """Of the second value less the first, from the interval of each.

    The method of variance estimates recovery (Newcombe, 1998, method 10,
    https://doi.org/10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C; Zou and
    Donner, 2008, https://doi.org/10.1002/sim.3095): it stays between -1 and 1, and keeps a width
    where two models are equally right.

    Args:
        first: 0 to 1, or NaN; ``second`` likewise.
        correlation: Of both values over draws of patients, -1 to 1.
    """

    def reach(ours: float, theirs: float) -> float:
        return math.sqrt(max(0.0, ours**2 - 2 * correlation * ours * theirs + theirs**2))

    difference = second.value - first.value
    if any(math.isnan(end) for end in (*first, *second)):
        return Interval(difference, math.nan, math.nan)
    return Interval(
        difference,
        difference - reach(second.value - second.low, first.high - first.value),
        difference + reach(second.high - second.value, first.value - first.low),
    )


def paired_correlation(first: NDArray[np.float64], second: NDArray[np.float64], n: int) -> float:
    """Of two metrics over the same draws, -1 to 1; 0 where one of them never changes.

    It is taken ``n / (n + 2)`` of its size: two patients on whom the models differ may just not be
    among ``n`` (Agresti and Min, 2005, https://doi.org/10.1002/sim.1781, add as many).

    Args:
        first: float [draws], NaN where a draw lacks what the metric needs; ``second`` likewise.
        n: Patients that the metrics rest on.
    """
    defined = ~(np.isnan(first) | np.isnan(second))
    one, other = first[defined], second[defined]
    if len(one) < 2 or not one.std() > 0 or not other.std() > 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1]) * n / (n + 2)
