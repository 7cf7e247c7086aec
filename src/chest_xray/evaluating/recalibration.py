"""A model's probabilities and threshold fitted to another hospital, from a labelled sample of it.

Only the map from the network's log-odds to a probability is fitted; the network stays as it is. So
the ranking of films, and with it the AUC, stays too: a model that ranks no better than chance there
is not helped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.model_selection import StratifiedGroupKFold

from chest_xray.errors import BadRecalibration
from chest_xray.evaluating.calibration import choose_threshold, fit_calibration
from chest_xray.parameters import RecalibrationParameters, ThresholdParameters
from chest_xray.statistics.calibration_slope import calibration_intercept_and_slope
from chest_xray.statistics.draws import PatientDraws
from chest_xray.statistics.metrics import (
    metrics,
    metrics_with_intervals,
    reliability,
    share_with_interval,
)

# Probabilities of float32 are 0 and 1 where log-odds are far from infinite.
_INSIDE = 1e-7
# A draw that lacks a class is drawn again so often.
_TRIES = 50
_FEWEST_OF_A_CLASS = 2
# Of the films that are left to measure on.
_FEWEST_LEFT = 20
_LEFT = 0.2
_MOSTLY = 0.9

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Recalibration:
    """``(log-odds + shift) / temperature`` are the new log-odds.

    Attributes:
        shift: Added to the model's log-odds.
        temperature: Above 0.
        threshold: The new probability from which on a film is called positive.
    """

    shift: float
    temperature: float
    threshold: float

    def probabilities(self, odds: Floats) -> Floats:
        """The new probabilities, 0 to 1, of the model's log-odds, float [n]."""
        return expit((odds + self.shift) / self.temperature)


def log_odds(probability: Floats) -> Floats:
    """Of probabilities, float [n]; at most 16 from 0, where float32 ends."""
    return logit(np.clip(probability, _INSIDE, 1 - _INSIDE))


def fit_recalibration(odds: Floats, labels: Bools, policy: ThresholdParameters) -> Recalibration:
    """Shift and temperature of the least log-loss (``fit_calibration``), and the threshold then.

    Args:
        odds: float [n], the model's.
        labels: bool [n]; both classes occur.
        policy: How the threshold is chosen.
    """
    found = fit_calibration(odds, labels)
    probability = expit((odds + found.shift) / found.temperature)
    threshold = choose_threshold(probability, labels, policy)
    return Recalibration(found.shift, found.temperature, threshold)


def measure_recalibration(
    labels: Bools,
    probability: Floats,
    patients: Sequence[str],
    threshold: float,
    parameters: RecalibrationParameters,
) -> dict[str, Any]:
    """Fit to a hospital's films, and measure on films of other patients than were fitted on.

    Each film's new probability and decision are those of a fit to the other folds' patients; the
    fit that is kept is the one to all films.

    Args:
        labels: bool [n], whether a film is of the positive class.
        probability: float [n], the model's.
        patients: [n], of each film.
        threshold: The model's.
        parameters: ``threshold, folds, curve_films, curve_draws, bootstrap_samples, seed``.

    Returns:
        For json. ``n, patients, positives``; ``auc``, which stays what it is; ``before`` and
        ``after``, each ``ece, brier, intercept, slope, sensitivity, specificity`` (``value``,
        ``low``, ``high``; patients as the units; the calibration error has no interval) and
        ``reliability``; ``fit``: ``shift, temperature, threshold`` of all films; ``refused``: the
        calibration slope is not above 0, so ``fit``, ``after`` and ``films_needed`` are None and
        ``curve`` is empty; ``doubtful``: the intervals of AUC or slope reach chance; ``curve``
        (``learning_curve``) and ``films_needed``: from how many films on at least 9 of 10 draws
        are ``better``, None where no number of them is enough.

    Raises:
        BadRecalibration: A class has fewer than two patients.
    """
    groups = np.asarray(patients)
    folds = min(parameters.folds, *(len(np.unique(groups[side])) for side in (labels, ~labels)))
    if folds < 2:
        raise BadRecalibration(
            "Films of one patient of a class can't be fitted and measured on; a recalibration "
            "needs two or more patients of each."
        )
    draws = PatientDraws(patients, parameters.bootstrap_samples, parameters.seed)
    own = metrics_with_intervals(
        labels,
        probability,
        threshold,
        groups.tolist(),
        parameters.bootstrap_samples,
        parameters.seed,
    )
    odds = log_odds(probability)
    before = _measured(labels, probability, probability >= threshold, draws)
    slope = before["slope"]
    # Classes that are separated without an error have no slope.
    above = slope["value"] > 0 if slope["value"] is not None else _ranks(own["auc"]["value"])
    found: dict[str, Any] = {
        "n": len(labels),
        "patients": len(np.unique(groups)),
        "positives": int(labels.sum()),
        "auc": own["auc"],
        "before": before,
        "refused": not above,
        "doubtful": not above or not _ranks(own["auc"]["low"]) or not _positive(slope),
        "fit": None,
        "after": None,
        "curve": [],
        "films_needed": None,
    }
    if not above:
        return found
    fit = fit_recalibration(odds, labels, parameters.threshold)
    new, called = _cross_fitted(odds, labels, groups, folds, parameters)
    curve = learning_curve(labels, probability, groups, parameters)
    return found | {
        "fit": asdict(fit),
        "after": _measured(labels, new, called, draws),
        "curve": curve,
        "films_needed": _films_needed(curve),
    }


