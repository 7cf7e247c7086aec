"""What is shown of a finished model, whichever pipeline made it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from chest_xray.learning.tensorboard import FINAL_METRICS, TensorBoardRecords
from chest_xray.reporting import markdown, model_facts
from chest_xray.reporting import training_figures as figures
from chest_xray.statistics.metrics import as_labels


def card_texts(card: dict[str, Any], metrics: dict[str, Any]) -> dict[str, str]:
    """What a model's card says of its training and what was measured, in every language."""
    findings = [
        *model_facts.training_method(card),
        *model_facts.model_findings(metrics, card),
    ]
    return markdown.texts("model card", findings, model_facts.metrics_table(metrics))


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
        texts=card_texts(card, metrics),
        pr_curves={"test": (labels, probability)},
        hyperparameters=card["parameters"],
        final_metrics={name: float(kept[name]) for name in FINAL_METRICS},
    )
    curves, matrix, ranking, reliability = shown.values()
    return curves, matrix, ranking, reliability, records
