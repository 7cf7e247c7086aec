"""How a model does on another hospital's films, as tables and messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chest_xray.reporting.baseline_facts import BASELINES, strongest
from chest_xray.reporting.messages import Interval, Message, interval, message
from chest_xray.reporting.numbers import bracketed, number
from chest_xray.reporting.tables import Cell, Table

Metrics = Mapping[str, Any]
Audit = Mapping[str, Any]
Lesions = Mapping[str, Any]

_METRICS = {
    "accuracy": "metric-accuracy",
    "auc": "metric-auc",
    "sensitivity": "metric-sensitivity",
    "specificity": "metric-specificity",
    "ppv": "metric-ppv",
    "npv": "metric-npv",
    "prevalence": "metric-prevalence",
    "brier": "metric-brier",
    "ece": "metric-ece",
}
_CALIBRATION = {"intercept": "metric-intercept", "slope": "metric-slope"}
_SCORES = ("accuracy", "auc")
_BY_CHANCE = 0.5
# The message about an AUC, by how its interval lies to another one.
_AGAINST_INSIDE = {
    "lower": "external-lower-than-inside",
    "higher": "external-higher-than-inside",
    "like": "external-like-inside",
    "unknown": "external-inside-unknown",
}
_AGAINST_CHANCE = {
    "lower": "external-below-chance",
    "higher": "external-above-chance",
    "like": "external-like-chance",
    "unknown": "external-chance-unknown",
}
_AGAINST_BASELINE = {
    "lower": "external-below-baseline",
    "higher": "external-above-baseline",
    "like": "external-like-baseline",
}
_BALANCED = {
    "lower": "external-balanced-below-chance",
    "higher": "external-balanced-above-chance",
    "like": "external-balanced-like-chance",
    "unknown": "external-balanced-like-chance",
}
# By the accuracy of the films with a warning against that of the others.
_WARNING = {
    "lower": "external-warning-worth",
    "higher": "external-warning-misleads",
    "like": "external-warning-not-shown",
    "unknown": "external-warning-not-shown",
}
_OVER: dict[str, str | Message] = {
    "texture": message("external-over-texture"),
    "view": message("external-over-view"),
}
# Holm-adjusted p below which a subgroup counts as different.
_SIGNIFICANCE = 0.05
# A film measure is named where more than this share of films is beyond the training films' range.
_UNLIKE = 0.2
_NAMED_COPIES = 5
_LEFT_OUT = {
    "values": "external-column-values",
    "one_value": "external-column-one-value",
    "few_patients": "external-column-few-patients",
}
# By how often a map points into a lesion against chance.
_LESIONS = {
    "lower": "external-lesions-below-chance",
    "higher": "external-lesions-found",
    "like": "external-lesions-not-shown",
    "unknown": "external-lesions-not-shown",
}
_LESION_METHODS: dict[str, str | Message] = {
    "integrated_gradients": message("method-integrated-gradients"),
    "grad_cam": "Grad-CAM",
    "chance": message("lesions-chance"),
}


def elsewhere_table(metrics: Metrics) -> Table:
    """Each metric inside the folder that the model was trained on, and elsewhere.

    Args:
        metrics: ``{model}_external_metrics``.
    """
    inside = metrics["inside"]
    rows: list[list[Cell]] = [
        [
            message(key),
            bracketed(inside[name]) if name in inside else "",
            bracketed(metrics[name]),
        ]
        for name, key in _METRICS.items()
    ]
    rows += [
        [message(key), "", bracketed(metrics["calibration"][name])]
        for name, key in _CALIBRATION.items()
    ]
    return Table(
        message("elsewhere-table"),
        [
            message("metrics-metric"),
            message("elsewhere-inside"),
            message("elsewhere-outside", name=metrics["name"]),
        ],
        rows,
        message(
            "elsewhere-note",
            inside=inside["n"],
            inside_patients=inside["patients"],
            method=inside["split_method"],
            images=metrics["n"],
            patients=metrics["patients"],
            threshold=metrics["threshold"],
        ),
    )


def outside_baselines_table(metrics: Metrics) -> Table:
    """The model beside what can be told of the same films without the disease."""
    rows: list[list[Cell]] = []
    for name, title in BASELINES.items():
        found = metrics["baselines"][name]
        rows.append([title, *(bracketed(found[one]) if found else "" for one in _SCORES)])
    rows.append([message("outside-baselines-model"), *(bracketed(metrics[one]) for one in _SCORES)])
    balanced = metrics["balanced_auc"]
    if balanced:
        rows.append([message("outside-baselines-balanced"), "", bracketed(balanced["auc"])])
    return Table(
        message("outside-baselines-table"),
        [
            message("baselines-baseline"),
            message("metric-accuracy"),
            message("metric-auc"),
        ],
        rows,
        message("outside-baselines-note"),
    )


def subgroups_table(metrics: Metrics) -> Table:
    """The metrics of each subgroup, and whether its AUC differs from the rest's."""
    rows: list[list[Cell]] = [
        [
            f"`{row['column']}`",
            str(row["value"]),
            number(row["n"]),
            number(row["patients"]),
            number(row["positives"]),
            *(bracketed(row[name], 2) for name in ("auc", "sensitivity", "specificity")),
            number(row["p_holm"], 3),
        ]
        for row in metrics["subgroups"]
    ]
    return Table(
        message("subgroups-table"),
        [
            message("subgroups-column"),
            message("subgroups-value"),
            message("subgroups-films"),
            message("subgroups-patients"),
            message("subgroups-positives"),
            message("metric-auc"),
            message("metric-sensitivity"),
            message("metric-specificity"),
            message("subgroups-p"),
        ],
        rows,
        message("subgroups-note"),
    )


