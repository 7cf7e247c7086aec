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

from chest_xray.reporting.figure_texts import say
from chest_xray.reporting.style import BLUE, GREEN, GREY, ORANGE, new_figure, plain


def curves_figure(history: pd.DataFrame, best_epoch: int) -> Figure:
    """Loss and accuracy of train and validation over the epochs; the kept epoch marked.

    Where images grew while training went on, their sizes are written above the epochs.
    """
    figure = new_figure(10, 4.2)
    sizes = history.drop_duplicates("image_size").set_index("image_size")["epoch"]
    metrics = {
        "loss": ("metric-loss", "in-figure-loss-by-epoch"),
        "accuracy": ("metric-accuracy", "in-figure-accuracy-by-epoch"),
    }
    parts = (("train", "part-train", BLUE, "o"), ("validation", "part-validation", ORANGE, "s"))
    for axis, (metric, (name, title)) in zip(figure.subplots(1, 2), metrics.items(), strict=True):
        for part, label, colour, mark in parts:
            rows = history[history["part"] == part]
            axis.plot(rows["epoch"], rows[metric], color=colour, marker=mark, label=say(label))
        kept = say("in-figure-kept-epoch", epoch=best_epoch)
        axis.axvline(best_epoch, color=GREY, linestyle=":", label=kept)
        axis.set(xlabel=say("epochs-epoch"), ylabel=say(name), title=say(title))
        axis.xaxis.get_major_locator().set_params(integer=True)
        if len(sizes) > 1:
            axis.margins(y=0.12)
            axis.set_xlim(0.5, history["epoch"].max() + 0.5)
            for size, first in zip(sizes.index.tolist(), sizes, strict=True):
                _mark_growth(axis, int(first), say("in-figure-px", side=size))
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
    axis.set(xlabel=say("in-figure-predicted"), ylabel=say("in-figure-true"))
    axis.set_title(say("in-figure-confusion-matrix", images=int(counts.sum())))
    figure.colorbar(image, label=say("in-figure-share-of-class"))
    return figure


def ranking_figure(labels: NDArray[np.bool_], probabilities: NDArray[np.float64]) -> Figure:
    """ROC and precision-recall curves of test images."""
    figure = new_figure(10, 4.6)
    roc, recall = figure.subplots(1, 2)
    false_rate, true_rate, _ = roc_curve(labels, probabilities)
    area = float(np.trapezoid(true_rate, false_rate))
    roc.plot(false_rate, true_rate, color=BLUE, label=say("in-figure-model-auc", auc=area))
    roc.plot([0, 1], [0, 1], color=GREY, linestyle=":", label=say("in-figure-chance"))
    roc.set(xlabel=say("in-figure-false-rate"), ylabel=say("metric-sensitivity"))
    roc.set_title(say("in-figure-roc"))
    precision, found, _ = precision_recall_curve(labels, probabilities)
    average = average_precision_score(labels, probabilities)
    label = say("in-figure-model-precision", precision=float(average))
    recall.plot(found, precision, color=BLUE, label=label)
    recall.axhline(labels.mean(), color=GREY, linestyle=":", label=say("in-figure-chance"))
    recall.set(xlabel=say("in-figure-recall"), ylabel=say("in-figure-precision"), ylim=(0, 1.03))
    recall.set_title(say("in-figure-precision-recall"))
    for axis in (roc, recall):
        axis.legend(loc="lower right")
    return figure


def reliability_figure(bins: Sequence[Mapping[str, Any]], error: float) -> Figure:
    """Observed against predicted probability; a point's area grows with its number of images."""
    figure = new_figure(6, 5.6)
    axis = figure.subplots()
    counts = np.array([row["n"] for row in bins])
    axis.plot([0, 1], [0, 1], color=GREY, linestyle=":", label=say("in-figure-calibrated"))
    axis.scatter(
        [row["predicted"] for row in bins],
        [row["observed"] for row in bins],
        30 + 300 * counts / counts.sum(),
        color=GREEN,
        label=say("in-figure-tenths"),
    )
    axis.set(xlim=(-0.05, 1.05), ylim=(-0.05, 1.05))
    axis.set(xlabel=say("in-figure-probability"), ylabel=say("in-figure-observed"))
    axis.set_title(say("in-figure-reliability", error=float(error)))
    figure.legend(loc="outside lower center")
    return figure
