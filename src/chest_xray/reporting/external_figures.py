"""Figures of a model on another hospital's films, and of what tells their class without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chest_xray.reporting.baseline_facts import cross_validated
from chest_xray.reporting.figure_texts import say
from chest_xray.reporting.messages import interval, message
from chest_xray.reporting.numbers import number
from chest_xray.reporting.style import BLUE, GREEN, GREY, ORANGE, new_figure, plain

Metrics = Mapping[str, Any]
Audit = Mapping[str, Any]
# False positive rate and sensitivity.
Roc = Sequence[Sequence[float]]

_BASELINES = {
    "no_pixel": "in-figure-no-pixels",
    "texture": "in-figure-texture",
    "thumbnail": "in-figure-thumbnail",
}
# To the right of the forest, in shares of its width: where a column of text begins or ends.
_FOREST_COLUMNS = (("subgroups-films", 1.09, "right"), ("in-figure-auc", 1.12, "left"))
_LONGEST_NAME = 32
# Inches.
_CURVES_HEIGHT = 5.5


def external_figure(metrics: Metrics, inside_roc: Roc) -> Figure:
    """ROC of each source, reliability, decision curve, and the AUC of each subgroup.

    Args:
        metrics: ``{model}_external_metrics``.
        inside_roc: False positive rates and sensitivities of the test part of the folder that the
            model was trained on.
    """
    groups = _by_column(metrics["subgroups"])
    lines = sum(1 + len(rows) for rows in groups.values())
    below = 0.27 * lines + 1.4 if lines else 0.6
    figure = new_figure(12.5, _CURVES_HEIGHT + below)
    places = figure.add_gridspec(2, 1, height_ratios=[_CURVES_HEIGHT, below])
    above, forest = (figure.add_subfigure(places[row, 0]) for row in range(2))
    roc, reliability, decision = above.subplots(1, 3, subplot_kw={"anchor": "N"})
    _roc(roc, metrics, inside_roc)
    _reliability(reliability, metrics)
    _decision(decision, metrics)
    _forest(forest.subplots(), groups, metrics)
    figure.suptitle(films_title(metrics["name"], metrics["n"], metrics["patients"]))
    return figure


def films_title(name: str, films: int, patients: int) -> str:
    """The title of a figure of another folder's films."""
    return say("in-figure-films", name=name, films=films, patients=patients)


def _roc(axis: Axes, metrics: Metrics, inside_roc: Roc) -> None:
    inside = say("in-figure-auc-inside", auc=interval(metrics["inside"]["auc"]))
    outside = say("in-figure-auc-of", name=metrics["name"], auc=interval(metrics["auc"]))
    for points, colour, style, label in (
        (inside_roc, BLUE, "--", inside),
        (metrics["roc"], ORANGE, "-", outside),
    ):
        if len(points):
            rates = np.asarray(points, dtype=float)
            axis.plot(rates[:, 0], rates[:, 1], color=colour, linestyle=style, label=label)
    axis.plot([0, 1], [0, 1], color=GREY, linestyle=":", label=say("in-figure-chance"))
    axis.set(xlabel=say("in-figure-false-rate"), ylabel=say("metric-sensitivity"))
    axis.set_title(say("in-figure-roc-by-source"))
    axis.set_aspect("equal")
    strongest = metrics["strongest_baseline"]
    if strongest:
        label = say(
            "in-figure-auc-by",
            name=metrics["name"],
            baseline=message(_BASELINES[strongest["name"]]),
            auc=interval(strongest["auc"]),
        )
        axis.plot([], [], " ", label=label)
    _legend_below(axis)


def _legend_below(axis: Axes, title: str | None = None) -> None:
    # Curves may run anywhere in the square.
    axis.legend(
        title=title,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.16),
        fontsize=8,
        title_fontsize=8,
        frameon=False,
    )


def _reliability(axis: Axes, metrics: Metrics) -> None:
    bins = metrics["reliability"]
    counts = np.array([row["n"] for row in bins])
    axis.plot([0, 1], [0, 1], color=GREY, linestyle=":", label=say("in-figure-calibrated"))
    axis.scatter(
        [row["predicted"] for row in bins],
        [row["observed"] for row in bins],
        30 + 300 * counts / max(counts.sum(), 1),
        color=GREEN,
        label=say("in-figure-films-by-tenths"),
    )
    calibration = metrics["calibration"]
    axis.set(xlim=(-0.05, 1.05), ylim=(-0.05, 1.05), title=say("in-figure-reliability-title"))
    axis.set(xlabel=say("in-figure-probability"), ylabel=say("in-figure-observed"))
    axis.set_aspect("equal")
    _legend_below(
        axis,
        "\n".join(
            say(key, value=interval(calibration[name]))
            for name, key in (("intercept", "in-figure-intercept"), ("slope", "in-figure-slope"))
        ),
    )


def _decision(axis: Axes, metrics: Metrics) -> None:
    curve = metrics["decision_curve"]
    thresholds = [row["threshold"] for row in curve]
    series = (
        ("model", ORANGE, "-", "in-figure-model"),
        ("all", BLUE, "--", "in-figure-call-all"),
        ("none", GREY, ":", "in-figure-call-none"),
    )
    for name, colour, style, label in series:
        benefit = [row[name] for row in curve]
        axis.plot(thresholds, benefit, color=colour, linestyle=style, label=say(label))
    # Calling every film pneumonia falls without end; what matters is what lies above none.
    benefits = [row[name] for row in curve for name in ("model", "all", "none")]
    most = max([value for value in benefits if value is not None], default=0.0)
    axis.set_ylim(-0.35 * max(most, 0.05), 1.15 * max(most, 0.05))
    axis.set(xlim=(0, 1), title=say("in-figure-decision-curve"))
    axis.set(xlabel=say("in-figure-threshold"), ylabel=say("in-figure-net-benefit"))
    axis.set_box_aspect(1)
    _legend_below(axis)


