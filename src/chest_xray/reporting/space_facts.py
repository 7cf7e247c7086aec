"""The search space in words: what each hyperparameter is, its range, and what it did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
from scipy.stats import spearmanr

from chest_xray.parameters.search_space import Hyperparameter, space_of
from chest_xray.reporting.messages import Message, message
from chest_xray.reporting.metric_names import metric_name
from chest_xray.reporting.tables import Cell, Table

# What is known of a hyperparameter's meaning and of why its range is what it is.
_REASONS = {
    "learning_rate": "why-learning-rate",
    "head_learning_rate": "why-head-learning-rate",
    "stage_decay": "why-stage-decay",
    "weight_decay": "why-weight-decay",
    "dropout": "why-dropout",
    "head_sizes": "why-head-sizes",
    "ema_decay": "why-ema-decay",
    "label_smoothing": "why-label-smoothing",
    "epochs_frozen": "why-epochs-frozen",
    "augmentation.rotation_degrees": "why-rotation",
    "augmentation.gain": "why-gain",
}
_RANGES = {
    "uniform": "range-uniform",
    "loguniform": "range-loguniform",
    "integer": "range-integer",
    "choice": "range-choice",
}
# A rank correlation of fewer trials can be large by chance alone.
_FEWEST_TRIALS = 8


def space_table(trials: pd.DataFrame, comparison: Mapping[str, Any]) -> Table:
    """Each hyperparameter that was searched: in which range, why, and what it did in the trials.

    Args:
        trials: ``tuning_trials``.
        comparison: ``model_comparison``, which keeps the space that was searched.

    Raises:
        OtherVersion: It keeps none.
    """
    space = space_of(comparison)
    names = [name for name in space if name in trials]
    measured = trials[trials["value"].notna() & (trials["epochs"] > 0)]
    criterion = trials["criterion"].iloc[0]
    rows: list[list[Cell]] = [
        [
            f"`{name}`",
            _range(space[name]),
            message(_REASONS[name]) if name in _REASONS else message("why-unknown"),
            _effect(measured[name], measured["value"], criterion),
        ]
        for name in names
    ]
    return Table(
        message("space-table"),
        [
            message("settings-name"),
            message("space-range"),
            message("space-why"),
            message("space-effect"),
        ],
        rows,
        message("space-note", trials=len(measured), metric=metric_name(criterion)),
    )


def _range(line: Hyperparameter) -> Message:
    if line.distribution == "choice":
        return message("range-choice", values=[_plain(value) for value in line.values])
    low, high = line.values
    return message(_RANGES[line.distribution], low=float(low), high=float(high))


def _effect(setting: pd.Series, value: pd.Series, criterion: str) -> Message:
    if len(value) < _FEWEST_TRIALS:
        return message("effect-few-trials", trials=len(value))
    if setting.nunique() < 2 or value.nunique() < 2:
        return message("effect-no-variation")
    # So that more is better.
    score = -value if criterion == "loss" else value
    if not pd.api.types.is_numeric_dtype(setting):
        best = score.groupby(setting).median().idxmax()
        return message("effect-best-choice", value=str(best))
    correlation = float(spearmanr(setting, score).statistic)
    key = "effect-higher-better" if correlation > 0 else "effect-lower-better"
    return message(key, correlation=correlation)


def _plain(value: Any) -> str | Message:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return message("number", value=float(value))
    return json.dumps(value)
