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
from chest_xray.reporting.figure_texts import say
from chest_xray.reporting.messages import message
from chest_xray.reporting.overlays import COLOURS, colour_limit, overlay
from chest_xray.reporting.style import BLUE, GREEN, GREY, ORANGE, new_figure

if TYPE_CHECKING:
    from chest_xray.explaining.heat_maps import HeatMap

_METHODS = {
    "integrated_gradients": ("in-figure-integrated-gradients", BLUE),
    "grad_cam": ("in-figure-grad-cam", ORANGE),
    "gradient": ("method-gradient", GREEN),
    "random": ("in-figure-random-order", GREY),
}
_CALLED = {"wrong": "in-figure-called-wrong", "right": "in-figure-called-right"}
_NONE_CALLED = {"wrong": "in-figure-none-wrong", "right": "in-figure-none-right"}
# How the rule that took an image begins (explaining.choosing), before the name of a class.
_RULES = {
    "most confident of the rest": "in-figure-confident-of-the-rest",
    "most confident ": "in-figure-most-confident",
    "closest ": "in-figure-closest",
    "asked for": "in-figure-asked-for",
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
        title = _CALLED[outcome] if chosen else _NONE_CALLED[outcome]
        part.suptitle(say(title), fontweight="bold")
        axes = part.subplots(rows, 3, squeeze=False)
        for axis in axes.flat:
            axis.set_axis_off()
        for line, number in zip(axes, chosen, strict=False):
            row = examples.iloc[number]
            _draw(line, row, originals[number], maps[number], soft[number], limits)
    positive = class_names[1]
    _colour_bars(parts[2], limits, positive)
    lines = ("in-figure-what-moved", "in-figure-p-and-delta")
    figure.suptitle("\n".join(say(line, name=positive) for line in lines))
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
    labelled = say("in-figure-labelled", label=row["label"], p=float(row["probability"]))
    axes[0].set_title(labelled, fontsize=8)
    extent = (0, width, height, 0)
    axes[1].imshow(values, cmap=COLOURS, vmin=-limits[0], vmax=limits[0], extent=extent)
    delta = "in-figure-delta" if row["converged"] else "in-figure-delta-not-converged"
    axes[1].set_title(say(delta, delta=float(row["delta"])), fontsize=8)
    axes[2].imshow(overlay(image, soft, limits[1]))
    axes[2].set_title(_chosen_as(row["chosen_as"]), fontsize=8)


def _chosen_as(rule: str) -> str:
    kind, name = next((one, rule.removeprefix(one)) for one in _RULES if rule.startswith(one))
    return say(_RULES[kind], name=name) if name else say(_RULES[kind])


def _colour_bars(part: SubFigure, limits: tuple[float, float], class_name: str) -> None:
    labels = ("in-figure-map-alone", "in-figure-map-over")
    for axis, limit, label in zip(part.subplots(2, 1), limits, labels, strict=True):
        scale = ScalarMappable(Normalize(-limit, limit), COLOURS)
        part.colorbar(scale, cax=axis, label=f"{say(label)}\n{_per_pixel(class_name)}")
        axis.set_box_aspect(14)


def _per_pixel(class_name: str) -> str:
    return say("in-figure-log-odds-per-pixel", name=class_name)


def fidelity_figure(report: Mapping[str, Any]) -> Figure:
    """Deletion and insertion curves, and what is left of the maps when weights are scrambled."""
    figure = new_figure(16, 4.4)
    deletion, insertion, scrambling = figure.subplots(1, 3)
    n = report["sample"]["images"]
    for axis, test, title, pixels in (
        (deletion, "deletion", "in-figure-deletion", "in-figure-replaced"),
        (insertion, "insertion", "in-figure-insertion", "in-figure-put-back"),
    ):
        for method, (label, colour) in _METHODS.items():
            found = report[test][method]
            share = np.linspace(0, 1, len(found["curve"]))
            mean = found["area"]["value"]
            area = say("in-figure-area", method=message(label), area=mean)
            axis.plot(share, found["curve"], color=colour, label=area)
        axis.set(xlabel=say(pixels), ylabel=say("in-figure-mean-probability"))
        axis.set_title(say(title, images=n))
        axis.set_ylim(-0.03, 1.03)
        axis.legend(fontsize=8)
    _scrambling(scrambling, report)
    return figure


def _scrambling(axis: Any, report: Mapping[str, Any]) -> None:
    for method, stages in report["randomization"].items():
        label, colour = _METHODS[method]
        for kind, name, line in (
            ("signed", "in-figure-signed", "-"),
            ("absolute", "in-figure-absolute", ":"),
        ):
            heights = [1.0, *(stage[kind]["value"] for stage in stages.values())]
            both = say(name, method=message(label))
            axis.plot(heights, line, color=colour, marker="o", markersize=3, label=both)
    names = [say("in-figure-no-stage"), *next(iter(report["randomization"].values()))]
    axis.set_xticks(range(len(names)), names, rotation=30)
    axis.axhline(0, color=GREY, linewidth=0.8)
    axis.set(xlabel=say("in-figure-scrambled"), ylabel=say("in-figure-rank-correlation"))
    axis.set_title(say("in-figure-scrambling", images=report["sample"]["randomized"]))
    axis.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1.01, 1))


def heat_map_figure(explained: HeatMap) -> Figure:
    """One explained image: what the model saw, its heat map, and the map over it."""
    figure = new_figure(10, 3.8)
    seen, alone, over = figure.subplots(1, 3)
    limit = colour_limit(explained.values[None])
    seen.imshow(explained.pixels, cmap="gray", vmin=0, vmax=255)
    name, probability = explained.class_name, float(explained.probability)
    seen.set_title(say("in-figure-p", name=name, p=probability))
    shown = alone.imshow(explained.values, cmap=COLOURS, vmin=-limit, vmax=limit)
    steps = explained.steps
    alone.set_title(say("in-figure-heat-map", steps=steps, delta=float(explained.delta)))
    over.imshow(overlay(explained.pixels, explained.values, limit))
    over.set_title(say("in-figure-laid-over"))
    for axis in (seen, alone, over):
        axis.set_axis_off()
    figure.colorbar(shown, ax=over, label=_per_pixel(name))
    return figure
