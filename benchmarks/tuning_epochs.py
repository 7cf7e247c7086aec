"""Epochs until the same validation score: TPE with ASHA against random search that stops no trial.

    python benchmarks/tuning_epochs.py [--patients 120] [--trials 12] [--epochs 9] [--seeds 5]

On phantoms of 64 px. For each seed, random search spends its whole budget; the loss that it ends
with is the target. Ours has the same number of epochs at most, and is counted until it is at the
target; where it never is, all its epochs count and the seed is marked. Two ratios: against the
budget, which is what random search spends to end with that loss, since nothing tells it that it is
there; and against the epoch at which it happened to be there. One trial at a time, so that the
order of epochs is certain.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from machine import keep
from prepared import draw_phantoms, prepare
from searching import parameters, search

from chest_xray.pipelines.tuning.records import SearchState

SIZE = 64  # px


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
    parser.add_argument("--patients", type=int, default=120)
    parser.add_argument("--trials", type=int, default=12)
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        draw_phantoms(folder / "phantoms", given.patients, 0, SIZE)
        splits, pixels = prepare(folder / "phantoms", folder / "pixels", SIZE)
        for seed in range(given.seeds):
            shared = {"concurrent_trials": 1, "seed": seed}
            plain = parameters(
                SIZE, given.epochs, searcher="random", scheduler="none",
                trials=given.trials, **shared,
            )  # fmt: skip
            ours = parameters(
                SIZE, given.epochs, searcher="tpe", scheduler="asha",
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
                    "budget_to_ours": len(spent) / (reached[0] if reached else len(found)),
                    "random_to_ours": needed / (reached[0] if reached else len(found)),
                }
            )
    result = {
        "images": len(pixels),
        "image_size": SIZE,
        "seeds": rows,
        "median": {
            ratio: statistics.median(row[ratio] for row in rows)
            for ratio in ("budget_to_ours", "random_to_ours")
        },
        "bar": 2.5,
    }
    print(keep("tuning_epochs", result).read_text())  # noqa: T201


if __name__ == "__main__":
    main()
