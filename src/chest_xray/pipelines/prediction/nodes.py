"""Prediction: read new radiographs with a model, draw heat maps of those to be seen first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from PIL import Image

from chest_xray.learning.types import Tensors
from chest_xray.parameters import (
    InterpretabilityParameters,
    PredictionParameters,
    ProcessParameters,
)

if TYPE_CHECKING:
    from chest_xray.deploying.new_radiographs import BatchPredictor


def predict_with_file(
    file: bytes,
    parameters: PredictionParameters,
    process: ProcessParameters,
    project_folder: Path,
) -> pd.DataFrame:
    """One row per file, by a sealed file: probability, decision, warnings, or its problem."""
    from chest_xray.deploying import new_radiographs

    new_radiographs.refuse_other_model(parameters.model, "quantized")
    predictor = new_radiographs.file_batch_predictor(file, _threads(process))
    return _predict(predictor, parameters, project_folder)


def predict_with_network(
    weights: Tensors,
    card: dict[str, Any],
    reference: Tensors,
    film_ranges: dict[str, Any],
    parameters: PredictionParameters,
    process: ProcessParameters,
    project_folder: Path,
) -> pd.DataFrame:
    """The same by PyTorch."""
    from chest_xray.deploying import new_radiographs
    from chest_xray.machine.device import choose_hardware

    new_radiographs.refuse_other_model(parameters.model, card["run"].partition("/")[0])
    predictor = new_radiographs.network_batch_predictor(
        weights, card, reference, film_ranges, choose_hardware(process).device, _threads(process)
    )
    return _predict(predictor, parameters, project_folder)


def _threads(process: ProcessParameters) -> int:
    return 0 if process.threads == "auto" else process.threads


def _predict(
    predictor: BatchPredictor, parameters: PredictionParameters, project_folder: Path
) -> pd.DataFrame:
    from chest_xray.deploying.new_radiographs import tabulate
    from chest_xray.radiographs.files import find_files

    files = find_files(parameters.images, project_folder)
    return tabulate(predictor.chunks(files, parameters.bits_stored))


def draw_overlays(
    table: pd.DataFrame,
    weights: Tensors,
    card: dict[str, Any],
    mean_image: Image.Image,
    shown: InterpretabilityParameters,
    parameters: PredictionParameters,
    process: ProcessParameters,
    project_folder: Path,
) -> dict[str, Callable[[], bytes]]:
    """Heat maps over the most probable ones, drawn while they are saved, one at a time."""
    if not parameters.overlays:
        return {}
    import numpy as np

    from chest_xray.explaining.model import explained_model
    from chest_xray.machine.device import choose_hardware
    from chest_xray.radiographs.files import find_files
    from chest_xray.reporting import overlays

    files = find_files(parameters.images, project_folder)
    device = choose_hardware(process).device
    model = explained_model(weights, card, np.asarray(mean_image), device)
    first = overlays.most_probable(table, parameters.overlays)
    return overlays.explained_overlays(model, files, first, shown, parameters.bits_stored)
