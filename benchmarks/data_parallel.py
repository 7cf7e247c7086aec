"""Training images per second: workers of Ray Train against one process with all threads.

    python benchmarks/data_parallel.py FOLDER [--network resnet18] [--size 64] [--workers 2]
        [--epochs 3] [--rounds 2]

FOLDER holds radiographs (phantoms will do). Both train by the same fit loop with the same global
batch and use the same cores (or one GPU against one per worker); they alternate. The first epoch of
each is not counted, as it warms up. What passes before it (Ray's start, that of the workers, and
their imports) is told apart, and so is what is sent to each machine.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from machine import keep
from prepared import CLASS_NAMES, configured, prepare

from chest_xray.learning import data_parallel, training
from chest_xray.learning.network import Classifier
from chest_xray.learning.state import TrainingState
from chest_xray.machine.device import choose_hardware, set_up_process
from chest_xray.parameters import Backbone, ProcessParameters, TrainingParameters

PROCESS = ProcessParameters(device="auto", precision="auto", threads="auto")


def measured(states: Iterator[TrainingState], images: int) -> tuple[float, float]:
    """Images a second after the first epoch, and the seconds before the first."""
    before = time.perf_counter()
    until_first = 0.0
    for state in states:
        until_first = until_first or time.perf_counter() - before
        last = state
    rows = [row["seconds"] for row in last.history if row["part"] == "train"]
    first_epoch = sum(row["seconds"] for row in last.history[:2])
    return images / statistics.median(rows[1:]), until_first - first_epoch


def sent(network: str, parameters: TrainingParameters, pixel_bytes: int) -> dict[str, int]:
    """Bytes that each machine gets: once, in each step, and after a loss."""
    classifier = Classifier(network, parameters.head_sizes, 0.0)
    weights = sum(tensor.nbytes for tensor in classifier.state_dict().values())
    gradients = sum(tensor.numel() * 4 for tensor in classifier.parameters())
    # Weights, their average and the best ones, and the optimizer's two numbers a weight.
    return {"pixels_once": pixel_bytes, "gradients_per_step": gradients, "state": 5 * weights}


def main() -> None:
    """Alternate, and keep medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--network", choices=get_args(Backbone), default="resnet18")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    changes = {
        "backbone": arguments.network,
        "weights": "none",
        "epochs": arguments.epochs,
        "epochs_frozen": 0,
        "progressive_fraction": 0.0,
    }
    alone = TrainingParameters(**configured("cpu")["training"] | changes | {"workers": 0})
    shared = alone.model_copy(update={"workers": arguments.workers})
    set_up_process(PROCESS, seed=0)
    hardware = choose_hardware(PROCESS)
    rounds: dict[str, list[float]] = {"one_process": [], "workers": [], "seconds_to_start": []}
    with tempfile.TemporaryDirectory(prefix="cxr") as folder:
        splits, pixels = prepare(arguments.folder, Path(folder), arguments.size)
        images = int((splits["part"] == "train").sum()) // alone.batch_size * alone.batch_size
        common = (CLASS_NAMES, splits, pixels, hardware, None, Path.cwd(), "benchmark")
        for _ in range(arguments.rounds):
            speed, _ = measured(training.train(alone, *common), images)
            rounds["one_process"].append(speed)
            states = data_parallel.train(shared, PROCESS, *common, Path(folder) / "ray")
            speed, seconds = measured(states, images)
            rounds["workers"].append(speed)
            rounds["seconds_to_start"].append(seconds)
    medians = {name: statistics.median(found) for name, found in rounds.items()}
    result = {
        "network": arguments.network,
        "image_size": arguments.size,
        "precision": hardware.precision,
        "workers": arguments.workers,
        "images": images,
        "images_per_second_and_seconds": rounds,
        "median": medians,
        "workers_to_one_process": medians["workers"] / medians["one_process"],
        "bytes_per_machine": sent(arguments.network, alone, len(pixels) * arguments.size**2),
    }
    print(keep(f"data_parallel_{arguments.network}_{hardware.device}", result))  # noqa: T201


if __name__ == "__main__":
    main()
