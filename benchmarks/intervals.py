"""How often 95 % intervals of test metrics hold the truth: the project's beside a bootstrap's.

    python benchmarks/intervals.py [--tests 300] [--draws 200]

Test parts are drawn from scores whose true AUC, accuracy and F1 are known (two normal
distributions, threshold between them), with few and with many patients, with one image each or
with several that are partly alike. Both methods see the same test parts. Coverage is the share of
them whose interval holds the truth; ``width`` is the mean width.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
from machine import keep
from scipy.stats import norm

from chest_xray.machine.progress import track
from chest_xray.statistics.metrics import (
    metrics_with_intervals,
    paired_differences,
    weighted_metrics,
)

METRICS = ("auc", "accuracy", "sensitivity", "f1", "macro_f1", "brier")
# Patients of the class looked for and of the other, images of each.
PARTS = ((1, 15, 1), (3, 30, 1), (10, 100, 1), (40, 60, 1), (150, 150, 1), (3, 30, 4), (40, 60, 4))
AREAS = (0.8, 0.9, 0.95, 0.99, 0.999)
# Of a score's variance, what images of one patient have in common.
ALIKE = 0.5
_TRUTH_IMAGES = 400_000


def scores(
    sick: int, well: int, images: int, area: float, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Labels, calibrated probabilities and patients of a test part."""
    labels = np.repeat([True] * sick + [False] * well, images)
    patient = np.repeat(np.arange(sick + well), images)
    shift = norm.ppf(area) * np.sqrt(2)
    own = random.normal(size=sick + well)[patient] * np.sqrt(ALIKE)
    noise = own + random.normal(size=len(labels)) * np.sqrt(1 - ALIKE)
    logits = shift * (labels * shift + noise - shift / 2)
    return labels, 1 / (1 + np.exp(-logits)), [f"p{number}" for number in patient]


def truth(sick: int, well: int, area: float) -> dict[str, float]:
    """What a test part without an end would show, its classes as frequent as in this one."""
    random = np.random.default_rng(1)
    positives = round(_TRUTH_IMAGES * sick / (sick + well))
    labels, probability, _ = scores(positives, _TRUTH_IMAGES - positives, 1, area, random)
    found = weighted_metrics(labels, probability, 0.5, np.ones((1, len(labels))))
    return {name: float(found[name][0]) for name in METRICS} | {"auc": area}


def bootstrap(
    labels: np.ndarray, probability: np.ndarray, patients: list[str], draws: int
) -> dict[str, tuple[float, float]]:
    """The percentiles of metrics over draws of patients."""
    _, patient = np.unique(patients, return_inverse=True)
    count = int(patient.max()) + 1
    times = np.random.default_rng(0).multinomial(count, np.full(count, 1 / count), size=draws)
    drawn = weighted_metrics(labels, probability, 0.5, times.astype(float)[:, patient])
    return {name: tuple(np.nanpercentile(drawn[name], [2.5, 97.5])) for name in METRICS}


def measure(part: tuple[int, int, int], area: float, tests: int, draws: int) -> dict[str, Any]:
    """Coverage and width of both methods on drawn test parts."""
    random = np.random.default_rng([*part, round(1000 * area)])
    true = truth(*part[:2], area)
    ends: dict[str, dict[str, list[tuple[float, float]]]] = {
        name: {"score": [], "bootstrap": []} for name in METRICS
    }
    for _ in range(tests):
        labels, probability, patients = scores(*part, area, random)
        found = metrics_with_intervals(labels, probability, 0.5, patients, draws, 0)
        percentiles = bootstrap(labels, probability, patients, draws)
        for name in METRICS:
            low, high = found[name]["low"], found[name]["high"]
            ends[name]["score"].append((np.nan, np.nan) if low is None else (low, high))
            ends[name]["bootstrap"].append(percentiles[name])
    return {
        "sick": part[0],
        "well": part[1],
        "images": part[2],
        "true_auc": area,
        **{
            name: {method: _coverage(np.array(pairs), true[name]) for method, pairs in one.items()}
            for name, one in ends.items()
        },
    }


def measure_agreeing(patients: int, tests: int, draws: int) -> dict[str, Any]:
    """A model right on 95 of 100 patients, and one that answers otherwise on one patient in 50."""
    random = np.random.default_rng(patients)
    ends: dict[str, list[tuple[float, float]]] = {"score": [], "bootstrap": []}
    agreed = 0
    for _ in range(tests):
        labels = np.arange(patients) % 2 == 0
        first = random.random(patients) < 0.95
        second = np.where(random.random(patients) < 0.02, ~first, first)
        pair = [np.where(labels == right, 0.9, 0.1) for right in (first, second)]
        names = [f"p{number}" for number in range(patients)]
        found = paired_differences(labels, tuple(pair), (0.5, 0.5), names, draws, 0)["accuracy"]
        ends["score"].append((found["low"], found["high"]))
        times = np.random.default_rng(0).multinomial(
            patients, np.full(patients, 1 / patients), size=draws
        )
        drawn = times @ (second.astype(float) - first) / patients
        ends["bootstrap"].append(tuple(np.percentile(drawn, [2.5, 97.5])))
        agreed += int((first == second).all())
    true = 0.02 * (0.05 - 0.95)
    return {
        "patients": patients,
        "agreed_on_everything": agreed / tests,
        **{method: _coverage(np.array(pairs), true) for method, pairs in ends.items()},
    }


def _coverage(pairs: np.ndarray, true: float) -> dict[str, float]:
    known = pairs[~np.isnan(pairs).any(axis=1)]
    held = (known[:, 0] <= true + 1e-9) & (true <= known[:, 1] + 1e-9)
    return {
        "coverage": round(float(held.mean()), 3),
        "width": round(float((known[:, 1] - known[:, 0]).mean()), 4),
        "known": round(len(known) / len(pairs), 3),
    }


def main() -> None:
    """Measure, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", type=int, default=300)
    parser.add_argument("--draws", type=int, default=200)
    given = parser.parse_args()
    cases = [(part, area) for part in PARTS for area in AREAS]
    rows = [
        measure(part, area, given.tests, given.draws)
        for part, area in track(cases, "Drawing test parts", len(cases))
    ]
    result = {
        "tests": given.tests,
        "draws": given.draws,
        "alike": ALIKE,
        "metrics": rows,
        "differences": [
            measure_agreeing(patients, given.tests, given.draws) for patients in (15, 50, 200, 500)
        ],
    }
    keep("intervals", result)


if __name__ == "__main__":
    main()
