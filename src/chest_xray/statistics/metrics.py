"""Metrics of a binary classifier with 95 % intervals, and paired comparisons of two models."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binomtest

from chest_xray.statistics.discrimination import weighted_auc
from chest_xray.statistics.draws import PatientDraws, variance_of_draws
from chest_xray.statistics.intervals import (
    Interval,
    auc_interval,
    difference_interval,
    paired_correlation,
    share_interval,
)

METRICS = ("accuracy", "f1", "macro_f1", "auc", "sensitivity", "specificity", "brier", "ece")
CALIBRATION_BINS = 10
# Of the negative class: only a half of the macro F1.
_OTHER_F1 = "negative_f1"

Floats = NDArray[np.float64]


def weighted_metrics(
    labels: NDArray[np.bool_], probabilities: Floats, threshold: float, weights: Floats
) -> dict[str, Floats]:
    """All metrics for many weightings of the same images at once.

    Args:
        labels: bool [n], whether an image is of the positive class.
        probabilities: float [n], 0 to 1.
        threshold: At or above it an image is called positive.
        weights: float [draws, n], how often each image counts in a draw.

    Returns:
        For each of ``METRICS`` float [draws]; NaN where a draw lacks what the metric needs.
        ``f1`` is of the positive class, ``macro_f1`` the mean over both; ``ece`` is the expected
        calibration error over ten bins of equal width (Guo et al., 2017,
        https://arxiv.org/abs/1706.04599).
    """
    positive = labels.astype(np.float64)
    predicted = (probabilities >= threshold).astype(np.float64)
    true_positives = weights @ (positive * predicted)
    false_negatives = weights @ (positive * (1 - predicted))
    false_positives = weights @ ((1 - positive) * predicted)
    true_negatives = weights @ ((1 - positive) * (1 - predicted))
    total = true_positives + false_negatives + false_positives + true_negatives
    with np.errstate(invalid="ignore", divide="ignore"):
        f1 = 2 * true_positives / (2 * true_positives + false_negatives + false_positives)
        other_f1 = 2 * true_negatives / (2 * true_negatives + false_negatives + false_positives)
        return {
            "accuracy": (true_positives + true_negatives) / total,
            "f1": f1,
            "macro_f1": (f1 + other_f1) / 2,
            _OTHER_F1: other_f1,
            "auc": weighted_auc(labels, probabilities, weights),
            "sensitivity": true_positives / (true_positives + false_negatives),
            "specificity": true_negatives / (true_negatives + false_positives),
            "brier": weights @ (probabilities - positive) ** 2 / total,
            "ece": _calibration_error(positive, probabilities, weights),
        }


def _bins(probabilities: Floats) -> NDArray[np.int64]:
    """Which tenth of probability each lies in, int [n], 0 to 9."""
    return np.minimum((probabilities * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)


def _calibration_error(positive: Floats, probabilities: Floats, weights: Floats) -> Floats:
    bins = _bins(probabilities)
    member = np.eye(CALIBRATION_BINS)[bins]
    gaps = np.abs((weights * (positive - probabilities)) @ member)
    return gaps.sum(axis=1) / weights.sum(axis=1)


def metrics(labels: NDArray[np.bool_], probabilities: Floats, threshold: float) -> dict[str, float]:
    """The metrics of ``weighted_metrics``, every image with weight 1."""
    once = np.ones((1, len(labels)))
    values = weighted_metrics(labels, probabilities, threshold, once)
    return {name: float(values[name][0]) for name in METRICS}


def metrics_with_intervals(
    labels: NDArray[np.bool_],
    probabilities: Floats,
    threshold: float,
    patients: Sequence[str],
    draws: int,
    seed: int,
) -> dict[str, dict[str, float | None]]:
    """The metrics with 95 % intervals in which patients are the units.

    How much a metric varies between draws of as many patients (with replacement, all images of
    each) gives the number of independent images that it rests on, and this the interval: Wilson's
    for shares and the Brier score, Newcombe's for the AUC (``intervals``). F1 is an increasing
    function of a share: of the images that are of the class or called so, those that are both. The
    ends of the macro F1 are the means of those of both classes. The calibration error has no
    interval: drawing adds error to it, so the draws are above the value.

    Returns:
        For each of ``METRICS`` ``value``, ``low`` and ``high``, 0 to 1; None where it is not
        defined, as where a class has no image.
    """
    found = _intervals(labels, probabilities, threshold, PatientDraws(patients, draws, seed))[0]
    return {name: found[name].as_json() for name in METRICS}


def _intervals(
    labels: NDArray[np.bool_], probabilities: Floats, threshold: float, draws: PatientDraws
) -> tuple[dict[str, Interval], dict[str, Floats]]:
    """Each metric's interval, and its value in each draw."""
    values = weighted_metrics(labels, probabilities, threshold, np.ones((1, len(labels))))
    blocks = [weighted_metrics(labels, probabilities, threshold, times) for times in draws.blocks()]
    resampled = {name: np.concatenate([block[name] for block in blocks]) for name in values}
    images = draws.images
    called = probabilities >= threshold
    everything = np.ones_like(labels)
    counted = {
        "accuracy": everything,
        "brier": everything,
        "sensitivity": labels,
        "specificity": ~labels,
    }
    found = {
        name: share_interval(
            float(values[name][0]), variance_of_draws(resampled[name]), images(among)
        )
        for name, among in counted.items()
    }
    for name, among in (("f1", labels | called), (_OTHER_F1, ~labels | ~called)):
        both = share_interval(
            _overlap(float(values[name][0])),
            variance_of_draws(_overlap(resampled[name])),
            images(among),
        )
        found[name] = Interval(*(2 * end / (1 + end) for end in both))
    ends = zip(found["f1"], found[_OTHER_F1], strict=True)
    found["macro_f1"] = Interval(*((one + other) / 2 for one, other in ends))
    found["auc"] = auc_interval(
        float(values["auc"][0]),
        variance_of_draws(resampled["auc"]),
        images(labels),
        images(~labels),
    )
    found["ece"] = Interval(float(values["ece"][0]), math.nan, math.nan)
    return found, resampled


def _overlap(f1: Any) -> Any:
    """Of the images of a class or called so, the share that is both, from the F1."""
    return f1 / (2 - f1)


def share_with_interval(
    events: NDArray[np.bool_], among: NDArray[np.bool_], draws: PatientDraws
) -> Interval:
    """The share of some images in which something is so, with patients as the units.

    Such as the positive predictive value: of the images called positive, those that are.

    Args:
        events: bool [n], whether it is so in an image.
        among: bool [n], the images whose share it is.
        draws: Of the patients of all n images.

    Returns:
        0 to 1; NaN where ``among`` has no image.
    """
    both = (events & among).astype(np.float64)
    if not among.any():
        return Interval(math.nan, math.nan, math.nan)
    with np.errstate(invalid="ignore"):
        drawn = [(times @ both) / (times @ among) for times in draws.blocks()]
    return share_interval(
        float(both.sum() / among.sum()),
        variance_of_draws(np.concatenate(drawn)),
        draws.images(among),
    )


def few_patients(
    splits: pd.DataFrame, class_names: Sequence[str], min_patients: int
) -> list[dict[str, Any]]:
    """The classes that a held-out part has too few patients of for precise metrics.

    Args:
        splits: ``part, label, group_id``.
        class_names: In the order in which they are reported.
        min_patients: A class with fewer is reported.

    Returns:
        ``part``, ``class_name``, ``patients`` and ``fewest`` of each, validation before test.
    """
    found = []
    for part in ("validation", "test"):
        for name in class_names:
            own = (splits["part"] == part) & (splits["label"] == name)
            patients = int(splits.loc[own, "group_id"].nunique())
            if patients < min_patients:
                found.append(
                    {"part": part, "class_name": name, "patients": patients, "fewest": min_patients}
                )
    return found


def confusion_matrix(labels: NDArray[np.bool_], called: NDArray[np.bool_]) -> list[list[int]]:
    """Counts: rows are true classes, columns predicted ones; the positive class comes second."""
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
    """bool [n]: whether each label is the positive class."""
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

    From the interval of each model and from how their metrics vary together between draws of
    patients (``intervals.difference_interval``): what makes a patient easy or hard for both falls
    out of the difference, and two models that agree on every image differ by 0, give or take what
    so few patients leave open.

    Args:
        labels: bool [n], whether an image is of the positive class.
        probabilities: Of each model, float [n], 0 to 1.
        thresholds: Of each model.
        patients: [n], of each image.
        draws: How many times patients are resampled.
        seed: Of the draws.

    Returns:
        For each of ``METRICS`` ``value``, ``low`` and ``high``, second minus first, -1 to 1; None
        as in ``metrics_with_intervals``.
    """
    resampling = PatientDraws(patients, draws, seed)
    first, second = (
        _intervals(labels, probability, threshold, resampling)
        for probability, threshold in zip(probabilities, thresholds, strict=True)
    )
    everyone = len(np.unique(resampling.patient))
    rarer = min(len(np.unique(resampling.patient[side])) for side in (labels, ~labels))
    return {
        name: difference_interval(
            first[0][name],
            second[0][name],
            paired_correlation(
                first[1][name],
                second[1][name],
                everyone if name in ("accuracy", "brier") else rarer,
            ),
        ).as_json()
        for name in METRICS
    }


def mcnemar(first_right: NDArray[np.bool_], second_right: NDArray[np.bool_]) -> dict[str, Any]:
    """The exact test of McNemar (1947): do two models err equally often on the same images?

    Only images on which one is right and the other wrong count; under the hypothesis each of them
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
