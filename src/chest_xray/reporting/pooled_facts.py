"""What the comparison on several splits found, as a table and messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chest_xray.reporting.messages import Message, message
from chest_xray.reporting.metric_names import METRICS
from chest_xray.reporting.numbers import bracketed
from chest_xray.reporting.tables import Cell, Table
from chest_xray.reporting.tuning_facts import points

Comparison = Mapping[str, Any]

_COMPARED = ("accuracy", "f1", "auc")
_VERDICTS = {
    "better": "pooled-better",
    "not told apart": "pooled-not-told-apart",
    "worse": "pooled-worse",
}


def pooled_table(comparison: Comparison) -> Table:
    """Tuned minus first setting, a row per split and one over all."""
    rows: list[list[Cell]] = [
        [
            message("pooled-own", split=row["split"]) if row["own"] else str(row["split"]),
            str(row["n"]),
            *(bracketed(row["difference"][name]) for name in _COMPARED),
        ]
        for row in comparison["splits"]
    ]
    pooled = comparison["pooled"]
    rows.append(
        [
            message("pooled-all"),
            str(pooled["n"]),
            *(bracketed(pooled["difference"][name]) for name in _COMPARED),
        ]
    )
    return Table(
        message("pooled-table"),
        [
            message("pooled-split"),
            message("pooled-images"),
            *(message(METRICS[name]) for name in _COMPARED),
        ],
        rows,
        message("pooled-note", epochs=comparison["epochs"], side=comparison["image_size"]),
    )


def pooled_findings(comparison: Comparison) -> list[Message]:
    """Whether the tuned setting is better over all splits, and what that does not show."""
    pooled = comparison["pooled"]
    found = [
        message(
            _VERDICTS[comparison["outcome"]],
            splits=len(comparison["splits"]),
            images=pooled["n"],
            patients=pooled["patients"],
            points=points(pooled["difference"]["accuracy"]),
        )
    ]
    if comparison["seen_before"]:
        found.append(message("pooled-seen", share=comparison["seen_before"]))
    if not comparison["settings"]["baseline"]:
        found.append(message("pooled-same"))
    return found
