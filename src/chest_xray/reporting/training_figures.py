"""Figures of a training and of what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_curve

from chest_xray.reporting.style import BLUE, GREEN, GREY, ORANGE, new_figure, plain


def curves_figure(history: pd.DataFrame, best_epoch: int) -> Figure:
    """Loss and accuracy of train and validation over the epochs; the kept epoch marked.

    Where images grew while training went on, their sizes are written above the epochs.
    """
    figure = new_figure(10, 4.2)
    sizes = history.drop_duplicates("image_size").set_index("image_size")["epoch"]
    for axis, metric in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for part, colour, mark in (("train", BLUE, "o"), ("validation", ORANGE, "s")):
            rows = history[history["part"] == part]
            axis.plot(rows["epoch"], rows[metric], color=colour, marker=mark, label=part)
        axis.axvline(best_epoch, color=GREY, linestyle=":", label=f"kept: epoch {best_epoch}")
        axis.set(xlabel="epoch", ylabel=metric, title=f"{metric.capitalize()} by epoch")
        axis.xaxis.get_major_locator().set_params(integer=True)
        if len(sizes) > 1:
            axis.margins(y=0.12)
            axis.set_xlim(0.5, history["epoch"].max() + 0.5)
            for size, first in sizes.items():
                _mark_growth(axis, int(first), f"{size} px")
        # Loss falls and accuracy rises: below, and away from the sizes above.
        axis.legend(loc="lower left" if metric == "loss" else "lower right")
    return figure


def _mark_growth(axis: Axes, first: int, label: str) -> None:
    if first > 1:
        axis.axvline(first - 0.5, color=GREY, linewidth=0.8)
    axis.text(first - 0.4, 0.98, label, transform=axis.get_xaxis_transform(), va="top", color=GREY)


def confusion_matrix_figure(matrix: Sequence[Sequence[int]], class_names: Sequence[str]) -> Figure:
    """Counts of test images, a row a true class, a column a predicted one."""
    counts = np.asarray(matrix)
    shares = counts / counts.sum(axis=1, keepdims=True)
    figure = new_figure(5.6, 4.6)
    axis = figure.subplots()
    image = axis.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axis.text(
            column,
            row,
            f"{count:,}\n{shares[row, column]:.1%}",
            ha="center",
            va="center",
            color=colour,
            fontsize=13,
        )
    names = [plain(name) for name in class_names]
    axis.set_xticks([0, 1], names)
    axis.set_yticks([0, 1], names)
    axis.set(
        xlabel="predicted", ylabel="true", title=f"Confusion matrix, {counts.sum():,} test images"
    )
    figure.colorbar(image, label="share of the true class")
    return figure


def ranking_figure(labels: NDArray[np.bool_], probabilities: NDArray[np.float64]) -> Figure:
    """ROC and precision-recall curves of test images."""
    figure = new_figure(10, 4.6)
    roc, recall = figure.subplots(1, 2)
    false_rate, true_rate, _ = roc_curve(labels, probabilities)
    area = float(np.trapezoid(true_rate, false_rate))
    roc.plot(false_rate, true_rate, color=BLUE, label=f"model, AUC {area:.4f}")
    roc.plot([0, 1], [0, 1], color=GREY, linestyle=":", label="chance")
    roc.set(xlabel="1 - specificity", ylabel="sensitivity", title="ROC curve on test")
    precision, found, _ = precision_recall_curve(labels, probabilities)
    average = average_precision_score(labels, probabilities)
    recall.plot(found, precision, color=BLUE, label=f"model, average precision {average:.4f}")
    recall.axhline(labels.mean(), color=GREY, linestyle=":", label="chance")
    recall.set(xlabel="recall (sensitivity)", ylabel="precision", ylim=(0, 1.03))
    recall.set_title("Precision-recall curve on test")
    for axis in (roc, recall):
        axis.legend(loc="lower right")
    return figure


def reliability_figure(bins: Sequence[Mapping[str, Any]], error: float) -> Figure:
    """Observed against predicted probability; a point's area grows with its number of images."""
    figure = new_figure(6, 5.6)
    axis = figure.subplots()
    counts = np.array([row["n"] for row in bins])
    axis.plot([0, 1], [0, 1], color=GREY, linestyle=":", label="perfectly calibrated")
    axis.scatter(
        [row["predicted"] for row in bins],
        [row["observed"] for row in bins],
        30 + 300 * counts / counts.sum(),
        color=GREEN,
        label="test images, by tenths of probability; area: how many",
    )
    axis.set(xlim=(-0.05, 1.05), ylim=(-0.05, 1.05))
    axis.set(xlabel="predicted probability", ylabel="observed share of pneumonia")
    axis.set_title(f"Reliability on test (expected calibration error {error:.3f})")
    figure.legend(loc="outside lower center")
    return figure