def lesions_table(lesions: Lesions) -> Table:
    """How often the heat maps point into the lesions, and how much of their mass lies there.

    Args:
        lesions: ``{model}_external_lesions``.
    """
    return Table(
        message("lesions-table"),
        [
            message("fidelity-method"),
            message("lesions-pointing"),
            message("lesions-mass"),
        ],
        [
            [title, *(bracketed(lesions[name][one]) for one in ("pointing", "mass_inside"))]
            for name, title in _LESION_METHODS.items()
        ],
        message("lesions-note", images=lesions["n"]),
    )


def outside_folder_findings(audit: Audit) -> list[Message]:
    """What another hospital's folder holds, what tells its classes apart, how unlike it is.

    Args:
        audit: ``external_audit``.
    """
    counts = [
        message("data-shortcut-value", value=label, count=count)
        for label, count in audit["counts"].items()
    ]
    found = [
        message(
            "external-folder",
            name=audit["name"],
            readable=audit["readable"],
            patients=audit["patients"],
            counts=counts,
        )
    ]
    if audit["unreadable"]:
        found.append(message("external-unreadable", files=len(audit["unreadable"])))
    if audit["copies"]:
        named = [one["image_id"] for one in audit["copies"][:_NAMED_COPIES]]
        found.append(message("external-copies", films=len(audit["copies"]), examples=named))
    return [*found, _outside_baseline(audit), *_unlike(audit["film_measures"])]


def _outside_baseline(audit: Audit) -> Message:
    found = strongest(audit)
    if not found:
        return message("external-baselines-unknown")
    name, measured = found
    above = measured["auc"]["low"] is not None and measured["auc"]["low"] > _BY_CHANCE
    return message(
        "external-told-without-disease" if above else "external-not-told-without-disease",
        baseline=BASELINES[name],
        auc=interval(measured["auc"]),
    )


def _unlike(measures: Mapping[str, Mapping[str, float | None]]) -> list[Message]:
    shares = {name: one["outside_share"] or 0.0 for name, one in measures.items()}
    far = sorted((name for name in shares if shares[name] > _UNLIKE), key=lambda one: -shares[one])
    if not far:
        return []
    named = [message("external-measure", measure=name, share=shares[name]) for name in far]
    return [message("external-unlike", measures=named)]


def external_findings(metrics: Metrics) -> list[Message]:
    """Whether the model holds on another hospital's films, and what the numbers rest on.

    Args:
        metrics: ``{model}_external_metrics``.
    """
    return [
        *outside_verdict(metrics),
        *_copies(metrics),
        *_few(metrics),
        _balanced(metrics),
        *_calibration(metrics["calibration"]),
        _local_threshold(metrics["local_threshold"]),
        _warnings(metrics["warned"]),
        *_subgroups(metrics),
    ]


def outside_verdict(metrics: Metrics) -> list[Message]:
    """Accuracy and AUC elsewhere, against inside, against chance and the strongest baseline."""
    inside = metrics["inside"]
    return [
        message(
            "external-measured",
            name=metrics["name"],
            images=metrics["n"],
            patients=metrics["patients"],
            accuracy=interval(metrics["accuracy"]),
            auc=interval(metrics["auc"]),
            inside_accuracy=interval(inside["accuracy"]),
            inside_auc=interval(inside["auc"]),
        ),
        message(_AGAINST_INSIDE[_against(metrics["auc"], inside["auc"])]),
        message(_AGAINST_CHANCE[_against(metrics["auc"], _exactly(_BY_CHANCE))]),
        _against_baseline(metrics),
    ]


def _against(found: Interval, other: Interval) -> str:
    """``lower``, ``higher`` or ``like``, by whether the intervals overlap; or ``unknown``."""
    ends = (found["low"], found["high"], other["low"], other["high"])
    if any(end is None for end in ends):
        return "unknown"
    low, high, other_low, other_high = (float(end or 0.0) for end in ends)
    if high < other_low:
        return "lower"
    return "higher" if low > other_high else "like"


def _exactly(value: float) -> Interval:
    return {"value": value, "low": value, "high": value}


