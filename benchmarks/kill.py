"""kill -9 at random moments: does the same command end as if nothing had happened?

    python benchmarks/kill.py [--kills 20] [--patients 60] [--seed 7]

Draws phantoms once and runs ``kedro run --env=test --pipelines=data_processing,training
--params=process.threads=1`` undisturbed. Then, for each kill, starts the same command on the same
phantoms in a data folder of its own, kills the whole process group, looks at every version that is
there, and gives the same command once more. The moment of the kill is drawn evenly over the time
that the undisturbed run spent in the nodes of data_processing, of every other kill in those of
training.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from machine import keep
from PIL import Image
from safetensors import SafetensorError
from safetensors.torch import load_file

PROJECT = Path(__file__).parents[1]
# The last digits of a sum depend on how many threads share it; auto asks the machine.
COMMAND = (
    "run",
    "--env=test",
    "--pipelines=data_processing,training",
    "--params=process.threads=1",
)
FIRST_OF_TRAINING = "train_baseline"
NODE_BEGINS, NODE_ENDS = "Running node: ", "Completed node: "
READERS: dict[str, Any] = {
    ".parquet": pd.read_parquet,
    ".json": lambda path: json.loads(path.read_bytes()),
    ".safetensors": load_file,
    ".png": lambda path: Image.open(path).load(),
}

logger = logging.getLogger("kill")


def start(root: Path, *arguments: str) -> tuple[subprocess.Popen[bytes], Path]:
    """Kedro in a process group of its own, its data below ``root``, and what it says in a file."""
    root.mkdir(parents=True, exist_ok=True)
    log = root / "said.txt"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "kedro", *arguments],
            cwd=PROJECT,
            env=os.environ | {"CHEST_XRAY_TEST_ROOT": str(root), "COLUMNS": "400"},
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return process, log


def wait_for_node(process: subprocess.Popen[bytes], log: Path, name: str = "") -> None:
    """Until a node runs, by its name or the first: results may appear from then on."""
    while f"{NODE_BEGINS}{name}" not in log.read_text() and process.poll() is None:
        time.sleep(0.01)


def run(root: Path, *arguments: str) -> str:
    """Run to the end; what was said."""
    process, log = start(root, *arguments)
    if process.wait():
        raise SystemExit(log.read_text())
    return log.read_text()


def run_undisturbed(root: Path) -> tuple[float, float]:
    """Run to the end; the seconds in the nodes of data_processing, and in all of them."""
    process, log = start(root, *COMMAND)
    wait_for_node(process, log)
    began = time.perf_counter()
    wait_for_node(process, log, FIRST_OF_TRAINING)
    processed = time.perf_counter() - began
    if process.wait():
        raise SystemExit(log.read_text())
    return processed, time.perf_counter() - began


def kill(root: Path, after: float) -> tuple[str, float]:
    """Kill a run so many seconds after its first node began.

    Returns:
        Where it was, '' where it ended before, and the seconds that it had.
    """
    process, log = start(root, *COMMAND)
    wait_for_node(process, log)
    began = time.perf_counter()
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return _place(log.read_text()), after
    return "", time.perf_counter() - began


def _place(log: str) -> str:
    begun = log.rfind(NODE_BEGINS)
    ended = log.rfind(NODE_ENDS)
    name = log[begun + len(NODE_BEGINS) :].partition(":")[0]
    return f"in {name}" if begun > ended else f"after {name}"


def versions(root: Path) -> list[Path]:
    """Every version of every versioned entry: a file in a folder of its name and version."""
    return [
        path
        for path in root.glob("0[2-8]_*/**/*")
        if path.is_file() and path.parent.parent.name == path.name
    ]


def broken(root: Path) -> list[str]:
    """The versions that can't be read."""
    bad = []
    for path in versions(root):
        try:
            READERS[path.suffix](path)
        except (OSError, ValueError, SyntaxError, SafetensorError) as error:
            bad.append(f"{path.relative_to(root)}: {error}")
    return bad


def results(root: Path) -> dict[str, pd.DataFrame | dict[str, Any]]:
    """The newest splits, history (apart from seconds) and metrics."""
    newest = {path.name: path for path in sorted(versions(root))}
    history = pd.read_parquet(newest["baseline_history.parquet"])
    return {
        "splits": pd.read_parquet(newest["splits.parquet"]),
        "history": history.drop(columns="seconds"),
        "metrics": json.loads(newest["baseline_metrics.json"].read_text()),
    }


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """The names of the results that are not the very same."""
    return [
        name
        for name, value in one.items()
        if not (value.equals(other[name]) if hasattr(value, "equals") else value == other[name])
    ]


def fresh(folder: Path, name: str) -> Path:
    """A data folder that shares the phantoms of the undisturbed run."""
    root = folder / name
    (root / "01_raw").mkdir(parents=True)
    (root / "01_raw" / "phantoms").symlink_to(folder / "undisturbed" / "01_raw" / "phantoms")
    return root


def measure(folder: Path, kills: int, patients: int, seed: int) -> dict[str, Any]:
    """All kills, a row each."""
    undisturbed = folder / "undisturbed"
    phantoms = (
        "run",
        "--env=test",
        "--pipelines=phantoms",
        f"--params=phantoms.patients={patients}",
    )
    run(undisturbed, *phantoms)
    processed, seconds = run_undisturbed(undisturbed)
    wanted = results(undisturbed)
    rows: list[dict[str, Any]] = []
    random, missed = np.random.default_rng(seed), 0
    while len(rows) < kills:
        begin, end = (0.0, processed) if len(rows) % 2 == 0 else (processed, seconds)
        moment = float(random.uniform(begin, end))
        root = fresh(folder, f"killed_{len(rows)}_{missed}")
        place, lasted = kill(root, moment)
        if not place:
            # The machine has become faster than it was: no kill, and shorter runs from here on.
            missed, seconds = missed + 1, lasted
            continue
        bad = broken(root)
        partial = len(list(root.glob("0[2-8]_*/**/*.partial")))
        log = run(root, *COMMAND)
        rows.append(
            {
                "seconds_after_the_first_node_began": round(moment, 3),
                "killed": place,
                "half_written_files": partial,
                "broken_versions": bad + broken(root),
                "half_written_files_left": len(list(root.glob("0[2-8]_*/**/*.partial"))),
                "training_went_on": "Training goes on" in log,
                "training_was_done": "done already" in log,
                "different": differences(wanted, results(root)),
            }
        )
        logger.info("%s", rows[-1])
    return {
        "seed": seed,
        "patients": patients,
        "seconds_of_data_processing": round(processed, 1),
        "seconds_of_an_undisturbed_run": round(seconds, 1),
        "kills": len(rows),
        "runs_that_ended_before_their_kill": missed,
        "ended_the_same": sum(not row["different"] for row in rows),
        "broken_versions": sum(len(row["broken_versions"]) for row in rows),
        "half_written_files_found_and_removed": sum(row["half_written_files"] for row in rows),
        "rows": rows,
    }


def main() -> None:
    """Measure, and keep the result."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--patients", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder), arguments.kills, arguments.patients, arguments.seed)
    logger.info("%s", keep("kill", result))


if __name__ == "__main__":
    main()
