"""Tuning: search, train the finalists over the same seeds, keep the winner, compare it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.learning.types import Tensors
from chest_xray.parameters import ProcessParameters, TrainingParameters, TuningParameters
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.tuning.context import TuningContext


def set_up(
    tuning: TuningParameters,
    training: TrainingParameters,
    process: ProcessParameters,
    class_names: list[str],
    tuning_folder: Path,
    project_folder: Path,
) -> TuningContext:
    """How and where trials run."""
    return TuningContext(tuning, training, process, class_names, tuning_folder, project_folder)


def search(
    context: TuningContext,
    splits: pd.DataFrame,
    pixels: PixelMap,
    baseline_card: dict[str, Any],
    resume_point: dict[str, Any],
) -> Iterator[tuple[TensorBoardRecords, dict[str, Any]]]:
    """Try settings in short trainings, an event at a time."""
    from chest_xray.tuning.search import search

    yield from search(context, splits, pixels, baseline_card, resume_point)


def train_finalists(
    context: TuningContext,
    splits: pd.DataFrame,
    pixels: PixelMap,
    baseline_card: dict[str, Any],
    baseline_history: pd.DataFrame,
    tuning_state: dict[str, Any],
    resume_point: dict[str, Any],
) -> Iterator[tuple[TensorBoardRecords, dict[str, Any]]]:
    """Train the best settings and the baseline's own in full, over the same seeds."""
    from chest_xray.tuning import retraining

    yield from retraining.train_finalists(
        context, splits, pixels, baseline_card, baseline_history, tuning_state, resume_point
    )


def keep_winner(
    context: TuningContext,
    splits: pd.DataFrame,
    pixels: PixelMap,
    baseline_weights: Tensors,
    baseline_card: dict[str, Any],
    baseline_history: pd.DataFrame,
    finalists_state: dict[str, Any],
) -> tuple[Tensors, dict[str, Any], pd.DataFrame, TensorBoardRecords]:
    """The soup or the winner, with card, history of its (first) training and what to show."""
    from chest_xray.tuning import winner

    baseline = (baseline_weights, baseline_card, baseline_history)
    model, records = winner.keep_tuned(context, splits, pixels, baseline, finalists_state)
    return (*model, records)


def tabulate_trials(
    tuning: TuningParameters, tuning_state: dict[str, Any], finalists_state: dict[str, Any]
) -> pd.DataFrame:
    """One row per trial of the search."""
    from chest_xray.tuning.comparison import trials_table
    from chest_xray.tuning.finalists import FinalistTrainings, scores
    from chest_xray.tuning.trials import latest_search

    finalists = scores(FinalistTrainings.from_json(finalists_state), tuning.criterion)
    names = list(tuning.searched)
    return trials_table(latest_search(tuning_state), finalists, names, tuning.criterion)


def show_search(
    comparison: dict[str, Any], tuning_state: dict[str, Any], trials: pd.DataFrame
) -> Figure:
    """Best so far, every setting, and which hyperparameters mattered."""
    from chest_xray.parameters.search_space import space_of
    from chest_xray.reporting.tuning_figures import tuning_figure
    from chest_xray.tuning.importance import importance
    from chest_xray.tuning.trials import latest_search

    space, criterion = space_of(comparison), comparison["criterion"]["metric"]
    shares = importance(latest_search(tuning_state), space, criterion)
    return tuning_figure(trials, space, shares)


def summarize_search(
    tuning: TuningParameters,
    tuning_state: dict[str, Any],
    finalists_state: dict[str, Any],
    tuned_card: dict[str, Any],
) -> dict[str, Any]:
    """How the tuned model was chosen on validation."""
    from chest_xray.tuning import comparison
    from chest_xray.tuning.finalists import FinalistTrainings, standings
    from chest_xray.tuning.trials import latest_search

    return comparison.summarize_search(
        latest_search(tuning_state),
        standings(FinalistTrainings.from_json(finalists_state), tuning.criterion),
        finalists_state["better_than_chance"],
        tuning.criterion,
        tuning.searched,
        tuned_card.get("soup"),
    )


def compare(
    summary: dict[str, Any],
    baseline_predictions: pd.DataFrame,
    tuned_predictions: pd.DataFrame,
    baseline_card: dict[str, Any],
    tuned_card: dict[str, Any],
    splits: pd.DataFrame,
    training: TrainingParameters,
) -> dict[str, Any]:
    """The settings over their seeds, both models on the same test images, and the verdict."""
    from chest_xray.reporting.tuning_facts import verdict
    from chest_xray.tuning import comparison

    compared = comparison.compare(
        summary,
        (baseline_predictions, tuned_predictions),
        (baseline_card, tuned_card),
        splits,
        training.bootstrap_samples,
        training.seed,
        training.min_patients,
    )
    return compared | {"verdict": verdict(compared)}
