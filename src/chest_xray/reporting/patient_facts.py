"""What it means for every number that patients are unknown, doubtful or few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chest_xray.reporting.messages import Message, message

# By a doubt's kind: its message, and those of its numbers that stand in it.
_DOUBTS = {
    "unknown": ("patients-unknown", ()),
    "many_folders": (
        "patients-many-folders",
        ("patients", "folders", "example", "example_folders"),
    ),
    "both_classes": ("patients-both-classes", ("patients", "mixed")),
    "folders_disagree": ("patients-folders-disagree", ("several", "folders")),
}
_FEW = {"validation": "patients-few-in-validation", "test": "patients-few-in-test"}


def patient_doubts(doubts: Sequence[Mapping[str, Any]]) -> list[Message]:
    """A message for each of ``patterns.patient_doubts``."""
    return [_doubt(one) for one in doubts]


def _doubt(doubt: Mapping[str, Any]) -> Message:
    if doubt["kind"] == "ambiguous_ids":
        one, other, *_ = doubt["groups"][0]
        return message("patients-ambiguous-ids", groups=len(doubt["groups"]), one=one, other=other)
    key, names = _DOUBTS[doubt["kind"]]
    return message(key, **{name: doubt[name] for name in names})


def unknown_patients(images: int) -> list[Message]:
    """A message where there are images whose patient nothing tells, nothing otherwise.

    Args:
        images: ``splitting.unknown_patients`` of all parts: what was trained on counts too.
    """
    return [message("patients-unknown")] if images else []


def few_patients(few: Sequence[Mapping[str, Any]]) -> list[Message]:
    """A message for each class of which a part has few patients (``metrics.few_patients``)."""
    return [
        message(
            _FEW[one["part"]],
            patients=one["patients"],
            class_name=one["class_name"],
            fewest=one["fewest"],
        )
        for one in few
    ]
