"""Epochs until the same validation score: TPE with ASHA against random search that stops no trial.

    python benchmarks/tuning_epochs.py FOLDER [--size 64] [--trials 16] [--epochs 9] [--seeds 5]

FOLDER holds radiographs (phantoms will do). For each seed, random search spends its whole budget;
the loss that it reaches is the target, and the epochs up to it are what it needed. Ours has the
same number of epochs at most, and is counted until it is at the target; where it never is, all its
epochs count and the seed is marked. One trial at a time, so that the order of epochs is certain.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from machine import keep
from prepared import prepare
from searching import parameters, search

from chest_xray.pipelines.tuning.records import SearchState


def losses(state: SearchState) -> list[float]:
    """Validation loss of every epoch spent, in their order."""
    return [
        row["loss"]
        for trial in state.trials
        for row in trial.history
        if row["part"] == "validation"
    ]


def main() -> None:
    """Run both from each seed, keep the median ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--trials", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        splits, pixels = prepare(given.folder, folder / "pixels", given.size)
        for seed in range(given.seeds):
            shared = {"concurrent_trials": 1, "seed": seed}
            plain = parameters(
                given.size, given.epochs, searcher="random", scheduler="none",
                trials=given.trials, **shared,
            )  # fmt: skip
            ours = parameters(
                given.size, given.epochs, searcher="tpe", scheduler="asha",
                trials=3 * given.trials, **shared,
            )  # fmt: skip
            spent = losses(search(plain, splits, pixels, folder / f"plain{seed}"))
            target = min(spent)
            needed = spent.index(target) + 1
            found = losses(search(ours, splits, pixels, folder / f"ours{seed}"))[: len(spent)]
            reached = [place for place, loss in enumerate(found, start=1) if loss <= target]
            rows.append(
                {
                    "seed": seed,
                    "target_loss": target,
                    "random_epochs": needed,
                    "random_budget": len(spent),
                    "ours_epochs": reached[0] if reached else len(found),
                    "ours_reached": bool(reached),
                    "ratio": needed / (reached[0] if reached else len(found)),
                    "ratio_of_the_budget": len(spent) / (reached[0] if reached else len(found)),
                }
            )
    result = {
        "images": len(pixels),
        "image_size": given.size,
        "seeds": rows,
        "ratio_median": statistics.median(row["ratio"] for row in rows),
        "ratio_of_the_budget_median": statistics.median(row["ratio_of_the_budget"] for row in rows),
        "bar": 2.5,
    }
    print(keep("tuning_epochs", result).read_text())  # noqa: T201


if __name__ == "__main__":
    main()
