"""The figure of all runs of a study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chest_xray.evaluating.runs import parameter_columns, short
from chest_xray.reporting.style import BLUE, GREEN, ORANGE, new_figure, plain

_PANELS = {"accuracy": "accuracy on test", "auc": "AUC on test", "elsewhere_auc": "AUC elsewhere"}
_MARKS = {"baseline": "o", "tuned": "D"}
_COLOURS = (BLUE, ORANGE, GREEN)
_PARAMETERS_SHOWN = 3


def run_comparison_figure(table: pd.DataFrame) -> Figure:
    """What each run reached, with 95 % intervals, a colour per split.

    Only runs of one split were tested on the same images.

    Args:
        table: ``run_comparison`` (``evaluating.runs.compare_runs``).
    """
    panels = [name for name in _PANELS if table[name].notna().any()] or ["accuracy"]
    figure = new_figure(4.2 + 2.6 * len(panels), 1.6 + 0.5 * len(table))
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    splits = list(dict.fromkeys(table["split"]))
    rows = table.to_dict("records")
    for axis, name in zip(axes, panels, strict=True):
        for place, row in enumerate(rows):
            _run(axis, place, row, name, _COLOURS[splits.index(row["split"]) % len(_COLOURS)])
        axis.set_xlabel(_PANELS[name])
        axis.grid(axis="x", alpha=0.3)
    axes[0].set_yticks(range(len(rows)), [_named(row, table) for row in rows], fontsize=8)
    axes[0].set_ylim(len(rows) - 0.5, -0.5)
    if len(splits) > 1:
        figure.suptitle("A colour per split: those of different colours have other test images")
    return figure


def _run(axis: Axes, place: int, row: Mapping[Any, Any], name: str, colour: str) -> None:
    if pd.isna(row[name]):
        return
    if pd.notna(row[f"{name}_low"]):
        ends = [row[f"{name}_low"], row[f"{name}_high"]]
        axis.plot(ends, [place, place], color=colour, linewidth=2)
    axis.plot(row[name], place, _MARKS[row["model"]], color=colour)


def _named(row: Mapping[Any, Any], table: pd.DataFrame) -> str:
    """Which run it is, and what it differs in from the one above it."""
    place = list(table["version"]).index(row["version"])
    before = table.iloc[max(place - 1, 0)]
    changed = [
        f"{name.rpartition('.')[2]} {short(row[name])}"
        for name in parameter_columns(table)
        if short(row[name]) != short(before[name])
    ]
    more = (
        f" and {len(changed) - _PARAMETERS_SHOWN} more" if len(changed) > _PARAMETERS_SHOWN else ""
    )
    second = ", ".join(changed[:_PARAMETERS_SHOWN]) + more
    title = f"{row['model']}, {row['version'][:16].replace('T', ' ')}"
    return plain(f"{title}\n{second}" if second else title)
