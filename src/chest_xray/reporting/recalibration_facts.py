"""What adapting a model to another hospital gives, as tables and messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chest_xray.reporting.messages import Message, interval, message
from chest_xray.reporting.numbers import bracketed, number
from chest_xray.reporting.tables import Cell, Table

Adaptation = Mapping[str, Any]

_METRICS = {
    "ece": "metric-ece",
    "brier": "metric-brier",
    "intercept": "metric-intercept",
    "slope": "metric-slope",
    "sensitivity": "metric-sensitivity",
    "specificity": "metric-specificity",
}
_THRESHOLDS = {
    "negative": ("three-way-negative-threshold", "three-way-no-negative"),
    "positive": ("three-way-positive-threshold", "three-way-no-positive"),
}
# Of films inside and elsewhere: some are decided, or none is.
_DECIDED = {
    "inside": ("three-way-told-inside", "three-way-none-inside"),
    "outside": ("three-way-told-outside", "three-way-none-outside"),
}
_PARTS = {
    "validation": "three-way-validation",
    "inside": "elsewhere-inside",
    "outside": "three-way-outside",
}


def recalibration_table(adaptation: Adaptation) -> Table:
    """The model as it is, and fitted to other patients of the place.

    Args:
        adaptation: ``{model}_recalibration``.
    """
    found = adaptation["recalibration"]
    rows: list[list[Cell]] = [
        [
            message(key),
            bracketed(found["before"][name]),
            bracketed(found["after"][name]) if found["after"] else "",
        ]
        for name, key in _METRICS.items()
    ]
    return Table(
        message("recalibration-table"),
        [
            message("metrics-metric"),
            message("recalibration-before"),
            message("recalibration-after"),
        ],
        rows,
        message("recalibration-note", films=found["n"], patients=found["patients"]),
    )


def three_way_table(adaptation: Adaptation) -> Table:
    """How many films are decided, and how often right."""
    found = adaptation["three_way"]
    rows: list[list[Cell]] = [
        [
            message(key),
            *(number(found[part][name]) for name in ("n", "negative", "to_a_person", "positive")),
            *(bracketed(found[part][name]) for name in ("npv", "ppv", "right")),
        ]
        for part, key in _PARTS.items()
    ]
    return Table(
        message("three-way-table"),
        [
            message("three-way-films-of"),
            message("subgroups-films"),
            message("three-way-negative"),
            message("three-way-person"),
            message("three-way-positive"),
            message("metric-npv"),
            message("metric-ppv"),
            message("three-way-right"),
        ],
        rows,
        message("three-way-note", npv=found["npv"], ppv=found["ppv"]),
    )


def recalibration_findings(adaptation: Adaptation) -> list[Message]:
    """Whether a fit helps, with how many films, and what is known of the prevalence.

    Args:
        adaptation: ``{model}_recalibration``.
    """
    return [
        *_fit(adaptation),
        *_prevalence(adaptation["prevalence"]),
        *_three_way(adaptation["three_way"]),
    ]


def _fit(adaptation: Adaptation) -> list[Message]:
    found = adaptation["recalibration"]
    auc, slope = interval(found["auc"]), interval(found["before"]["slope"])
    if found["refused"]:
        return [message("recalibration-refused", slope=slope, auc=auc)]
    fit = found["fit"]
    told = [
        message(
            "recalibration-fit",
            name=adaptation["name"],
            films=found["n"],
            patients=found["patients"],
            shift=fit["shift"],
            temperature=fit["temperature"],
            threshold=fit["threshold"],
        )
    ]
    if found["doubtful"]:
        told.append(message("recalibration-doubtful", slope=slope, auc=auc))
    if not found["curve"]:
        told.append(message("recalibration-no-curve"))
    elif found["films_needed"] is None:
        most = found["curve"][-1]["films"]
        told.append(message("recalibration-never-enough", films=most))
    else:
        told.append(message("recalibration-enough", films=found["films_needed"]))
    return told


def _prevalence(found: Mapping[str, Any] | None) -> list[Message]:
    if found is None:
        return [message("prevalence-unknown")]
    told = [
        message(
            "prevalence-estimate",
            estimate=interval(found["estimate"]),
            labelled=interval(found["labelled"]),
            inside=found["calibrated_to"],
        )
    ]
    if "scores" in found["unsafe"]:
        fit = found["fit"]
        told.append(message("prevalence-unsafe-scores", distance=fit["distance"], p=fit["p"]))
    if "warned" in found["unsafe"]:
        told.append(message("prevalence-unsafe-warned", share=interval(found["warned_share"])))
    if not found["unsafe"]:
        told.append(message("prevalence-not-unsafe", p=found["fit"]["p"]))
    measured = found["metrics"]
    told.append(
        message(
            "prevalence-corrected",
            before=measured["as_they_are"]["brier"],
            after=measured["estimate"]["brier"],
        )
    )
    if "stated" in measured:
        told.append(
            message("prevalence-stated", stated=found["stated"], after=measured["stated"]["brier"])
        )
    return [message("sentences", sentences=told)]


def _three_way(found: Mapping[str, Any]) -> list[Message]:
    thresholds = found["thresholds"]
    if thresholds["negative"] is None and thresholds["positive"] is None:
        return [message("three-way-nothing", npv=found["npv"], ppv=found["ppv"])]
    told = [
        message(chosen, threshold=thresholds[name]) if thresholds[name] is not None else message(no)
        for name, (chosen, no) in _THRESHOLDS.items()
    ]
    told += [
        message(
            some, decided=interval(found[part]["decided"]), right=interval(found[part]["right"])
        )
        if found[part]["right"]["value"] is not None
        else message(none)
        for part, (some, none) in _DECIDED.items()
    ]
    return [message("sentences", sentences=told)]
