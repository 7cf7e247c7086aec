"""A folder of radiographs as the benchmarks need it: pixels, splits and parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from kedro.config import OmegaConfigLoader

from chest_xray.parameters import FitParameters
from chest_xray.phantoms import PlantedDefects, draw_phantom, encode_jpeg, plan_phantoms
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.near_duplicates import NearDuplicateLimits
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.reading import DecodedImages, collect_decoded_images, read_radiographs
from chest_xray.radiographs.splitting import split

CLASS_NAMES = ("NORMAL", "PNEUMONIA")
CONF = Path(__file__).parents[1] / "conf"
SEED = 7


def configured(env: str = "base") -> dict[str, Any]:
    """The parameters of an environment."""
    merging = {"parameters": "soft", "globals": "soft"}
    loader = OmegaConfigLoader(
        str(CONF), env=env, base_env="base", default_run_env="local", merge_strategy=merging
    )
    return loader["parameters"]


def fit_parameters(env: str, **changes: Any) -> FitParameters:
    """How training fits in an environment, with some values changed."""
    conf = configured(env)["training"] | changes
    return FitParameters(**{name: conf[name] for name in FitParameters.model_fields})


def draw_phantoms(folder: Path, patients: int, seed: int, size: int) -> None:
    """Phantoms of so many patients, as files."""
    for row in plan_phantoms(patients, seed, size, PlantedDefects()).to_dict("records"):
        path = folder / str(row["file"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_jpeg(draw_phantom(row), row))


def prepare(radiographs: Path, folder: Path, image_size: int) -> tuple[pd.DataFrame, PixelMap]:
    """Splits by patient (with each file's ``path`` in the folder), and pixels, of a folder."""
    patterns = configured()["data_processing"]["file_name_patterns"]
    listing = list_radiographs(radiographs, CLASS_NAMES, patterns)
    decoded_images = DecodedImages(folder)
    for chunk in read_radiographs(radiographs, listing, decoded_images, image_size):
        decoded_images.append(chunk)
    limits = NearDuplicateLimits(**configured()["data_processing"]["near_duplicates"])
    index, manifest = collect_decoded_images(
        radiographs, listing, decoded_images, image_size, 0.05, near_duplicates=limits
    )
    splits = split(index, "patient", SEED).merge(index[["image_id", "path"]], on="image_id")
    return splits, PixelMap(manifest)
