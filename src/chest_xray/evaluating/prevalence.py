"""Probabilities for another prevalence, and the prevalence of films without labels.

Both hold where nothing but the prevalence has changed: films of either class look as they do
inside. Whether that is so is looked at first (``measure_prevalence``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from chest_xray.evaluating.recalibration import log_odds
from chest_xray.parameters import RecalibrationParameters
from chest_xray.statistics.draws import PatientDraws
from chest_xray.statistics.intervals import Interval, effective_patients
from chest_xray.statistics.metrics import metrics, share_with_interval

# Halvings of the interval in which the prevalence is looked for.
_HALVINGS = 40
_TENTHS = np.linspace(0, 1, 11)
# Keys of what makes a correction unsafe.
SCORES, WARNED = "scores", "warned"

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def correct_prevalence(probability: Floats, calibrated_to: float, prevalence: float) -> Floats:
    """Probabilities for films of another prevalence (Saerens and others, 2002, equation 2.4).

    Args:
        probability: float [n], 0 to 1.
        calibrated_to: The prevalence of the films that they are right for, between 0 and 1.
        prevalence: Of the films that they are to be right for, between 0 and 1.
    """
    return expit(log_odds(probability) + logit(prevalence) - logit(calibrated_to))


def estimate_prevalence(
    probability: Floats, calibrated_to: float, weights: Floats | None = None
) -> Floats:
    """The prevalence of films without labels (Saerens, Latinne and Decaestecker, 2002,
    https://doi.org/10.1162/089976602753284446).

    Their algorithm (EM) climbs to the prevalence under which the scores are most likely. The
    likelihood is concave and has one maximum, which is found here by halving the interval.

    Args:
        probability: float [n], 0 to 1.
        calibrated_to: The prevalence of the films that they are right for, between 0 and 1.
        weights: float [draws, n], how often each film counts; None for once.

    Returns:
        float [draws] (one where there are no weights), 0 to 1.
    """
    times = np.ones((1, len(probability))) if weights is None else weights
    # How much more likely a film's score is among positives than among negatives.
    excess = np.expm1(log_odds(probability) - logit(calibrated_to))
    low, high = np.zeros(len(times)), np.ones(len(times))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        rises = (times * excess / (1 + middle[:, None] * excess)).sum(axis=1) > 0
        low, high = np.where(rises, middle, low), np.where(rises, high, middle)
    return (low + high) / 2


def prevalence_with_interval(
    probability: Floats, calibrated_to: float, draws: PatientDraws
) -> Interval:
    """``estimate_prevalence`` with the middle 95 % of its values over draws of patients.

    Args:
        probability: float [n]; ``calibrated_to``: as there.
        draws: Of the patients of these n films.
    """
    value = float(estimate_prevalence(probability, calibrated_to)[0])
    drawn = np.concatenate(
        [estimate_prevalence(probability, calibrated_to, times) for times in draws.blocks()]
    )
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(value, min(value, float(low)), max(value, float(high)))


def fit_of_mixture(
    probability: Floats,
    patients: Sequence[str],
    reference: Floats,
    reference_labels: Bools,
    reference_patients: Sequence[str],
    draws: int,
    seed: int,
) -> dict[str, float]:
    """Whether scores are as those of a reference would be at another prevalence.

    The largest distance between the distribution of the scores and the nearest mixture of the
    reference's positives and negatives (Kolmogorov and Smirnov's), the share being estimated by
    ``estimate_prevalence``. It is held against the distances of samples of such a mixture, drawn
    from the patients of the reference with all films of each, while the reference is drawn again
    too. A sample has as many films as carry the same information as the scores do, at most as many
    as these.

    Args:
        probability: float [n].
        patients: [n], of each film.
        reference: float [m], probabilities of the films that the model was calibrated on.
        reference_labels: bool [m]; both classes occur.
        reference_patients: [m].
        draws: Of such samples; ``seed``: theirs.

    Returns:
        ``distance`` (0 to 1) and ``p``, how often the distance is as large by chance.
    """
    calibrated_to = float(reference_labels.mean())
    share = float(estimate_prevalence(probability, calibrated_to)[0])
    observed = _distance(probability, reference, reference_labels, share)
    own = _by_patient(np.arange(len(reference)), reference_patients)
    of_class = [
        _by_patient(np.flatnonzero(side), np.asarray(reference_patients)[side])
        for side in (reference_labels, ~reference_labels)
    ]
    per_patient = len(reference) / _effective(reference_patients)
    films = max(1, min(len(probability), round(_effective(patients) * per_patient)))
    random = np.random.default_rng(seed)
    as_large = 0
    for _ in range(draws):
        some = random.binomial(films, share)
        sample = np.concatenate(
            [
                reference[_drawn(whose, number, random)[:number]]
                for whose, number in zip(of_class, (some, films - some), strict=True)
            ]
        )
        again = _drawn(own, len(own), random)
        labels = reference_labels[again]
        if labels.all() or not labels.any():
            # Nothing is known of a class, so no distance is too large.
            as_large += 1
            continue
        drawn_share = float(estimate_prevalence(sample, calibrated_to)[0])
        as_large += _distance(sample, reference[again], labels, drawn_share) >= observed
    return {"distance": observed, "p": (1 + as_large) / (1 + draws)}


def _by_patient(rows: NDArray[np.int64], patients: Sequence[str] | NDArray[Any]) -> list[Any]:
    """The rows of each patient."""
    _, patient = np.unique(np.asarray(patients), return_inverse=True)
    ends = np.cumsum(np.bincount(patient))[:-1]
    return np.split(rows[np.argsort(patient, kind="stable")], ends)


def _effective(patients: Sequence[str]) -> float:
    return effective_patients(np.unique(np.asarray(patients), return_counts=True)[1])


def _drawn(rows: list[Any], patients: int, random: np.random.Generator) -> NDArray[np.int64]:
    """The rows of so many patients, drawn with replacement."""
    drawn = [rows[one] for one in random.integers(len(rows), size=patients)]
    return np.concatenate([np.zeros(0, dtype=np.int64), *drawn])


def _distance(scores: Floats, reference: Floats, labels: Bools, share: float) -> float:
    grid = np.sort(np.concatenate([scores, reference]))

    def below(values: Floats) -> Floats:
        return np.searchsorted(np.sort(values), grid, side="right") / len(values)

    mixture = share * below(reference[labels]) + (1 - share) * below(reference[~labels])
    return float(np.abs(below(scores) - mixture).max())


def measure_prevalence(
    probability: Floats,
    labels: Bools,
    patients: Sequence[str],
    warned: Bools,
    reference: tuple[Floats, Bools, Sequence[str]],
    parameters: RecalibrationParameters,
) -> dict[str, Any] | None:
    """Estimate a hospital's prevalence without its labels, and hold it against them.

    Args:
        probability: float [n], of its films; ``labels``: bool [n]; ``patients``: [n].
        warned: bool [n], whether a film is warned of.
        reference: Probabilities, labels and patients of the films that the model was calibrated
            on, its validation part.
        parameters: ``prevalence`` (stated, or None), ``largest_warned_share, significance,
            bootstrap_samples, seed``.

    Returns:
        For json. ``calibrated_to``: the reference's prevalence; ``estimate`` and ``labelled``,
        what the labels say, with intervals; ``stated``; ``fit``: ``distance`` and ``p`` of
        ``fit_of_mixture``; ``warned_share``; ``unsafe``: why no correction should be trusted, of
        ``scores`` (they are no such mixture) and ``warned`` (too many films are warned of);
        ``metrics``: ``brier`` and ``ece`` of the probabilities ``as_they_are``, of those corrected
        for the ``estimate`` and for the prevalence ``stated``; ``tenths``: of each tenth of
        probability the share of films ``outside`` and of the ``mixture``. None where the reference
        lacks a class.
    """
    scores, classes, reference_patients = reference
    if classes.all() or not classes.any():
        return None
    calibrated_to = float(classes.mean())
    draws = PatientDraws(patients, parameters.bootstrap_samples, parameters.seed)
    estimate = prevalence_with_interval(probability, calibrated_to, draws)
    fit = fit_of_mixture(
        probability,
        patients,
        scores,
        classes,
        reference_patients,
        parameters.bootstrap_samples,
        parameters.seed,
    )
    warned_share = share_with_interval(warned, np.ones_like(warned), draws).as_json()
    unsafe = [SCORES] if fit["p"] < parameters.significance else []
    unsafe += [WARNED] if float(warned.mean()) > parameters.largest_warned_share else []
    # At 0 and 1 there is no probability but these.
    shares = {"estimate": min(max(estimate.value, 1e-3), 1 - 1e-3), "stated": parameters.prevalence}
    corrected = {"as_they_are": probability} | {
        name: correct_prevalence(probability, calibrated_to, share)
        for name, share in shares.items()
        if share is not None
    }
    return {
        "calibrated_to": calibrated_to,
        "estimate": estimate.as_json(),
        "labelled": share_with_interval(labels, np.ones_like(labels), draws).as_json(),
        "stated": parameters.prevalence,
        "fit": fit,
        "warned_share": warned_share,
        "unsafe": unsafe,
        "metrics": {name: _errors(labels, new) for name, new in corrected.items()},
        "tenths": {
            "outside": _tenths(probability),
            "mixture": [
                estimate.value * positive + (1 - estimate.value) * negative
                for positive, negative in zip(
                    _tenths(scores[classes]), _tenths(scores[~classes]), strict=True
                )
            ],
        },
    }


def _errors(labels: Bools, probability: Floats) -> dict[str, float]:
    """What doesn't depend on a threshold."""
    found = metrics(labels, probability, 0.5)
    return {name: found[name] for name in ("brier", "ece")}


def _tenths(probability: Floats) -> list[float]:
    counts, _ = np.histogram(probability, _TENTHS)
    return [float(one) for one in counts / len(probability)]
