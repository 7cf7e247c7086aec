"""Time and peak memory of prediction as the folder of new radiographs grows.

    python benchmarks/prediction_memory.py ENV [--sizes 500 2000 8000]

Small phantoms as in growth.py, judged by the environment's int8 model with all warnings, in a
process of its own for each size. Needs a finished quantization pipeline in the environment ENV.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from finished import finished_study
from growth import for_each_size
from machine import keep


def measure(env: str, folder: Path) -> None:
    """Judge a folder, and print files, seconds and peak memory, MiB."""
    from chest_xray.deploying.new_radiographs import load_batch_predictor
    from chest_xray.machine.memory import peak_memory

    read = load_batch_predictor(finished_study(env).data_folder, "quantized")
    before = time.perf_counter()
    scored = sum(row.probability is not None for row in read(folder))
    seconds = time.perf_counter() - before
    print(f"{scored} {seconds} {peak_memory('cpu') / 1024**2}")  # noqa: T201


def main() -> None:
    """Measure each size, and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("env")
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 2000, 8000])
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.env, arguments.measure)
        return
    rows = []
    command = [__file__, arguments.env, "--measure"]
    for files, message in for_each_size(arguments.sizes, command):
        scored, seconds, peak = map(float, message.split())
        rows.append(
            {
                "files": files,
                "judged": int(scored),
                "files_a_second": scored / seconds,
                "peak_mib": peak,
            }
        )
    print(keep("prediction_memory", {"rows": rows}))  # noqa: T201


if __name__ == "__main__":
    main()
