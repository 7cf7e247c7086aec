"""A search as the benchmarks of tuning need it: on a folder of radiographs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from prepared import CLASS_NAMES, configured

from chest_xray.parameters import Parameters, check_parameters
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.splitting import splits_hash
from chest_xray.tuning import search as searching
from chest_xray.tuning.context import TuningContext
from chest_xray.tuning.trials import SearchState, latest_search

BACKBONE = "resnet18"


def parameters(
    image_size: int, epochs: int, env: str = "demo", weights: str = "none", **tuning: Any
) -> Parameters:
    """An environment's parameters for trials of so many epochs, some values of tuning changed."""
    conf = configured(env)
    conf["data_processing"]["image_size"] = image_size
    # Whole trainings aren't run here, but their sizes are checked against so small a stored one.
    conf["training"] |= {
        "weights": weights,
        "progressive_fraction": 0,
        "progressive_image_sizes": [32],
    }
    conf["tuning"] |= {
        "trial_changes": {"epochs": epochs, "progressive_fraction": 0, "epochs_frozen": 0},
        "trial_image_size": "stored",
        "minutes": 600,
        **tuning,
    }
    return check_parameters(conf, {})


def search(chosen: Parameters, splits: pd.DataFrame, pixels: PixelMap, folder: Path) -> SearchState:
    """Run a whole search in a Ray of its own, its files below ``folder``."""
    context = TuningContext(
        chosen.tuning, chosen.training, chosen.process, list(CLASS_NAMES), folder, Path.cwd()
    )
    card = {
        "backbone": BACKBONE,
        "splits_hash": splits_hash(splits),
        "data_hash": pixels.manifest.fingerprint,
        "image_size": pixels.manifest.image_size,
        "run": "baseline/benchmark",
    }
    *_, (_, document) = searching.search(context, splits, pixels, card, {})
    return latest_search(document)
