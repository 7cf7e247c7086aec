"""The explanation report: the same tests for our maps, for other methods' and for random ones."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chest_xray.explaining import location, sanity
from chest_xray.explaining.attribution import Map, grad_cam, gradient, random_map
from chest_xray.explaining.baselines import baseline_levels, smoothed
from chest_xray.explaining.fidelity import area, deletion_and_insertion
from chest_xray.explaining.heat_maps import HeatMap, explain_pixels
from chest_xray.explaining.model import ExplainedModel, with_network
from chest_xray.machine.progress import track
from chest_xray.parameters import InterpretabilityParameters
from chest_xray.statistics.intervals import share_interval

OURS = "integrated_gradients"
METHODS = (OURS, "gradient", "grad_cam", "random")
_MODELS_METHODS = METHODS[:-1]
# Where a map is empty, corners are compared with this instead of with 0.
_NOTHING = 1e-12

Interval = dict[str, float | None]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Subject:
    """A test image that the report is about.

    Attributes:
        image_id: Its name; ``group``: whom it shows, the unit of the bootstrap.
        pixels: As the model sees them, uint8 [size, size].
        outcome: Whether it was called ``right`` or ``wrong``.
        sampled: Whether it is of the random sample, or was added because it is wrong.
        subtype: Of its disease, '' where there is none.
        lesion: bool [size, size] where it is known, or None.
    """

    image_id: str
    group: str
    pixels: Pixels
    outcome: str
    sampled: bool
    subtype: str = ""
    lesion: NDArray[np.bool_] | None = None


@dataclass
class _Findings:
    """Numbers by their place in the report, one per image, with the image's group."""

    draws: int
    seed: int
    values: dict[tuple[str, ...], list[float]] = field(default_factory=lambda: defaultdict(list))
    groups: dict[tuple[str, ...], list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, group: str, value: float, *place: str) -> None:
        self.values[place].append(float(value))
        self.groups[place].append(group)

    def interval(self, *place: str) -> Interval:
        """The mean, with a 95 % interval by bootstrap over groups; None for no image at all."""
        return mean_with_interval(
            self.values.get(place, []), self.groups.get(place, []), self.draws, self.seed
        )


def mean_with_interval(
    values: Sequence[float], groups: Sequence[str], draws: int, seed: int
) -> Interval:
    """The mean of some images, and its 95 % interval by bootstrap over their groups.

    Of values that are 0 or 1, as hits are, it is the interval of a share
    (``intervals.share_interval``); of a single group there is none.
    """
    if not len(values):
        return {"value": None, "low": None, "high": None, "n": 0}
    numbers = np.asarray(values, dtype=np.float64)
    _, group, images = np.unique(np.asarray(groups), return_inverse=True, return_counts=True)
    found: Interval = {"value": float(numbers.mean()), "low": None, "high": None, "n": len(numbers)}
    if len(images) < 2:
        return found
    random = np.random.default_rng(seed)
    times = random.multinomial(len(images), np.full(len(images), 1 / len(images)), size=draws)
    means = times[:, group] @ numbers / times[:, group].sum(axis=1)
    low, high = (float(end) for end in np.percentile(means, [2.5, 97.5]))
    if np.isin(numbers, (0, 1)).all():
        _, low, high = share_interval(float(numbers.mean()), float(means.var()), images)
    return found | {"low": low, "high": high}


