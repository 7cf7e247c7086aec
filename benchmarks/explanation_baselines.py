"""Which baseline explains best, on phantoms whose lesions are known or on real radiographs.

    make demo
    python benchmarks/explanation_baselines.py --env demo --model tuned --images 40
    python benchmarks/explanation_baselines.py --env cpu --model tuned --radiographs DIR

For each baseline of the heat maps: its own log-odds, deletion and insertion with three different
replacements (none is anybody's home ground then), and the steps it took; where lesions are known,
the pointing game and the positive mass inside the lesion by subtype, too.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import finished
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
from chest_xray.machine.progress import track
from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.preprocessing import resize

REPLACEMENTS = ("black", "blurred", "mean")
SMOOTHING, LARGEST_LESION, POINTS = 0.03, 0.05, 20


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--env", default="demo")
    arguments.add_argument("--model", default="baseline")
    arguments.add_argument("--images", type=int, default=40)
    arguments.add_argument("--radiographs", type=Path, help="another folder than the environment's")
    given = arguments.parse_args()
    study = finished.finished_study(given.env)
    model = load_model(study.data_folder, given.model)
    folder = finished.radiographs(study, given.radiographs)
    names = finished.tested(study, given.model, given.images)
    fidelity: list[dict[str, Any]] = []
    lesions: list[dict[str, Any]] = []
    steps: list[dict[str, Any]] = []
    known = None
    phantoms = study.uses_phantoms and given.radiographs is None
    if phantoms:
        subtypes = study.load("phantom_truth").set_index("file")["subtype"]
        known = lesion_reader(folder.parent / "phantom_lesions", model.image_size)
    for number, (name, path) in track(enumerate(names.items()), "Comparing", len(names)):
        grey = decode(folder / path).grey
        pixels = resize(grey, model.image_size)
        maps, taken = _maps(model, pixels, number)
        steps += taken
        fidelity += _fidelity(model, pixels, maps)
        lesion = None if known is None else known(name)
        if lesion is not None and lesion.any():
            lesions += [
                {
                    "method": method,
                    "subtype": subtypes[name],
                    "inside": mass_inside(values, lesion),
                    "area": lesion.mean(),
                    "hit": pointing(smoothed(values, SMOOTHING), lesion)
                    if lesion.mean() <= LARGEST_LESION
                    else None,
                }
                for method, values in maps.items()
            ]
    result = {"images": len(names), "model": model.card["weights_hash"], **_fidelities(fidelity)}
    means = pd.DataFrame(steps).groupby("baseline").mean().round(3)
    result["baselines"] = means.to_dict("index")
    if lesions:
        result |= _pointed(lesions)
    kind = "phantoms" if phantoms else "radiographs"
    machine.keep(f"explanation_baselines_{kind}", result)


def _maps(
    model: ExplainedModel, pixels: np.ndarray, number: int
) -> tuple[dict[str, np.ndarray], list[dict[str, Any]]]:
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
    return maps, [
        {
            "baseline": name,
            "steps": one.steps,
            "converged": one.converged,
            "log_odds": one.baseline_log_odds,
            "log_odds_of_the_image": one.log_odds,
        }
        for name, one in found.items()
    ]


def _fidelity(
    model: ExplainedModel, pixels: np.ndarray, maps: dict[str, np.ndarray]
) -> list[dict[str, Any]]:
    levels = model.levels(pixels[None])
    soft = {method: smoothed(values, SMOOTHING) for method, values in maps.items()}
    rows = []
    for name in REPLACEMENTS:
        replacement = baseline_levels(name, model, levels, DEFAULT.blur)
        found = deletion_and_insertion(model.log_odds(), levels, replacement, soft, POINTS, 64)
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


def _fidelities(rows: list[dict[str, Any]]) -> dict[str, Any]:
    curves = pd.DataFrame(rows)
    curves["insertion minus deletion"] = curves["insertion"] - curves["deletion"]
    means = curves.groupby(["method", "replacement"]).mean().round(3)
    return {
        "fidelity": _nested(means),
        "overall": curves.groupby("method")["insertion minus deletion"].mean().round(3).to_dict(),
    }


def _pointed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    by_lesion = pd.DataFrame(rows).astype({"hit": float})
    inside = by_lesion.groupby(["subtype", "method"])[["hit", "inside", "area"]]
    counted = by_lesion[by_lesion["method"] == "random"].groupby("subtype")["hit"].count()
    return {"lesions": _nested(inside.mean().round(3)), "small_lesions": counted.to_dict()}


def _nested(table: pd.DataFrame) -> dict[str, dict[str, dict[str, float]]]:
    # What has no value, as the pointing game on large lesions, is null.
    table = table.astype(object).where(table.notna(), None)
    outer = table.index.get_level_values(0).unique()
    return {str(name): table.loc[name].to_dict("index") for name in outer}


if __name__ == "__main__":
    main()
