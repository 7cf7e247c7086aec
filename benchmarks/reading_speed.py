"""Files a second from originals to index and pixels: ours against a plain loop.

    python benchmarks/reading_speed.py FOLDER [--size 224] [--rounds 3]

The plain loop is what one would otherwise write: one process, a file after the other, Pillow and
torch, the same columns and pixels (our own ``decode`` and ``resize`` called in a loop). Ours reads
with the threads that the machine has, then once more on the unchanged folder. They alternate.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import torch
from machine import keep
from prepared import CLASS_NAMES, configured

from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.preprocessing import resize
from chest_xray.radiographs.reading import Readings, collect_readings, read_radiographs


def plain_loop(folder: Path, size: int) -> int:
    """Decode and resize every file, one after the other; how many there were."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    rows, pixels = [], []
    for path in sorted(folder.rglob("*.jpeg")):
        decoded = decode(path)
        rows.append(decoded.facts)
        if decoded.grey is not None:
            pixels.append(resize(decoded.grey, size))
    torch.set_num_threads(threads)
    return len(rows)


def ours(folder: Path, readings: Readings, size: int) -> int:
    """What data_processing does with a folder; how many files there were."""
    patterns = configured()["data_processing"]["file_name_patterns"]
    listing = list_radiographs(folder, CLASS_NAMES, patterns)
    for chunk in read_radiographs(folder, listing, readings, size):
        readings.append(chunk)
    index, _ = collect_readings(folder, listing, readings, size, 0.05)
    return len(index)


def main() -> None:
    """Alternate, and keep medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    rounds: dict[str, list[float]] = {"plain_loop": [], "first": [], "second": []}
    plain_loop(arguments.folder, arguments.size)  # warms the system's cache for all of them
    for _ in range(arguments.rounds):
        with tempfile.TemporaryDirectory() as folder:
            readings = Readings(Path(folder))
            for name in rounds:
                before = time.perf_counter()
                if name == "plain_loop":
                    files = plain_loop(arguments.folder, arguments.size)
                else:
                    files = ours(arguments.folder, readings, arguments.size)
                rounds[name].append(files / (time.perf_counter() - before))
    medians = {name: statistics.median(found) for name, found in rounds.items()}
    result = {
        "files": files,
        "files_a_second": rounds,
        "median": medians,
        "first_to_plain_loop": medians["first"] / medians["plain_loop"],
        "second_to_first": medians["second"] / medians["first"],
    }
    print(keep("reading_speed", result))  # noqa: T201


if __name__ == "__main__":
    main()
