"""Prediction: read new radiographs with a model, draw heat maps, report to an archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from PIL import Image
from pydicom import Dataset

from chest_xray.deploying.predicted_rows import (
    PredictedChunk,
    PredictedRows,
    predict_files,
    tabulate,
)
from chest_xray.errors import BadPrediction
from chest_xray.learning.types import Tensors
from chest_xray.parameters import (
    InterpretabilityParameters,
    PredictionParameters,
    ProcessParameters,
)

if TYPE_CHECKING:
    from chest_xray.deploying.new_radiographs import BatchPredictor


def list_new_radiographs(
    parameters: PredictionParameters, project_folder: Path, archive_study: Path | None
) -> pd.DataFrame:
    """The files of an archive's study, or of ``prediction.images``: ``file, path, bytes,
    modified``.
    """
    from chest_xray.radiographs.files import list_new_files

    if archive_study is None:
        return list_new_files(parameters.images, project_folder)
    if parameters.images:
        raise BadPrediction(
            f"archive_study names a study, and prediction.images '{parameters.images}'; one of "
            "them can be predicted at a time."
        )
    return list_new_files(str(archive_study), project_folder)


def predict_with_file(
    listing: pd.DataFrame,
    predicted: PredictedRows,
    file: bytes,
    parameters: PredictionParameters,
    process: ProcessParameters,
) -> Iterator[tuple[PredictedChunk, str]]:
    """Rows by a sealed file, and the hash of what they depend on beside the radiographs."""
    from chest_xray.deploying import new_radiographs

    new_radiographs.refuse_other_model(parameters.model, "quantized")
    open_predictor = partial(new_radiographs.file_batch_predictor, file)
    yield from _predict(open_predictor, listing, predicted, parameters, process)


def predict_with_network(
    listing: pd.DataFrame,
    predicted: PredictedRows,
    weights: Tensors,
    card: dict[str, Any],
    reference: Tensors,
    film_ranges: dict[str, Any],
    parameters: PredictionParameters,
    process: ProcessParameters,
) -> Iterator[tuple[PredictedChunk, str]]:
    """The same by PyTorch."""
    from chest_xray.deploying import new_radiographs
    from chest_xray.machine.device import choose_hardware

    new_radiographs.refuse_other_model(parameters.model, card["run"].partition("/")[0])
    device = choose_hardware(process).device
    open_predictor = partial(
        new_radiographs.network_batch_predictor, weights, card, reference, film_ranges, device
    )
    yield from _predict(open_predictor, listing, predicted, parameters, process, device == "cuda")


def _predict(
    open_predictor: Callable[..., BatchPredictor],
    listing: pd.DataFrame,
    predicted: PredictedRows,
    parameters: PredictionParameters,
    process: ProcessParameters,
    on_gpu: bool = False,
) -> Iterator[tuple[PredictedChunk, str]]:
    predictor = open_predictor(threads=0 if process.threads == "auto" else process.threads)
    predict_chunks = None
    if parameters.workers:
        from chest_xray.deploying.ray_prediction import RayPrediction

        predict_chunks = RayPrediction(
            partial(open_predictor, threads=1),
            parameters.bits_stored,
            parameters.workers,
            parameters.ray_address,
            predicted.folder.absolute() / "ray",
            on_gpu,
        )
    chunks = predict_files(predictor, listing, predicted, parameters.bits_stored, predict_chunks)
    for chunk in chunks:
        yield chunk, chunk.settings


def collect_predictions(
    listing: pd.DataFrame, predicted: PredictedRows, settings: str
) -> pd.DataFrame:
    """One row per listed file: probability, decision, warnings, or its problem."""
    return tabulate(listing, predicted, settings)


def draw_overlays(
    listing: pd.DataFrame,
    table: pd.DataFrame,
    weights: Tensors,
    card: dict[str, Any],
    mean_image: Image.Image,
    shown: InterpretabilityParameters,
    parameters: PredictionParameters,
    process: ProcessParameters,
) -> dict[str, Callable[[], bytes]]:
    """Heat maps over the most probable ones, drawn while they are saved, one at a time."""
    if not parameters.overlays:
        return {}
    import numpy as np

    from chest_xray.explaining.model import explained_model
    from chest_xray.machine.device import choose_hardware
    from chest_xray.radiographs.files import listed_files
    from chest_xray.reporting import overlays

    files = list(listed_files(listing))
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
