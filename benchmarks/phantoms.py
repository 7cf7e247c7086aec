"""How fast phantoms are drawn, and how hard they are to tell.

    python benchmarks/phantoms.py [--seeds 4] [--patients 400]

Drawing: images per second at 256 px on one core, JPEG encoding included. Difficulty: a ResNet-18
from random weights, trained for eight epochs at one rate, on phantoms of a seed of its own;
accuracy at 0.5 and AUC on patients never seen. They should be neither trivial nor hopeless: 0.90 to
0.99.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import torch
from machine import keep
from prepared import CLASS_NAMES, draw_phantoms, fit_parameters, prepare

from chest_xray.learning import fitting
from chest_xray.learning.examples import examples
from chest_xray.learning.network import Classifier
from chest_xray.learning.state import TrainingState
from chest_xray.machine.device import choose_hardware, set_up_process
from chest_xray.parameters import ProcessParameters
from chest_xray.phantoms import PlantedDefects, draw_phantom, encode_jpeg, plan_phantoms
from chest_xray.statistics.metrics import metrics

DRAWING_SIZE, LEARNING_SIZE = 256, 64  # px
DRAWN = 300
TRAINING = {
    "epochs": 8,
    "epochs_frozen": 0,
    "progressive_fraction": 0,
    "learning_rate": 0.001,
    "stage_decay": 1.0,
}


def images_per_second() -> float:
    """Drawing and encoding, one process."""
    rows = plan_phantoms(DRAWN, 0, DRAWING_SIZE, PlantedDefects()).head(DRAWN).to_dict("records")
    before = time.perf_counter()
    for row in rows:
        encode_jpeg(draw_phantom(row), row)
    return len(rows) / (time.perf_counter() - before)


def difficulty(seed: int, patients: int) -> dict[str, float]:
    """Test metrics of a network trained on phantoms of this seed."""
    process = ProcessParameters(device="auto", precision="auto", threads="auto")
    set_up_process(process, seed)
    hardware = choose_hardware(process)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draw_phantoms(folder / "phantoms", patients, seed, LEARNING_SIZE)
        splits, pixels = prepare(folder / "phantoms", folder / "kept", LEARNING_SIZE)
        parameters = fit_parameters("base", **TRAINING, seed=seed)
        network = Classifier("resnet18", parameters.head_sizes, parameters.dropout)
        part = {
            name: examples(splits, pixels, CLASS_NAMES[1], name, within_sources=False)
            for name in ("train", "validation", "test")
        }
        *_, last = fitting.fit(
            network,
            pixels,
            part["train"],
            part["validation"],
            parameters,
            hardware,
            TrainingState("", "", {}),
        )
        network.load_state_dict(last.best_weights)
        logits = fitting.predict_logits(network, pixels, part["test"].rows, hardware)
    found = metrics(part["test"].labels > 0.5, torch.from_numpy(logits).sigmoid().numpy(), 0.5)
    return {"seed": seed, "test_images": len(part["test"]), **found}


def main() -> None:
    """Measure both, and keep them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--patients", type=int, default=400)
    arguments = parser.parse_args()
    rates = [images_per_second() for _ in range(3)]
    trained = [difficulty(seed, arguments.patients) for seed in range(arguments.seeds)]
    result = {
        "images_per_second_on_one_core": {"rounds": rates, "median": statistics.median(rates)},
        "image_size": DRAWING_SIZE,
        "networks": trained,
        "median_accuracy": statistics.median(row["accuracy"] for row in trained),
    }
    print(keep("phantoms", result))  # noqa: T201


if __name__ == "__main__":
    main()
