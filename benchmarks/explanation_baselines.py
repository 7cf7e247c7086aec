"""Which baseline explains best, on phantoms whose lesions are known.

    make demo
    python benchmarks/explanation_baselines.py --data data/demo --model baseline --images 40

For each baseline of the heat maps: deletion and insertion with three different replacements (none
is anybody's home ground then), the pointing game and the positive mass inside the lesion by
subtype, and the steps it took.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import machine
import numpy as np
import pandas as pd

from chest_xray.explaining import load_model
from chest_xray.explaining.attribution import grad_cam, gradient, random_map
from chest_xray.explaining.baselines import BASELINES, baseline_levels, smoothed
from chest_xray.explaining.fidelity import area, deletion_and_insertion
from chest_xray.explaining.heat_maps import DEFAULT, explain_pixels
from chest_xray.explaining.location import lesion_reader, mass_inside, pointing
from chest_xray.explaining.model import ExplainedModel
from chest_xray.progress import track
from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.preprocessing import resize

REPLACEMENTS = ("black", "blurred", "mean")
SMOOTHING, LARGEST_LESION, POINTS = 0.03, 0.05, 20


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("data/demo"))
    arguments.add_argument("--model", default="baseline")
    arguments.add_argument("--images", type=int, default=40)
    given = arguments.parse_args()
    model = load_model(given.data, given.model)
    truth = pd.read_parquet(given.data / "01_raw" / "phantom_truth.parquet").set_index("file")
    tables = sorted((given.data / "07_model_output").glob(f"{given.model}_predictions.parquet/*/*"))
    predictions = pd.read_parquet(tables[-1])
    names = predictions.loc[predictions["part"] == "test", "image_id"]
    chosen = names.sample(min(given.images, len(names)), random_state=0).tolist()
    read = lesion_reader(given.data / "01_raw" / "phantom_lesions", model.image_size)
    fidelity: list[dict[str, Any]] = []
    lesions: list[dict[str, Any]] = []
    for number, name in track(enumerate(chosen), "Comparing baselines", len(chosen)):
        grey = decode(given.data / "01_raw" / "phantoms" / name).grey
        pixels = resize(grey, model.image_size)
        maps, steps = _maps(model, pixels, number)
        fidelity += _fidelity(model, pixels, maps)
        lesion = read(name)
        if lesion is not None and lesion.any():
            lesions += [
                {
                    "method": method,
                    "subtype": truth.loc[name, "subtype"],
                    "inside": mass_inside(values, lesion),
                    "area": lesion.mean(),
                    "hit": pointing(smoothed(values, SMOOTHING), lesion)
                    if lesion.mean() <= LARGEST_LESION
                    else None,
                    "steps": steps.get(method),
                }
                for method, values in maps.items()
            ]
    machine.keep("explanation_baselines", _result(fidelity, lesions, len(chosen)))


def _maps(
    model: ExplainedModel, pixels: np.ndarray, number: int
) -> tuple[dict[str, np.ndarray], dict[str, int]]:
    found = {
        name: explain_pixels(model, pixels, how=DEFAULT.model_copy(update={"baseline": name}))
        for name in BASELINES
    }
    levels = model.levels(pixels[None])
    maps = {name: one.values for name, one in found.items()} | {
        "grad_cam": grad_cam(model.log_odds(), levels),
        "gradient": gradient(model.log_odds(), levels),
        "random": random_map(model.image_size, 0, number),
    }
    return maps, {name: one.steps for name, one in found.items()}


def _fidelity(
    model: ExplainedModel, pixels: np.ndarray, maps: dict[str, np.ndarray]
) -> list[dict[str, Any]]:
    levels = model.levels(pixels[None])
    rows = []
    for name in REPLACEMENTS:
        replacement = baseline_levels(name, model, levels, DEFAULT.blur)
        found = deletion_and_insertion(model.log_odds(), levels, replacement, maps, POINTS, 64)
        rows += [
            {
                "method": method,
                "replacement": name,
                "deletion": area(curves.deletion),
                "insertion": area(curves.insertion),
            }
            for method, curves in found.items()
        ]
    return rows


def _result(
    fidelity: list[dict[str, Any]], lesions: list[dict[str, Any]], images: int
) -> dict[str, Any]:
    curves = pd.DataFrame(fidelity)
    curves["insertion minus deletion"] = curves["insertion"] - curves["deletion"]
    means = curves.groupby(["method", "replacement"]).mean().round(3)
    by_lesion = pd.DataFrame(lesions).astype({"hit": float, "steps": float})
    inside = by_lesion.groupby(["subtype", "method"])[["hit", "inside", "area", "steps"]]
    return {
        "images": images,
        "fidelity": _nested(means),
        "overall": curves.groupby("method")["insertion minus deletion"].mean().round(3).to_dict(),
        "lesions": _nested(inside.mean().round(3)),
        "small_lesions": by_lesion[by_lesion["method"] == "random"]
        .groupby("subtype")["hit"]
        .count()
        .to_dict(),
    }


def _nested(table: pd.DataFrame) -> dict[str, dict[str, dict[str, float]]]:
    outer = table.index.get_level_values(0).unique()
    return {str(name): table.loc[name].to_dict("index") for name in outer}


if __name__ == "__main__":
    main()
