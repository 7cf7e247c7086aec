"""The one evaluation: of the baseline, the tuned and the quantized model alike."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import pandas as pd
import torch

from chest_xray.evaluating.calibration import probabilities
from chest_xray.evaluating.consistency import (
    refuse_other_pixels,
    refuse_other_predictions,
    refuse_other_splits,
)
from chest_xray.learning import fitting
from chest_xray.learning.network import load_classifier
from chest_xray.machine.device import Hardware
from chest_xray.parameters import TrainingParameters
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.splitting import leaked, unknown_patients
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
        splits: ``image_id, label, part, patient_id, group_id, method``.
        card: ``threshold, class_names``.
        audit: ``patient_doubts, no_pixel_baseline``.
        parameters: ``bootstrap_samples``, ``min_patients`` and ``seed``.

    Returns:
        Each of ``metrics.METRICS`` with ``value``, ``low`` and ``high`` at the model's
        threshold, ``at_half`` with the same at 0.5, ``confusion_matrix``, ``reliability``, ``n``,
        ``patients``, how the split was made, the audit's ``patient_doubts``, ``few_patients`` (the
        classes of which validation or test have fewer than ``min_patients``), the hashes of the
        model and the splits, and the no-pixel baseline to hold it against.

    Raises:
        MixedResults: Model, predictions and splits don't belong together.
    """
    refuse_other_splits(card, splits)
    refuse_other_predictions(predictions, splits, card)
    test = predictions[predictions["part"] == "test"].merge(
        splits[["image_id", "patient_id", "group_id", "method"]], on="image_id"
    )
    labels = as_labels(test["label"], card["class_names"][1])
    probability = test["probability"].to_numpy(dtype=float)
    groups = test["group_id"].tolist()
    few = few_patients(splits, card["class_names"], parameters.min_patients)
    if few:
        logger.warning(
            "Few patients, below training.min_patients (%d): %s. Every number that rests on "
            "them is uncertain, as the intervals show.",
            parameters.min_patients,
            ", ".join(f"{one['patients']} of {one['class_name']} in {one['part']}" for one in few),
        )
    at_threshold, at_half = (
        metrics_with_intervals(
            labels, probability, threshold, groups, parameters.bootstrap_samples, parameters.seed
        )
        for threshold in (card["threshold"], 0.5)
    )
    return {
        **at_threshold,
        "at_half": at_half,
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
        "no_pixel_baseline": audit["no_pixel_baseline"]["test_part"],
    }
