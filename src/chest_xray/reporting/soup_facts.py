"""What the greedy soup of the finalists' trainings is made of, as a table and a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chest_xray.reporting.messages import Message, Value, message
from chest_xray.reporting.metric_names import metric_name
from chest_xray.reporting.numbers import number
from chest_xray.reporting.tables import Table

BASELINE = "baseline"
_TRIAL = "trial "


def soup_table(comparison: Mapping[str, Any]) -> Table:
    """The trainings in the order in which they were tried in the soup, on validation."""
    kept = comparison.get("soup")
    soup = kept or {"ingredients": [], "left_out": []}
    metric = metric_name(comparison["criterion"]["metric"])
    return Table(
        message("soup-table"),
        [
            message("finalists-setting"),
            message("soup-seed"),
            message("soup-alone", metric=metric),
            message("soup-together", metric=metric),
            message("soup-kept"),
        ],
        [
            [
                finalist_name(one),
                str(one["seed"]),
                number(one["alone"], 4),
                number(one["soup"], 4),
                message("yes") if one["kept"] else message("no"),
            ]
            for one in soup["ingredients"]
        ]
        + [
            [
                finalist_name(one),
                str(one["seed"]),
                number(one["alone"], 4),
                "",
                message("soup-layers"),
            ]
            for one in soup["left_out"]
        ],
        message("soup-note") if kept else message("soup-off"),
    )


def soup_finding(soup: Mapping[str, Any]) -> Message:
    """Of how many trainings the tuned model's weights are the average, and what that brought.

    Args:
        soup: Of ``model_comparison`` or of the tuned model's card.
    """
    first, tried = soup["ingredients"][0], len(soup["ingredients"])
    values: dict[str, Value] = {
        "metric": metric_name(soup["criterion"]),
        "alone": soup["alone"],
        "name": finalist_name(first),
        "seed": first["seed"],
    }
    if soup["models"] > 1:
        told = message(
            "soup-average", **values, models=soup["models"], tried=tried, score=soup["score"]
        )
    elif tried > 1:
        told = message("soup-single", **values, tried=tried)
    else:
        told = message("soup-nothing-to-average", **values)
    if not soup["left_out"]:
        return told
    left = message("soup-other-layers", left=len(soup["left_out"]))
    return message("sentences", sentences=[told, left])


def finalist_name(row: Mapping[str, Any]) -> Message | str:
    """The finalist of a row in words: the first model's own setting, or a trial's."""
    name: str = row["name"]
    if name == BASELINE:
        return message("finalists-baseline")
    number = name.removeprefix(_TRIAL)
    return message("finalists-trial", trial=int(number)) if number != name else name