def _cross_fitted(
    odds: Floats,
    labels: Bools,
    groups: NDArray[Any],
    folds: int,
    parameters: RecalibrationParameters,
) -> tuple[Floats, Bools]:
    """Each film's new probability and decision, by a fit to the patients of the other folds."""
    new, called = np.empty_like(odds), np.empty_like(labels)
    for fitted, held_out in _folds(labels, groups, folds, parameters.seed):
        one = fit_recalibration(odds[fitted], labels[fitted], parameters.threshold)
        new[held_out] = one.probabilities(odds[held_out])
        called[held_out] = new[held_out] >= one.threshold
    return new, called


def learning_curve(
    labels: Bools, probability: Floats, patients: NDArray[Any], parameters: RecalibrationParameters
) -> list[dict[str, Any]]:
    """How good a fit to so many films is on all other films, over draws of patients.

    Args:
        labels: bool [n]; ``probability``: float [n]; ``patients``: [n].
        parameters: ``curve_films``: the numbers of films; those that leave fewer than 20 films, or
            a fifth, to measure on are left out. ``curve_draws``, ``threshold``, ``seed``.

    Returns:
        A row per number: ``films``; ``brier, ece, sensitivity, specificity`` of the new
        probabilities on the rest, each ``value`` (mean of the draws), ``low`` and ``high`` (9 of
        10 draws lie between them); ``brier_before`` and ``ece_before``, means of the model as it
        is on the same films; ``brier_constant``, of one probability for all of them, the share of
        positives in the draw; ``better``: share of draws in which the Brier score is lower than
        both.
    """
    odds = log_odds(probability)
    random = np.random.default_rng(parameters.seed)
    most = len(labels) - max(_FEWEST_LEFT, int(_LEFT * len(labels)))
    rows = []
    for films in parameters.curve_films:
        if films > most:
            continue
        drawn = []
        for _ in range(parameters.curve_draws):
            chosen = _some_patients(labels, patients, films, random)
            if chosen is None:
                continue
            fit = fit_recalibration(odds[chosen], labels[chosen], parameters.threshold)
            rest, truth = fit.probabilities(odds[~chosen]), labels[~chosen]
            constant = float(((labels[chosen].mean() - truth) ** 2).mean())
            # Of the model as it is no decision is asked, so its threshold doesn't matter.
            before = metrics(truth, probability[~chosen], 0.5) | {"constant": constant}
            drawn.append((metrics(truth, rest, fit.threshold), before))
        if drawn:
            rows.append(_row(films, drawn))
    return rows


def _row(films: int, drawn: list[tuple[dict[str, float], dict[str, float]]]) -> dict[str, Any]:
    def spread(name: str) -> dict[str, float]:
        values = np.array([after[name] for after, _ in drawn])
        low, high = np.quantile(values, [0.05, 0.95])
        return {"value": float(values.mean()), "low": float(low), "high": float(high)}

    return {
        "films": films,
        **{name: spread(name) for name in ("brier", "ece", "sensitivity", "specificity")},
        **{
            f"{name}_before": float(np.mean([before[name] for _, before in drawn]))
            for name in ("brier", "ece")
        },
        "brier_constant": float(np.mean([before["constant"] for _, before in drawn])),
        "better": float(
            np.mean(
                [
                    after["brier"] < min(before["brier"], before["constant"])
                    for after, before in drawn
                ]
            )
        ),
    }


def _films_needed(curve: Sequence[dict[str, Any]]) -> int | None:
    needed = None
    for row in reversed(curve):
        if row["better"] < _MOSTLY:
            break
        needed = row["films"]
    return needed


def _some_patients(
    labels: Bools, patients: NDArray[Any], films: int, random: np.random.Generator
) -> Bools | None:
    """All films of patients drawn one by one, until there are enough; both sides have both
    classes.
    """
    _, patient, counts = np.unique(patients, return_inverse=True, return_counts=True)
    for _ in range(_TRIES):
        order = random.permutation(len(counts))
        enough = int(np.searchsorted(np.cumsum(counts[order]), films)) + 1
        chosen = np.isin(patient, order[:enough])
        parts = (chosen & labels, chosen & ~labels, ~chosen & labels, ~chosen & ~labels)
        if min(int(part.sum()) for part in parts) >= _FEWEST_OF_A_CLASS:
            return chosen
    return None


def _folds(
    labels: Bools, groups: NDArray[Any], folds: int, seed: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    split = StratifiedGroupKFold(n_splits=folds, shuffle=True, random_state=seed)
    for fitted, held_out in split.split(labels, labels, groups):
        if len(np.unique(labels[fitted])) < 2:
            raise BadRecalibration(
                "Nearly all films of a class are of one patient, so no fit to the others can be "
                "measured; a recalibration needs films of more patients."
            )
        yield fitted, held_out


def _measured(
    labels: Bools, probability: Floats, called: Bools, draws: PatientDraws
) -> dict[str, Any]:
    patients = [str(one) for one in draws.patient]
    intercept, slope = calibration_intercept_and_slope(labels, probability, draws)
    found = metrics_with_intervals(labels, probability, 0.5, patients, draws.count, draws.seed)
    return {
        "ece": found["ece"],
        "brier": found["brier"],
        "intercept": intercept.as_json(),
        "slope": slope.as_json(),
        "sensitivity": share_with_interval(called, labels, draws).as_json(),
        "specificity": share_with_interval(~called, ~labels, draws).as_json(),
        "reliability": reliability(labels, probability),
    }


def _ranks(auc: float | None) -> bool:
    return auc is not None and auc > 0.5


def _positive(slope: dict[str, float | None]) -> bool:
    """Whether the whole interval is above 0; one that reaches to infinity below is not."""
    if slope["value"] is None:
        return True
    return slope["low"] is not None and slope["low"] > 0
