"""Prediction: read new radiographs with a model, draw heat maps, report to an archive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from PIL import Image
from pydicom import Dataset

from chest_xray.errors import BadPrediction
from chest_xray.learning.types import Tensors
from chest_xray.parameters import (
    InterpretabilityParameters,
    PredictionParameters,
    ProcessParameters,
)
from chest_xray.radiographs.files import NamedFile


def find_new_radiographs(
    parameters: PredictionParameters, project_folder: Path, archive_study: Path | None
) -> list[NamedFile]:
    """The files that are asked for: those of an archive's study, or of ``prediction.images``."""
    from chest_xray.radiographs.files import find_files

    if archive_study is None:
        return find_files(parameters.images, project_folder)
    if parameters.images:
        raise BadPrediction(
            f"archive_study names a study, and prediction.images '{parameters.images}'; one of "
            "them can be predicted at a time."
        )
    return find_files(str(archive_study), project_folder)


def predict_with_file(
    file: bytes,
    reference: Tensors,
    parameters: PredictionParameters,
    process: ProcessParameters,
    files: list[NamedFile],
) -> pd.DataFrame:
    """One row per file, by a sealed file: probability, decision, warnings, or its problem."""
    from chest_xray.deploying import new_radiographs

    new_radiographs.refuse_other_model(parameters.model, "quantized")
    predictor = new_radiographs.file_batch_predictor(file, reference, _threads(process))
    return new_radiographs.tabulate(predictor.chunks(files, parameters.bits_stored))


def predict_with_network(
    weights: Tensors,
    card: dict[str, Any],
    reference: Tensors,
    film_ranges: dict[str, Any],
    parameters: PredictionParameters,
    process: ProcessParameters,
    files: list[NamedFile],
) -> pd.DataFrame:
    """The same by PyTorch."""
    from chest_xray.deploying import new_radiographs
    from chest_xray.machine.device import choose_hardware

    new_radiographs.refuse_other_model(parameters.model, card["run"].partition("/")[0])
    predictor = new_radiographs.network_batch_predictor(
        weights, card, reference, film_ranges, choose_hardware(process).device, _threads(process)
    )
    return new_radiographs.tabulate(predictor.chunks(files, parameters.bits_stored))


def _threads(process: ProcessParameters) -> int:
    return 0 if process.threads == "auto" else process.threads


def draw_overlays(
    table: pd.DataFrame,
    weights: Tensors,
    card: dict[str, Any],
    mean_image: Image.Image,
    shown: InterpretabilityParameters,
    parameters: PredictionParameters,
    process: ProcessParameters,
    files: list[NamedFile],
) -> dict[str, Callable[[], bytes]]:
    """Heat maps over the most probable ones, drawn while they are saved, one at a time."""
    if not parameters.overlays:
        return {}
    import numpy as np

    from chest_xray.explaining.model import explained_model
    from chest_xray.machine.device import choose_hardware
    from chest_xray.reporting import overlays

    device = choose_hardware(process).device
    model = explained_model(weights, card, np.asarray(mean_image), device)
    first = overlays.most_probable(table, parameters.overlays)
    return overlays.explained_overlays(model, files, first, shown, parameters.bits_stored)


def report_of_file(
    table: pd.DataFrame, overlays: dict[str, Path], archive_study: Path | None, file: bytes
) -> list[Dataset]:
    """What the archive gets of a study that a sealed file predicted; nothing without one."""
    if archive_study is None:
        return []
    from chest_xray.deploying.model_file import open_model

    return _results(table, overlays, archive_study, open_model(file, threads=1).facts)


def report_of_network(
    table: pd.DataFrame, overlays: dict[str, Path], archive_study: Path | None, card: dict[str, Any]
) -> list[Dataset]:
    """The same of a network and its card."""
    return [] if archive_study is None else _results(table, overlays, archive_study, card)


def _results(
    table: pd.DataFrame, overlays: dict[str, Path], archive_study: Path, facts: dict[str, Any]
) -> list[Dataset]:
    from chest_xray.archiving.study_results import study_results

    return study_results(table, overlays, archive_study, facts, datetime.now())
