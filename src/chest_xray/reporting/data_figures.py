"""Figures of the data: how many, how large, and what they look like."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from chest_xray.reporting.figure_texts import say
from chest_xray.reporting.style import CLASS_COLOURS, GREY, new_figure, plain


def class_counts_figure(index: pd.DataFrame, class_names: Sequence[str]) -> Figure:
    """Images a class, by subtype and by published folder.

    Args:
        index: ``label, subtype, folder``, one row per file.
        class_names: In the order they are drawn in.
    """
    figure = new_figure(10, 4.2)
    axes = figure.subplots(1, 2, sharey=True)
    subtypes = index["subtype"].where(index["subtype"] != "", say("in-figure-no-subtype"))
    folders = index["folder"].where(index["folder"] != "", say("folders-none"))
    for axis, by, title in zip(
        axes,
        (subtypes, folders),
        ("in-figure-counts-by-subtype", "in-figure-counts-by-folder"),
        strict=True,
    ):
        counts = pd.crosstab(by, index["label"])
        places = np.arange(len(counts))
        for number, (name, colour) in enumerate(zip(class_names, CLASS_COLOURS, strict=True)):
            bars = axis.bar(places + (number - 0.5) * 0.4, counts[name], 0.4, color=colour)
            axis.bar_label(
                bars, [f"{count:,}" if count else "" for count in counts[name]], padding=2
            )
            bars.set_label(_counted(name, index["label"] == name))
        axis.set_xticks(places, [plain(name) for name in counts.index])
        axis.set_title(say(title))
        axis.margins(y=0.12)
    axes[0].set_ylabel(say("class-images"))
    axes[1].legend()
    return figure


def image_sizes_figure(index: pd.DataFrame, class_names: Sequence[str]) -> Figure:
    """Width and height of each readable file, coloured by class."""
    figure = new_figure(7, 5.5)
    axis = figure.subplots()
    readable = index[index["problem"] == ""]
    for name, colour, mark in zip(class_names, CLASS_COLOURS, "ox", strict=True):
        chosen = readable[readable["label"] == name]
        axis.scatter(
            chosen["width"],
            chosen["height"],
            s=14,
            color=colour,
            marker=mark,
            alpha=0.4,
            label=_counted(name, readable["label"] == name),
        )
    longest = max(readable["width"].max(), readable["height"].max()) * 1.05
    axis.plot([0, longest], [0, longest], color=GREY, linewidth=0.8, label=say("in-figure-square"))
    axis.set(xlim=(0, longest), ylim=(0, longest), xlabel=say("in-figure-width"))
    axis.set_ylabel(say("in-figure-height"))
    axis.set_title(say("in-figure-sizes", images=len(readable)))
    axis.legend()
    return figure


def sample_grid_figure(
    images: NDArray[np.uint8], labels: Sequence[str], subtypes: Sequence[str]
) -> Figure:
    """Some radiographs as the model sees them: uint8 [n, size, size], with label and subtype."""
    columns = min(8, len(images))
    rows = -(-len(images) // columns)
    figure = new_figure(1.5 * columns, 1.75 * rows + 0.4)
    for axis in figure.subplots(rows, columns, squeeze=False).flat:
        axis.set_axis_off()
    for axis, image, label, subtype in zip(figure.axes, images, labels, subtypes, strict=False):
        axis.imshow(image, cmap="gray", vmin=0, vmax=255)
        axis.set_title(plain(f"{label}\n{subtype}"), fontsize=8)
    figure.suptitle(say("in-figure-samples", side=images.shape[1]))
    return figure


def _counted(name: str, chosen: pd.Series) -> str:
    return say("in-figure-counted", name=name, count=int(chosen.sum()))
