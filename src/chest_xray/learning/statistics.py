"""How well probabilities tell two classes apart, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binomtest

from chest_xray.learning.risk import wilson

METRICS = ("accuracy", "f1", "macro_f1", "auc", "sensitivity", "specificity", "brier", "ece")
CALIBRATION_BINS = 10

Floats = NDArray[np.float64]


def weighted_metrics(
    labels: NDArray[np.bool_], probabilities: Floats, threshold: float, weights: Floats
) -> dict[str, Floats]:
    """All metrics for many weightings of the same images at once.

    Args:
        labels: bool [n], whether an image is of the class looked for.
        probabilities: float [n], 0 to 1.
        threshold: At or above it an image is called positive.
        weights: float [draws, n], how often each image counts in a draw.

    Returns:
        For each of ``METRICS`` float [draws]; NaN where a draw lacks what the metric needs.
        ``f1`` is of the class looked for, ``macro_f1`` the mean over both; ``ece`` is the expected
        calibration error over ten bins of equal width (Guo et al., 2017,
        https://arxiv.org/abs/1706.04599).
    """
    positive = labels.astype(np.float64)
    called = (probabilities >= threshold).astype(np.float64)
    hits = weights @ (positive * called)
    misses = weights @ (positive * (1 - called))
    alarms = weights @ ((1 - positive) * called)
    passes = weights @ ((1 - positive) * (1 - called))
    total = hits + misses + alarms + passes
    with np.errstate(invalid="ignore", divide="ignore"):
        f1 = 2 * hits / (2 * hits + misses + alarms)
        f1_of_the_other = 2 * passes / (2 * passes + misses + alarms)
        return {
            "accuracy": (hits + passes) / total,
            "f1": f1,
            "macro_f1": (f1 + f1_of_the_other) / 2,
            "auc": _auc(labels, probabilities, weights),
            "sensitivity": hits / (hits + misses),
            "specificity": passes / (passes + alarms),
            "brier": weights @ (probabilities - positive) ** 2 / total,
            "ece": _calibration_error(positive, probabilities, weights),
        }


def _auc(labels: NDArray[np.bool_], probabilities: Floats, weights: Floats) -> Floats:
    """Area under the ROC curve: how often a positive lies above a negative, ties half."""
    order = np.argsort(probabilities, kind="stable")
    _, starts = np.unique(probabilities[order], return_index=True)
    sorted_weights = weights[:, order]
    positives = np.add.reduceat(sorted_weights * labels[order], starts, axis=1)
    negatives = np.add.reduceat(sorted_weights * ~labels[order], starts, axis=1)
    below = np.cumsum(negatives, axis=1) - negatives
    pairs = positives.sum(axis=1) * negatives.sum(axis=1)
    return (positives * (below + negatives / 2)).sum(axis=1) / pairs


def _bins(probabilities: Floats) -> NDArray[np.int64]:
    """Which tenth of probability each lies in, int [n], 0 to 9."""
    return np.minimum((probabilities * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)


def _calibration_error(positive: Floats, probabilities: Floats, weights: Floats) -> Floats:
    bins = _bins(probabilities)
    member = np.eye(CALIBRATION_BINS)[bins]
    gaps = np.abs((weights * (positive - probabilities)) @ member)
    return gaps.sum(axis=1) / weights.sum(axis=1)


def metrics(labels: NDArray[np.bool_], probabilities: Floats, threshold: float) -> dict[str, float]:
    """The metrics of ``weighted_metrics``, every image counting once."""
    once = np.ones((1, len(labels)))
    values = weighted_metrics(labels, probabilities, threshold, once)
    return {name: float(value[0]) for name, value in values.items()}


def metrics_with_intervals(
    labels: NDArray[np.bool_],
    probabilities: Floats,
    threshold: float,
    patients: Sequence[str],
    draws: int,
    seed: int,
) -> dict[str, dict[str, float | None]]:
    """The metrics with 95 % intervals by bootstrap over patients.

    A draw takes as many patients as there are, with replacement, and all images of each: images of
    one patient are not independent (percentile interval; Efron and Tibshirani, 1993, chapter 13).
    Where a share is 0 or 1, every draw has it too: there the interval is Wilson's, of patients. The
    calibration error has none: drawing adds error to it, so that the draws lie above the value.

    Returns:
        For each of ``METRICS`` ``value``, ``low`` and ``high``; None where it is not defined.
    """
    _, patient = np.unique(np.asarray(patients), return_inverse=True)
    count = int(patient.max()) + 1
    random = np.random.default_rng(seed)
    times = random.multinomial(count, np.full(count, 1 / count), size=draws).astype(np.float64)
    drawn = weighted_metrics(labels, probabilities, threshold, times[:, patient])
    values = metrics(labels, probabilities, threshold)
    counted = {
        "accuracy": np.ones_like(labels), "sensitivity": labels, "specificity": ~labels,
    }  # fmt: skip
    found = {}
    for name in METRICS:
        low, high = (_percentile(drawn[name], percent) for percent in (2.5, 97.5))
        if name in counted and values[name] in (0.0, 1.0):
            among = len(np.unique(patient[counted[name]]))
            low, high = wilson(round(values[name] * among), among)
        if name == "ece":
            low = high = None
        found[name] = {"value": _number(values[name]), "low": low, "high": high}
    return found


def _percentile(values: Floats, percent: float) -> float | None:
    defined = values[~np.isnan(values)]
    return float(np.percentile(defined, percent)) if len(defined) else None


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value


def confusion_matrix(labels: NDArray[np.bool_], called: NDArray[np.bool_]) -> list[list[int]]:
    """Counts: a row a true class, a column a predicted one; the class looked for comes second."""
    return [
        [int(((labels == row) & (called == column)).sum()) for column in (False, True)]
        for row in (False, True)
    ]


def reliability(labels: NDArray[np.bool_], probabilities: Floats) -> list[dict[str, Any]]:
    """Per filled bin of probability: ``predicted`` and ``observed`` share of positives, ``n``."""
    bins = _bins(probabilities)
    return [
        {
            "predicted": float(probabilities[bins == b].mean()),
            "observed": float(labels[bins == b].mean()),
            "n": int((bins == b).sum()),
        }
        for b in np.unique(bins)
    ]


def as_labels(labels: ArrayLike, positive: str) -> NDArray[np.bool_]:
    """bool [n]: whether each label is the class looked for."""
    return np.asarray(labels) == positive


def paired_differences(
    labels: NDArray[np.bool_],
    probabilities: tuple[Floats, Floats],
    thresholds: tuple[float, float],
    patients: Sequence[str],
    draws: int,
    seed: int,
) -> dict[str, dict[str, float | None]]:
    """How much better the second of two models is on the same images, with 95 % intervals.

    Both models are measured on the same drawn patients, so that what makes a patient easy or hard
    for both falls out of the difference (bootstrap over patients as in
    ``metrics_with_intervals``).

    Args:
        labels: bool [n], whether an image is of the class looked for.
        probabilities: Of each model, float [n], 0 to 1.
        thresholds: Of each model.
        patients: [n], of each image.
        draws: How many times patients are drawn.
        seed: Of the draws.

    Returns:
        For each of ``METRICS`` ``value``, ``low`` and ``high``, second minus first.
    """
    _, patient = np.unique(np.asarray(patients), return_inverse=True)
    count = int(patient.max()) + 1
    random = np.random.default_rng(seed)
    times = random.multinomial(count, np.full(count, 1 / count), size=draws).astype(np.float64)
    once = np.ones((1, len(labels)))
    values, drawn = (
        [
            weighted_metrics(labels, probability, threshold, weights)
            for probability, threshold in zip(probabilities, thresholds, strict=True)
        ]
        for weights in (once, times[:, patient])
    )
    return {
        name: {
            "value": _number(float(values[1][name][0] - values[0][name][0])),
            "low": _percentile(drawn[1][name] - drawn[0][name], 2.5),
            "high": _percentile(drawn[1][name] - drawn[0][name], 97.5),
        }
        for name in METRICS
    }


def mcnemar(first_right: NDArray[np.bool_], second_right: NDArray[np.bool_]) -> dict[str, Any]:
    """The exact test of McNemar (1947): do two models err equally often on the same images?

    Only images on which one is right and the other wrong tell; under the hypothesis each of them
    is a fair coin. The test takes images as independent, which those of one patient are not;
    ``paired_differences`` does not need that.

    Args:
        first_right: bool [n], whether the first model is right; ``second_right``: the second.

    Returns:
        ``only_first_right``, ``only_second_right`` and the two-sided ``p``; 1 where both agree.
    """
    first = int((first_right & ~second_right).sum())
    second = int((~first_right & second_right).sum())
    p = float(binomtest(first, first + second).pvalue) if first + second else 1.0
    return {"only_first_right": first, "only_second_right": second, "p": p}
