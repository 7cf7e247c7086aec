"""Training images per second: workers of Ray Train against one process with all threads.

    python benchmarks/data_parallel.py FOLDER [--network resnet18] [--size 64] [--workers 2]
        [--epochs 3] [--rounds 2] [--weights FILE] [--seeds 0 1 2]

FOLDER holds radiographs (phantoms will do). Both train by the same fit loop with the same global
batch and use the same cores (or one GPU against one per worker); they alternate. The first epoch of
each is not counted, as it warms up. What passes before it (Ray's start, that of the workers, and
their imports) is told apart, and so is what is sent to each machine. With seeds, not the speed but
what is learnt is compared: the validation AUC of the best epoch, of each way and seed. Batch
statistics are of each worker's part, and its augmentation is drawn apart, so it is not the same.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
from machine import keep
from prepared import CLASS_NAMES, configured, prepare

from chest_xray.learning import data_parallel, training
from chest_xray.learning.network import Classifier
from chest_xray.learning.state import TrainingState
from chest_xray.machine.device import choose_hardware, set_up_process
from chest_xray.parameters import Backbone, ProcessParameters, TrainingParameters
from chest_xray.radiographs.pixels import PixelMap

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


def best_auc(states: Iterator[TrainingState]) -> float:
    """The validation AUC of the best epoch, 0 to 1."""
    *_, last = states
    (auc,) = (
        row["auc"]
        for row in last.history
        if row["part"] == "validation" and row["epoch"] == last.best_epoch
    )
    return float(auc)


class Ways:
    """The same training in one process, and by workers."""

    def __init__(
        self,
        alone: TrainingParameters,
        workers: int,
        splits: pd.DataFrame,
        pixels: PixelMap,
        folder: Path,
    ) -> None:
        """``folder`` is Ray's."""
        self.alone, self.workers = alone, workers
        self.splits, self.pixels, self._folder = splits, pixels, folder
        self.hardware = choose_hardware(PROCESS)

    def one_process(self, seed: int = 0) -> Iterator[TrainingState]:
        """With all threads."""
        chosen = self.alone.model_copy(update={"seed": seed})
        return training.train(chosen, *self._common())

    def by_workers(self, seed: int = 0) -> Iterator[TrainingState]:
        """Each with its share of the threads."""
        chosen = self.alone.model_copy(update={"seed": seed, "workers": self.workers})
        return data_parallel.train(chosen, PROCESS, *self._common(), self._folder / "ray")

    def _common(self) -> tuple[Any, ...]:
        data = (CLASS_NAMES, self.splits, self.pixels, self.hardware)
        return (*data, None, Path.cwd(), "benchmark")


def speeds(ways: Ways, rounds: int) -> dict[str, Any]:
    """Alternating; medians and their ratio."""
    batch = ways.alone.batch_size
    images = int((ways.splits["part"] == "train").sum()) // batch * batch
    found: dict[str, list[float]] = {"one_process": [], "workers": [], "seconds_to_start": []}
    for _ in range(rounds):
        speed, _ = measured(ways.one_process(), images)
        found["one_process"].append(speed)
        speed, seconds = measured(ways.by_workers(), images)
        found["workers"].append(speed)
        found["seconds_to_start"].append(seconds)
    medians = {name: statistics.median(one) for name, one in found.items()}
    pixel_bytes = len(ways.pixels) * ways.pixels.manifest.image_size**2
    return {
        "images": images,
        "images_per_second_and_seconds": found,
        "median": medians,
        "workers_to_one_process": medians["workers"] / medians["one_process"],
        "bytes_per_machine": sent(ways.alone, pixel_bytes),
    }


def agreement(ways: Ways, seeds: Sequence[int]) -> dict[str, Any]:
    """Validation AUC of each way and seed, and the largest and the mean difference."""
    aucs = {
        "one_process": [best_auc(ways.one_process(seed)) for seed in seeds],
        "workers": [best_auc(ways.by_workers(seed)) for seed in seeds],
    }
    apart = np.subtract(aucs["workers"], aucs["one_process"])
    return {
        "seeds": list(seeds),
        "validation_auc": aucs,
        "largest_difference": float(np.abs(apart).max()),
        "mean_difference": float(apart.mean()),
    }


def sent(parameters: TrainingParameters, pixel_bytes: int) -> dict[str, int]:
    """Bytes that each machine gets: once, in each step, and after a loss."""
    classifier = Classifier(parameters.backbone, parameters.head_sizes, 0.0)
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
    parser.add_argument("--weights", default="none")
    parser.add_argument("--seeds", type=int, nargs="*", default=[])
    arguments = parser.parse_args()
    changes = {
        "backbone": arguments.network,
        "weights": arguments.weights,
        "epochs": arguments.epochs,
        "epochs_frozen": 0,
        "progressive_fraction": 0.0,
    }
    alone = TrainingParameters(**configured("cpu")["training"] | changes | {"workers": 0})
    set_up_process(PROCESS, seed=0)
    with tempfile.TemporaryDirectory(prefix="cxr") as folder:
        splits, pixels = prepare(arguments.folder, Path(folder), arguments.size)
        ways = Ways(alone, arguments.workers, splits, pixels, Path(folder))
        if arguments.seeds:
            name, result = "data_parallel_auc", agreement(ways, arguments.seeds)
        else:
            name, result = "data_parallel", speeds(ways, arguments.rounds)
    settings = {
        "network": arguments.network,
        "weights": Path(arguments.weights).name,
        "image_size": arguments.size,
        "epochs": arguments.epochs,
        "precision": ways.hardware.precision,
        "workers": arguments.workers,
    }
    run = f"{name}_{arguments.network}_{arguments.size}px_{ways.hardware.device}"
    kept = keep(run, settings | result)
    print(kept)  # noqa: T201


if __name__ == "__main__":
    main()