def explanation_report(
    model: ExplainedModel, images: Sequence[Subject], parameters: InterpretabilityParameters
) -> dict[str, Any]:
    """Put the heat maps of some test images to the test.

    Args:
        model: What is explained; the maps are of its second class.
        images: ``sampled`` ones are what all but the comparison of right and wrong is about.
        parameters: How, and on how many of the images.

    Returns:
        ``sample, completeness, deletion, insertion, randomization, stability, location``; each
        mean with ``value``, ``low`` and ``high`` (95 %, bootstrap over patients) and ``n``.
    """
    findings = _Findings(parameters.bootstrap_samples, parameters.seed)
    curves: dict[tuple[str, str], list[NDArray[np.float64]]] = defaultdict(list)
    explained: list[HeatMap] = []
    previous: dict[str, Map] = {}
    for number, image in track(enumerate(images), "Testing the heat maps", len(images)):
        found = explain_pixels(model, image.pixels, how=parameters.attribution)
        maps = maps_of(model, image.pixels, found, parameters.seed, number)
        _locate(findings, model, image, maps, parameters)
        if not image.sampled:
            continue
        explained.append(found)
        _complete(findings, image, found, maps)
        _delete_and_insert(findings, curves, model, image, maps, parameters)
        if number < parameters.randomized_images:
            _randomize(findings, model, image, maps, parameters, number)
        if number < parameters.stability_images:
            _perturb(findings, model, image, maps, previous, parameters, number)
        previous = maps
    return {
        "sample": _sample(model, images, parameters),
        "completeness": _completeness(findings, explained, parameters),
        "deletion": _fidelity(findings, curves, "deletion"),
        "insertion": _fidelity(findings, curves, "insertion"),
        "randomization": _randomization(findings),
        "stability": _stability(findings),
        "location": _location(findings, images, parameters),
    }


def _sample(
    model: ExplainedModel, images: Sequence[Subject], parameters: InterpretabilityParameters
) -> dict[str, Any]:
    sampled = sum(image.sampled for image in images)
    return {
        "images": sampled,
        "wrong_beside_them": len(images) - sampled,
        "randomized": min(sampled, parameters.randomized_images),
        "perturbed": min(sampled, parameters.stability_images),
        "explained": f"log-odds of {model.card['class_names'][1]}",
        "attribution": parameters.attribution.model_dump(),
    }


def maps_of(
    model: ExplainedModel, pixels: Pixels, found: HeatMap, seed: int, number: int
) -> dict[str, Map]:
    """The maps of all methods for one image, each float32 [size, size]."""
    levels = model.levels(pixels[None])
    return {
        OURS: found.values,
        "gradient": gradient(model.log_odds(), levels),
        "grad_cam": grad_cam(model.log_odds(), levels),
        "random": random_map(model.image_size, seed, number),
    }


def _complete(findings: _Findings, image: Subject, found: HeatMap, maps: Mapping[str, Map]) -> None:
    difference = found.log_odds - found.baseline_log_odds
    for method, values in maps.items():
        gap = abs(float(values.sum(dtype=np.float64)) - difference) / max(abs(difference), 1.0)
        findings.add(image.group, gap, "completeness", method)


def _completeness(
    findings: _Findings, explained: Sequence[HeatMap], parameters: InterpretabilityParameters
) -> dict[str, Any]:
    steps = [found.steps for found in explained]
    baselines = np.array([found.baseline_log_odds for found in explained])
    images = np.array([found.log_odds for found in explained])
    return {
        "tolerance": parameters.attribution.tolerance,
        "converged": float(np.mean([found.converged for found in explained])),
        "steps": {"median": float(np.median(steps)), "most": max(steps)},
        "baseline": {
            "log_odds": float(np.median(baselines)),
            "same_side": float(np.mean((images >= 0) == (baselines >= 0))),
        },
        "gap": {method: findings.interval("completeness", method) for method in METHODS},
    }


def _delete_and_insert(
    findings: _Findings,
    curves: dict[tuple[str, str], list[NDArray[np.float64]]],
    model: ExplainedModel,
    image: Subject,
    maps: Mapping[str, Map],
    parameters: InterpretabilityParameters,
) -> None:
    levels = model.levels(image.pixels[None])
    how = parameters.attribution
    replacement = baseline_levels(parameters.replacement, model, levels, how.blur)
    # As overlays show them: the neighbours of a single pixel still show what it showed, so an order
    # of lone pixels takes nothing away until nearly all are gone.
    soft = {method: smoothed(values, parameters.smoothing) for method, values in maps.items()}
    found = deletion_and_insertion(
        model.log_odds(),
        levels,
        replacement,
        soft,
        parameters.curve_points,
        model.images_within(how.memory_mib),
    )
    for test in ("deletion", "insertion"):
        areas = {method: area(getattr(found[method], test)) for method in maps}
        for method in maps:
            curves[test, method].append(getattr(found[method], test))
            findings.add(image.group, areas[method], test, method, "area")
            findings.add(image.group, areas[OURS] - areas[method], test, method, "ours_minus_this")


