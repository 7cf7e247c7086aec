"""Areas under the ROC curve: of weighted images, and of a group against the rest."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from chest_xray.statistics.draws import PatientDraws, variance_of_draws
from chest_xray.statistics.intervals import (
    Interval,
    auc_interval,
    auc_variance,
    effective_patients,
    shrunk_variance,
)

Floats = NDArray[np.float64]


def weighted_auc(labels: NDArray[np.bool_], scores: Floats, weights: Floats) -> Floats:
    """Area under the ROC curve: how often a positive lies above a negative, ties half.

    Args:
        labels: bool [n], whether an image is of the positive class.
        scores: float [n], higher for the positive class.
        weights: float [draws, n], 0 or more.

    Returns:
        float [draws], 0 to 1; NaN where a draw lacks a class.
    """
    order = np.argsort(scores, kind="stable")
    _, starts = np.unique(scores[order], return_index=True)
    sorted_weights = weights[:, order]
    positives = np.add.reduceat(sorted_weights * labels[order], starts, axis=1)
    negatives = np.add.reduceat(sorted_weights * ~labels[order], starts, axis=1)
    below = np.cumsum(negatives, axis=1) - negatives
    pairs = positives.sum(axis=1) * negatives.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (positives * (below + negatives / 2)).sum(axis=1) / pairs


def weighted_auc_interval(
    labels: NDArray[np.bool_], scores: Floats, weights: Floats, draws: PatientDraws
) -> Interval:
    """The AUC of images that count by weight, with a 95 % interval in which patients are the units.

    The interval takes the weights as known. Those that were estimated on the same images, such as
    ``evaluating.balancing.overlap_weights``, vary less than if they were (Lunceford and Davidian,
    2004, https://doi.org/10.1002/sim.1903), so for them it is rather wide.

    Args:
        labels: bool [n], whether an image is of the positive class.
        scores: float [n], higher for the positive class.
        weights: float [n], 0 or more.
        draws: Of the patients of these n images.

    Returns:
        0 to 1; NaN where no image of a class has a weight.
    """
    value = float(weighted_auc(labels, scores, weights[None])[0])
    drawn = [weighted_auc(labels, scores, times * weights) for times in draws.blocks()]

    def per_patient(side: NDArray[np.bool_]) -> Floats:
        sums = np.bincount(draws.patient[side], weights[side]).astype(np.float64)
        return sums[sums > 0]

    return auc_interval(
        value,
        variance_of_draws(np.concatenate(drawn)),
        per_patient(labels),
        per_patient(~labels),
    )


def auc_difference_p(
    labels: NDArray[np.bool_], scores: Floats, inside: NDArray[np.bool_], draws: PatientDraws
) -> float:
    """Whether the AUC within a group is another than the AUC within the rest: two-sided p value.

    The difference over its standard error, normal. The variance is the one over draws of patients,
    who may have images on both sides; it is shrunk towards the variance that both areas have where
    both equal their mean (``intervals``), the more the fewer the patients are, so that few
    patients without an error are no evidence.

    Args:
        labels: bool [n], whether an image is of the positive class.
        scores: float [n], higher for the positive class.
        inside: bool [n], whether an image is of the group.
        draws: Of the patients of these n images.

    Returns:
        0 to 1; NaN where the group or the rest lacks a class.
    """
    sides = inside, ~inside
    sizes = [
        [effective_patients(draws.images(side & own)) for own in (labels, ~labels)]
        for side in sides
    ]
    if np.min(sizes) == 0:
        return math.nan
    areas = weighted_auc(labels, scores, np.array(sides, dtype=np.float64))
    precision = [positives * negatives / (positives + negatives) for positives, negatives in sizes]
    common = float(np.average(areas, weights=precision))
    expected = sum(auc_variance(common, *of_side) for of_side in sizes)
    drawn = [
        weighted_auc(labels[inside], scores[inside], times[:, inside])
        - weighted_auc(labels[~inside], scores[~inside], times[:, ~inside])
        for times in draws.blocks()
    ]
    variance = shrunk_variance(
        variance_of_draws(np.concatenate(drawn)), expected, float(np.min(sizes))
    )
    difference = float(areas[0] - areas[1])
    return float(2 * norm.sf(abs(difference) / math.sqrt(variance))) if difference else 1.0
