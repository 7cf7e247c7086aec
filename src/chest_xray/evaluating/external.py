"""A finished model measured on another hospital's films. Nothing is trained or chosen for it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import roc_curve

from chest_xray.errors import BadExternalFilms
from chest_xray.evaluating.balancing import balanced_auc
from chest_xray.evaluating.calibration import choose_threshold
from chest_xray.evaluating.consistency import refuse_other_model
from chest_xray.evaluating.shortcuts import strongest
from chest_xray.evaluating.subgroups import measure_subgroups
from chest_xray.evaluating.warned import measure_warned
from chest_xray.parameters import ExternalValidationParameters, ThresholdParameters
from chest_xray.statistics.calibration_slope import calibration_intercept_and_slope
from chest_xray.statistics.decision_curve import decision_curve
from chest_xray.statistics.draws import PatientDraws
from chest_xray.statistics.metrics import (
    as_labels,
    confusion_matrix,
    metrics_with_intervals,
    reliability,
    share_with_interval,
)

MIN_FILMS = 10
_ROC_POINTS = 200
_INSIDE = ("accuracy", "auc", "sensitivity", "specificity", "brier", "ece")
# The baseline's name here, its entry in the audit, and which part of that was cross-validated.
_BASELINES = (
    ("no_pixel", "no_pixel_baseline", "size_mode_and_jpeg_header"),
    ("texture", "texture_baseline", "cross_validated"),
    ("thumbnail", "thumbnail_baseline", "cross_validated"),
)

logger = logging.getLogger(__name__)


def measure_external(
    films: pd.DataFrame,
    card: Mapping[str, Any],
    inside: Mapping[str, Any],
    audit: Mapping[str, Any],
    parameters: ExternalValidationParameters,
) -> dict[str, Any]:
    """Measure a model on films of another hospital.

    Args:
        films: One row per film that no training film equals: ``image_id, source, label,
            patient_id, group_id, probability`` (0 to 1), ``weights_hash``, ``warnings`` (names
            joined by '; ', '' for none), ``texture_score`` (``balancing.balanced_auc``), and any
            other columns, which make subgroups (``subgroups.measure_subgroups``).
        card: The model's: ``class_names, threshold, weights_hash, splits_hash``.
        inside: Its metrics on the test part of the folder that it was trained on.
        audit: Of these films: ``copies``, and the baselines ``no_pixel_baseline``,
            ``texture_baseline`` and ``thumbnail_baseline``.
        parameters: ``name, sensitivity, bands, max_values, min_patients, bootstrap_samples,
            seed``.

    Returns:
        For json. Each of ``metrics.METRICS``, ``ppv``, ``npv``, ``prevalence`` at the model's
        threshold (``value``, ``low``, ``high``; 95 % intervals with patients as the units);
        ``n``, ``patients``, ``positives``, ``threshold``, ``confusion_matrix``, ``reliability``;
        ``few_patients``: the classes with fewer than ``min_patients``; ``calibration``:
        ``intercept`` and ``slope``; ``roc``: at most 200 pairs of false positive rate and
        sensitivity; ``decision_curve``; ``local_threshold``: what would reach ``sensitivity``,
        chosen on these very films, so what it reaches is rather too good; ``subgroups`` and
        ``columns_left_out``; ``warned`` (``measure_warned``); ``balanced_auc``; ``baselines`` and
        ``strongest_baseline``, the one of the highest AUC; ``inside``; ``copies_left_out``;
        ``weights_hash`` and ``splits_hash``. None where something is not defined.

    Raises:
        BadExternalFilms: There is no film, one of neither class, films of one class only, or fewer
            than 10 of a class.
        MixedResults: Films or metrics inside are of another model than the card.
    """
    refuse_too_few(films["label"], card["class_names"], parameters.name)
    refuse_other_model(films["weights_hash"], "predictions of the other hospital's films", card)
    refuse_other_model([inside["weights_hash"]], "metrics inside", card)
    labels = as_labels(films["label"], card["class_names"][1])
    probability = films["probability"].to_numpy(dtype=float)
    threshold = float(card["threshold"])
    called = probability >= threshold
    groups = films["group_id"].tolist()
    draws = PatientDraws(groups, parameters.bootstrap_samples, parameters.seed)
    everything = np.ones_like(labels)
    intercept, slope = calibration_intercept_and_slope(labels, probability, draws)
    subgroups, left_out = measure_subgroups(films, labels, threshold, parameters)
    baselines = _baselines(audit)
    return {
        "name": parameters.name,
        "n": len(films),
        "patients": int(films["patient_id"].nunique()),
        "positives": int(labels.sum()),
        **metrics_with_intervals(
            labels, probability, threshold, groups, parameters.bootstrap_samples, parameters.seed
        ),
        "ppv": share_with_interval(labels, called, draws).as_json(),
        "npv": share_with_interval(~labels, ~called, draws).as_json(),
        "prevalence": share_with_interval(labels, everything, draws).as_json(),
        "threshold": threshold,
        "confusion_matrix": confusion_matrix(labels, called),
        "few_patients": _few_patients(films, card["class_names"], parameters),
        "calibration": {"intercept": intercept.as_json(), "slope": slope.as_json()},
        "reliability": reliability(labels, probability),
        "roc": _roc(labels, probability),
        "decision_curve": decision_curve(labels, probability),
        "local_threshold": _local_threshold(labels, probability, draws, parameters.sensitivity),
        "subgroups": subgroups,
        "columns_left_out": left_out,
        "warned": measure_warned(films, labels, threshold, parameters),
        "balanced_auc": balanced_auc(films, labels, parameters.bootstrap_samples, parameters.seed),
        "baselines": baselines,
        "strongest_baseline": strongest(baselines),
        "inside": {name: inside[name] for name in ("n", "patients", *_INSIDE, "split_method")},
        "copies_left_out": len(audit["copies"]),
        "weights_hash": card["weights_hash"],
        "splits_hash": card["splits_hash"],
    }


def roc_of_test_part(predictions: pd.DataFrame, positive: str) -> list[list[float]]:
    """The curve of a model inside: at most 200 pairs of false positive rate and sensitivity.

    Args:
        predictions: ``part, label, probability``.
        positive: The class that is looked for.
    """
    test = predictions[predictions["part"] == "test"]
    return _roc(as_labels(test["label"], positive), test["probability"].to_numpy(dtype=float))


def refuse_too_few(labels: pd.Series, class_names: list[str], name: str) -> None:
    """Refuse films that no model can be measured on.

    Args:
        labels: Of the films that are left.
        class_names: The model's.
        name: The other hospital's.

    Raises:
        BadExternalFilms: There is no film, one of neither class, films of one class only, or fewer
            than 10 of a class.
    """
    where = f"'{name}' (external_validation.radiographs_path)"
    if not len(labels):
        raise BadExternalFilms(
            f"There is no film in {where} that a model can be measured on; readable, labelled ones "
            "that are no training films are needed."
        )
    counts = {one: int((labels == one).sum()) for one in class_names}
    both = " and ".join(class_names)
    if sum(counts.values()) < len(labels):
        strange = sorted(set(labels.astype(str)) - set(class_names))
        raise BadExternalFilms(
            f"{len(labels) - sum(counts.values())} films of {where} are labelled "
            f"'{strange[0] if strange else ''}'; {both} are the model's classes."
        )
    rarer = min(class_names, key=lambda one: counts[one])
    if not counts[rarer]:
        raise BadExternalFilms(
            f"All {len(labels)} films of {where} are {max(counts, key=lambda one: counts[one])}; "
            f"films of both classes, {both}, are needed."
        )
    if counts[rarer] < MIN_FILMS:
        raise BadExternalFilms(
            f"There are {counts[rarer]} films of {rarer} in {where}; at least {MIN_FILMS} of each "
            "class are needed."
        )


def _few_patients(
    films: pd.DataFrame, class_names: list[str], parameters: ExternalValidationParameters
) -> list[str]:
    patients = films.groupby("label")["group_id"].nunique()
    few = [name for name in class_names if patients[name] < parameters.min_patients]
    if few:
        logger.warning(
            "Few patients in '%s', below external_validation.min_patients (%d): %s. Every number "
            "that rests on them is uncertain, as the intervals show.",
            parameters.name,
            parameters.min_patients,
            ", ".join(f"{patients[name]} of {name}" for name in few),
        )
    return few


def _roc(labels: NDArray[np.bool_], probability: NDArray[np.float64]) -> list[list[float]]:
    false_rate, true_rate, _ = roc_curve(labels, probability)
    points = np.column_stack([false_rate, true_rate])
    kept = np.linspace(0, len(points) - 1, min(len(points), _ROC_POINTS)).round().astype(int)
    return points[kept].tolist()


def _local_threshold(
    labels: NDArray[np.bool_],
    probability: NDArray[np.float64],
    draws: PatientDraws,
    sensitivity: float,
) -> dict[str, Any]:
    policy = ThresholdParameters(policy="sensitivity", sensitivity=sensitivity)
    threshold = choose_threshold(probability, labels, policy)
    called = probability >= threshold
    return {
        "sensitivity": sensitivity,
        "threshold": threshold,
        "chosen_on_these_films": True,
        "sensitivity_reached": share_with_interval(called, labels, draws).as_json(),
        "specificity": share_with_interval(~called, ~labels, draws).as_json(),
    }


def _baselines(audit: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, entry, part in _BASELINES:
        scores = (audit[entry] or {}).get(part)
        found[name] = scores and {key: scores[key] for key in ("accuracy", "auc")}
    return found
