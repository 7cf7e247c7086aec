"""Tables of errors, quantization and heat maps as the report has them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from chest_xray.radiographs.unusual import FilmLimits
from chest_xray.reporting.error_facts import EVIDENCE, explanation
from chest_xray.reporting.messages import Message, message
from chest_xray.reporting.metric_names import METRICS
from chest_xray.reporting.numbers import NOTHING, bracketed, number, percent
from chest_xray.reporting.tables import Cell, Table

Report = Mapping[str, Any]

_SHOWN_TYPES = 15
_TIMED = {"whole file": "size-of-file", "network alone": "size-of-network"}
_TIMES = {"mean_ms": "size-mean", "median_ms": "size-median"}
_METHODS: dict[str, str | Message] = {
    "integrated_gradients": message("method-integrated-gradients"),
    "grad_cam": "Grad-CAM",
    "gradient": message("method-gradient"),
    "random": message("method-random"),
}
_OUTCOMES = {"wrong": "outcome-wrong", "right": "outcome-right"}


def errors_table(table: pd.DataFrame, limits: Mapping[str, Any]) -> Table:
    """The most important error types: what, how often, how much it matters, how sure.

    Args:
        table: ``{model}_error_table``.
        limits: ``film_limits``.
    """
    shown = table.head(_SHOWN_TYPES)
    rows: list[list[Cell]] = [
        [
            f"`{row['error_type']}`",
            explanation(row["error_type"], FilmLimits(**limits)),
            str(row["count"]),
            number(row["percent"], 1),
            _ratio(row),
            "" if pd.isna(row["importance"]) else number(row["importance"], 2),
            message(EVIDENCE[row["evidence"]]),
        ]
        for row in shown.to_dict("records")
    ]
    return Table(
        message("errors-table"),
        [
            message("errors-type"),
            message("errors-explanation"),
            message("errors-count"),
            message("errors-percent"),
            message("errors-risk-ratio"),
            message("errors-importance"),
            message("errors-evidence"),
        ],
        rows,
        message("errors-note", shown=len(shown), all=len(table)),
    )


def _ratio(row: Mapping[Hashable, Any]) -> str:
    if pd.isna(row["risk_ratio"]):
        return ""
    value, low, high = (
        number(row[name], 1) for name in ("risk_ratio", "risk_ratio_low", "risk_ratio_high")
    )
    return f"{value} [{low}, {high}]"


def size_and_speed_table(report: Report) -> Table:
    """Size, and mean and median time of one image, before and after."""
    size = report["size"]
    rows: list[list[Cell]] = [
        [
            message("size-file"),
            "",
            number(size["float"] / 1e6, 2),
            number(size["int8"] / 1e6, 2),
            number(1 / size["ratio"], 2),
        ]
    ]
    for row in report["latency"]:
        if row["batch"] == 1 and row["threads"] == 1:
            width, height = map(int, row["image"].split(" x "))
            of_what = message(
                _TIMED[row["what"]], backend=row["backend"], width=width, height=height
            )
            rows += [
                [message(key), of_what, *_before_and_after(row, time)]
                for time, key in _TIMES.items()
            ]
    return Table(
        message("size-table"),
        [
            message("size-measure"),
            message("size-of-what"),
            message("column-float"),
            message("column-int8"),
            message("size-times-less"),
        ],
        rows,
        message("size-note"),
    )


def _before_and_after(row: Mapping[str, Any], time: str) -> list[str]:
    before, after = row["float"], row["int8"]
    if after is None:
        return [number(before[time], 2), NOTHING, NOTHING]
    return [number(before[time], 2), number(after[time], 2), number(before[time] / after[time], 2)]


def class_accuracy_table(report: Report) -> Table:
    """Right decisions in each class, and the overall metrics, before and after."""
    classes: list[list[Cell]] = [
        [
            message("class-right", class_name=name),
            percent(row["float"]["value"]),
            percent(row["int8"]["value"]),
            number(row["n"]),
            f"{row['lost']} / {row['gained']}",
        ]
        for name, row in report["per_class"].items()
        if name != "overall"
    ]
    overall: list[list[Cell]] = [
        [message(METRICS[name]), bracketed(row["float"]), bracketed(row["int8"]), "", ""]
        for name, row in report["per_class"]["overall"].items()
        if name in METRICS
    ]
    return Table(
        message("class-table"),
        [
            message("size-measure"),
            message("column-float"),
            message("column-int8"),
            message("class-images"),
            message("class-lost"),
        ],
        [*classes, *overall],
    )


def fidelity_table(report: Report) -> Table:
    """Whether a map's order tells which pixels matter, ours beside the other methods'."""
    return Table(
        message("fidelity-table"),
        [message("fidelity-method"), message("fidelity-deletion"), message("fidelity-insertion")],
        [
            [name, *(bracketed(report[test][method]["area"]) for test in ("deletion", "insertion"))]
            for method, name in _METHODS.items()
        ],
        message("fidelity-note", images=report["sample"]["images"]),
    )


def explained_table(images: pd.DataFrame) -> Table:
    """The explained images, a row each."""
    return Table(
        message("explained-table"),
        [
            message("explained-image"),
            message("explained-called"),
            message("explained-label"),
            message("explained-probability"),
            message("explained-log-odds"),
            message("explained-baseline"),
            message("explained-steps"),
            message("explained-delta"),
        ],
        [
            [
                f"`{row['image_id']}`",
                _outcome(row["outcome"]),
                row["label"],
                number(row["probability"], 3),
                number(row["log_odds"], 2, sign="+"),
                number(row["baseline_log_odds"], 2, sign="+"),
                str(row["steps"]),
                number(row["delta"], 4, sign="+")
                if row["converged"]
                else message("explained-not-converged", delta=float(row["delta"])),
            ]
            for row in images.to_dict("records")
        ],
    )


def _outcome(outcome: str) -> Cell:
    """An image that was asked for has none, ''."""
    return message(_OUTCOMES[outcome]) if outcome in _OUTCOMES else outcome
