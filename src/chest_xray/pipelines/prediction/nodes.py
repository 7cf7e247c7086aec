"""Prediction: judge new radiographs, draw heat maps of those to be seen first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from chest_xray.parameters import (
    InterpretabilityParameters,
    PredictionParameters,
    ProcessParameters,
)


def predict(
    parameters: PredictionParameters,
    process: ProcessParameters,
    data_folder: Path,
    project_folder: Path,
) -> pd.DataFrame:
    """A row a file: probability, decision, margin, warnings, or its problem."""
    from chest_xray.deploying import new_radiographs
    from chest_xray.learning.hardware import choose_hardware
    from chest_xray.radiographs.new_files import list_new

    files = list_new(parameters.images, project_folder)
    reader = new_radiographs.load_reader(
        data_folder, parameters.model, choose_hardware(process).device, parameters.rare_percent,
        0 if process.threads == "auto" else process.threads, parameters.bits_stored,
    )  # fmt: skip
    return new_radiographs.tabulate(reader.chunks(files))


def draw_overlays(
    table: pd.DataFrame,
    shown: InterpretabilityParameters,
    parameters: PredictionParameters,
    process: ProcessParameters,
    data_folder: Path,
    project_folder: Path,
) -> dict[str, Any]:
    """Heat maps over the most probable ones, drawn while they are saved, one at a time."""
    if not parameters.overlays:
        return {}
    from chest_xray.explaining import new_overlays
    from chest_xray.learning.hardware import choose_hardware
    from chest_xray.radiographs.new_files import list_new

    files = list_new(parameters.images, project_folder)
    model = new_overlays.model_to_explain(
        data_folder, parameters.model, choose_hardware(process).device
    )
    first = new_overlays.seen_first(table, parameters.overlays)
    return new_overlays.overlays(model, files, first, shown, parameters.bits_stored)
