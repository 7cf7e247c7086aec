"""Three-way decisions: negative, positive, and between them films that a person reads first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chest_xray.statistics.draws import PatientDraws
from chest_xray.statistics.intervals import share_interval
from chest_xray.statistics.metrics import share_with_interval

# Cuts of the sorted films that are looked at.
_CUTS = 200

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class TwoThresholds:
    """Films below ``negative`` are called negative, those at or above ``positive`` positive.

    Attributes:
        negative: None where no film can be called negative as surely as asked.
        positive: None likewise; not below ``negative``.
    """

    negative: float | None
    positive: float | None

    def called(self, probability: Floats) -> tuple[Bools, Bools]:
        """Which films, bool [n] each, are called negative and positive."""
        nothing = np.zeros(len(probability), dtype=bool)
        return (
            nothing if self.negative is None else probability < self.negative,
            nothing if self.positive is None else probability >= self.positive,
        )


def choose_two_thresholds(
    labels: Bools,
    probability: Floats,
    draws: PatientDraws,
    npv: float,
    ppv: float,
    threshold: float,
) -> TwoThresholds:
    """The thresholds that decide most films with the predictive values that are asked for.

    Of the films below the lower one the share without the disease, and of those at or above the
    upper one the share with it, have a 95 % interval (patients as the units) that lies above what
    is asked for. Predictive values hold for the prevalence of these films only.

    Args:
        labels: bool [n], of films that nothing was trained on; both classes occur.
        probability: float [n].
        draws: Of the patients of these n films.
        npv: The negative predictive value; ``ppv``: the positive one, each below 1.
        threshold: The model's; where the two would cross, so that every film can be decided, both
            are the one nearest to it.
    """
    negative = _largest_cut(~labels, probability, draws, npv)
    mirrored = _largest_cut(labels, 1 - probability, draws, ppv)
    positive = None if mirrored is None else 1 - mirrored
    if negative is not None and positive is not None and negative > positive:
        negative = positive = min(max(threshold, positive), negative)
    return TwoThresholds(negative, positive)


def measure_three_way(
    labels: Bools, probability: Floats, thresholds: TwoThresholds, draws: PatientDraws
) -> dict[str, Any]:
    """How many films are decided, and how often right.

    Args:
        labels: bool [n]; ``probability``: float [n].
        thresholds: Of ``choose_two_thresholds``.
        draws: Of the patients of these n films.

    Returns:
        For json. ``n``; ``negative``, ``positive`` and ``to_a_person``: numbers of films;
        ``decided``, ``npv``, ``ppv``, and ``right``: of the decided films those decided rightly,
        each with its interval, None where there is no such film.
    """
    negative, positive = thresholds.called(probability)
    decided = negative | positive
    right = (negative & ~labels) | (positive & labels)
    return {
        "n": len(labels),
        "negative": int(negative.sum()),
        "positive": int(positive.sum()),
        "to_a_person": int((~decided).sum()),
        "decided": share_with_interval(decided, np.ones_like(decided), draws).as_json(),
        "npv": share_with_interval(~labels, negative, draws).as_json(),
        "ppv": share_with_interval(labels, positive, draws).as_json(),
        "right": share_with_interval(right, decided, draws).as_json(),
    }


def three_way(
    validation: tuple[Bools, Floats, Sequence[str]],
    measured: dict[str, tuple[Bools, Floats, Sequence[str]]],
    npv: float,
    ppv: float,
    threshold: float,
    bootstrap_samples: int,
    seed: int,
) -> dict[str, Any]:
    """Two thresholds chosen on validation, measured on other films.

    Args:
        validation: Labels, probabilities and patients; ``measured``: the same of other films.
        npv: Asked for; ``ppv``, ``threshold``: see ``choose_two_thresholds``.
        bootstrap_samples: Draws of patients; ``seed``: theirs.

    Returns:
        For json. ``npv`` and ``ppv`` asked for, the thresholds ``negative`` and ``positive``, and
        ``measure_three_way`` of ``validation`` and of each of ``measured``.
    """

    def draws(patients: Sequence[str]) -> PatientDraws:
        return PatientDraws(patients, bootstrap_samples, seed)

    labels, probability, patients = validation
    found = choose_two_thresholds(labels, probability, draws(patients), npv, ppv, threshold)
    return {
        "npv": npv,
        "ppv": ppv,
        "thresholds": {"negative": found.negative, "positive": found.positive},
        **{
            name: measure_three_way(of_films, scores, found, draws(whose))
            for name, (of_films, scores, whose) in {"validation": validation, **measured}.items()
        },
    }


def _largest_cut(right: Bools, scores: Floats, draws: PatientDraws, asked: float) -> float | None:
    """The highest score below which the lower bound of the share of ``right`` is ``asked``."""
    order = np.argsort(scores, kind="stable")
    ordered, of_patient = scores[order], draws.patient[order]
    # Cuts lie between different scores; k films are below the k-th.
    cuts = np.append(np.flatnonzero(np.diff(ordered) > 0) + 1, len(ordered))
    cuts = cuts[np.unique(np.linspace(0, len(cuts) - 1, _CUTS).round().astype(int))]
    counted = right[order].astype(np.float64)
    shares = []
    for times in draws.blocks():
        drawn = times[:, order]
        with np.errstate(invalid="ignore"):
            shares.append(
                (np.cumsum(drawn * counted, axis=1) / np.cumsum(drawn, axis=1))[:, cuts - 1]
            )
    variances = np.nanvar(np.concatenate(shares), axis=0)
    for place in reversed(range(len(cuts))):
        cut = cuts[place]
        images = np.unique(of_patient[:cut], return_counts=True)[1]
        variance = float(np.nan_to_num(variances[place]))
        if share_interval(float(counted[:cut].mean()), variance, images).low >= asked:
            above = ordered[cut] if cut < len(ordered) else 1.0
            return float((ordered[cut - 1] + above) / 2)
    return None
