"""What an explanation report found; every number is computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chest_xray.reporting.messages import Message, message
from chest_xray.reporting.patient_facts import unknown_patients

OURS = "integrated_gradients"
_LAST_STAGE = "stem"


def explanation_findings(report: Mapping[str, Any], unknown: int) -> list[Message]:
    """What the tests of the heat maps found.

    Args:
        report: What ``explaining.report`` gives.
        unknown: Of how many images nothing tells the patient.
    """
    return [
        _completeness(report["completeness"]),
        _together(_deletion(report["deletion"]), _insertion(report["insertion"])),
        _randomization(report["randomization"][OURS][_LAST_STAGE]),
        _stability(report["stability"][OURS]),
        where_the_maps_point(report["location"]),
        _lesions(report["location"]["lesions"]),
        *unknown_patients(unknown),
    ]


def _together(*found: Message) -> Message:
    return message("sentences", sentences=found)


def _completeness(found: Mapping[str, Any]) -> Message:
    return message(
        "explanation-completeness",
        converged=found["converged"],
        tolerance=found["tolerance"],
        steps=found["steps"]["median"],
        log_odds=found["baseline"]["log_odds"],
        same_side=found["baseline"]["same_side"],
    )


def _deletion(test: Mapping[str, Any]) -> Message:
    high = test["random"]["ours_minus_this"]["high"]
    # A single patient has no interval, and shows nothing.
    better = high is not None and high < 0
    return message(
        "explanation-deletion-tells" if better else "explanation-deletion-not-shown",
        **_areas(test, "random", "grad_cam", "gradient"),
    )


def _insertion(test: Mapping[str, Any]) -> Message:
    low = test["random"]["ours_minus_this"]["low"]
    better = low is not None and low > 0
    return message(
        "explanation-insertion-agrees" if better else "explanation-insertion-no-gain",
        **_areas(test, "random"),
    )


def _areas(test: Mapping[str, Any], *others: str) -> dict[str, float | None]:
    difference = test["random"]["ours_minus_this"]
    return {
        "ours": test[OURS]["area"]["value"],
        "low": difference["low"],
        "high": difference["high"],
        **{other: test[other]["area"]["value"] for other in others},
    }


def _randomization(scrambled: Mapping[str, Any]) -> Message:
    return message(
        "explanation-randomization",
        signed=scrambled["signed"]["value"],
        absolute=scrambled["absolute"]["value"],
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
        return message("explanation-no-wrong")
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
    return message(
        "explanation-lesions",
        subtype=subtype,
        pointing=ours["pointing"]["value"],
        images=ours["pointing"]["n"],
        chance=chance["pointing"]["value"],
        mass=ours["mass_inside"]["value"],
        mass_chance=chance["mass_inside"]["value"],
    )
