"""Evaluation: predict, measure, show, fit what tells new images from the training images."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.learning.types import Tensors
from chest_xray.parameters import OodParameters, ProcessParameters, TrainingParameters
from chest_xray.radiographs.pixels import PixelMap


def predict(
    weights: Tensors,
    card: dict[str, Any],
    splits: pd.DataFrame,
    pixels: PixelMap,
    process: ProcessParameters,
) -> pd.DataFrame:
    """Probabilities of the validation and test images, by PyTorch."""
    from chest_xray.evaluating import predictions
    from chest_xray.machine.device import choose_hardware

    return predictions.predict(weights, card, splits, pixels, choose_hardware(process))


def predict_with_file(
    file: bytes, card: dict[str, Any], splits: pd.DataFrame, pixels: PixelMap
) -> pd.DataFrame:
    """Probabilities of the validation and test images, by a deployable file."""
    from chest_xray.deploying import file_predictions

    return file_predictions.predict(file, card, splits, pixels)


def measure(
    predictions: pd.DataFrame,
    splits: pd.DataFrame,
    card: dict[str, Any],
    audit: dict[str, Any],
    parameters: TrainingParameters,
) -> dict[str, Any]:
    """The metrics of the test part, with intervals."""
    from chest_xray.evaluating import predictions as evaluated

    return evaluated.measure(predictions, splits, card, audit, parameters)


def show(
    history: pd.DataFrame,
    predictions: pd.DataFrame,
    metrics: dict[str, Any],
    card: dict[str, Any],
) -> tuple[Figure, Figure, Figure, Figure, TensorBoardRecords]:
    """Curves, confusion matrix, ranking and reliability, also in TensorBoard."""
    from chest_xray.reporting.model_results import show_model

    return show_model(history, predictions, metrics, card)


def fit_ood_reference(
    weights: Tensors,
    card: dict[str, Any],
    splits: pd.DataFrame,
    pixels: PixelMap,
    process: ProcessParameters,
    parameters: OodParameters,
) -> Tensors:
    """What the training images look like to a network, which new images are compared with."""
    from chest_xray.deploying import scorers
    from chest_xray.machine.device import choose_hardware

    network = scorers.NetworkFeatures(weights, card, choose_hardware(process).device)
    reference = scorers.fit_network_ood_reference(network, splits, pixels, parameters)
    return scorers.reference_as_tensors(reference)
