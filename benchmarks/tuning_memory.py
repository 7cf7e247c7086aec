"""Peak memory of a search with one and with two trials at once.

    python benchmarks/tuning_memory.py FOLDER [--size 128] [--trials 2]

FOLDER holds radiographs (phantoms will do). Counted is the proportional share of memory (Pss) of
this process and everything that it started, Ray's processes among them, twice a second; what a
trial was reckoned to take stands beside it. Linux only.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
from pathlib import Path

from machine import keep
from prepared import prepare
from searching import BACKBONE, parameters, search

from chest_xray.machine.device import choose_hardware
from chest_xray.tuning.resources import measured_capacity

GIB = 1024**3


def family(root: int) -> list[int]:
    """A process and all that descend from it."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    found = [root]
    for process in found:
        found += [child for child, parent in parents.items() if parent == process]
    return found


def memory(process: int) -> int:
    """Its proportional share, bytes; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


class Watch:
    """The largest sum while the block lasts."""

    def __enter__(self) -> Watch:
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def _look(self) -> None:
        while not self._over.wait(0.5):
            self.peak = max(self.peak, sum(memory(one) for one in family(os.getpid())))

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def main() -> None:
    """One trial at once, then two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--trials", type=int, default=2)
    given = parser.parse_args()
    peaks = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        splits, pixels = prepare(given.folder, folder / "pixels", given.size)
        for at_once in (1, 2):
            chosen = parameters(
                given.size, 1, trials=given.trials, scheduler="none", concurrent_trials=at_once
            )
            with Watch() as watch:
                search(chosen, splits, pixels, folder / f"{at_once}")
            peaks[at_once] = watch.peak / GIB
        reckoned = measured_capacity(
            [BACKBONE],
            chosen.training.batch_size,
            given.size,
            choose_hardware(chosen.process),
            2,
            chosen.tuning.memory_share,
        )
    result = {
        "images": len(pixels),
        "image_size": given.size,
        "backbone": BACKBONE,
        "peak_gib": {f"{at_once} at once": peak for at_once, peak in peaks.items()},
        "of_the_second_trial_gib": peaks[2] - peaks[1],
        "reckoned_a_trial_gib": reckoned.resources.memory / GIB,
    }
    print(keep("tuning_memory", result).read_text())  # noqa: T201


if __name__ == "__main__":
    main()
