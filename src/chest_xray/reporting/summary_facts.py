"""What stands first in the report: the result, inside and elsewhere, and its biggest caveat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chest_xray.reporting.captions import MODELS
from chest_xray.reporting.data_facts import leak, shortcuts, telling
from chest_xray.reporting.external_facts import outside_verdict
from chest_xray.reporting.limit_facts import measurement_limits, source
from chest_xray.reporting.messages import Message, interval, message
from chest_xray.reporting.model_facts import against_strongest
from chest_xray.reporting.patient_facts import few_patients

# Verdicts on films of elsewhere, and against what is told without the disease, that are a caveat.
_DOES_NOT_HOLD = (
    "external-below-chance",
    "external-like-chance",
    "external-lower-than-inside",
    "external-below-baseline",
    "external-like-baseline",
)
_NOT_SHOWN = ("model-like-chance", "model-learning-not-shown", "model-baseline-unknown")


@dataclass(frozen=True)
class Provenance:
    """What a page is made with.

    Attributes:
        date: As 2026-11-28.
        commit: Of the project, '' where that is not known.
        changed: Whether files differ from that commit.
        processor: Of the machine that makes the page.
        cores: That it may use.
        versions: By library.
    """

    date: str
    commit: str
    changed: bool
    processor: str
    cores: int
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Summarized:
    """What the summary is made of.

    Attributes:
        model: ``tuned``, or ``baseline`` where there is no tuned one.
        metrics: ``{model}_metrics``.
        audit: ``data_audit``.
        elsewhere: ``{model}_external_metrics`` of each other folder that was measured.
        elsewhere_command: What measures the model on another folder.
        phantoms: Whether the radiographs are phantoms.
    """

    model: str
    metrics: Mapping[str, Any]
    audit: Mapping[str, Any]
    elsewhere: Sequence[Mapping[str, Any]]
    elsewhere_command: str
    phantoms: bool


def summary(found: Summarized) -> list[Message]:
    """The result inside, elsewhere, and the biggest caveat."""
    metrics = found.metrics
    inside = message(
        "summary-inside",
        model=message(MODELS[found.model]),
        images=metrics["n"],
        patients=metrics["patients"],
        accuracy=interval(metrics["accuracy"]),
        auc=interval(metrics["auc"]),
    )
    return [
        *([] if found.phantoms else [source(phantoms=False)]),
        inside,
        message("sentences", sentences=against_strongest(metrics)),
        *_elsewhere(found),
        message("summary-caveat", caveat=_biggest_caveat(found)),
    ]


def _elsewhere(found: Summarized) -> list[Message]:
    if not found.elsewhere:
        return [message("limit-not-elsewhere", command=found.elsewhere_command)]
    measured = []
    for metrics in found.elsewhere:
        told, _, against_chance, _ = outside_verdict(metrics)
        measured.append(message("sentences", sentences=[told, against_chance]))
    return measured


def _biggest_caveat(found: Summarized) -> Message:
    """The first of these that holds, from what makes every number void to what all studies have."""
    audit, metrics = found.audit, found.metrics
    outside = [told for one in found.elsewhere for told in outside_verdict(one)]
    files = audit["no_pixel_baseline"]["size_mode_and_jpeg_header"]
    caveats = [
        *([source(phantoms=True)] if found.phantoms else []),
        *leak(audit),
        *shortcuts(audit),
        *(one for key in _DOES_NOT_HOLD for one in outside if one["key"] == key),
        *(one for one in against_strongest(metrics) if one["key"] in _NOT_SHOWN),
        *(
            [message("limit-files-tell", auc=interval(files["auc"]))]
            if files and telling(files["auc"])
            else []
        ),
        *few_patients(metrics["few_patients"]),
        *([] if found.elsewhere else [message("limit-inside")]),
        *measurement_limits(metrics),
        message("limit-inside"),
    ]
    return caveats[0]


def made_from(cards: Mapping[str, Mapping[str, Any]]) -> list[Message]:
    """Which training and which split the shown results are of.

    Args:
        cards: By model: ``{model}_card`` of those there are.
    """
    return [
        message(
            "summary-training",
            model=message(MODELS[model]),
            run=card["run"],
            device=card["hardware"]["device"],
            precision=card["hardware"]["precision"],
            splits=card["splits_hash"][:10],
        )
        for model, card in cards.items()
    ]


def made_with(found: Provenance) -> list[Message]:
    """When, at which commit, on which machine and with which libraries a page is made."""
    if not found.commit:
        written = message("summary-date", date=found.date)
    else:
        key = "summary-changed-commit" if found.changed else "summary-commit"
        written = message(key, date=found.date, commit=found.commit)
    versions = [f"{name} {version}" for name, version in found.versions.items()]
    return [
        written,
        message("summary-machine", processor=found.processor, cores=found.cores, versions=versions),
    ]
