"""The one evaluation: of the baseline, the tuned and the quantized model alike."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from chest_xray.evaluating.calibration import probabilities
from chest_xray.evaluating.consistency import (
    refuse_other_pixels,
    refuse_other_predictions,
    refuse_other_splits,
)
from chest_xray.evaluating.shortcuts import baselines_of_test_part
from chest_xray.learning import fitting
from chest_xray.learning.network import load_classifier
from chest_xray.machine.device import Hardware
from chest_xray.parameters import TrainingParameters
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.splitting import leaked, shared_numbers, unknown_patients
from chest_xray.statistics.metrics import (
    as_labels,
    confusion_matrix,
    few_patients,
    metrics_with_intervals,
    reliability,
)

logger = logging.getLogger(__name__)


def predict(
    weights: Mapping[str, torch.Tensor],
    card: Mapping[str, Any],
    splits: pd.DataFrame,
    pixels: PixelMap,
    hardware: Hardware,
) -> pd.DataFrame:
    """Calibrated probabilities of the validation and test images; see ``predictions_table``.

    Raises:
        MixedResults: The model was trained on other splits or pixels.
        BadWeights: The card was written for other weights.
    """
    refuse_other_splits(card, splits)
    refuse_other_pixels(card, pixels.manifest)
    network = load_classifier(weights, card).to(hardware.device)
    shown = splits[splits["part"] != "train"]
    logits = fitting.predict_logits(
        network, pixels, pixels.rows(shown["image_id"]), hardware.exact()
    )
    return predictions_table(shown, probabilities(logits, card["temperature"]), card)


def predictions_table(
    splits: pd.DataFrame, probability: Any, card: Mapping[str, Any]
) -> pd.DataFrame:
    """Columns ``image_id, part, label, probability, predicted, weights_hash``, one row per row of
    ``splits``.
    """
    negative, positive = card["class_names"]
    called = probability >= card["threshold"]
    return pd.DataFrame(
        {
            "image_id": splits["image_id"].to_numpy(),
            "part": splits["part"].to_numpy(),
            "label": splits["label"].to_numpy(),
            "probability": probability,
            "predicted": [positive if yes else negative for yes in called],
            "weights_hash": card["weights_hash"],
        }
    )


def measure(
    predictions: pd.DataFrame,
    splits: pd.DataFrame,
    card: Mapping[str, Any],
    audit: Mapping[str, Any],
    parameters: TrainingParameters,
) -> dict[str, Any]:
    """Measure the predictions of the test part.

    Args:
        predictions: ``image_id, part, label, probability, weights_hash``.
        splits: ``image_id, label, part, patient_id, group_id, source, method``.
        card: ``threshold, class_names``.
        audit: ``patient_doubts, no_pixel_baseline, texture_baseline, thumbnail_baseline``.
        parameters: ``bootstrap_samples``, ``min_patients`` and ``seed``.

    Returns:
        Each of ``metrics.METRICS`` with ``value``, ``low`` and ``high`` at the model's
        threshold, ``at_half`` with the same at 0.5, ``confusion_matrix``, ``reliability``, ``n``,
        ``patients``, how the split was made, the audit's ``patient_doubts``, ``few_patients`` (the
        classes of which validation or test have fewer than ``min_patients``), ``by_source`` where
        the test part has several sources, ``shared_numbers`` where patients are known by folder and
        number (films ``with`` and ``without`` a number that other parts have too), the hashes of
        the model and the splits, and the baselines to hold it against.

    Raises:
        MixedResults: Model, predictions and splits don't belong together.
    """
    refuse_other_splits(card, splits)
    refuse_other_predictions(predictions, splits, card)
    test = predictions[predictions["part"] == "test"].merge(
        splits[["image_id", "patient_id", "group_id", "source", "method"]], on="image_id"
    )
    labels = as_labels(test["label"], card["class_names"][1])
    probability = test["probability"].to_numpy(dtype=float)
    groups = test["group_id"].to_numpy()
    few = few_patients(splits, card["class_names"], parameters.min_patients)
    if few:
        logger.warning(
            "Few patients, below training.min_patients (%d): %s. Every number that rests on "
            "them is uncertain, as the intervals show.",
            parameters.min_patients,
            ", ".join(f"{one['patients']} of {one['class_name']} in {one['part']}" for one in few),
        )

    def measured(among: NDArray[np.bool_], threshold: float) -> dict[str, Any]:
        return metrics_with_intervals(
            labels[among],
            probability[among],
            threshold,
            groups[among].tolist(),
            parameters.bootstrap_samples,
            parameters.seed,
        )

    everything = np.ones_like(labels)
    return {
        **measured(everything, card["threshold"]),
        "at_half": measured(everything, 0.5),
        **{
            name: {
                value: {"n": int(among.sum()), **measured(among, card["threshold"])}
                for value, among in parts.items()
            }
            for name, parts in _parts_of_test(test, splits).items()
        },
        "threshold": card["threshold"],
        "confusion_matrix": confusion_matrix(labels, probability >= card["threshold"]),
        "reliability": reliability(labels, probability),
        "n": len(test),
        "patients": int(test["patient_id"].nunique()),
        "split_method": test["method"].iloc[0],
        "images_with_a_trained_patient": leaked(splits),
        "images_counted_as_their_own_patient": unknown_patients(test),
        "patient_doubts": audit["patient_doubts"],
        "few_patients": few,
        "weights_hash": card["weights_hash"],
        "splits_hash": card["splits_hash"],
        **baselines_of_test_part(audit),
    }


def _parts_of_test(
    test: pd.DataFrame, splits: pd.DataFrame
) -> dict[str, dict[str, NDArray[np.bool_]]]:
    """Parts of the test part that are also measured by themselves."""
    found = {}
    sources = sorted(set(test["source"]))
    if len(sources) > 1:
        found["by_source"] = {one: (test["source"] == one).to_numpy() for one in sources}
    if set(test["method"]) == {"published_test"}:
        shared = test["image_id"].map(shared_numbers(splits)).to_numpy(dtype=bool)
        parts = {"with": shared, "without": ~shared}
        found["shared_numbers"] = {name: among for name, among in parts.items() if among.any()}
    return found
