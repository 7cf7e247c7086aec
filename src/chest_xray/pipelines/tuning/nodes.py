"""Tuning: search, train the finalists over the same seeds, keep the winner, measure it once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.parameters import (
    OodParameters,
    ProcessParameters,
    TrainingParameters,
    TuningParameters,
)


def search(
    tuning: TuningParameters,
    training: TrainingParameters,
    process: ProcessParameters,
    class_names: list[str],
    splits: pd.DataFrame,
    pixels: Any,
    baseline_card: dict[str, Any],
    resume_point: dict[str, Any],
    tuning_folder: Path,
    project_folder: Path,
) -> Iterator[tuple[TensorBoardRecords, dict[str, Any]]]:
    """Try settings in short trainings, an event at a time."""
    from chest_xray.tuning import running

    place = running.TuningContext(tuning, process, tuning_folder, project_folder)
    yield from running.search(
        place, training, class_names, splits, pixels, baseline_card, resume_point
    )


def train_finalists(
    tuning: TuningParameters,
    training: TrainingParameters,
    process: ProcessParameters,
    class_names: list[str],
    splits: pd.DataFrame,
    pixels: Any,
    baseline_card: dict[str, Any],
    baseline_history: pd.DataFrame,
    tuning_state: dict[str, Any],
    resume_point: dict[str, Any],
    tuning_folder: Path,
    project_folder: Path,
) -> Iterator[tuple[TensorBoardRecords, dict[str, Any]]]:
    """Train the best settings and the baseline's own in full, over the same seeds."""
    from chest_xray.tuning import running

    place = running.TuningContext(tuning, process, tuning_folder, project_folder)
    yield from running.train_finalists(
        place, training, class_names, splits, pixels, baseline_card, baseline_history,
        tuning_state, resume_point,
    )  # fmt: skip


def keep_winner(
    tuning: TuningParameters,
    training: TrainingParameters,
    process: ProcessParameters,
    class_names: list[str],
    splits: pd.DataFrame,
    pixels: Any,
    baseline_weights: Any,
    baseline_card: dict[str, Any],
    baseline_history: pd.DataFrame,
    finalists_state: dict[str, Any],
    tuning_folder: Path,
    project_folder: Path,
) -> tuple[Any, dict[str, Any], pd.DataFrame]:
    """Weights, card and history of the winner by the criterion, trained from the first seed."""
    from chest_xray.tuning import running

    place = running.TuningContext(tuning, process, tuning_folder, project_folder)
    return running.keep_winner(
        place, training, class_names, splits, pixels,
        (baseline_weights, baseline_card, baseline_history), finalists_state,
    )  # fmt: skip


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
    training: TrainingParameters,
) -> dict[str, Any]:
    """The metrics of the test part, with intervals."""
    from chest_xray.evaluating import predictions as evaluation

    return evaluation.measure(
        predictions, splits, card, audit, training
    )  # fmt: skip


def show(
    history: pd.DataFrame,
    predictions: pd.DataFrame,
    metrics: dict[str, Any],
    card: dict[str, Any],
) -> tuple[Figure, Figure, Figure, Figure, TensorBoardRecords]:
    """Curves, confusion matrix, ranking and reliability, also in TensorBoard."""
    from chest_xray.reporting.model_results import show_model

    return show_model(history, predictions, metrics, card)


def tabulate_trials(
    tuning: TuningParameters, tuning_state: dict[str, Any], finalists_state: dict[str, Any]
) -> pd.DataFrame:
    """One row per trial of the search."""
    from chest_xray.tuning import comparison as comparing
    from chest_xray.tuning import running
    from chest_xray.tuning import trials as records

    return comparing.trials_table(
        records.latest(tuning_state),
        running.scores(finalists_state, tuning.criterion),
        list(tuning.searched),
        tuning.criterion,
    )


def show_search(
    tuning: TuningParameters, tuning_state: dict[str, Any], trials: pd.DataFrame
) -> Figure:
    """Best so far, every setting, and which hyperparameters mattered."""
    from chest_xray.reporting.tuning_figures import tuning_figure
    from chest_xray.tuning import importance
    from chest_xray.tuning import trials as records

    shares = importance.importance(records.latest(tuning_state), tuning.searched, tuning.criterion)
    return tuning_figure(trials, tuning.searched, shares)


def compare(
    tuning: TuningParameters,
    training: TrainingParameters,
    tuning_state: dict[str, Any],
    finalists_state: dict[str, Any],
    baseline_predictions: pd.DataFrame,
    tuned_predictions: pd.DataFrame,
    baseline_card: dict[str, Any],
    tuned_card: dict[str, Any],
    splits: pd.DataFrame,
) -> dict[str, Any]:
    """The settings over their seeds, both models on the same test images, and the verdict."""
    from chest_xray.reporting.tuning_facts import verdict
    from chest_xray.tuning import comparison as comparing
    from chest_xray.tuning import running
    from chest_xray.tuning import trials as records

    compared = comparing.compare(
        records.latest(tuning_state),
        running.standings(finalists_state, tuning.criterion),
        finalists_state["better_than_chance"],
        tuning.criterion,
        (baseline_predictions, tuned_predictions),
        (baseline_card, tuned_card),
        splits,
        training.bootstrap_samples,
        training.seed,
        training.min_patients,
    )
    return compared | {"verdict": verdict(compared)}


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