def _against_baseline(metrics: Metrics) -> Message:
    baseline = metrics["strongest_baseline"]
    if not baseline:
        return message("external-baseline-unknown")
    against = _against(metrics["auc"], baseline["auc"])
    if against not in _AGAINST_BASELINE:
        return message("external-baseline-unknown")
    return message(
        _AGAINST_BASELINE[against],
        baseline=BASELINES[baseline["name"]],
        accuracy=interval(baseline["accuracy"]),
        auc=interval(baseline["auc"]),
    )


def _copies(metrics: Metrics) -> list[Message]:
    copies = metrics["copies_left_out"]
    return [message("external-copies-left-out", films=copies)] if copies else []


def _few(metrics: Metrics) -> list[Message]:
    few = metrics["few_patients"]
    return [message("external-few-patients", classes=few)] if few else []


def _balanced(metrics: Metrics) -> Message:
    found = metrics["balanced_auc"]
    if not found or found["auc"]["value"] is None:
        return message("external-balanced-unknown")
    return message(
        _BALANCED[_against(found["auc"], _exactly(_BY_CHANCE))],
        over=[_OVER.get(name, name) for name in found["over"]],
        auc=interval(found["auc"]),
        images=round(found["effective_images"]),
    )


def _calibration(found: Mapping[str, Interval]) -> list[Message]:
    intercept, slope = found["intercept"], found["slope"]
    if intercept["value"] is None or slope["value"] is None:
        return [message("external-calibration-unknown")]
    told = [
        message("external-calibration", intercept=interval(intercept), slope=interval(slope)),
    ]
    zero, one = _exactly(0.0), _exactly(1.0)
    if _against(intercept, zero) == "lower":
        told.append(message("external-too-high"))
    elif _against(intercept, zero) == "higher":
        told.append(message("external-too-low"))
    if _against(slope, zero) != "higher":
        told.append(message("external-slope-not-positive"))
    elif _against(slope, one) == "lower":
        told.append(message("external-too-extreme"))
    return [message("sentences", sentences=told)]


def _local_threshold(found: Mapping[str, Any] | None) -> Message:
    if not found or found["threshold"] is None:
        return message("external-local-threshold-unknown")
    return message(
        "external-local-threshold",
        sensitivity=found["sensitivity"],
        threshold=found["threshold"],
        reached=interval(found["sensitivity_reached"]),
        specificity=interval(found["specificity"]),
    )


def _warnings(found: Metrics) -> Message:
    warned, others = found["warned"], found["not_warned"]
    if not warned or not others:
        return message("external-warned-all-or-none", share=interval(found["share"]))
    key = _WARNING[_against(warned["accuracy"], others["accuracy"])]
    return message(
        "sentences",
        sentences=[
            message(
                "external-warned",
                share=interval(found["share"]),
                warned=_errors(warned["accuracy"]),
                others=_errors(others["accuracy"]),
                called=interval(others["called_positive"]),
                positives=others["positives"] / others["n"],
                auc=interval(others["auc"]),
            ),
            message(key),
        ],
    )


def _errors(accuracy: Interval) -> Interval:
    value, low, high = (
        None if end is None else 1 - end
        for end in (accuracy["value"], accuracy["high"], accuracy["low"])
    )
    return {"value": value, "low": low, "high": high}


def _subgroups(metrics: Metrics) -> list[Message]:
    rows = metrics["subgroups"]
    if not rows:
        return [message("external-no-subgroups"), *_left_out(metrics["columns_left_out"])]
    tested = [row for row in rows if row["p_holm"] is not None]
    differing = [row for row in tested if row["p_holm"] < _SIGNIFICANCE]
    if not tested:
        told = message("external-subgroups-not-tested")
    elif differing:
        told = message(
            "external-subgroups-differ",
            tested=len(tested),
            groups=[
                message(
                    "external-subgroup",
                    column=row["column"],
                    value=str(row["value"]),
                    auc=interval(row["auc"]),
                    p=row["p_holm"],
                )
                for row in differing
            ],
        )
    else:
        told = message("external-subgroups-alike", tested=len(tested))
    return [told, *_left_out(metrics["columns_left_out"])]


def _left_out(columns: Sequence[Mapping[str, str]]) -> list[Message]:
    if not columns:
        return []
    named = [message(_LEFT_OUT[one["reason"]], column=one["column"]) for one in columns]
    return [message("external-columns-left-out", columns=named)]


def lesion_findings(lesions: Lesions | None) -> list[Message]:
    """Whether the heat maps find real lesions better than chance.

    Args:
        lesions: ``{model}_external_lesions``; None for a model whose maps were not made.
    """
    if not lesions or not lesions["n"]:
        return [message("external-no-lesions")]
    chance = lesions["chance"]
    return [
        message(
            _LESIONS[_against(lesions[name]["pointing"], chance["pointing"])],
            method=title,
            images=lesions["n"],
            **{
                f"{kind}{end}": interval(found[one])
                for kind, one in (("pointing", "pointing"), ("mass", "mass_inside"))
                for end, found in (("", lesions[name]), ("_chance", chance))
            },
        )
        for name, title in _LESION_METHODS.items()
        if name != "chance"
    ]
