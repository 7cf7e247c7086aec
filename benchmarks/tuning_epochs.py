"""Epochs until the same validation score: TPE with ASHA against random search that stops no trial.

    python benchmarks/tuning_epochs.py [--patients 200] [--trials 12] [--epochs 9] [--seeds 5]

On phantoms of 64 px, by validation loss. For each seed, random search spends its whole budget; the
loss that it ends with is the target. Ours has twice as many trials, most of them short, and is
counted until it is at the target; where it never is, its ratios are 0. Two ratios: against the
budget, which is what random search spends to end with that loss, since nothing tells it that it is
there; and against the epoch at which it happened to be there. One trial at a time, so that the
order of epochs is certain.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
from machine import keep
from prepared import draw_phantoms, prepare
from searching import parameters, search

from chest_xray.pipelines.tuning.records import SearchState
from chest_xray.radiographs.pixels import PixelMap

SIZE = 64  # px


def losses(state: SearchState) -> list[float]:
    """Validation loss of every epoch spent, in their order."""
    return [
        row["loss"]
        for trial in state.trials
        for row in trial.history
        if row["part"] == "validation"
    ]


def compare(
    seed: int, trials: int, epochs: int, splits: pd.DataFrame, pixels: PixelMap, folder: Path
) -> dict[str, Any]:
    """Both searches from a seed."""
    shared = {"criterion": "loss", "concurrent_trials": 1, "seed": seed}
    plain = parameters(SIZE, epochs, searcher="random", scheduler="none", trials=trials, **shared)
    ours = parameters(SIZE, epochs, searcher="tpe", scheduler="asha", trials=2 * trials, **shared)
    spent = losses(search(plain, splits, pixels, folder / f"plain{seed}"))
    target = min(spent)
    needed = spent.index(target) + 1
    found = losses(search(ours, splits, pixels, folder / f"ours{seed}"))
    reached = [place for place, loss in enumerate(found, start=1) if loss <= target]
    return {
        "seed": seed,
        "target_loss": target,
        "random_epochs": needed,
        "random_budget": len(spent),
        "ours_best_loss": min(found),
        "ours_epochs": reached[0] if reached else None,
        "ours_budget": len(found),
        "budget_to_ours": len(spent) / reached[0] if reached else 0.0,
        "random_to_ours": needed / reached[0] if reached else 0.0,
    }


def main() -> None:
    """Run both from each seed, keep the median ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=200)
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
            rows.append(compare(seed, given.trials, given.epochs, splits, pixels, folder))
            # After each seed, as one takes many minutes.
            kept = keep("tuning_epochs", summary(rows, len(pixels)))
    print(kept.read_text())  # noqa: T201


def summary(rows: list[dict[str, Any]], images: int) -> dict[str, Any]:
    """The seeds and the medians of their ratios, with the bar."""
    ratios = ("budget_to_ours", "random_to_ours")
    return {
        "images": images,
        "image_size": SIZE,
        "seeds": rows,
        "median": {ratio: statistics.median(row[ratio] for row in rows) for ratio in ratios},
        "bar": 2.5,
    }


if __name__ == "__main__":
    main()