def _fidelity(
    findings: _Findings, curves: Mapping[tuple[str, str], list[NDArray[np.float64]]], test: str
) -> dict[str, Any]:
    return {
        method: {
            "area": findings.interval(test, method, "area"),
            "ours_minus_this": findings.interval(test, method, "ours_minus_this"),
            "curve": np.mean(curves[test, method], axis=0).tolist(),
        }
        for method in METHODS
    }


def _randomize(
    findings: _Findings,
    model: ExplainedModel,
    image: Subject,
    maps: Mapping[str, Map],
    parameters: InterpretabilityParameters,
    number: int,
) -> None:
    # These maps are compared and not read: they need not converge.
    how = parameters.attribution
    quick = parameters.model_copy(
        update={"attribution": how.model_copy(update={"max_steps": how.initial_steps})}
    )
    for stage, network in sanity.scrambled(model.network, parameters.seed):
        others = _again(with_network(model, network), image.pixels, quick, number)
        for method in _MODELS_METHODS:
            place = ("randomization", method, stage)
            one, other = maps[method], others[method]
            signed = sanity.rank_correlation(one, other)
            absolute = sanity.rank_correlation(np.abs(one), np.abs(other))
            findings.add(image.group, signed, *place, "signed")
            findings.add(image.group, absolute, *place, "absolute")


def _randomization(findings: _Findings) -> dict[str, Any]:
    return {
        method: {
            stage: {
                kind: findings.interval("randomization", method, stage, kind)
                for kind in ("signed", "absolute")
            }
            for stage in sanity.SCRAMBLED
        }
        for method in _MODELS_METHODS
    }


def _perturb(
    findings: _Findings,
    model: ExplainedModel,
    image: Subject,
    maps: Mapping[str, Map],
    previous: Mapping[str, Map],
    parameters: InterpretabilityParameters,
    number: int,
) -> None:
    noisy = sanity.with_noise(image.pixels, parameters.noise_levels, parameters.seed + number)
    moved = np.asarray(sanity.shifted(image.pixels, 1), dtype=np.uint8)
    after_noise = _again(model, noisy, parameters, number)
    after_shift = _again(model, moved, parameters, number)
    for method in _MODELS_METHODS:
        one = maps[method]
        back = np.asarray(sanity.shifted(after_shift[method], -1))
        place = ("stability", method)
        findings.add(
            image.group, sanity.rank_correlation(one, after_noise[method]), *place, "noise"
        )
        findings.add(image.group, sanity.rank_correlation(one, back), *place, "shift")
        if previous:
            chance = sanity.rank_correlation(one, previous[method])
            findings.add(image.group, chance, *place, "other_image")


def _stability(findings: _Findings) -> dict[str, Any]:
    return {
        method: {
            change: findings.interval("stability", method, change)
            for change in ("noise", "shift", "other_image")
        }
        for method in _MODELS_METHODS
    }


def _again(
    model: ExplainedModel, pixels: Pixels, parameters: InterpretabilityParameters, number: int
) -> dict[str, Map]:
    found = explain_pixels(model, pixels, how=parameters.attribution)
    return maps_of(model, pixels, found, parameters.seed, number)


def _corner(parameters: InterpretabilityParameters) -> tuple[float, float]:
    return parameters.corner_width, parameters.corner_height


def _locate(
    findings: _Findings,
    model: ExplainedModel,
    image: Subject,
    maps: Mapping[str, Map],
    parameters: InterpretabilityParameters,
) -> None:
    size, corner = model.image_size, _corner(parameters)
    places = location.regions(size, parameters.border, corner)
    patches = location.patches(size, corner)
    for method, values in maps.items():
        for region, share in location.mass_shares(values, places | patches).items():
            if image.sampled:
                findings.add(image.group, share, "location", region, method)
            if method == OURS:
                findings.add(image.group, share, "location", region, image.outcome)
    if image.sampled:
        levels = model.levels(image.pixels[None])
        cover = baseline_levels(parameters.replacement, model, levels, parameters.attribution.blur)
        effects = location.occlusion_effects(model.log_odds(), levels, cover, patches)
        for region, effect in effects.items():
            findings.add(image.group, effect, "location", region, "covered")
        if image.lesion is not None and image.lesion.any():
            _point(findings, image, image.lesion, maps, parameters)