def _by_column(subgroups: Sequence[Metrics]) -> dict[str, list[Metrics]]:
    groups: dict[str, list[Metrics]] = {}
    for row in subgroups:
        groups.setdefault(row["column"], []).append(row)
    return groups


def _forest(axis: Axes, groups: Mapping[str, Sequence[Metrics]], metrics: Metrics) -> None:
    if not groups:
        axis.set_axis_off()
        axis.text(0.5, 0.5, say("in-figure-no-subgroups"), ha="center", va="center")
        return
    ticks, names = [], []
    place = 0
    for column, rows in groups.items():
        _beside(axis, -0.015, place, _short(column), "right", fontweight="bold")
        for line, row in enumerate(rows, start=place + 1):
            ticks.append(line)
            names.append(_short(str(row["value"])))
            _forest_row(axis, line, row)
        place += 1 + len(rows)
    if metrics["auc"]["value"] is not None:
        axis.axvline(
            metrics["auc"]["value"], color=ORANGE, linestyle="--", label=say("in-figure-all-films")
        )
    axis.axvline(0.5, color=GREY, linestyle=":", label=say("in-figure-chance"))
    axis.set_yticks(ticks, names)
    axis.set(
        xlim=(0, 1),
        ylim=(place - 0.4, -1.4),
        xlabel=say("metric-area"),
        title=say("subgroups-table"),
    )
    for name, left, side in _FOREST_COLUMNS:
        _beside(axis, left, -0.8, say(name), side, fontweight="bold")
    axis.legend(loc="upper left", bbox_to_anchor=(1.07, 0), fontsize=8, frameon=False, ncols=2)


def _forest_row(axis: Axes, place: int, row: Metrics) -> None:
    area = row["auc"]
    if area["low"] is not None:
        axis.plot([area["low"], area["high"]], [place, place], color=BLUE)
    if area["value"] is not None:
        axis.plot([area["value"]], [place], color=BLUE, marker="o", markersize=5)
    texts = (f"{row['n']:,}", say("in-figure-value-alone", value=interval(area)))
    for text, (_, left, side) in zip(texts, _FOREST_COLUMNS, strict=True):
        _beside(axis, left, place, text, side)


def _beside(axis: Axes, left: float, place: float, text: str, side: str, **style: Any) -> None:
    """A text beside the forest, ``left`` in shares of its width, ``place`` in its rows."""
    axis.text(
        left,
        place,
        text,
        ha=side,
        va="center",
        fontsize=9,
        transform=axis.get_yaxis_transform(),
        clip_on=False,
        **style,
    )


def _short(name: str) -> str:
    return plain(name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 3]}...")


def external_audit_figure(audit: Audit) -> Figure:
    """What tells the class of another folder's films without the disease; how unlike they are.

    Args:
        audit: ``external_audit``.
    """
    figure = new_figure(12, 4.8)
    telling, unlike = figure.subplots(1, 2, width_ratios=[1, 1.2])
    _telling(telling, audit)
    _unlike(unlike, audit["film_measures"])
    figure.suptitle(films_title(audit["name"], audit["readable"], audit["patients"]))
    return figure


def _telling(axis: Axes, audit: Audit) -> None:
    axis.axhline(0.5, color=GREY, linestyle=":", label=say("in-figure-chance"))
    for place, name in enumerate(_BASELINES):
        found = cross_validated(audit, name)
        area = found["auc"] if found else None
        if area is None or area["value"] is None:
            axis.text(place, 0.03, say("not-measured"), ha="center", color=GREY, fontsize=9)
            continue
        axis.bar([place], [area["value"]], width=0.6, color=BLUE)
        top = area["value"] if area["high"] is None else area["high"]
        if area["low"] is not None:
            ends = [[area["value"] - area["low"]], [top - area["value"]]]
            axis.errorbar([place], [area["value"]], yerr=ends, color="black", capsize=4)
        axis.text(place, top + 0.02, number(area["value"], 3), ha="center", fontsize=9)
    axis.set_xticks(range(len(_BASELINES)), list(map(say, _BASELINES.values())))
    axis.set(ylim=(0, 1.12), ylabel=say("in-figure-auc-cross-validated"))
    axis.set_title(say("in-figure-told-without"))
    axis.legend(loc="upper left", fontsize=8)


def _unlike(axis: Axes, measures: Mapping[str, Metrics]) -> None:
    shares = {
        name: row["outside_share"]
        for name, row in measures.items()
        if row["outside_share"] is not None
    }
    shown = sorted(shares, key=lambda name: shares[name])
    axis.barh(range(len(shown)), [shares[name] for name in shown], color=GREEN)
    for place, name in enumerate(shown):
        axis.annotate(
            f"{shares[name]:.0%}",
            (shares[name], place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    axis.set_yticks(range(len(shown)), [name.replace("_", " ") for name in shown])
    # Room for the number beside the longest bar, and no bar that looks long for a few films.
    axis.set(
        xlim=(0, max(0.2, 1.12 * max(shares.values(), default=0.0))),
        xlabel=say("in-figure-share-of-films"),
    )
    axis.set_title(say("in-figure-beyond-range"))
