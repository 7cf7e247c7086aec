"""Comparison of runs: a row per trained model, what its parameters were and what it reached."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from chest_xray.evaluating.runs import compare_runs, in_words
from chest_xray.reporting.run_figures import run_comparison_figure

logger = logging.getLogger(__name__)

Versions = Mapping[str, dict[str, Any]]


def compare(
    baseline_cards: Versions,
    tuned_cards: Versions,
    baseline_metrics: Versions,
    tuned_metrics: Versions,
    baseline_elsewhere: Versions,
    tuned_elsewhere: Versions,
) -> pd.DataFrame:
    """All models that were trained, with the parameters that differ among them."""
    table = compare_runs(
        {"baseline": baseline_cards, "tuned": tuned_cards},
        [*baseline_metrics.values(), *tuned_metrics.values()],
        [*baseline_elsewhere.values(), *tuned_elsewhere.values()],
    )
    for line in in_words(table):
        logger.info(line)
    return table


def show(run_comparison: pd.DataFrame) -> Figure:
    """Accuracy and AUC of each run with their intervals."""
    return run_comparison_figure(run_comparison)
