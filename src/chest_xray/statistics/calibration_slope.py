"""Whether probabilities are right elsewhere: calibration intercept and slope."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from chest_xray.statistics.draws import PatientDraws
from chest_xray.statistics.intervals import Interval, effective_patients, shrunk_variance
from chest_xray.statistics.risk import Z_95

# Probabilities are taken to lie this far inside 0 and 1, where log-odds are infinite.
_INSIDE = 1e-6
_STEPS = 100
_LARGEST_STEP = 2.0

Floats = NDArray[np.float64]


def calibration_intercept_and_slope(
    labels: NDArray[np.bool_], probabilities: Floats, draws: PatientDraws
) -> tuple[Interval, Interval]:
    """Calibration-in-the-large and calibration slope, each with its 95 % interval.

    Logistic regression of the labels on the log-odds of the probabilities (Cox, 1958,
    https://doi.org/10.1093/biomet/45.3-4.562; Van Calster and others, 2019,
    https://doi.org/10.1186/s12916-019-1466-7). The intercept is fitted with a slope fixed at 1: 0
    is right, above 0 the probabilities are too low on the whole. The slope has an intercept of its
    own: 1 is right, below 1 the probabilities are too extreme, below 0 they point the wrong way.

    The interval reaches from the value as far as the percentiles of draws of patients do, shrunk
    towards the standard error of as many images as there are effective patients, so that few
    patients who agree leave a width.

    Args:
        labels: bool [n], whether an image is of the positive class.
        probabilities: float [n], 0 to 1; taken as within 0.000001 and 0.999999.
        draws: Of the patients of these n images.

    Returns:
        The intercept and the slope. NaN where they are not defined: a class has no image; for the
        slope also where all probabilities are equal or the classes are separated without an error.
        An end may be infinite where draws of the patients are separated so.
    """
    odds = logit(np.clip(probabilities, _INSIDE, 1 - _INSIDE))
    once = np.ones((1, len(labels)))
    patients = min(effective_patients(draws.images(side)) for side in (labels, ~labels))
    found = []
    for fit in (_intercepts, _slopes):
        value, error = (float(part[0]) for part in fit(labels, odds, once))
        if not math.isfinite(value):
            found.append(Interval(math.nan, math.nan, math.nan))
            continue
        drawn = np.concatenate([fit(labels, odds, times)[0] for times in draws.blocks()])
        scale = len(labels) / effective_patients(draws.images(np.ones_like(labels)))
        expected = (Z_95 * error) ** 2 * scale
        below, above = (
            math.sqrt(shrunk_variance(max(0.0, reach) ** 2, expected, patients))
            for reach in _reaches(value, drawn)
        )
        found.append(Interval(value, value - below, value + above))
    return found[0], found[1]


def _reaches(value: float, drawn: Floats) -> tuple[float, float]:
    """How far the 95 % of the draws reach below and above the value; may be infinite."""
    defined = np.sort(drawn[~np.isnan(drawn)])
    if not len(defined):
        return 0.0, 0.0
    # Draws themselves, not means of two: one of them may be infinite.
    low, high = (defined[round(share * (len(defined) - 1))] for share in (0.025, 0.975))
    return value - float(low), float(high) - value


def _intercepts(labels: NDArray[np.bool_], odds: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Of each weighting the intercept with a slope of 1 and its standard error, float [draws]."""
    positive = labels.astype(np.float64)
    defined = (weights @ positive > 0) & (weights @ (1 - positive) > 0)
    intercept = np.zeros(len(weights))
    for _ in range(_STEPS):
        p = expit(odds + intercept[:, None])
        gradient = (weights * (positive - p)).sum(axis=1)
        information = (weights * p * (1 - p)).sum(axis=1)
        step = np.clip(gradient / information, -_LARGEST_STEP, _LARGEST_STEP)
        step[~defined] = 0
        intercept += step
        if np.abs(step).max() < 1e-9:
            break
    intercept[~defined] = math.nan
    return intercept, 1 / np.sqrt(information)


def _slopes(labels: NDArray[np.bool_], odds: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Of each weighting the slope and its standard error, float [draws].

    Infinite where the classes are separated, NaN where the slope is not defined.
    """
    slope, error = np.full((2, len(weights)), math.nan)
    seen = weights > 0

    def ends(side: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        own = seen & side
        return np.where(own, odds, np.inf).min(axis=1), np.where(own, odds, -np.inf).max(axis=1)

    (low, high), (other_low, other_high) = ends(labels), ends(~labels)
    defined = np.isfinite(low) & np.isfinite(other_low)
    defined &= np.maximum(high, other_high) > np.minimum(low, other_low)
    slope[defined & (low >= other_high)] = math.inf
    slope[defined & (high <= other_low)] = -math.inf
    fitted = np.flatnonzero(defined & np.isnan(slope))
    if len(fitted):
        slope[fitted], error[fitted] = _fitted_slopes(labels, odds, weights[fitted])
    return slope, error


def _fitted_slopes(
    labels: NDArray[np.bool_], odds: Floats, weights: Floats
) -> tuple[Floats, Floats]:
    """By Newton's method, on log-odds of mean 0 and deviation 1; the classes overlap."""
    centre, spread = odds.mean(), odds.std()
    x, positive = (odds - centre) / spread, labels.astype(np.float64)
    intercept, slope = np.zeros((2, len(weights)))
    for _ in range(_STEPS):
        p = expit(intercept[:, None] + slope[:, None] * x)
        residual, curvature = weights * (positive - p), weights * p * (1 - p)
        first, second = residual.sum(axis=1), residual @ x
        a, b, c = curvature.sum(axis=1), curvature @ x, curvature @ x**2
        determinant = np.maximum(a * c - b * b, 1e-300)
        steps = np.stack([c * first - b * second, a * second - b * first]) / determinant
        # Far from the optimum Newton's step can overshoot.
        steps /= np.maximum(1, np.abs(steps).max(axis=0) / _LARGEST_STEP)
        intercept, slope = intercept + steps[0], slope + steps[1]
        if np.abs(steps).max() < 1e-9:
            break
    return slope / spread, np.sqrt(a / determinant) / spread
