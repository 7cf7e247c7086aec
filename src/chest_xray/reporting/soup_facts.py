"""What the greedy soup of the finalists' trainings is made of, as a table and a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chest_xray.reporting.messages import Message, message
from chest_xray.reporting.numbers import number
from chest_xray.reporting.tables import Table

BASELINE = "baseline"


def soup_table(comparison: Mapping[str, Any]) -> Table:
    """The trainings in the order in which they were tried in the soup, on validation."""
    kept = comparison.get("soup")
    soup = kept or {"ingredients": [], "left_out": []}
    metric = comparison["criterion"]["metric"]
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
    first = soup["ingredients"][0]
    return message(
        "soup-average" if soup["models"] > 1 else "soup-single",
        models=soup["models"],
        tried=len(soup["ingredients"]),
        metric=soup["criterion"],
        alone=soup["alone"],
        score=soup["score"],
        name=finalist_name(first),
        seed=first["seed"],
        left=message("soup-other-layers", left=len(soup["left_out"])) if soup["left_out"] else "",
    )


def finalist_name(row: Mapping[str, Any]) -> Message | str:
    """The finalist of a row, in words where it is the baseline's own setting."""
    return message("finalists-baseline") if row["name"] == BASELINE else row["name"]
