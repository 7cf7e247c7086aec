"""Epochs until the same validation score: TPE with ASHA against random search that stops no trial.

    python benchmarks/tuning_epochs.py FOLDER WEIGHTS [--trials 10] [--epochs 9] [--seeds 5]

On radiographs at 64 px: whole patients with about TRAINED images of the training part and CHECKED
of the validation part. Space, criterion (AUC on validation) and everything else of a trial are
those of a search in the environment cpu. From each seed random search runs so many trials of so
many epochs; the score to be reached is the one that it ends with, the median over the seeds. Ours
runs three times as many trials, which is about as many epochs, as most are stopped. Each search is
counted until it is at the score; one that never is counts as never. In a search one trial runs at a
time, so that the order of epochs is certain; two searches run side by side, a core each. Writes a
figure too: the best AUC so far against the epochs spent.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from machine import RESULTS, keep
from prepared import SEED, prepare
from searching import parameters, search

from chest_xray.pipelines.tuning.records import SearchState
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.reporting.style import BLUE, GREY, ORANGE, new_figure

SIZE = 64  # px
TRAINED, CHECKED = 400, 300
RANDOM, OURS = "random search, no trial stopped", "TPE with ASHA"
COLOURS = {RANDOM: ORANGE, OURS: BLUE}
SEARCHERS = {
    RANDOM: {"searcher": "random", "scheduler": "none"},
    OURS: {"searcher": "tpe", "scheduler": "asha"},
}


def fewer(splits: pd.DataFrame, part: str, images: int) -> pd.DataFrame:
    """Groups of a part, drawn at random, with at most so many images together."""
    ours = splits[splits["part"] == part]
    sizes = ours["group_id"].value_counts().sort_index().sample(frac=1, random_state=SEED)
    return ours[ours["group_id"].isin(sizes.index[sizes.cumsum() <= images])]


def scores(state: SearchState) -> list[float]:
    """Validation AUC of every epoch spent, in their order."""
    return [
        round(row["auc"], 5)
        for trial in state.trials
        for row in trial.history
        if row["part"] == "validation"
    ]


def epochs_to(spent: list[float], target: float) -> float:
    """The first epoch with at least this AUC; infinity for never."""
    return next((place for place, auc in enumerate(spent, start=1) if auc >= target), np.inf)


def or_never(epochs: float) -> float | None:
    """Null for never, as json has no infinity."""
    return epochs if np.isfinite(epochs) else None


def draw(spent: dict[str, list[list[float]]], target: float, path: Path) -> None:
    """The best AUC so far of each search, and where the score is reached."""
    figure = new_figure()
    axes = figure.subplots()
    for name, searches in spent.items():
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
        ylim=(target - 0.02, None),
    )
    axes.legend(loc="lower right")
    figure.savefig(path)


def spend(
    name: str,
    seed: int,
    trials: int,
    epochs: int,
    weights: Path,
    splits: pd.DataFrame,
    pixels: PixelMap,
) -> list[float]:
    """AUC of every epoch that a search spends."""
    chosen = parameters(
        SIZE, epochs, env="cpu", weights=str(weights.resolve()), criterion="auc",
        concurrent_trials=1, seed=seed, trials=trials, **SEARCHERS[name],
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        return scores(search(chosen, splits, pixels, Path(folder)))


def spend_all(
    given: argparse.Namespace, splits: pd.DataFrame, pixels: PixelMap
) -> dict[str, list[list[float]]]:
    """The same of both searches from every seed, each search with a core of its own."""
    trials = {RANDOM: given.trials, OURS: 3 * given.trials}
    free = multiprocessing.Manager().Queue()
    for core in sorted(os.sched_getaffinity(0)):
        free.put(core)
    with ProcessPoolExecutor(free.qsize(), initializer=take_core, initargs=(free,)) as pool:
        running = {
            (name, seed): pool.submit(
                spend, name, seed, trials[name], given.epochs, given.weights, splits, pixels
            )
            for seed in range(given.seeds)
            for name in trials
        }
        for done in as_completed(running.values()):
            print(f"{len(done.result())} epochs, {max(done.result())}")  # noqa: T201
    return {name: [running[name, seed].result() for seed in range(given.seeds)] for name in trials}


def take_core(free: Any) -> None:
    """Bind this process, and the Ray that it starts, to a core that no other one has."""
    os.sched_setaffinity(0, {free.get()})
    os.environ["OMP_NUM_THREADS"] = "1"


def main() -> None:
    """Compare, keep the epochs and the ratio, draw the figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--trials", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        splits, pixels = prepare(given.folder, folder / "pixels", SIZE)
        splits = pd.concat([fewer(splits, "train", TRAINED), fewer(splits, "validation", CHECKED)])
        spent = spend_all(given, splits, pixels)
    target = statistics.median(map(max, spent[RANDOM]))
    needed = {name: [epochs_to(one, target) for one in spent[name]] for name in spent}
    medians = {name: statistics.median(epochs) for name, epochs in needed.items()}
    result = {
        "images": splits["part"].value_counts().to_dict(),
        "image_size": SIZE,
        "target_auc": target,
        "epochs_to_target": {name: list(map(or_never, found)) for name, found in needed.items()},
        "median_epochs_to_target": {name: or_never(found) for name, found in medians.items()},
        "times_fewer": medians[RANDOM] / medians[OURS],
        "bar": 2.5,
        "auc_of_each_epoch": spent,
    }
    draw(spent, target, RESULTS / "tuning_epochs.png")
    print(keep("tuning_epochs", result))  # noqa: T201


if __name__ == "__main__":
    main()
