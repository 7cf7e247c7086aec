"""What can be told without the disease: without pixels, from texture, from a thumbnail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chest_xray.reporting.messages import Message, message
from chest_xray.reporting.numbers import bracketed, number
from chest_xray.reporting.tables import Cell, Table

Audit = Mapping[str, Any]
Baseline = Mapping[str, Any]

BASELINES: dict[str, Message] = {
    "no_pixel": message("baseline-no-pixel"),
    "texture": message("baseline-texture"),
    "thumbnail": message("baseline-thumbnail"),
}


def cross_validated(audit: Audit, name: str) -> Baseline | None:
    """A baseline's accuracy and AUC over the whole folder, None where it was not measured.

    Args:
        audit: ``data_audit`` or ``external_audit``.
        name: One of ``BASELINES``.
    """
    whole = "size_mode_and_jpeg_header" if name == "no_pixel" else "cross_validated"
    found: Baseline | None = audit[f"{name}_baseline"][whole]
    return found


def strongest(audit: Audit) -> tuple[str, Baseline] | None:
    """The baseline with the largest cross-validated AUC, by name, or None."""
    found = {name: cross_validated(audit, name) for name in BASELINES}
    known = {name: one for name, one in found.items() if one and one["auc"]["value"] is not None}
    if not known:
        return None
    name = max(known, key=lambda one: known[one]["auc"]["value"])
    return name, known[name]


def baselines_table(audit: Audit) -> Table:
    """Accuracy and AUC of each baseline: cross-validated, on the test part, and by source.

    Args:
        audit: ``data_audit`` or ``external_audit``; the latter has no test part.
    """
    with_test = any("test_part" in audit[f"{name}_baseline"] for name in BASELINES)
    rows: list[list[Cell]] = []
    for name, title in BASELINES.items():
        baseline = audit[f"{name}_baseline"]
        rows.append([title, *_measured(cross_validated(audit, name))])
        if with_test:
            rows[-1] += _measured(baseline["test_part"])
        by_source = baseline.get("by_source", {})
        if len(by_source) > 1:
            rows += [
                [
                    message("baselines-source", baseline=title, source=source),
                    *_measured(one),
                    *(("", "") if with_test else ()),
                ]
                for source, one in by_source.items()
            ]
    columns: list[Cell] = [
        message("baselines-baseline"),
        message("baselines-accuracy"),
        message("baselines-auc"),
    ]
    if with_test:
        columns += [message("baselines-test-accuracy"), message("baselines-test-auc")]
    note = message("baselines-note" if with_test else "outside-learned-note")
    return Table(message("baselines-table"), columns, rows, note)


def _measured(found: Baseline | None) -> list[Cell]:
    return [bracketed(found[name]) if found else "" for name in ("accuracy", "auc")]


def associations_table(audit: Audit) -> Table:
    """How strongly source, folder, size and columns of the table go with the class.

    Args:
        audit: ``data_audit`` or ``external_audit``.
    """
    rows: list[list[Cell]] = [
        [
            _column(one),
            number(one["values"]),
            number(one["auc"], 3),
            number(one["balanced_accuracy"], 3),
        ]
        for one in audit["associations"]
    ]
    return Table(
        message("associations-table"),
        [
            message("associations-column"),
            message("associations-values"),
            message("metric-auc"),
            message("metric-balanced-accuracy"),
        ],
        rows,
        message("associations-note"),
    )


def _column(one: Mapping[str, Any]) -> Cell:
    name = f"`{one['column']}`"
    # Audits of an earlier version do not tell.
    in_one_class = one.get("in_one_class", False)
    return message("associations-in-one-class", column=name) if in_one_class else name
