"""95 % intervals that keep a width where an estimate is 0 or 1, or rests on few patients.

A bootstrap draws only what was seen: where no patient is called wrong, no draw is, and of a single
patient every draw is the same. These intervals ask instead which true values the estimate does not
contradict (score intervals), with patients as the units. ``benchmarks/intervals.py`` measures how
often they hold the truth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from chest_xray.learning.risk import Z_95, wilson

# From so many patients on, how much they differ is believed to show how much they could differ.
RELIABLE_PATIENTS = 20
# The exponential model behind an AUC's variance makes it too large for most scores that rank well:
# up to four times, in the simulations of benchmarks/intervals.py.
_LEAST_VARIANCE = 0.25
_EXACT_UP_TO = 8


class Interval(NamedTuple):
    """A value and its 95 % interval; NaN where it is not defined."""

    value: float
    low: float
    high: float


def effective_patients(images: Sequence[int] | NDArray[np.int64]) -> float:
    """How many patients with one image each would tell as much (Kish, 1965, Survey Sampling).

    Args:
        images: Of each patient, 1 or more. Images of one patient count as if they were all alike.
    """
    counts = np.asarray(images, dtype=np.float64)
    return float(counts.sum() ** 2 / (counts**2).sum()) if len(counts) else 0.0


def share_interval(value: float, variance: float, images: NDArray[np.int64]) -> Interval:
    """Of a share of images, or of a mean of numbers between 0 and 1.

    Wilson's, of the number of independent images that would have this variance (Korn and Graubard,
    1998, Survey Methodology 24:193; Franco and others, 2019,
    https://doi.org/10.1093/jssam/smy019): never more than there are images, and where the value is
    0 or 1 or the patients are few, never more than there are patients. A mean of numbers between 0
    and 1 varies at most as much as a share that equals it, so for one the interval is rather wide.

    Args:
        value: 0 to 1.
        variance: Of the value over draws of patients.
        images: Of each patient, 1 or more.
    """
    if math.isnan(value) or not len(images):
        return Interval(math.nan, math.nan, math.nan)
    number = effective_patients(images)
    spread = value * (1 - value)
    if spread > 0 and variance > 0:
        most = float(images.sum()) if len(images) >= RELIABLE_PATIENTS else number
        number = min(most, spread / variance)
    return Interval(value, *wilson(value * number, number))


def auc_interval(
    value: float, variance: float, positives: NDArray[np.int64], negatives: NDArray[np.int64]
) -> Interval:
    """Of an area under the ROC curve.

    The score interval of Newcombe (2006, https://doi.org/10.1002/sim.2324, method 5), with the
    numbers of patients, and with the variance scaled to the one over draws of patients where both
    classes have enough of them.

    Args:
        value: 0 to 1.
        variance: Of the value over draws of patients.
        positives: Images of each patient of the class looked for.
        negatives: Likewise, of the other class.
    """
    if math.isnan(value):
        return Interval(math.nan, math.nan, math.nan)
    sizes = effective_patients(positives), effective_patients(negatives)
    scale = 1.0
    if 0 < value < 1:
        enough = min(len(positives), len(negatives)) >= RELIABLE_PATIENTS
        scale = max(variance / _auc_variance(value, *sizes), _LEAST_VARIANCE if enough else 1.0)
    low, below = (_auc_bound(one, scale, sizes) for one in (value, 1 - value))
    return Interval(value, low, 1 - below)


def _auc_variance(area: float, positives: float, negatives: float) -> float:
    """Of an area, of exponential scores; Hanley and McNeil (1982) as Newcombe made it symmetric."""
    half = (positives + negatives) / 2 - 1
    shape = 1 + half * ((1 - area) / (2 - area) + area / (1 + area))
    return area * (1 - area) * shape / (positives * negatives)


def _auc_bound(area: float, scale: float, sizes: tuple[float, float]) -> float:
    """The smallest true area that an estimate does not contradict."""
    if area <= 0:
        return 0.0

    def excess(truth: float) -> float:
        return (area - truth) ** 2 - Z_95**2 * scale * _auc_variance(truth, *sizes)

    return float(brentq(excess, 0.0, min(area, 1 - 1e-9)))


def chance_auc(positives: int, negatives: int) -> float:
    """The AUC, 0.5 to 1, that scores which tell nothing exceed in at most 1 of 20 cases.

    From the distribution of U (Mann and Whitney, 1947): the exact one where a class has at most 8
    patients, as in scipy.stats.mannwhitneyu, and the normal one where both have more. Of so few
    patients that even a perfect ranking comes by chance more often, it is 1: nothing exceeds it.

    Args:
        positives: Patients of the class looked for, 1 or more; ``negatives``: of the other.
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
    where two models are right alike.

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
