"""What the results don't show; from the results themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chest_xray.reporting.captions import MODELS
from chest_xray.reporting.data_facts import telling
from chest_xray.reporting.messages import Message, interval, message
from chest_xray.reporting.patient_facts import few_patients

Audit = Mapping[str, Any]

# Interval wider than this, and a comparison of two good models is a matter of luck.
_WIDE = 0.05


def source(phantoms: bool) -> Message:
    """Whose radiographs these are."""
    return message("source-phantoms") if phantoms else message("source-folder")


def data_limits(audit: Audit) -> list[Message]:
    """What the data leave open."""
    found = []
    files = audit["no_pixel_baseline"]["size_mode_and_jpeg_header"]
    if files and telling(files["auc"]):
        found.append(message("limit-files-tell", auc=interval(files["auc"])))
    conflicting = audit["duplicate_groups_with_conflicting_labels"]
    if conflicting:
        found.append(message("limit-conflicting-labels", groups=len(conflicting)))
    if len({key.rpartition("/")[0] for key in audit["counts_by_source"]}) < 2:
        found.append(message("limit-one-source"))
    return found


def elsewhere_limits(
    measured: Mapping[str, Sequence[Mapping[str, Any]]], command: str
) -> list[Message]:
    """That a number of the folder a model was trained on is no evidence elsewhere, and what is
    known of elsewhere.

    Args:
        measured: By model: ``{model}_external_metrics`` of each name for which there are any.
        command: What measures a model on another folder.
    """
    if not any(measured.values()):
        return [message("limit-inside"), message("limit-not-elsewhere", command=command)]
    return [
        message("limit-inside"),
        *(
            message(
                "limit-elsewhere",
                model=message(MODELS[model]),
                name=metrics["name"],
                images=metrics["n"],
                accuracy=interval(metrics["accuracy"]),
                auc=interval(metrics["auc"]),
            )
            for model, several in measured.items()
            for metrics in several
        ),
    ]


def measurement_limits(metrics: Mapping[str, Any]) -> list[Message]:
    """How far the test part carries."""
    few = few_patients(metrics["few_patients"])
    accuracy = metrics["accuracy"]
    if accuracy["low"] is None:
        return few
    width = accuracy["high"] - accuracy["low"]
    limit = message(
        "limit-small-test" if width > _WIDE else "limit-test",
        images=metrics["n"],
        patients=metrics["patients"],
        width=100 * width,
    )
    return [limit, *few]


def shortcut_limits(report: Mapping[str, Any]) -> list[Message]:
    """Whether the heat maps found the model looking at what is no lung."""
    corners = report["location"]["corners"]
    ratios = corners["ratio_to_the_largest_elsewhere"]
    return [
        message(
            "limit-shortcut" if corners["alarm"] else "limit-no-shortcut",
            mass=ratios["mass"],
            covered=ratios["covered"],
        )
    ]
