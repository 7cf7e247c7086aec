"""Seconds per image and peak memory of a heat map, beside the plain Captum call.

    python benchmarks/explanation_speed.py --env demo --model baseline --images 12
    python benchmarks/explanation_speed.py --env cpu --model tuned --radiographs DIR

The peer is what Captum's documentation shows: ``IntegratedGradients(network).attribute(image,
baselines, n_steps=n, return_convergence_delta=True)`` on the normalized image, with the fewest
steps (50 and its doublings) at which this image's delta is within the same tolerance; only that
last call is timed, as if its number had been known. Memory: a process of its own for each number
of steps, the tolerance out of reach.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import finished
import machine
import numpy as np
import pandas as pd
import torch
from captum.attr import IntegratedGradients

from chest_xray.explaining import load_model
from chest_xray.explaining.baselines import baseline_levels
from chest_xray.explaining.heat_maps import DEFAULT, explain_pixels
from chest_xray.explaining.model import ExplainedModel
from chest_xray.machine.memory import peak_memory
from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.preprocessing import normalize, resize

STEPS = (50, 100, 200, 400, 800)
MEMORY_STEPS = (50, 100, 200, 500)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--env", default="demo")
    arguments.add_argument("--model", default="baseline")
    arguments.add_argument("--images", type=int, default=12)
    arguments.add_argument("--radiographs", type=Path, help="another folder than the environment's")
    arguments.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments.add_argument("--memory-of", choices=("ours", "plain"), help="in a process of its own")
    arguments.add_argument("--steps", type=int)
    given = arguments.parse_args()
    torch.set_num_threads(given.threads)
    study = finished.finished_study(given.env)
    model = load_model(study.data_folder, given.model)
    folder = finished.radiographs(study, given.radiographs)
    paths = finished.tested(study, given.model, given.images).values()
    images = [resize(decode(folder / path).grey, model.image_size) for path in paths]
    if given.memory_of:
        _use_memory(model, images[0], given.memory_of, given.steps)
        return
    rows = [_timed(model, pixels) for pixels in images]
    table = pd.DataFrame(rows)
    machine.keep(
        "explanation_speed",
        {
            "image_size": model.image_size,
            "backbone": model.card["backbone"],
            "threads": given.threads,
            "images": len(rows),
            "median": table.median().round(4).to_dict(),
            "times_faster": {
                "median": float((table["plain_seconds"] / table["seconds"]).median()),
                "of_the_sums": float(table["plain_seconds"].sum() / table["seconds"].sum()),
            },
            "converged": {
                "ours": float(table["converged"].mean()),
                "plain_at_50_steps": float((table["plain_steps"] == STEPS[0]).mean()),
            },
            "peak_memory_mib": {
                side: {steps: _memory(given, side, steps) for steps in MEMORY_STEPS}
                for side in ("ours", "plain")
            },
        },
    )


def _timed(model: ExplainedModel, pixels: np.ndarray) -> dict[str, float]:
    before = time.perf_counter()
    found = explain_pixels(model, pixels)
    seconds = time.perf_counter() - before
    allowed = DEFAULT.tolerance * max(abs(found.log_odds - found.baseline_log_odds), 1.0)
    for steps in STEPS:
        before = time.perf_counter()
        delta = _plain(model, pixels, steps)
        plain_seconds = time.perf_counter() - before
        if abs(delta) <= allowed:
            break
    return {
        "seconds": seconds,
        "steps": found.steps,
        "delta": abs(found.delta),
        "converged": float(found.converged),
        "plain_seconds": plain_seconds,
        "plain_steps": steps,
        "plain_delta": abs(delta),
    }


def _plain(model: ExplainedModel, pixels: np.ndarray, steps: int) -> float:
    network = model.network.to(memory_format=torch.contiguous_format)
    levels = model.levels(pixels[None])
    baseline = baseline_levels(DEFAULT.baseline, model, levels, DEFAULT.blur)
    method = IntegratedGradients(lambda images: network(images) / model.card["temperature"])
    _, delta = method.attribute(
        normalize(levels), normalize(baseline), n_steps=steps, return_convergence_delta=True
    )
    network.to(memory_format=torch.channels_last)
    return float(delta)


def _use_memory(model: ExplainedModel, pixels: np.ndarray, side: str, steps: int) -> None:
    if side == "plain":
        _plain(model, pixels, steps)
    else:
        out_of_reach = {"tolerance": 1e-12, "initial_steps": steps, "max_steps": steps}
        explain_pixels(model, pixels, how=DEFAULT.model_copy(update=out_of_reach))
    print(json.dumps(peak_memory("cpu") / 1024**2))  # noqa: T201


def _memory(given: Any, side: str, steps: int) -> int:
    command = [
        sys.executable,
        __file__,
        "--env",
        given.env,
        "--model",
        given.model,
        "--images",
        "1",
        "--memory-of",
        side,
        "--steps",
        str(steps),
        *([] if given.radiographs is None else ["--radiographs", str(given.radiographs)]),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return round(float(done.stdout.split()[-1]))


if __name__ == "__main__":
    main()
