"""What is shown of a finished model, whichever pipeline made it."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from chest_xray.learning.tensorboard import FINAL_METRICS, TensorBoardRecords
from chest_xray.reporting import training_figures as figures
from chest_xray.statistics.metrics import as_labels


def show_model(
    history: pd.DataFrame,
    predictions: pd.DataFrame,
    metrics: dict[str, Any],
    card: dict[str, Any],
) -> tuple[Figure, Figure, Figure, Figure, TensorBoardRecords]:
    """Figures of curves, confusion matrix, ranking and reliability, and all of it for TensorBoard.

    Args:
        history: ``{model}_history``; ``predictions``, ``metrics`` and ``card`` likewise.
    """
    test = predictions[predictions["part"] == "test"]
    labels = as_labels(test["label"], card["class_names"][1])
    probability = test["probability"].to_numpy(dtype=float)
    shown = {
        "curves": figures.curves_figure(history, card["best_epoch"]),
        "confusion_matrix": figures.confusion_matrix_figure(
            metrics["confusion_matrix"], card["class_names"]
        ),
        "ranking": figures.ranking_figure(labels, probability),
        "reliability": figures.reliability_figure(metrics["reliability"], metrics["ece"]["value"]),
    }
    validation = history[history["part"] == "validation"].set_index("epoch")
    kept = validation.loc[card["best_epoch"]]
    records = TensorBoardRecords(
        card["run"],
        step=card["best_epoch"],
        figures=shown,
        texts={"model card": f"```json\n{json.dumps(card, indent=2)}\n```"},
        pr_curves={"test": (labels, probability)},
        hyperparameters=card["parameters"],
        final_metrics={name: float(kept[name]) for name in FINAL_METRICS},
    )
    curves, matrix, ranking, reliability = shown.values()
    return curves, matrix, ranking, reliability, records
