"""The figure of a model fitted to another hospital's films."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chest_xray.reporting.style import BLUE, GREEN, GREY, ORANGE, new_figure, plain

Adaptation = Mapping[str, Any]

_PARTS = {"validation": "validation", "inside": "inside (test part)", "outside": "elsewhere"}


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
    figure.suptitle(
        f"{plain(adaptation['name'])}: {recalibration['n']:,} films of "
        f"{recalibration['patients']:,} patients"
    )
    return figure


def _reliability(axis: Axes, recalibration: Mapping[str, Any]) -> None:
    axis.plot([0, 1], [0, 1], color=GREY, linestyle=":", label="perfectly calibrated")
    for name, label, colour in (
        ("before", "as it is", ORANGE),
        ("after", "fitted to other patients of this place", GREEN),
    ):
        bins = recalibration[name]["reliability"] if recalibration[name] else []
        counts = np.array([row["n"] for row in bins])
        axis.scatter(
            [row["predicted"] for row in bins],
            [row["observed"] for row in bins],
            30 + 300 * counts / max(counts.sum(), 1),
            color=colour,
            alpha=0.8,
            label=label,
        )
    axis.set(xlim=(-0.05, 1.05), ylim=(-0.05, 1.05), title="Reliability; area: how many films")
    axis.set(xlabel="predicted probability", ylabel="observed share of pneumonia")
    axis.legend(loc="upper left", fontsize=8)


def _curve(axis: Axes, recalibration: Mapping[str, Any]) -> None:
    axis.set(title="How many films are needed", xlabel="films fitted to")
    axis.set_ylabel("Brier score on all other films")
    rows = recalibration["curve"]
    if not rows:
        _nothing(axis, "refused" if recalibration["refused"] else "too few films")
        return
    films = [row["films"] for row in rows]
    brier = {end: [row["brier"][end] for row in rows] for end in ("value", "low", "high")}
    axis.fill_between(
        films, brier["low"], brier["high"], color=GREEN, alpha=0.2, label="9 of 10 draws"
    )
    axis.plot(films, brier["value"], color=GREEN, marker="o", label="fitted, mean of the draws")
    for name, label, colour, style in (
        ("brier_before", "as it is", ORANGE, "--"),
        ("brier_constant", "one probability for every film", GREY, ":"),
    ):
        axis.plot(films, [row[name] for row in rows], color=colour, linestyle=style, label=label)
    axis.legend(fontsize=8)


def _scores(axis: Axes, prevalence: Mapping[str, Any] | None) -> None:
    axis.set(title="Is it a shift of prevalence alone?", xlabel="probability")
    axis.set_ylabel("share of films")
    if prevalence is None:
        _nothing(axis, "not measured")
        return
    places = np.arange(10) / 10 + 0.05
    axis.bar(places, prevalence["tenths"]["outside"], 0.09, color=ORANGE, label="elsewhere")
    axis.step(
        places,
        prevalence["tenths"]["mixture"],
        where="mid",
        color=BLUE,
        label="validation films at the estimated prevalence",
    )
    axis.legend(fontsize=8)


def _decisions(axis: Axes, three_way: Mapping[str, Any]) -> None:
    left = np.zeros(len(_PARTS))
    for kind, label, colour in (
        ("negative", "called negative", BLUE),
        ("to_a_person", "to be read first by a person", GREY),
        ("positive", "called positive", ORANGE),
    ):
        shares = np.array([three_way[part][kind] / three_way[part]["n"] for part in _PARTS])
        axis.barh(range(len(_PARTS)), shares, left=left, color=colour, label=label)
        left += shares
    for place, part in enumerate(_PARTS):
        right = three_way[part]["right"]["value"]
        told = "none decided" if right is None else f"{right:.1%} of the decided right"
        axis.text(0.5, place + 0.44, told, ha="center", va="bottom", fontsize=8)
    axis.set_yticks(range(len(_PARTS)), list(_PARTS.values()))
    axis.set(xlim=(0, 1), ylim=(-0.6, 3.4), xlabel="share of films", title="Three-way decisions")
    axis.legend(loc="upper center", fontsize=8, ncols=3)


def _nothing(axis: Axes, told: str) -> None:
    axis.text(0.5, 0.5, told, ha="center", va="center", transform=axis.transAxes)
