"""What does the error table say of models that were really trained, with a cause planted?

    python benchmarks/trained_causes.py

For each of eight causes phantoms are drawn and a small network is trained as the demo's is. In the
test part alone, some films are unusual in that one way (or their labels are flipped), which the
network has hardly met: whether it errs there more often is its own affair, and stated. For the
marker, nearly all films of the training part have one if and only if they show pneumonia, and
test films have one by chance.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import machine
import numpy as np
import pandas as pd
import torch
from planted_causes import (
    CAUSES,
    CLASSES,
    FEATURE_SIZE,
    FLIPPED,
    HARDWARE,
    drawn,
    make_unusual,
    parameters,
    scorer,
    stored,
    trained,
)

from chest_xray.evaluating import neighbours
from chest_xray.evaluating import predictions as evaluation
from chest_xray.evaluating.calibration import probabilities
from chest_xray.evaluating.error_types import describe_images
from chest_xray.learning import fitting
from chest_xray.machine.cores import available_cores
from chest_xray.phantoms import plan_phantoms
from chest_xray.radiographs.film_tables import film_limits, measure_films
from chest_xray.radiographs.preprocessing import resize

DRAWN_SIZE = 256
TEST_SHARE = 0.4
UNUSUAL = 0.15
MARKER_WITH_CLASS = 0.95


def planted(patients: int, cause: str, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The truth with ``at_work``, and splits whose labels are what the file says."""
    truth = plan_phantoms(patients, seed, DRAWN_SIZE)
    random = np.random.default_rng([seed, 3])
    names = truth["patient_id"].unique()
    tested = set(random.choice(names, round(TEST_SHARE * len(names)), replace=False))
    test = truth["patient_id"].isin(tested).to_numpy()
    chosen = test & (random.random(len(truth)) < UNUSUAL)
    if cause == "virus_at_low_contrast":
        chosen = test & (truth["subtype"] == "virus").to_numpy() & (random.random(len(truth)) < 0.5)
        truth = make_unusual(truth, {"pale": chosen}, random)
    elif cause == "label_doubt":
        chosen = test & (random.random(len(truth)) < FLIPPED)
        other = truth["label"].map(dict(zip(CLASSES, CLASSES[::-1], strict=True)))
        truth = truth.assign(blur=0.0, label=np.where(chosen, other, truth["label"]))
    elif cause == "burnt_in_marker":
        follows = ~test & (random.random(len(truth)) < MARKER_WITH_CLASS)
        ill = truth["label"] == CLASSES[1]
        chance = random.random(len(truth)) < 0.5
        truth = truth.assign(blur=0.0, marker=np.where(follows, ill, chance))
        chosen = test & truth["marker"].to_numpy()
    else:
        truth = make_unusual(truth, {cause: chosen}, random)
    splits = truth[["file", "label", "patient_id"]].rename(columns={"file": "image_id"})
    splits = splits.assign(group_id=splits["patient_id"], part=np.where(test, "test", "train"))
    return truth.assign(at_work=chosen), splits


def study(patients: int, epochs: int, cause: str, seed: int) -> dict[str, Any]:
    """Train one model, and read its error table."""
    truth, splits = planted(patients, cause, seed)
    levels, index = drawn(truth)
    torch.set_num_threads(available_cores())
    names, given = splits["image_id"].tolist(), parameters()
    test = splits["part"] == "test"
    with TemporaryDirectory() as folder:
        small = np.stack([resize(image, FEATURE_SIZE) for image in levels])
        pixels = stored(small, names, Path(folder))
        films = measure_films(stored(levels, names, Path(folder)), names, index)
        network = trained(pixels, splits, seed, epochs)
        features = neighbours.penultimate_features(network, pixels, names, HARDWARE)
        rows = pixels.rows(splits.loc[test, "image_id"])
        logits = fitting.predict_logits(network, pixels, rows, HARDWARE)
    card = {"threshold": 0.5, "class_names": list(CLASSES)}
    predictions = evaluation.predictions_table(splits[test], probabilities(logits, 1.0), card)
    nearest = neighbours.nearest_labels(
        features[test], splits[test], features[~test], splits[~test], given.neighbours
    )
    limits = film_limits(
        films[~test], given.rare_percent, given.border_share, given.marker_contrast
    )
    images = describe_images(predictions, index, splits, films, limits, nearest, card, given)
    table = scorer(images, given)
    at_work = truth.set_index("file").loc[images["image_id"], "at_work"].to_numpy()
    shown = ["error_type", "count", "risk_ratio", "p_holm", "importance", "evidence"]
    places = table.index[table["error_type"] == cause]
    return {
        "cause": cause,
        "test_images": len(images),
        "errors": int(images["error"].sum()),
        "error_rate_where_the_cause_is": float(images["error"][at_work].mean()),
        "error_rate_elsewhere": float(images["error"][~at_work].mean()),
        "place_of_the_cause": int(places[0]) + 1 if len(places) else None,
        "first_rows": table[shown].head(5).round(4).to_dict("records"),
    }


def main() -> None:
    """Train, judge, keep."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--patients", type=int, default=700)
    arguments.add_argument("--epochs", type=int, default=8)
    arguments.add_argument("--seed", type=int, default=2)
    arguments.add_argument("--causes", nargs="+", default=list(CAUSES), choices=CAUSES)
    arguments.add_argument("--name", default="trained_causes")
    given = arguments.parse_args()
    begun = time.perf_counter()
    models = []
    for number, cause in enumerate(given.causes):
        models.append(study(given.patients, given.epochs, cause, 100 * given.seed + number))
        sys.stdout.write(f"{models[-1]}\n")
    result = {
        "patients": given.patients,
        "epochs": given.epochs,
        "models": models,
        "minutes": round((time.perf_counter() - begun) / 60, 1),
    }
    machine.keep(given.name, result)


if __name__ == "__main__":
    main()
