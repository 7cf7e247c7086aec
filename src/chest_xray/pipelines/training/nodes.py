"""Training: fit, keep the best epoch, measure it once on test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from chest_xray.learning.tensorboard import (
    TRAIN_AGAINST_VALIDATION,
    TensorBoardRecords,
    epoch_scalars,
)
from chest_xray.parameters import OodParameters, ProcessParameters, TrainingParameters

AUGMENTED_SAMPLES_SHOWN = 16


def train(
    parameters: TrainingParameters,
    process: ProcessParameters,
    class_names: list[str],
    splits: pd.DataFrame,
    pixels: Any,
    resume_point: Any,
    project_folder: Path,
) -> Iterator[tuple[TensorBoardRecords, Any]]:
    """Train, an epoch at a time; TensorBoard first, so that a killed run leaves no gap in it."""
    from chest_xray.learning import training
    from chest_xray.learning.state import StreamedState
    from chest_xray.machine.device import choose_hardware

    run = f"baseline/{datetime.now(UTC):%Y-%m-%dT%H.%M.%S}"
    states = training.train(
        parameters, class_names, splits, pixels, choose_hardware(process), resume_point,
        project_folder, run,
    )  # fmt: skip
    for state in states:
        streamed = StreamedState(state)
        yield _records(state, parameters, pixels, splits), streamed
        streamed.release_memory()


def _records(
    state: Any, parameters: TrainingParameters, pixels: Any, splits: pd.DataFrame
) -> TensorBoardRecords:
    from chest_xray.learning.training import augmented_samples

    scalars = epoch_scalars(state.history[-2:])
    groups = state.optimizer["param_groups"]
    scalars["rates"] = {
        "learning_rate/backbone": max(group["lr"] for group in groups[:-2]),
        "learning_rate/head": groups[-1]["lr"],
    }
    scalars["images"] = {"image_size_px": state.history[-1]["image_size"]}
    images = {}
    if state.epochs == 1:
        images["augmented training images"] = augmented_samples(
            parameters, pixels, splits, AUGMENTED_SAMPLES_SHOWN
        )
    return TensorBoardRecords(
        state.run,
        step=state.epochs,
        scalars=scalars,
        images=images,
        layout=TRAIN_AGAINST_VALIDATION if state.epochs == 1 else {},
    )


def keep_best_epoch(
    state: Any,
    parameters: TrainingParameters,
    process: ProcessParameters,
    class_names: list[str],
    splits: pd.DataFrame,
    pixels: Any,
    project_folder: Path,
) -> tuple[Any, dict[str, Any], pd.DataFrame]:
    """Weights, card and history of the best epoch."""
    from chest_xray.evaluating import finishing
    from chest_xray.learning import training
    from chest_xray.machine.device import choose_hardware

    hardware = choose_hardware(process)
    training.refuse_other_training(
        state, training.key_of(parameters, class_names, splits, pixels, hardware, project_folder)
    )
    return finishing.keep_best_epoch(state, parameters, class_names, splits, pixels, hardware)


def predict(
    weights: Any, card: dict[str, Any], splits: pd.DataFrame, pixels: Any,
    process: ProcessParameters,
) -> pd.DataFrame:  # fmt: skip
    """Probabilities of the validation and test images."""
    from chest_xray.evaluating import predictions as evaluation
    from chest_xray.machine.device import choose_hardware

    return evaluation.predict(weights, card, splits, pixels, choose_hardware(process))


def measure(
    predictions: pd.DataFrame,
    splits: pd.DataFrame,
    card: dict[str, Any],
    audit: dict[str, Any],
    parameters: TrainingParameters,
) -> dict[str, Any]:
    """The metrics of the test part, with intervals."""
    from chest_xray.evaluating import predictions as evaluation

    return evaluation.measure(predictions, splits, card, audit, parameters)


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
    weights: Any,
    card: dict[str, Any],
    splits: pd.DataFrame,
    pixels: Any,
    process: ProcessParameters,
    parameters: OodParameters,
) -> Any:
    """What the training images look like to the model, by which new ones are told apart."""
    from chest_xray.deploying.scorers import fit_network_ood_reference
    from chest_xray.machine.device import choose_hardware

    device = choose_hardware(process).device
    return fit_network_ood_reference(weights, card, splits, pixels, device, parameters)
