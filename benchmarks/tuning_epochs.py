"""Epochs until the same validation score: this project's search against plain random search.

    python benchmarks/tuning_epochs.py FOLDER WEIGHTS [--trials 10] [--epochs 24] [--seeds 5]
        [--go-on]

On radiographs at 64 px: whole patients with about TRAINED images of the training part and CHECKED
of the validation part, judged by AUC on validation. The space is env cpu's with the lines of WIDE,
as somebody writes them who does not know yet where good rates lie.

Random search trains so many settings in full, each so many epochs, and stops none. Ours is env
cpu's search: trials of a few epochs, TPE chooses them, ASHA stops the poor ones; then the best
settings are trained in full, the best one first. It is run twice: with as many trials as env cpu
has, and with as many settings as random search. Every epoch counts.

Two scores are to be reached: the one that random search ends with, and the one that the
baseline's own setting has, trained in full. The first says who draws the highest number, the second
when a search that starts from four decades is as good as settings that somebody has thought about.
Both are medians over the seeds; a search that never gets there counts as never. One training runs
at a time in a search, so that the order of epochs is certain; two run side by side, a core each.
Writes a figure too: the best AUC so far against the epochs spent. ``--go-on`` takes what is in the
results already as it is, and runs the rest.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import tempfile
from concurrent.futures import ProcessPoolExecutor
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
from chest_xray.machine.device import choose_hardware, set_up_process
from chest_xray.parameters import Parameters, TrainingParameters
from chest_xray.parameters.search_space import Setting, with_setting
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.reporting.style import BLUE, GREEN, GREY, ORANGE, new_figure
from chest_xray.tuning.finalists import choose_finalists
from chest_xray.tuning.trials import Rows

SIZE = 64  # px
TRAINED, CHECKED = 320, 300
SHORT = configured("cpu")["tuning"]["trial_changes"]["epochs"]
# Every epoch that is counted trains the whole network: none is frozen.
WIDE = {
    "learning_rate": ["loguniform", 0.00001, 0.1],
    "head_learning_rate": ["loguniform", 0.00001, 0.1],
    "weight_decay": ["loguniform", 0.0001, 1],
    "epochs_frozen": None,
}
RANDOM = "random search, all in full"
OURS = "short trials, the best in full"
EQUAL = "as many short trials as random search's, the best in full"
BASELINE = "the baseline's own setting in full"
SEARCHES = (RANDOM, OURS, EQUAL)
LOWER = (0.002, 0.004, 0.006, 0.008)
COLOURS = {RANDOM: ORANGE, OURS: BLUE, EQUAL: GREEN}

# AUC of each epoch, training by training; by a search's name, for each seed; the same in one row.
Aucs = list[list[float]]
Trainings = dict[str, list[Aucs]]
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
    """What all searches are given."""

    splits: pd.DataFrame
    pixels: PixelMap
    weights: Path
    trials: int
    epochs: int

    def search(self, name: str, seed: int) -> Aucs:
        """AUC of each epoch of each training that a search spends, in their order."""
        if name == BASELINE:
            chosen = self._parameters(self.epochs)
            return [self._in_full({"seed": chosen.training.seed + seed}, chosen)]
        with tempfile.TemporaryDirectory() as folder:
            if name == RANDOM:
                return self._random(seed, Path(folder))
            fewer_trials = {"trials": self.trials} if name == EQUAL else {}
            return self._ours(self._parameters(SHORT, seed=seed, **fewer_trials), Path(folder))

    def _random(self, seed: int, folder: Path) -> Aucs:
        chosen = self._parameters(
            self.epochs, searcher="random", scheduler="none", trials=self.trials, seed=seed
        )
        trials = search(chosen, self.splits, self.pixels, folder).trials
        return [scores(trial.history) for trial in trials]

    def _ours(self, chosen: Parameters, folder: Path) -> Aucs:
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
            whole,
            CLASS_NAMES,
            self.splits,
            self.pixels,
            choose_hardware(chosen.process),
            None,
            Path.cwd(),
            "finalist",
        )
        return scores(last.history)

    def _parameters(self, epochs: int, **tuning: Any) -> Parameters:
        return parameters(
            SIZE,
            epochs,
            env="cpu",
            weights=str(self.weights.resolve()),
            criterion="auc",
            space=configured("cpu")["tuning"]["space"] | WIDE,
            concurrent_trials=1,
            trial_changes=self._whole(epochs),
            **tuning,
        )

    @staticmethod
    def _whole(epochs: int) -> Setting:
        """A training at one size that nothing ends early."""
        return {
            "epochs": epochs,
            "progressive_fraction": 0,
            "epochs_frozen": 0,
            "early_stopping.patience": epochs,
        }


def together(trainings: Trainings) -> Spent:
    """The epochs of all trainings of a search in one row."""
    return {name: [[*chain(*one)] for one in searches] for name, searches in trainings.items()}


def epochs_to(spent: list[float], target: float) -> float:
    """The first epoch with at least this AUC; infinity for never."""
    return next((place for place, auc in enumerate(spent, start=1) if auc >= target), np.inf)


def or_never(epochs: float) -> float | None:
    """Null for never, as json has no infinity."""
    return epochs if np.isfinite(epochs) else None


def draw(trainings: Trainings, ends: dict[str, float], path: Path) -> None:
    """The best AUC so far of each search, and the scores to be reached."""
    figure = new_figure()
    axes = figure.subplots()
    spent = together(trainings)
    for name in SEARCHES:
        for number, search_scores in enumerate(spent[name]):
            best = np.maximum.accumulate(search_scores)
            label = f"{name} ({len(spent[name])} seeds)" if number == 0 else None
            axes.plot(np.arange(1, len(best) + 1), best, color=COLOURS[name], label=label)
    for name, style in ((RANDOM, "--"), (BASELINE, ":")):
        axes.axhline(ends[name], color=GREY, linestyle=style, label=f"median end of {name}")
    target = max(ends[RANDOM], ends[BASELINE])
    axes.set(
        title=f"Epochs that a search spends, radiographs at {SIZE} px",
        xlabel="epochs spent",
        ylabel="highest validation AUC so far",
        xlim=(0, None),
        ylim=(target - 0.02, min(1.0, target + 0.006)),
    )
    axes.legend(loc="lower right")
    figure.savefig(path)


def search_all(task: Task, seeds: int, known: Trainings) -> Trainings:
    """All searches from every seed that aren't known yet, each search with a core of its own."""
    # A forked process would hang in torch, whose threads a fork leaves behind.
    fresh = multiprocessing.get_context("spawn")
    free = fresh.Manager().Queue()
    for core in sorted(os.sched_getaffinity(0)):
        free.put(core)
    found = {name: [*known.get(name, [])] for name in (*SEARCHES, BASELINE)}
    with ProcessPoolExecutor(free.qsize(), fresh, take_core, (free,)) as pool:
        running = {
            name: [pool.submit(task.search, name, seed) for seed in range(len(there), seeds)]
            for name, there in found.items()
        }
        for name, searches in running.items():
            for one in searches:
                found[name].append(one.result())
                print(name, *map(max, found[name][-1]), flush=True)  # noqa: T201
    return found


