"""Training: fit the network, keep the best epoch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from chest_xray.learning.tensorboard import (
    TRAIN_AGAINST_VALIDATION,
    TensorBoardRecords,
    epoch_scalars,
)
from chest_xray.learning.types import StreamedState, Tensors, TrainingState
from chest_xray.parameters import ProcessParameters, TrainingParameters
from chest_xray.radiographs.pixels import PixelMap

AUGMENTED_SAMPLES_SHOWN = 16


def train(
    parameters: TrainingParameters,
    process: ProcessParameters,
    class_names: list[str],
    splits: pd.DataFrame,
    pixels: PixelMap,
    resume_point: TrainingState | None,
    project_folder: Path,
    training_folder: Path,
) -> Iterator[tuple[TensorBoardRecords, StreamedState]]:
    """Train, an epoch at a time; TensorBoard first, so that a killed run leaves no gap in it."""
    from chest_xray.learning import training
    from chest_xray.learning.state import StreamedState, lean
    from chest_xray.machine.device import choose_hardware

    run = f"baseline/{datetime.now(UTC):%Y-%m-%dT%H.%M.%S}"
    hardware = choose_hardware(process)
    common = (class_names, splits, pixels, hardware, resume_point, project_folder, run)
    if parameters.workers == 0:
        states = training.train(parameters, *common)
    else:
        from chest_xray.learning import data_parallel

        states = data_parallel.train(parameters, process, *common, training_folder / "ray")
    for state in states:
        streamed = StreamedState(lean(state))
        yield _records(state, parameters, pixels, splits), streamed
        streamed.release_memory()


def _records(
    state: TrainingState, parameters: TrainingParameters, pixels: PixelMap, splits: pd.DataFrame
) -> TensorBoardRecords:
    from chest_xray.learning.training import augmented_samples

    scalars = epoch_scalars(state.history[-2:])
    if state.optimizer:
        # TensorBoard has the rates of a training that is done already, which keeps none.
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
    state: TrainingState,
    parameters: TrainingParameters,
    process: ProcessParameters,
    class_names: list[str],
    splits: pd.DataFrame,
    pixels: PixelMap,
    project_folder: Path,
) -> tuple[Tensors, dict[str, Any], pd.DataFrame]:
    """Weights, card and history of the best epoch."""
    from chest_xray.evaluating import finishing
    from chest_xray.learning import training
    from chest_xray.machine.device import choose_hardware

    hardware = choose_hardware(process)
    training.refuse_other_training(
        state, training.key_of(parameters, class_names, splits, pixels, hardware, project_folder)
    )
    return finishing.keep_best_epoch(state, parameters, class_names, splits, pixels, hardware)
