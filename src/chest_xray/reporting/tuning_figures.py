"""Figures of a search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from chest_xray.parameters.search_space import Space
from chest_xray.reporting.figure_texts import say
from chest_xray.reporting.metric_names import metric_name
from chest_xray.reporting.style import BLUE, GREY, ORANGE, new_figure

_LABEL_LENGTH = 12


def tuning_figure(trials: pd.DataFrame, space: Space, importance: Mapping[str, float]) -> Figure:
    """Best so far against time, every trial's setting, and which hyperparameters mattered.

    Args:
        trials: ``tuning_trials``.
        space: What was searched.
        importance: Share of each hyperparameter, 0 to 1; empty where too few trials tell.
    """
    figure = new_figure(12, 9)
    grid = figure.add_gridspec(2, 2, height_ratios=[1, 1.25])
    _progress(figure.add_subplot(grid[0, 0]), trials)
    _importance(figure.add_subplot(grid[0, 1]), importance)
    _parallel(figure.add_subplot(grid[1, :]), trials, space)
    return figure


def _progress(axis: Axes, trials: pd.DataFrame) -> None:
    criterion = trials["criterion"].iloc[0]
    over = trials.dropna(subset="value").sort_values("ended")
    minutes, values = over["ended"] / 60, over["value"]
    best = values.cummin() if criterion == "loss" else values.cummax()
    axis.scatter(minutes, values, color=GREY, label=say("in-figure-a-trial"))
    axis.step(minutes, best, where="post", color=BLUE, label=say("in-figure-best-so-far"))
    chosen = over[over["finalist"]]
    axis.scatter(
        chosen["ended"] / 60,
        chosen["value"],
        s=90,
        facecolors="none",
        edgecolors=ORANGE,
        linewidths=2,
        label=say("trials-finalist"),
    )
    lost = chosen[chosen["finalist_failed"]]
    if len(lost):
        axis.scatter(
            lost["ended"] / 60,
            lost["value"],
            s=90,
            marker="x",
            color=ORANGE,
            label=say("in-figure-finalist-failed"),
        )
    better = "in-figure-lower-better" if criterion == "loss" else "in-figure-higher-better"
    axis.set(
        xlabel=say("in-figure-search-minutes"), ylabel=say(better, metric=metric_name(criterion))
    )
    axis.set_title(say("in-figure-best-trials", trials=len(over)))
    axis.legend()


def _importance(axis: Axes, importance: Mapping[str, float]) -> None:
    axis.set_title(say("in-figure-importance"))
    if not importance:
        axis.text(0.5, 0.5, say("in-figure-no-importance"), ha="center", va="center")
        axis.set_axis_off()
        return
    names = list(importance)[::-1]
    axis.barh(names, [importance[name] for name in names], color=BLUE)
    axis.set(xlabel=say("in-figure-importance-share"), xlim=(0, 1))


def _parallel(axis: Axes, trials: pd.DataFrame, space: Space) -> None:
    criterion = trials["criterion"].iloc[0]
    over = trials.dropna(subset="value")
    names = list(space)
    lines = np.column_stack([_positions(over[name], space, name) for name in names])
    values = over["value"].to_numpy(float)
    worst_first = np.argsort(-values if criterion == "loss" else values)
    ranks = np.empty(len(values))
    ranks[worst_first] = np.linspace(0, 1, len(values)) if len(values) > 1 else 1.0
    for place in worst_first:
        axis.plot(
            range(len(names)),
            lines[place],
            color=ORANGE if over["finalist"].iloc[place] else BLUE,
            alpha=0.15 + 0.75 * ranks[place],
            linewidth=2.5 if over["finalist"].iloc[place] else 1.2,
            # A single hyperparameter has no line.
            marker="o" if len(names) == 1 else None,
        )
    for place, name in enumerate(names):
        axis.axvline(place, color=GREY, linewidth=0.8)
        for height, label in _ticks(space, name):
            axis.text(
                place + 0.02,
                height,
                label,
                fontsize=8,
                va="center",
                color="black",
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.5},
            )
    axis.set_xticks(
        range(len(names)),
        [name.rpartition(".")[2].replace("_", "\n", 1) for name in names],
        fontsize=8,
    )
    axis.set_yticks([])
    axis.set(xlim=(-0.2, len(names) - 0.5), ylim=(-0.06, 1.06))
    axis.set_title(say("in-figure-settings", metric=metric_name(criterion)))


def _positions(values: pd.Series, space: Space, name: str) -> NDArray[np.float64]:
    line = space[name]
    if line.distribution == "choice":
        places = [_word(value) for value in line.values]
        return np.array([places.index(_word(value)) / (len(places) - 1) for value in values])
    low, high = (float(value) for value in line.values)
    numbers = values.to_numpy(float)
    if line.distribution == "loguniform":
        return np.log(numbers / low) / np.log(high / low)
    return (numbers - low) / (high - low)


def _ticks(space: Space, name: str) -> list[tuple[float, str]]:
    line = space[name]
    if line.distribution == "choice":
        last = len(line.values) - 1
        return [
            (place / last, _word(value)[:_LABEL_LENGTH]) for place, value in enumerate(line.values)
        ]
    return [(0.0, f"{line.values[0]:g}"), (1.0, f"{line.values[1]:g}")]


def _word(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