def take_core(free: Any) -> None:
    """Bind this process, and the Ray that it starts, to a core that no other one has."""
    os.sched_setaffinity(0, {free.get()})
    os.environ["OMP_NUM_THREADS"] = "1"


def summary(trainings: Trainings) -> dict[str, Any]:
    """The scores to be reached, the epochs until them and until lower ones, how many times fewer.

    Ours ends sooner than random search does, so that lower scores are looked at as well.
    """
    spent = together(trainings)
    ends = {name: statistics.median(map(max, spent[name])) for name in spent}
    return {
        "image_size": SIZE,
        "ends_with": ends,
        "until_what_random_search_ends_with": compare(spent, ends[RANDOM]),
        "until_the_baselines_own_setting": compare(spent, ends[BASELINE]),
        "bar": 2.5,
        "lower_scores": [compare(spent, round(ends[RANDOM] - lower, 5)) for lower in LOWER],
        "auc_of_each_epoch_of_each_training": trainings,
    }


def compare(spent: Spent, score: float) -> dict[str, Any]:
    """Epochs of each search until a score, their medians, and how many times fewer ours need."""
    needed = {name: [epochs_to(one, score) for one in spent[name]] for name in SEARCHES}
    medians = {name: statistics.median(epochs) for name, epochs in needed.items()}
    return {
        "auc": score,
        "epochs": {name: list(map(or_never, found)) for name, found in needed.items()},
        "median_epochs": {name: or_never(found) for name, found in medians.items()},
        "times_fewer": {
            name: round(medians[RANDOM] / medians[name], 2)
            for name in (OURS, EQUAL)
            if np.isfinite(medians[name])
        },
    }


def known_trainings(size: dict[str, Any]) -> Trainings:
    """What the results hold, where they are of the same images, trials and epochs."""
    kept = json.loads((RESULTS / "tuning_epochs.json").read_text(encoding="utf8"))
    there = {name: kept[name] for name in size}
    if there != size:
        raise SystemExit(f"The results are of {there}, not of {size}: leave out --go-on.")
    return kept["auc_of_each_epoch_of_each_training"]


def main() -> None:
    """Compare, keep the epochs and the ratio, draw the figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--trials", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--go-on", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        splits, pixels = prepare(given.folder, Path(temporary) / "pixels", SIZE)
        splits = pd.concat([fewer(splits, "train", TRAINED), fewer(splits, "validation", CHECKED)])
        images = splits["part"].value_counts().to_dict()
        size = {"images": images, "trials": given.trials, "epochs": given.epochs}
        known = known_trainings(size) if given.go_on else {}
        task = Task(splits, pixels, given.weights, given.trials, given.epochs)
        trainings = search_all(task, given.seeds, known)
    result = {**size, **summary(trainings)}
    draw(trainings, result["ends_with"], RESULTS / "tuning_epochs.png")
    print(keep("tuning_epochs", result))  # noqa: T201


if __name__ == "__main__":
    main()
