"""Pooled comparison: split several times, train both settings on each, compare them on test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.parameters import (
    DataProcessingParameters,
    TrainingParameters,
    TuningParameters,
)
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.tuning.context import TuningContext


def split_several_times(
    splits: pd.DataFrame, data_processing: DataProcessingParameters, tuning: TuningParameters
) -> pd.DataFrame:
    """The study's split by patient and others, no two of which test on one patient."""
    from chest_xray.radiographs.splitting import several_splits

    return several_splits(splits, data_processing.seed, tuning.pooled.splits)


def train_pairs(
    context: TuningContext,
    splits: pd.DataFrame,
    several_splits: pd.DataFrame,
    pixels: PixelMap,
    baseline_card: dict[str, Any],
    tuned_card: dict[str, Any],
    resume_point: dict[str, Any],
) -> Iterator[tuple[TensorBoardRecords, dict[str, Any]]]:
    """Train the first and the tuned model's settings on each split, an epoch at a time."""
    from chest_xray.tuning import pooled

    cards = (baseline_card, tuned_card)
    yield from pooled.train_pairs(context, splits, several_splits, pixels, cards, resume_point)


def compare(
    pooled_state: dict[str, Any],
    splits: pd.DataFrame,
    several_splits: pd.DataFrame,
    baseline_card: dict[str, Any],
    tuned_card: dict[str, Any],
    training: TrainingParameters,
) -> dict[str, Any]:
    """The difference of both settings on each split's test part, and over all."""
    from chest_xray.tuning import pooled

    return pooled.compare_pooled(
        pooled_state,
        splits,
        several_splits,
        (baseline_card, tuned_card),
        training.bootstrap_samples,
        training.seed,
    )


def show(comparison: dict[str, Any]) -> Figure:
    """The differences with their intervals."""
    from chest_xray.reporting.pooled_figures import pooled_comparison_figure

    return pooled_comparison_figure(comparison)
