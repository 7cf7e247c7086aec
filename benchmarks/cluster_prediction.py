"""Prediction on Ray against threads at equal cores, and a prediction that is killed repeatedly.

    python benchmarks/cluster_prediction.py ENV [--files 2000] [--workers 2] [--rounds 3]
        [--kills 3]

Small phantoms as in growth.py, by the environment's int8 model with all warnings. Threads of one
process and as many processes on a Ray of their own alternate, each in a fresh process; what both
take for one chunk of files (imports, the model, Ray's start) is measured too and taken off. Then,
for threads and for Ray, the process that predicts is killed (kill -9) as often as asked for, at
random moments, and started once more: is the table, to the byte, that of an undisturbed run? Needs
a finished quantization pipeline in the environment ENV.
"""

from __future__ import annotations

import argparse
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from finished import finished_study
from growth import draw, grow
from machine import keep

from chest_xray.deploying.rows import FILES_PER_CHUNK

WAYS = ("threads", "ray")


def predict(env: str, way: str, workers: int, folder: Path, kept: Path) -> None:
    """Predict a folder, keep the rows, and write the table beside them."""
    from chest_xray.deploying.new_radiographs import load_batch_predictor
    from chest_xray.deploying.predicted_rows import PredictedRows, predict_files, tabulate
    from chest_xray.deploying.ray_prediction import RayPrediction
    from chest_xray.radiographs.files import list_new_files

    open_predictor = partial(load_batch_predictor, finished_study(env).data_folder, "quantized")
    on_ray = RayPrediction(partial(open_predictor, threads=1), None, workers, None, kept / "ray")
    predictor = open_predictor(threads=workers)
    listing = list_new_files(str(folder), folder)
    predicted = PredictedRows(kept)
    chunks = predict_files(predictor, listing, predicted, None, on_ray if way == "ray" else None)
    for chunk in chunks:
        predicted.append(chunk)
    tabulate(listing, predicted, predictor.settings_hash()).to_csv(kept / "table.csv", index=False)


def start(*arguments: object) -> subprocess.Popen[bytes]:
    """``predict`` in a process of its own."""
    return subprocess.Popen([sys.executable, __file__, *map(str, arguments)])


def seconds_of(*arguments: object) -> float:
    """How long that takes."""
    before = time.perf_counter()
    if start(*arguments).wait():
        raise SystemExit("The prediction failed.")
    return time.perf_counter() - before


def kill(arguments: tuple[object, ...], longest: float, kills: int, seed: int) -> list[float]:
    """Kill a prediction at random moments; the seconds that each had."""
    moments = np.random.default_rng(seed).uniform(0.2, 0.9, kills) * longest
    lasted = []
    for moment in moments:
        process = start(*arguments)
        try:
            process.wait(timeout=float(moment))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            lasted.append(float(moment))
    return lasted


def measure(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Files a second of both ways, and whether killed runs end the same."""
    drawn = draw(folder / "drawn")
    sizes = {"few": FILES_PER_CHUNK, "all": arguments.files}
    for name, files in sizes.items():
        grow(drawn, folder / name, files)
    seconds: dict[str, dict[str, list[float]]] = {way: {"few": [], "all": []} for way in WAYS}
    for number in range(arguments.rounds):
        for way in WAYS:
            for name in sizes:
                kept = folder / f"{way}_{name}_{number}"
                took = seconds_of(
                    arguments.env, "--predict", way, arguments.workers, folder / name, kept
                )
                seconds[way][name].append(took)
    medians = {
        way: {name: statistics.median(found) for name, found in took.items()}
        for way, took in seconds.items()
    }
    more = arguments.files - FILES_PER_CHUNK
    rates = {way: more / (took["all"] - took["few"]) for way, took in medians.items()}
    killed = {}
    for number, way in enumerate(WAYS):
        kept = folder / f"{way}_killed"
        command = (arguments.env, "--predict", way, arguments.workers, folder / "all", kept)
        lasted = kill(command, medians[way]["all"], arguments.kills, number)
        seconds_of(*command)
        undisturbed = folder / "threads_all_0" / "table.csv"
        killed[way] = {
            "killed_after_seconds": [round(one, 1) for one in lasted],
            "same_table": (kept / "table.csv").read_bytes() == undisturbed.read_bytes(),
        }
    return {
        "files": arguments.files,
        "workers": arguments.workers,
        "seconds": seconds,
        "seconds_of_one_chunk": {way: took["few"] for way, took in medians.items()},
        "files_a_second": rates,
        "ray_to_threads": rates["ray"] / rates["threads"],
        "killed": killed,
    }


def main() -> None:
    """Measure, and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("env")
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--predict", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.predict:
        way, workers, folder, kept = arguments.predict
        predict(arguments.env, way, int(workers), Path(folder), Path(kept))
        return
    with tempfile.TemporaryDirectory() as folder:
        print(keep("cluster_prediction", measure(arguments, Path(folder))))  # noqa: T201


if __name__ == "__main__":
    main()
