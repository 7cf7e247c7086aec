"""Adapting a finished model to a hospital: recalibration, prevalence, three-way decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chest_xray.errors import BadRecalibration
from chest_xray.evaluating.consistency import refuse_other_model, refuse_other_predictions
from chest_xray.evaluating.prevalence import measure_prevalence
from chest_xray.evaluating.recalibration import Recalibration, measure_recalibration
from chest_xray.evaluating.three_way import three_way
from chest_xray.parameters import RecalibrationParameters
from chest_xray.radiographs.tables import index_hash
from chest_xray.statistics.metrics import as_labels


def measure_adaptation(
    outside: pd.DataFrame,
    index: pd.DataFrame,
    inside: pd.DataFrame,
    splits: pd.DataFrame,
    card: Mapping[str, Any],
    name: str,
    parameters: RecalibrationParameters,
) -> dict[str, Any]:
    """Measure what adapting a model to a hospital gives there.

    Args:
        outside: ``{model}_external_predictions``: ``label, group_id, probability, warnings,
            weights_hash``.
        index: Of the hospital's films, by whose hash they are known.
        inside: ``{model}_predictions``: ``image_id, part, label, probability, weights_hash``.
        splits: ``image_id, group_id``.
        card: The model's; of a quantized one its float model's.
        name: The hospital's.
        parameters: Of all three.

    Returns:
        For json: ``recalibration`` (``measure_recalibration``), ``prevalence``
        (``measure_prevalence``), ``three_way`` (``three_way``, of ``validation``, the test part
        ``inside`` and ``outside``), ``fitted_on``: ``name, films, patients, positives`` and
        ``external_index_hash``; ``weights_hash``, ``splits_hash``.

    Raises:
        BadRecalibration: A class has fewer than two patients there.
        MixedResults: Predictions are of other splits or another model.
    """
    refuse_other_predictions(inside, splits, card)
    refuse_other_model(outside["weights_hash"], "predictions of the other hospital's films", card)
    positive = card["class_names"][1]
    groups = splits.set_index("image_id")["group_id"]
    parts = {
        part: _films(of_part, groups.loc[of_part["image_id"]].tolist(), positive)
        for part, of_part in inside.groupby("part")
    }
    labels, probability, patients = _films(outside, outside["group_id"].tolist(), positive)
    threshold = float(card["threshold"])
    recalibration = measure_recalibration(labels, probability, patients, threshold, parameters)
    classes, scores, whose = parts["validation"]
    return {
        "name": name,
        "recalibration": recalibration,
        "prevalence": measure_prevalence(
            probability,
            labels,
            patients,
            (outside["warnings"] != "").to_numpy(dtype=bool),
            (scores, classes, whose),
            parameters,
        ),
        "three_way": three_way(
            parts["validation"],
            {"inside": parts["test"], "outside": (labels, probability, patients)},
            parameters.npv,
            parameters.ppv,
            threshold,
            parameters.bootstrap_samples,
            parameters.seed,
        ),
        "fitted_on": {
            "name": name,
            "films": recalibration["n"],
            "patients": recalibration["patients"],
            "positives": recalibration["positives"],
            "external_index_hash": index_hash(index),
        },
        "weights_hash": card["weights_hash"],
        "splits_hash": card["splits_hash"],
    }


def fitted(adaptation: Mapping[str, Any]) -> Recalibration:
    """The recalibration that was fitted to all films.

    Args:
        adaptation: ``measure_adaptation``'s.

    Raises:
        BadRecalibration: It was refused.
    """
    found = adaptation["recalibration"]
    if found["refused"]:
        slope, auc = (one["value"] for one in (found["before"]["slope"], found["auc"]))
        raise BadRecalibration(
            f"On the {found['n']} films of '{adaptation['name']}' a higher probability of this "
            f"model does not go with more pneumonia (calibration slope "
            f"{'-' if slope is None else format(slope, '.2f')}, AUC {auc:.2f}), so no shift, "
            "temperature or threshold can correct it; train on films like these instead."
        )
    return Recalibration(**found["fit"])


def _films(
    films: pd.DataFrame, patients: list[str], positive: str
) -> tuple[NDArray[np.bool_], NDArray[np.float64], Sequence[str]]:
    return (
        as_labels(films["label"], positive),
        films["probability"].to_numpy(dtype=float),
        patients,
    )
