"""Does the explanation report find a marker that a model has learnt, and only then?

    python benchmarks/planted_markers.py WEIGHTS.pth [--models 10] [--patients 300] [--epochs 8]

Clever Hans, in three arms of models that start from WEIGHTS (a ResNet-18's, in torchvision's
format; from random ones, so few films teach no network a letter of five pixels):

- ``marker``: a corner marker goes with the disease in 19 of 20 films, and the lesions are faint,
  which is when a shortcut pays (DeGrave et al. 2021, https://doi.org/10.1038/s42256-021-00338-7);
- ``clean``: no marker, lesions as phantoms have them;
- ``faint``: no marker, lesions as faint as in the first arm.

Each is explained as the pipeline interpretability does it, on films of patients never seen, drawn
like those that it learnt from. Whether a model did learn the marker is told without any map: by its
accuracy on the same films, redrawn without markers and with the marker on the wrong class. Also the
pointing game by subtype. The alarm's rule was chosen on seeds 500 to 506; those from 600 on are
other phantoms and other trainings.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import machine
import numpy as np
import pandas as pd
import torch
import yaml
from planted_causes import CLASSES, CONF, HARDWARE, stored, trained

from chest_xray.explaining.model import ExplainedModel
from chest_xray.explaining.report import explanation_report, subjects
from chest_xray.learning import fitting
from chest_xray.learning.network import Classifier
from chest_xray.machine.cores import available_cores
from chest_xray.parameters import InterpretabilityParameters
from chest_xray.phantoms import draw_phantom, plan_phantoms
from chest_xray.radiographs.preprocessing import resize

DRAWN_SIZE, LEARNING_SIZE = 128, 64  # px
TEST_SHARE, EXPLAINED, MOST_STEPS = 0.4, 30, 64
MARKER_WITH_CLASS, FAINT = 0.95, 0.4
ARMS = {"marker": FAINT, "clean": 1.0, "faint": FAINT}  # opacity of lesions against the usual


def parameters() -> InterpretabilityParameters:
    """The project's own, on as many images as are explained here."""
    path = CONF / "base/parameters/interpretability.yml"
    written = yaml.safe_load(path.read_text())["interpretability"]
    # The question is where the mass lies: maps of fewer steps, and one image for the other tests.
    fewer = {
        "seed": 0,
        "tested_images": EXPLAINED,
        "randomized_images": 1,
        "stability_images": 2,
        "curve_points": 2,
        "attribution": written["attribution"] | {"max_steps": MOST_STEPS},
    }
    return InterpretabilityParameters(**{**written, **fewer})


def planted(patients: int, arm: str, seed: int) -> pd.DataFrame:
    """The truth of phantoms, with ``part``."""
    truth = plan_phantoms(patients, seed, DRAWN_SIZE)
    random = np.random.default_rng([seed, 5])
    names = truth["patient_id"].unique()
    tested = set(random.choice(names, round(TEST_SHARE * len(names)), replace=False))
    follows = random.random(len(truth)) < MARKER_WITH_CLASS
    ill = (truth["label"] == CLASSES[1]).to_numpy()
    part = np.where(truth["patient_id"].isin(tested), "test", "train")
    opacity = truth["lesion_opacity"] * ARMS[arm]
    marker = (ill == follows) & (arm == "marker")
    return truth.assign(marker=marker, lesion_opacity=opacity, part=part)


def drawn(truth: pd.DataFrame) -> np.ndarray:
    """The films at the size that is learnt from, uint8 [n, size, size]."""
    films = (draw_phantom(row).pixels for row in truth.to_dict("records"))
    grey = (film if film.ndim == 2 else film[..., 0] for film in films)
    return np.stack([resize(film, LEARNING_SIZE) for film in grey])


def accuracy(network: Classifier, levels: np.ndarray, labels: np.ndarray, folder: Path) -> float:
    """At 0.5."""
    pixels = stored(levels, [str(number) for number in range(len(levels))], folder)
    logits = fitting.predict_logits(network, pixels, np.arange(len(levels)), HARDWARE)
    return float(((logits > 0) == labels).mean())


