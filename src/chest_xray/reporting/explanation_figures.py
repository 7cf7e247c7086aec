"""Figures of heat maps, and of how far they can be trusted."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure, SubFigure
from numpy.typing import NDArray

from chest_xray.explaining.baselines import smoothed
from chest_xray.reporting.overlays import COLOURS, colour_limit, overlay
from chest_xray.reporting.style import BLUE, GREEN, GREY, ORANGE, new_figure, plain

if TYPE_CHECKING:
    from chest_xray.explaining.heat_maps import HeatMap

_METHODS = {
    "integrated_gradients": ("integrated gradients", BLUE),
    "grad_cam": ("Grad-CAM", ORANGE),
    "gradient": ("plain gradient", GREEN),
    "random": ("random order, as smooth", GREY),
}
_WORDS_PER_LINE = 150


def explanations_figure(
    examples: pd.DataFrame,
    originals: Sequence[NDArray[np.uint8]],
    maps: Sequence[NDArray[np.float32]],
    class_names: Sequence[str],
    smoothing: float,
    words: str,
) -> Figure:
    """Images called wrong on the left and right on the right: original, heat map, and both.

    Args:
        examples: ``outcome, label, probability, delta, converged, chosen_as``, one row per image.
        originals: uint8 [height, width] each.
        maps: float32 [size, size] each, of the log-odds of the second class.
        class_names: Of both classes.
        smoothing: Sigma of the maps over the originals, a share of the side; the maps alone are
            drawn as they are.
        words: What is written below.
    """
    rows = max(1, *(int((examples["outcome"] == outcome).sum()) for outcome in ("wrong", "right")))
    text = textwrap.fill(words, _WORDS_PER_LINE)
    figure = new_figure(14, 1.75 * rows + 1.6 + 0.18 * text.count("\n"))
    soft = [smoothed(values, smoothing) for values in maps]
    limits = (colour_limit(np.stack(maps)), colour_limit(np.stack(soft)))
    parts: Any = figure.subfigures(1, 3, width_ratios=(1, 1, 0.3), wspace=0.01)
    outcomes = examples["outcome"].tolist()
    for part, outcome in zip(parts, ("wrong", "right"), strict=False):
        chosen = [number for number, found in enumerate(outcomes) if found == outcome]
        part.suptitle(f"Called {outcome}" + ("" if chosen else ": none"), fontweight="bold")
        axes = part.subplots(rows, 3, squeeze=False)
        for axis in axes.flat:
            axis.set_axis_off()
        for line, number in zip(axes, chosen, strict=False):
            row = examples.iloc[number]
            _draw(line, row, originals[number], maps[number], soft[number], limits)
    positive = plain(class_names[1])
    _colour_bars(parts[2], limits, positive)
    figure.suptitle(
        f"What moved the log-odds of {positive}: integrated gradients, orange for and blue "
        f"against\n(p: probability of {positive}; Δ: by how much the sum of the map misses "
        "the difference in log-odds)"
    )
    figure.supxlabel(text, fontsize=9, x=0.01, ha="left")
    return figure


def _draw(
    axes: Sequence[Any],
    row: pd.Series,
    image: NDArray[np.uint8],
    values: NDArray[np.float32],
    soft: NDArray[np.float32],
    limits: tuple[float, float],
) -> None:
    height, width = image.shape
    axes[0].imshow(image, cmap="gray", vmin=0, vmax=255)
    axes[0].set_title(f"{plain(row['label'])}, p = {row['probability']:.3f}", fontsize=8)
    extent = (0, width, height, 0)
    axes[1].imshow(values, cmap=COLOURS, vmin=-limits[0], vmax=limits[0], extent=extent)
    mark = "" if row["converged"] else ", not converged"
    axes[1].set_title(f"Δ = {row['delta']:+.3f}{mark}", fontsize=8)
    axes[2].imshow(overlay(image, soft, limits[1]))
    axes[2].set_title(row["chosen_as"], fontsize=8)


def _colour_bars(part: SubFigure, limits: tuple[float, float], class_name: str) -> None:
    labels = ("map alone", "map smoothed, over the original")
    for axis, limit, label in zip(part.subplots(2, 1), limits, labels, strict=True):
        scale = ScalarMappable(Normalize(-limit, limit), COLOURS)
        part.colorbar(scale, cax=axis, label=f"{label}:\nlog-odds of {class_name} a pixel")
        axis.set_box_aspect(14)


def fidelity_figure(report: Mapping[str, Any]) -> Figure:
    """Deletion and insertion curves, and what is left of the maps when weights are scrambled."""
    figure = new_figure(14, 4.4)
    deletion, insertion, scrambling = figure.subplots(1, 3)
    n = report["sample"]["images"]
    for axis, test in ((deletion, "deletion"), (insertion, "insertion")):
        for method, (label, colour) in _METHODS.items():
            found = report[test][method]
            share = np.linspace(0, 1, len(found["curve"]))
            mean = found["area"]["value"]
            axis.plot(share, found["curve"], color=colour, label=f"{label}, area {mean:.3f}")
        verb = "replaced" if test == "deletion" else "put back"
        axis.set(
            xlabel=f"share of pixels {verb}, in the order of smoothed maps",
            ylabel="mean probability of the more probable class",
        )
        better = "lower" if test == "deletion" else "higher"
        axis.set_title(f"{test.capitalize()}, {n} test images ({better} is better)")
        axis.set_ylim(-0.03, 1.03)
        axis.legend(fontsize=8)
    _scrambling(scrambling, report)
    return figure


def _scrambling(axis: Any, report: Mapping[str, Any]) -> None:
    for method, stages in report["randomization"].items():
        label, colour = _METHODS[method]
        for kind, line in (("signed", "-"), ("absolute", ":")):
            heights = [1.0, *(stage[kind]["value"] for stage in stages.values())]
            axis.plot(
                heights, line, color=colour, marker="o", markersize=3, label=f"{label}, {kind}"
            )
    names = ["none", *next(iter(report["randomization"].values()))]
    axis.set_xticks(range(len(names)), names, rotation=30)
    axis.axhline(0, color=GREY, linewidth=0.8)
    axis.set(xlabel="weights scrambled from the head down to", ylabel="rank correlation of maps")
    axis.set_title(f"Scrambled weights, {report['sample']['randomized']} image(s)")
    axis.legend(fontsize=7)


def heat_map_figure(explained: HeatMap) -> Figure:
    """One explained image: what the model saw, its heat map, and the map over it."""
    figure = new_figure(10, 3.8)
    seen, alone, over = figure.subplots(1, 3)
    limit = colour_limit(explained.values[None])
    seen.imshow(explained.pixels, cmap="gray", vmin=0, vmax=255)
    seen.set_title(f"p({plain(explained.class_name)}) = {explained.probability:.3f}")
    shown = alone.imshow(explained.values, cmap=COLOURS, vmin=-limit, vmax=limit)
    alone.set_title(f"heat map ({explained.steps} steps, Δ = {explained.delta:+.4f})")
    over.imshow(overlay(explained.pixels, explained.values, limit))
    over.set_title("laid over the image")
    for axis in (seen, alone, over):
        axis.set_axis_off()
    figure.colorbar(shown, ax=over, label=f"log-odds of {plain(explained.class_name)} a pixel")
    return figure
