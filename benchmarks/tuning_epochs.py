"""Epochs until the same validation score: this project's search against plain random search.

    python benchmarks/tuning_epochs.py FOLDER WEIGHTS [--trials 10] [--epochs 24] [--seeds 5]

On radiographs at 64 px: whole patients with about TRAINED images of the training part and CHECKED
of the validation part, judged by AUC on validation. The space is env cpu's with the lines of WIDE,
as somebody writes them who does not know yet where good rates lie.

Random search trains so many settings in full, each so many epochs, and stops none. Ours is env
cpu's search as it is: trials of a few epochs, TPE chooses them, ASHA stops the poor ones; then the
best settings are trained in full, the best one first. Every epoch of both counts. The score to be
reached is the one that random search ends with, the median over the seeds; a search that never gets
there counts as never. One training runs at a time in a search, so that the order of epochs is
certain; two searches run side by side, a core each. Writes a figure too: the best AUC so far
against the epochs spent.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from machine import RESULTS, keep
from prepared import CLASS_NAMES, SEED, configured, prepare
from searching import BACKBONE, parameters, search

from chest_xray.learning import training
from chest_xray.learning.hardware import choose_hardware, set_up_process
from chest_xray.parameters import Parameters, TrainingParameters
from chest_xray.pipelines.tuning.finalists import choose_finalists
from chest_xray.pipelines.tuning.records import Rows
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.reporting.style import BLUE, GREY, ORANGE, new_figure
from chest_xray.search_space import Setting, with_setting

SIZE = 64  # px
TRAINED, CHECKED = 320, 300
# Every epoch that is counted trains the whole network: none is frozen.
WIDE = {
    "learning_rate": ["loguniform", 0.00001, 0.1],
    "head_learning_rate": ["loguniform", 0.00001, 0.1],
    "weight_decay": ["loguniform", 0.0001, 1],
    "epochs_frozen": None,
}
RANDOM, OURS = "random search, all in full", "short trials, the best in full"
LOWER = (0.002, 0.004, 0.006, 0.008)
COLOURS = {RANDOM: ORANGE, OURS: BLUE}

# By a search's name, for each seed: AUC of each epoch, training by training, or all in one row.
Trainings = dict[str, list[list[list[float]]]]
Spent = dict[str, list[list[float]]]


def fewer(splits: pd.DataFrame, part: str, images: int) -> pd.DataFrame:
    """Groups of a part, drawn at random, with at most so many images together."""
    ours = splits[splits["part"] == part]
    sizes = ours["group_id"].value_counts().sort_index().sample(frac=1, random_state=SEED)
    return ours[ours["group_id"].isin(sizes.index[sizes.cumsum() <= images])]


def scores(history: Rows) -> list[float]:
    """Validation AUC of each epoch of a training."""
    return [round(row["auc"], 5) for row in history if row["part"] == "validation"]


@dataclass(frozen=True)
class Task:
    """What both searches are given."""

    splits: pd.DataFrame
    pixels: PixelMap
    weights: Path
    trials: int
    epochs: int

    def search(self, name: str, seed: int) -> list[list[float]]:
        """AUC of each epoch of each training that a search spends, in their order."""
        with tempfile.TemporaryDirectory() as folder:
            return {RANDOM: self._random, OURS: self._ours}[name](seed, Path(folder))

    def _random(self, seed: int, folder: Path) -> list[list[float]]:
        chosen = self._parameters(
            self.epochs, searcher="random", scheduler="none", trials=self.trials, seed=seed
        )
        trials = search(chosen, self.splits, self.pixels, folder).trials
        return [scores(trial.history) for trial in trials]

    def _ours(self, seed: int, folder: Path) -> list[list[float]]:
        chosen = self._parameters(configured("cpu")["tuning"]["trial_changes"]["epochs"], seed=seed)
        state = search(chosen, self.splits, self.pixels, folder)
        _, *finalists = choose_finalists(state, chosen.tuning)
        short = [scores(trial.history) for trial in state.trials]
        return short + [self._in_full(finalist.setting, chosen) for finalist in finalists]

    def _in_full(self, setting: Setting, chosen: Parameters) -> list[float]:
        changes = self._whole(self.epochs) | {"backbone": BACKBONE} | setting
        tree = with_setting(chosen.training.model_dump(mode="json"), changes)
        whole = TrainingParameters.model_validate(tree)
        set_up_process(chosen.process.model_copy(update={"threads": 1}), whole.seed)
        *_, last = training.train(
            whole, CLASS_NAMES, self.splits, self.pixels,
            choose_hardware(chosen.process), None, Path.cwd(), "finalist",
        )  # fmt: skip
        return scores(last.history)

    def _parameters(self, epochs: int, **tuning: Any) -> Parameters:
        return parameters(
            SIZE, epochs, env="cpu", weights=str(self.weights.resolve()), criterion="auc",
            space=configured("cpu")["tuning"]["space"] | WIDE, concurrent_trials=1,
            trial_changes=self._whole(epochs), **tuning,
        )  # fmt: skip

    @staticmethod
    def _whole(epochs: int) -> Setting:
        """A training at one size that nothing ends early."""
        return {
            "epochs": epochs, "small_share": 0, "epochs_frozen": 0,
            "early_stopping.patience": epochs,
        }  # fmt: skip


def together(trainings: Trainings) -> Spent:
    """The epochs of all trainings of a search in one row."""
    return {name: [[*chain(*one)] for one in searches] for name, searches in trainings.items()}


def epochs_to(spent: list[float], target: float) -> float:
    """The first epoch with at least this AUC; infinity for never."""
    return next((place for place, auc in enumerate(spent, start=1) if auc >= target), np.inf)


def or_never(epochs: float) -> float | None:
    """Null for never, as json has no infinity."""
    return epochs if np.isfinite(epochs) else None


def draw(trainings: Trainings, target: float, path: Path) -> None:
    """The best AUC so far of each search, and where the score is reached."""
    figure = new_figure()
    axes = figure.subplots()
    for name, searches in together(trainings).items():
        for number, search_scores in enumerate(searches):
            best = np.maximum.accumulate(search_scores)
            label = f"{name} ({len(searches)} seeds)" if number == 0 else None
            axes.plot(np.arange(1, len(best) + 1), best, color=COLOURS[name], label=label)
            reached = epochs_to(search_scores, target)
            if np.isfinite(reached):
                axes.plot(reached, best[int(reached) - 1], "o", color=COLOURS[name])
    axes.axhline(target, color=GREY, linestyle="--", label="the score to be reached (dots: there)")
    axes.set(
        title=f"Epochs that a search spends, radiographs at {SIZE} px",
        xlabel="epochs spent",
        ylabel="highest validation AUC so far",
        xlim=(0, None),
        ylim=(target - 0.02, min(1.0, target + 0.006)),
    )
    axes.legend(loc="lower right")
    figure.savefig(path)


def search_all(task: Task, seeds: int) -> Trainings:
    """Both searches from every seed, each search with a core of its own."""
    # A forked process would hang in torch, whose threads a fork leaves behind.
    fresh = multiprocessing.get_context("spawn")
    free = fresh.Manager().Queue()
    for core in sorted(os.sched_getaffinity(0)):
        free.put(core)
    with ProcessPoolExecutor(free.qsize(), fresh, take_core, (free,)) as pool:
        running = {
            pool.submit(task.search, name, seed): (name, seed)
            for seed in range(seeds)
            for name in (RANDOM, OURS)
        }
        found = {}
        for done in as_completed(running):
            found[running[done]] = done.result()
            print(*running[done], "; ".join(map(str, map(max, done.result()))), flush=True)  # noqa: T201
    return {name: [found[name, seed] for seed in range(seeds)] for name in (RANDOM, OURS)}


def take_core(free: Any) -> None:
    """Bind this process, and the Ray that it starts, to a core that no other one has."""
    os.sched_setaffinity(0, {free.get()})
    os.environ["OMP_NUM_THREADS"] = "1"


def summary(trainings: Trainings) -> dict[str, Any]:
    """The score to be reached, the epochs until it and until lower ones, and how many times fewer.

    Ours ends sooner than random search does, so that lower scores are looked at as well.
    """
    spent = together(trainings)
    target = statistics.median(map(max, spent[RANDOM]))
    compared = [compare(spent, round(target - lower, 5)) for lower in (0, *LOWER)]
    return {
        "image_size": SIZE,
        "target_auc": target,
        **compared[0],
        "bar": 2.5,
        "lower_scores": compared[1:],
        "auc_of_each_epoch_of_each_training": trainings,
    }


def compare(spent: Spent, score: float) -> dict[str, Any]:
    """Epochs of each search until a score, their medians, and how many times fewer ours needs."""
    needed = {name: [epochs_to(one, score) for one in spent[name]] for name in spent}
    medians = {name: statistics.median(epochs) for name, epochs in needed.items()}
    return {
        "auc": score,
        "epochs": {name: list(map(or_never, found)) for name, found in needed.items()},
        "median_epochs": {name: or_never(found) for name, found in medians.items()},
        "times_fewer": round(medians[RANDOM] / medians[OURS], 2),
    }


def main() -> None:
    """Compare, keep the epochs and the ratio, draw the figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--trials", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        splits, pixels = prepare(given.folder, Path(temporary) / "pixels", SIZE)
        splits = pd.concat([fewer(splits, "train", TRAINED), fewer(splits, "validation", CHECKED)])
        task = Task(splits, pixels, given.weights, given.trials, given.epochs)
        trainings = search_all(task, given.seeds)
    result = {"images": splits["part"].value_counts().to_dict(), **summary(trainings)}
    draw(trainings, result["target_auc"], RESULTS / "tuning_epochs.png")
    print(keep("tuning_epochs", result))  # noqa: T201


if __name__ == "__main__":
    main()
