"""The figure of the comparison on several splits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chest_xray.reporting.figure_texts import say
from chest_xray.reporting.messages import message
from chest_xray.reporting.style import BLUE, GREY, ORANGE, new_figure

_TITLES = {"accuracy": "metric-accuracy", "f1": "metric-f1", "auc": "metric-area"}


def pooled_comparison_figure(comparison: Mapping[str, Any]) -> Figure:
    """Tuned minus first setting on each split's test part and pooled, with 95 % intervals.

    Args:
        comparison: ``pooled_comparison`` (``tuning.pooled.compare_pooled``).
    """
    figure = new_figure(10, 1.2 + 0.4 * (len(comparison["splits"]) + 1))
    axes = figure.subplots(1, len(_TITLES), sharey=True)
    for axis, (name, title) in zip(axes, _TITLES.items(), strict=True):
        _differences(axis, comparison, name)
        axis.set_xlabel(say("in-figure-tuned-minus-first", metric=message(title)))
    return figure


def _differences(axis: Axes, comparison: Mapping[str, Any], metric: str) -> None:
    rows = comparison["splits"]
    found = [row["difference"][metric] for row in rows]
    found.append(comparison["pooled"]["difference"][metric])
    axis.axvline(0, color=GREY, linewidth=1)
    for place, one in enumerate(found):
        if one["value"] is None:
            continue
        colour = ORANGE if place == len(rows) else BLUE
        if one["low"] is not None:
            axis.plot([one["low"], one["high"]], [place, place], color=colour, linewidth=2)
        axis.plot(one["value"], place, "D" if place == len(rows) else "o", color=colour)
    names = [
        say("in-figure-own-split" if row["own"] else "in-figure-split", split=row["split"])
        for row in rows
    ]
    axis.set_yticks(range(len(found)), [*names, say("pooled-all")])
    axis.invert_yaxis()
