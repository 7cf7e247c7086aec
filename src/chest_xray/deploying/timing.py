"""How fast: float and int8 in turn on the same images, a process a backend.

Imports no torch: what it times must have its process for itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chest_xray.deploying.model_file import FLOAT, INT8, open_session
from chest_xray.parameters import TimingParameters

FILE, NETWORK = "whole file", "network alone"
_MIN_REPETITIONS = 5
_DRAWS = 1000

Seconds = NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    """What is timed: the whole file on ``images`` uint8, or the network alone on float ones.

    Attributes:
        what: ``FILE`` or ``NETWORK``.
        images: [batch, channels, height, width].
    """

    what: str
    images: NDArray[Any]

    def facts(self, backend: str, threads: int) -> dict[str, Any]:
        """What names a row of timings."""
        batch, _, height, width = self.images.shape
        return {
            "backend": backend,
            "what": self.what,
            "image": f"{width} x {height}",
            "threads": threads,
            "batch": batch,
        }


def alternate(
    runs: Mapping[str, Callable[[], object]], batch: int, parameters: TimingParameters
) -> dict[str, Seconds]:
    """Time some runs in turn, so that what else the machine does falls on all of them alike.

    Returns:
        For each run its times, float [repetitions], s; the same place is the same round.
    """
    for run in runs.values():
        for _ in range(parameters.warm_up):
            run()
    repetitions = max(_MIN_REPETITIONS, parameters.repetitions // batch)
    times: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(repetitions):
        # Neither always comes first.
        for name in list(runs)[:: 1 if turn % 2 == 0 else -1]:
            start = time.perf_counter()
            runs[name]()
            times[name].append(time.perf_counter() - start)
    return {name: np.array(values) for name, values in times.items()}


def time_onnxruntime(
    models: Mapping[str, Mapping[str, bytes]],
    tasks: Sequence[Task],
    threads: int,
    parameters: TimingParameters,
) -> list[dict[str, Seconds]]:
    """Time files of ONNX Runtime, float and int8 in turn.

    Args:
        models: By what is timed, then by ``float`` and ``int8``.
        tasks: In the order of the answer.
        threads: Of a session.
        parameters: Warm-up and repetitions.
    """
    answers = []
    for task in tasks:
        runs = {
            precision: _run_of(data, threads, task.images)
            for precision, data in models[task.what].items()
        }
        answers.append(alternate(runs, len(task.images), parameters))
    return answers


def _run_of(data: bytes, threads: int, images: NDArray[Any]) -> Callable[[], object]:
    session = open_session(data, threads)
    feed = {session.get_inputs()[0].name: images}
    return lambda: session.run(None, feed)


def summarize(seconds: Seconds, batch: int) -> dict[str, float]:
    """Milliseconds a run, and images per second by the median."""
    milliseconds = seconds * 1e3
    return {
        "mean_ms": float(milliseconds.mean()),
        "median_ms": float(np.median(milliseconds)),
        "p95_ms": float(np.percentile(milliseconds, 95)),
        "images_per_second": float(batch / np.median(seconds)),
    }


def ratio_of_medians(slow: Seconds, fast: Seconds, paired: bool, seed: int) -> dict[str, float]:
    """How many times as long ``slow`` takes, with a 95 % interval by bootstrap over rounds.

    Args:
        slow: float [n], s; ``fast``: float [m], s.
        paired: The same place is the same round, and is sampled together.
        seed: Of the draws.
    """
    random = np.random.default_rng(seed)
    rows = random.integers(0, len(slow), (_DRAWS, len(slow)))
    others = rows if paired else random.integers(0, len(fast), (_DRAWS, len(fast)))
    ratios = np.median(slow[rows], axis=1) / np.median(fast[others], axis=1)
    low, high = np.percentile(ratios, [2.5, 97.5])
    return {
        "value": float(np.median(slow) / np.median(fast)),
        "low": float(low),
        "high": float(high),
    }


def timing_row(facts: Mapping[str, Any], times: Mapping[str, Seconds], seed: int) -> dict[str, Any]:
    """A row of timings: facts, a summary for float and int8, and the ratio where both are there."""
    summaries = {name: summarize(seconds, facts["batch"]) for name, seconds in times.items()}
    both = FLOAT in times and INT8 in times
    ratio = ratio_of_medians(times[FLOAT], times[INT8], paired=True, seed=seed) if both else None
    return {
        **facts,
        FLOAT: summaries.get(FLOAT),
        INT8: summaries.get(INT8),
        "ratio": ratio,
    }