def study(weights: Path, patients: int, epochs: int, arm: str, seed: int) -> dict[str, Any]:
    """Train one model, and read its explanation report."""
    torch.set_num_threads(1)
    truth = planted(patients, arm, seed)
    levels = drawn(truth)
    splits = truth[["file", "label", "patient_id", "part"]].rename(columns={"file": "image_id"})
    splits = splits.assign(group_id=splits["patient_id"])
    test = (splits["part"] == "test").to_numpy()
    labels = (splits.loc[test, "label"] == CLASSES[1]).to_numpy()
    with TemporaryDirectory() as name:
        folder = Path(name)
        pixels = stored(levels, splits["image_id"].tolist(), folder)
        network = trained(pixels, splits, seed, epochs, weights)
        films = {
            "as_learnt": levels[test],
            "without_marker": drawn(truth[test].assign(marker=False)),
            "marker_on_the_wrong_class": drawn(truth[test].assign(marker=~labels)),
        }
        accuracies = {name: accuracy(network, film, labels, folder) for name, film in films.items()}
    report = explained(network, levels, truth, splits, test)
    corners = report["location"]["corners"]
    pointing = {
        subtype: {name: methods[name]["pointing"] for name in ("integrated_gradients", "chance")}
        for subtype, methods in (report["location"]["lesions"] or {}).items()
    }
    return {
        "arm": arm,
        "accuracy": accuracies,
        "alarm": corners["alarm"],
        "ratio": corners["ratio"],
        "ratios": corners["ratio_to_the_largest_elsewhere"],
        "pointing": pointing,
    }


def explained(
    network: Classifier,
    levels: np.ndarray,
    truth: pd.DataFrame,
    splits: pd.DataFrame,
    test: np.ndarray,
) -> dict[str, Any]:
    """The report on some films of patients never seen."""
    card = {
        "image_size": LEARNING_SIZE,
        "class_names": list(CLASSES),
        "temperature": 1.0,
        "threshold": 0.5,
    }
    mean = np.round(levels[~test].mean(axis=0)).astype(np.uint8)
    model = ExplainedModel(network.eval().requires_grad_(False), card, mean, HARDWARE.device)
    chosen = splits[test].sample(EXPLAINED, random_state=0)
    rows = truth.set_index("file").loc[chosen["image_id"]]
    table = chosen.assign(outcome="right", sampled=True, subtype=rows["subtype"].to_numpy())
    lesions = {
        str(file): resize(draw_phantom(row).lesion * np.uint8(255), LEARNING_SIZE) > 127
        for file, row in zip(rows.index, rows.reset_index().to_dict("records"), strict=True)
    }
    found = subjects(table, levels[chosen.index], lesions.__getitem__)
    return explanation_report(model, found, parameters())


def main() -> None:
    """Train, explain, count, keep."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("weights", type=Path)
    arguments.add_argument("--models", type=int, default=10)
    arguments.add_argument("--patients", type=int, default=300)
    arguments.add_argument("--epochs", type=int, default=8)
    arguments.add_argument("--seed", type=int, default=600)
    given = arguments.parse_args()
    begun = time.perf_counter()
    models = []
    with ProcessPoolExecutor(available_cores(), get_context("spawn")) as pool:
        jobs = [
            pool.submit(
                study, given.weights, given.patients, given.epochs, arm, given.seed + number
            )
            for number, arm in itertools.product(range(given.models), ARMS)
        ]
        for job in jobs:
            models.append(job.result())
            sys.stdout.write(f"{models[-1]}\n")
    result = {
        "patients": given.patients,
        "epochs": given.epochs,
        "models_of_each_arm": given.models,
        "first_seed": given.seed,
        "alarms": {arm: sum(one["alarm"] for one in models if one["arm"] == arm) for arm in ARMS},
        "pointing": {
            arm: {subtype: pooled(models, arm, subtype) for subtype in ("bacteria", "virus")}
            for arm in ARMS
        },
        "models": models,
        "minutes": round((time.perf_counter() - begun) / 60, 1),
    }
    machine.keep("planted_markers", result)


def pooled(models: list[dict[str, Any]], arm: str, subtype: str) -> dict[str, float | None]:
    """Of all lesions small enough to point at, over the models of an arm: share hit, and chance."""
    found = [one["pointing"][subtype] for one in models if one["arm"] == arm]
    found = [one for one in found if one["integrated_gradients"]["n"]]
    counts = [one["integrated_gradients"]["n"] for one in found]
    return {"lesions": sum(counts)} | {
        method: float(np.average([one[method]["value"] for one in found], weights=counts))
        if found
        else None
        for method in ("integrated_gradients", "chance")
    }


if __name__ == "__main__":
    main()
