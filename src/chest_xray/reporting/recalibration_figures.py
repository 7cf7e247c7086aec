"""The figure of a model fitted to another hospital's films."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chest_xray.reporting.external_figures import films_title
from chest_xray.reporting.figure_texts import say
from chest_xray.reporting.style import BLUE, GREEN, GREY, ORANGE, new_figure

Adaptation = Mapping[str, Any]

_PARTS = {
    "validation": "part-validation",
    "inside": "elsewhere-inside",
    "outside": "three-way-outside",
}


def recalibration_figure(adaptation: Adaptation) -> Figure:
    """Reliability before and after, films needed, scores for the prevalence, who decides.

    Args:
        adaptation: ``{model}_recalibration``.
    """
    figure = new_figure(12.5, 9.5)
    (reliability, curve), (scores, decisions) = figure.subplots(2, 2)
    recalibration = adaptation["recalibration"]
    _reliability(reliability, recalibration)
    _curve(curve, recalibration)
    _scores(scores, adaptation["prevalence"])
    _decisions(decisions, adaptation["three_way"])
    figure.suptitle(films_title(adaptation["name"], recalibration["n"], recalibration["patients"]))
    return figure


def _reliability(axis: Axes, recalibration: Mapping[str, Any]) -> None:
    axis.plot([0, 1], [0, 1], color=GREY, linestyle=":", label=say("in-figure-calibrated"))
    for name, label, colour in (
        ("before", "recalibration-before", ORANGE),
        ("after", "recalibration-after", GREEN),
    ):
        bins = recalibration[name]["reliability"] if recalibration[name] else []
        counts = np.array([row["n"] for row in bins])
        axis.scatter(
            [row["predicted"] for row in bins],
            [row["observed"] for row in bins],
            30 + 300 * counts / max(counts.sum(), 1),
            color=colour,
            alpha=0.8,
            label=say(label),
        )
    axis.set(xlim=(-0.05, 1.05), ylim=(-0.05, 1.05), title=say("in-figure-reliability-area"))
    axis.set(xlabel=say("in-figure-probability"), ylabel=say("in-figure-observed"))
    axis.legend(loc="upper left", fontsize=8)


def _curve(axis: Axes, recalibration: Mapping[str, Any]) -> None:
    axis.set(title=say("in-figure-films-needed"), xlabel=say("in-figure-fitted-to"))
    axis.set_ylabel(say("in-figure-brier-on-others"))
    rows = recalibration["curve"]
    if not rows:
        _nothing(
            axis, say("in-figure-refused" if recalibration["refused"] else "in-figure-few-films")
        )
        return
    films = [row["films"] for row in rows]
    brier = {end: [row["brier"][end] for row in rows] for end in ("value", "low", "high")}
    axis.fill_between(
        films, brier["low"], brier["high"], color=GREEN, alpha=0.2, label=say("in-figure-draws")
    )
    axis.plot(films, brier["value"], color=GREEN, marker="o", label=say("in-figure-fitted"))
    for name, label, colour, style in (
        ("brier_before", "recalibration-before", ORANGE, "--"),
        ("brier_constant", "in-figure-constant", GREY, ":"),
    ):
        scores = [row[name] for row in rows]
        axis.plot(films, scores, color=colour, linestyle=style, label=say(label))
    axis.legend(fontsize=8)


def _scores(axis: Axes, prevalence: Mapping[str, Any] | None) -> None:
    axis.set(title=say("in-figure-prevalence-alone"), xlabel=say("explained-probability"))
    axis.set_ylabel(say("in-figure-share-of-films"))
    if prevalence is None:
        _nothing(axis, say("not-measured"))
        return
    places = np.arange(10) / 10 + 0.05
    outside = prevalence["tenths"]["outside"]
    axis.bar(places, outside, 0.09, color=ORANGE, label=say("three-way-outside"))
    axis.step(
        places,
        prevalence["tenths"]["mixture"],
        where="mid",
        color=BLUE,
        label=say("in-figure-mixture"),
    )
    axis.legend(fontsize=8)


def _decisions(axis: Axes, three_way: Mapping[str, Any]) -> None:
    left = np.zeros(len(_PARTS))
    for kind, label, colour in (
        ("negative", "three-way-negative", BLUE),
        ("to_a_person", "three-way-person", GREY),
        ("positive", "three-way-positive", ORANGE),
    ):
        shares = np.array([three_way[part][kind] / three_way[part]["n"] for part in _PARTS])
        axis.barh(range(len(_PARTS)), shares, left=left, color=colour, label=say(label))
        left += shares
    for place, part in enumerate(_PARTS):
        right = three_way[part]["right"]["value"]
        decided = (
            say("in-figure-none-decided")
            if right is None
            else say("in-figure-decided-right", share=right)
        )
        axis.text(0.5, place + 0.44, decided, ha="center", va="bottom", fontsize=8)
    axis.set_yticks(range(len(_PARTS)), list(map(say, _PARTS.values())))
    axis.set(xlim=(0, 1), ylim=(-0.6, 3.4), xlabel=say("in-figure-share-of-films"))
    axis.set_title(say("in-figure-three-way"))
    axis.legend(loc="upper center", fontsize=8, ncols=3)


def _nothing(axis: Axes, told: str) -> None:
    axis.text(0.5, 0.5, told, ha="center", va="center", transform=axis.transAxes)