def _point(
    findings: _Findings,
    image: Subject,
    lesion: NDArray[np.bool_],
    maps: Mapping[str, Map],
    parameters: InterpretabilityParameters,
) -> None:
    small = lesion.mean() <= parameters.max_lesion_area
    for method, values in maps.items():
        place = ("lesions", image.subtype, method)
        findings.add(image.group, location.mass_inside(values, lesion), *place, "mass_inside")
        if small:
            hit = location.pointing(smoothed(values, parameters.smoothing), lesion)
            findings.add(image.group, hit, *place, "pointing")
    findings.add(
        image.group, float(lesion.mean()), "lesions", image.subtype, "chance", "mass_inside"
    )
    if small:
        findings.add(
            image.group, float(lesion.mean()), "lesions", image.subtype, "chance", "pointing"
        )


def _location(
    findings: _Findings, images: Sequence[Subject], parameters: InterpretabilityParameters
) -> dict[str, Any]:
    size, corner = images[0].pixels.shape[0], _corner(parameters)
    places = location.regions(size, parameters.border, corner)
    patches = location.patches(size, corner)
    kinds = (*METHODS, "right", "wrong")
    return {
        "regions": {
            name: {
                "area": float(mask.mean()),
                **{kind: findings.interval("location", name, kind) for kind in kinds},
            }
            for name, mask in places.items()
        },
        "corners": _corners(findings, patches, parameters),
        "lesions": _lesions(findings, images),
    }


def _corners(
    findings: _Findings,
    patches: Mapping[str, NDArray[np.bool_]],
    parameters: InterpretabilityParameters,
) -> dict[str, Any]:
    """Whether what is laid on the corners of a film drives the decision.

    How many times the maps' mass at a pair of corners is that of any pair of equal patches
    elsewhere, and the same of how much the log-odds change when they are covered: it does where the
    geometric mean of the two is above ``corner_warning_ratio``. Neither alone: a bright letter
    draws mass wherever the model looks, and a marker that only some films have changes little on
    average.
    """
    found: dict[str, Any] = {
        name: {
            "area": float(mask.mean()),
            "mass": findings.interval("location", name, OURS),
            "covered": findings.interval("location", name, "covered"),
        }
        for name, mask in patches.items()
    }

    def largest(kind: str, names: Sequence[str]) -> float:
        return max(found[name][kind]["value"] for name in names)

    elsewhere = [name for name in patches if name not in location.CORNERS]
    ratios = {
        kind: max(largest(kind, [name]) for name in location.CORNERS)
        / max(largest(kind, elsewhere), _NOTHING)
        for kind in ("mass", "covered")
    }
    ratio = math.sqrt(ratios["mass"] * ratios["covered"])
    return {
        "patches": found,
        "ratio_to_the_largest_elsewhere": ratios,
        "ratio": ratio,
        "alarm_above": parameters.corner_warning_ratio,
        "alarm": ratio > parameters.corner_warning_ratio,
    }


def _lesions(findings: _Findings, images: Sequence[Subject]) -> dict[str, Any] | None:
    """By subtype and method; None where no image has a lesion whose place is known."""
    known = {image.subtype for image in images if image.lesion is not None and image.lesion.any()}
    if not known:
        return None
    return {
        subtype: {
            method: {
                kind: findings.interval("lesions", subtype, method, kind)
                for kind in ("pointing", "mass_inside")
            }
            for method in (*METHODS, "chance")
        }
        for subtype in sorted(known)
    }


def subjects(
    table: pd.DataFrame, pixels: Pixels, lesion_of: Callable[[str], NDArray[np.bool_] | None]
) -> list[Subject]:
    """Put together what the report is about.

    Args:
        table: ``image_id, group_id, outcome, sampled, subtype``.
        pixels: As the model sees them (``PixelMap.prepared``), uint8 [len(table), size, size].
        lesion_of: Where an image's lesion is, bool [size, size], or None where that is not known.
    """
    rows = table[["image_id", "group_id", "outcome", "sampled", "subtype"]]
    return [
        Subject(image_id, group, levels, outcome, sampled, subtype, lesion_of(image_id))
        for (image_id, group, outcome, sampled, subtype), levels in zip(
            rows.itertuples(index=False), pixels, strict=True
        )
    ]
