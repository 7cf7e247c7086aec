"""What an explanation report found; every number is computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chest_xray.reporting.messages import Message, Value, interval, message
from chest_xray.reporting.patient_facts import unknown_patients

OURS = "integrated_gradients"
_LAST_STAGE = "stem"
# By so much more do maps of scrambled weights agree once signs are left out, where it is the
# image's own contrast that they show.
_LEFT_WITHOUT_SIGNS = 0.1
_BASELINES = {
    "black": "explanation-black",
    "blurred": "explanation-blurred",
    "mean": "explanation-mean",
    "several": "explanation-several",
}
_SUBTYPES = {
    "": "subtype-unknown",
    "bacteria": "subtype-bacteria",
    "virus": "subtype-virus",
}


def explanation_findings(report: Mapping[str, Any], unknown: int) -> list[Message]:
    """What the tests of the heat maps found.

    Args:
        report: What ``explaining.report`` gives.
        unknown: Of how many images nothing tells the patient.
    """
    return [
        _together(*_completeness(report["completeness"])),
        _together(_deletion(report["deletion"]), _insertion(report["insertion"])),
        _randomization(report["randomization"][OURS][_LAST_STAGE]),
        _stability(report["stability"][OURS]),
        where_the_maps_point(report["location"]),
        _lesions(report["location"]["lesions"]),
        *unknown_patients(unknown),
    ]


def explanation_method(report: Mapping[str, Any]) -> list[Message]:
    """Which baseline image the maps are held against, and how many images they were tested on.

    Args:
        report: ``{model}_explanation_report``.
    """
    sample = report["sample"]
    return [
        _together(
            message(_BASELINES[sample["attribution"]["baseline"]]),
            message("explanation-sample", images=sample["images"]),
        )
    ]


def _together(*found: Message) -> Message:
    return message("sentences", sentences=found)


def _completeness(found: Mapping[str, Any]) -> list[Message]:
    share, baseline = found["converged"], found["baseline"]
    values = {"tolerance": found["tolerance"], "steps": found["steps"]["median"]}
    if share < 1:
        key = "explanation-some-complete" if share else "explanation-none-complete"
        complete = message(key, **values, **({"converged": share} if share else {}))
    else:
        complete = message("explanation-all-complete", **values)
    if not baseline["same_side"]:
        return [complete, message("explanation-baseline-apart", log_odds=baseline["log_odds"])]
    return [
        complete,
        message(
            "explanation-baseline",
            log_odds=baseline["log_odds"],
            same_side=baseline["same_side"],
        ),
    ]


def _deletion(test: Mapping[str, Any]) -> Message:
    high = test["random"]["ours_minus_this"]["high"]
    # A single patient has no interval, and shows nothing.
    better = high is not None and high < 0
    return message(
        "explanation-deletion-tells" if better else "explanation-deletion-not-shown",
        **_areas(test, "random", "grad_cam", "gradient"),
    )


def _insertion(test: Mapping[str, Any]) -> Message:
    low, high = (test["random"]["ours_minus_this"][end] for end in ("low", "high"))
    if low is not None and low > 0:
        key = "explanation-insertion-agrees"
    elif high is not None and high < 0:
        key = "explanation-insertion-disagrees"
    else:
        key = "explanation-insertion-not-shown"
    return message(key, **_areas(test, "random"))


def _areas(test: Mapping[str, Any], *others: str) -> dict[str, Value]:
    return {
        "ours": test[OURS]["area"]["value"],
        "difference": interval(test["random"]["ours_minus_this"]),
        **{other: test[other]["area"]["value"] for other in others},
    }


def _randomization(scrambled: Mapping[str, Any]) -> Message:
    signed, absolute = (scrambled[kind]["value"] for kind in ("signed", "absolute"))
    left = absolute is not None and signed is not None and absolute - signed > _LEFT_WITHOUT_SIGNS
    return message(
        "explanation-randomization-contrast" if left else "explanation-randomization",
        signed=signed,
        absolute=absolute,
    )


def _stability(found: Mapping[str, Any]) -> Message:
    return message(
        "explanation-stability",
        noise=found["noise"]["value"],
        shift=found["shift"]["value"],
        other_image=found["other_image"]["value"],
    )


def where_the_maps_point(location: Mapping[str, Any]) -> Message:
    """Where the maps' mass lies, for wrong against right answers, and whether in the corners.

    Args:
        location: ``location`` of an explanation report.
    """
    regions = location["regions"]
    everywhere = {name: found[OURS]["value"] for name, found in regions.items()}
    areas = {f"{name}_area": found["area"] for name, found in regions.items()}
    return _together(
        message("explanation-location", **everywhere, **areas),
        _outcomes(regions),
        _corners(location["corners"]),
    )


def _outcomes(regions: Mapping[str, Any]) -> Message:
    wrong, right = (regions["centre"][outcome]["n"] for outcome in ("wrong", "right"))
    if not wrong or not right:
        return message("explanation-no-right" if wrong else "explanation-no-wrong")
    shares = {
        f"{outcome}_{name}": regions[name][outcome]["value"]
        for outcome in ("wrong", "right")
        for name in ("centre", "border", "corners")
    }
    return message("explanation-outcomes", wrong=wrong, right=right, **shares)


def _corners(corners: Mapping[str, Any]) -> Message:
    ratios = corners["ratio_to_the_largest_elsewhere"]
    return message(
        "explanation-corners-drive" if corners["alarm"] else "explanation-corners-do-not-drive",
        mass=ratios["mass"],
        covered=ratios["covered"],
    )


def _lesions(lesions: Mapping[str, Any] | None) -> Message:
    if lesions is None:
        return message("explanation-no-lesions")
    return _together(*(_lesion(subtype, found) for subtype, found in lesions.items()))


def _lesion(subtype: str, found: Mapping[str, Any]) -> Message:
    ours, chance = found[OURS], found["chance"]
    values: dict[str, Value] = {
        "subtype": message(_SUBTYPES[subtype]) if subtype in _SUBTYPES else subtype,
        "mass": ours["mass_inside"]["value"],
        "mass_chance": chance["mass_inside"]["value"],
    }
    # The pointing game is played with small lesions alone.
    images = ours["pointing"]["n"]
    if not images:
        return message("explanation-large-lesions", **values)
    return message(
        "explanation-lesions",
        **values,
        hits=round(ours["pointing"]["value"] * images),
        images=images,
        chance=chance["pointing"]["value"],
    )
