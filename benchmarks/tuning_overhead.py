"""What a search costs beyond its epochs: its wall time against the same epochs run bare.

    python benchmarks/tuning_overhead.py FOLDER [--size 64] [--trials 8] [--epochs 4] [--rounds 3]

FOLDER holds radiographs (phantoms will do). Bare: the same settings one after another in this
process, with all its cores, by the same fit loop. Ray's start is told apart; the start of the
processes in which trials run is not, it is part of the search. The two alternate.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from machine import keep
from prepared import CLASS_NAMES, prepare
from searching import parameters, search

from chest_xray.learning import training
from chest_xray.machine.device import choose_hardware, set_up_process
from chest_xray.parameters import TrainingParameters
from chest_xray.parameters.search_space import with_setting
from chest_xray.tuning.trials import SearchState


def bare(chosen, state: SearchState, splits, pixels) -> float:
    """Seconds that the trainings of a search's trials take one after another."""
    set_up_process(chosen.process, chosen.training.seed)
    base = with_setting(chosen.training.model_dump(mode="json"), chosen.tuning.trial_changes)
    before = time.perf_counter()
    for trial in state.trials:
        fit = TrainingParameters.model_validate(with_setting(base, trial.setting))
        for _ in training.train(
            fit, CLASS_NAMES, splits, pixels, choose_hardware(chosen.process), None, Path.cwd(), ""
        ):
            pass
    return time.perf_counter() - before


def main() -> None:
    """Alternate the two, keep the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--trials", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    searches, bares, starts = [], [], []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        splits, pixels = prepare(given.folder, folder / "pixels", given.size)
        for number in range(given.rounds):
            chosen = parameters(
                given.size,
                given.epochs,
                trials=given.trials,
                scheduler="none",
                searcher="random",
                attempt=number,
            )
            state = search(chosen, splits, pixels, folder / f"search{number}")
            searches.append(state.seconds)
            starts.append(state.ray_seconds)
            bares.append(bare(chosen, state, splits, pixels))
    ratios = [ours / theirs for ours, theirs in zip(searches, bares, strict=True)]
    result = {
        "images": len(pixels),
        "image_size": given.size,
        "trials": given.trials,
        "epochs": given.trials * given.epochs,
        "search_seconds": searches,
        "bare_seconds": bares,
        "ray_start_seconds": starts,
        "ratio_median": statistics.median(ratios),
        "bar": 1.15,
    }
    print(keep("tuning_overhead", result).read_text())  # noqa: T201


if __name__ == "__main__":
    main()
