"""External validation: read another hospital's films, audit, predict, measure, locate, show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from PIL import Image

from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.learning.types import DecodedChunk, DecodedImages, Tensors
from chest_xray.parameters import (
    DataProcessingParameters,
    ExternalValidationParameters,
    InterpretabilityParameters,
    ProcessParameters,
)
from chest_xray.radiographs.pixels import PixelManifest, PixelMap


def list_films(
    folder: Path,
    table: pd.DataFrame | None,
    study: DataProcessingParameters,
    parameters: ExternalValidationParameters,
) -> pd.DataFrame:
    """Which of the other hospital's files are films, of which class and patient."""
    from chest_xray.evaluating.external_films import refuse_no_folder, refuse_taken_columns
    from chest_xray.radiographs import listing
    from chest_xray.radiographs.sources import SourceRule

    refuse_no_folder(folder, parameters.name)
    refuse_taken_columns(table)
    return listing.list_radiographs(
        folder,
        study.class_names,
        parameters.file_name_patterns,
        study.class_folders,
        table=table,
        source_rule=SourceRule(name=parameters.name),
    )


def read_films(
    folder: Path,
    listed: pd.DataFrame,
    decoded_images: DecodedImages,
    study: DataProcessingParameters,
    parameters: ExternalValidationParameters,
) -> Iterator[DecodedChunk]:
    """Read what is new, some files at a time."""
    from chest_xray.radiographs import reading

    read_chunks = None
    if study.workers:
        from chest_xray.radiographs.ray_reading import RayReading

        read_chunks = RayReading.chosen(study, decoded_images.folder)
    yield from reading.read_radiographs(
        folder,
        listed,
        decoded_images,
        study.image_size,
        parameters.bits_stored,
        read_chunks,
    )


def collect_films(
    folder: Path,
    listed: pd.DataFrame,
    decoded_images: DecodedImages,
    study: DataProcessingParameters,
    parameters: ExternalValidationParameters,
) -> tuple[pd.DataFrame, PixelManifest]:
    """The index of the other hospital's films, and the manifest of their pixels."""
    from chest_xray.radiographs import reading
    from chest_xray.radiographs.near_duplicates import NearDuplicateLimits

    return reading.collect_decoded_images(
        folder,
        listed,
        decoded_images,
        study.image_size,
        study.max_unreadable_share,
        parameters.bits_stored,
        NearDuplicateLimits(**study.near_duplicates.model_dump()),
        study.intensity_normalization,
    )


def audit_films(
    index: pd.DataFrame,
    external_pixels: PixelMap,
    splits: pd.DataFrame,
    pixels: PixelMap,
    film_measures: pd.DataFrame,
    film_ranges: dict[str, Any],
    study: DataProcessingParameters,
    parameters: ExternalValidationParameters,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The films that are none of the study's own, and what they are like."""
    from chest_xray.evaluating import external_films
    from chest_xray.radiographs.near_duplicates import NearDuplicateLimits
    from chest_xray.radiographs.unusual import FilmRanges

    external_pixels.refuse_other_index(index)
    own = external_films.OwnFilms(
        splits,
        pixels,
        film_measures,
        FilmRanges.from_json(film_ranges),
        study.class_names,
        NearDuplicateLimits(**study.near_duplicates.model_dump()),
    )
    return external_films.audit_films(index, external_pixels, own, parameters)


def show_audit(audit: dict[str, Any]) -> Figure:
    """What tells the class there without the disease, and which films are unlike the study's."""
    from chest_xray.reporting.external_figures import external_audit_figure

    return external_audit_figure(audit)


def predict_with_network(
    weights: Tensors,
    card: dict[str, Any],
    reference: Tensors,
    films: pd.DataFrame,
    pixels: PixelMap,
    process: ProcessParameters,
) -> pd.DataFrame:
    """Probability, decision and warnings of each film, by PyTorch."""
    from chest_xray.deploying.external_predictions import predict_films
    from chest_xray.deploying.new_radiographs import ood_reference
    from chest_xray.deploying.scorers import NetworkScorer
    from chest_xray.machine.device import choose_hardware

    scorer = NetworkScorer(weights, card, choose_hardware(process).device)
    return predict_films(scorer, ood_reference(reference), films, pixels)


def predict_with_file(
    file: bytes, reference: Tensors, films: pd.DataFrame, pixels: PixelMap
) -> pd.DataFrame:
    """The same by a deployable file."""
    from chest_xray.deploying.external_predictions import predict_films
    from chest_xray.deploying.new_radiographs import ood_reference
    from chest_xray.deploying.scorers import FileScorer

    return predict_films(FileScorer(file), ood_reference(reference), films, pixels)


def measure(
    predictions: pd.DataFrame,
    card: dict[str, Any],
    metrics: dict[str, Any],
    audit: dict[str, Any],
    parameters: ExternalValidationParameters,
) -> dict[str, Any]:
    """How well the model does there, beside how well it does inside."""
    from chest_xray.evaluating.external import measure_external

    return measure_external(predictions, card, metrics, audit, parameters)


def locate_lesions(
    weights: Tensors,
    card: dict[str, Any],
    mean_image: Image.Image,
    films: pd.DataFrame,
    pixels: PixelMap,
    lesion_masks: Path,
    shown: InterpretabilityParameters,
    process: ProcessParameters,
) -> dict[str, Any]:
    """Whether the heat maps point at the lesions that a person marked."""
    import numpy as np

    from chest_xray.explaining.lesions import locate_lesions as locate
    from chest_xray.explaining.location import lesion_reader
    from chest_xray.explaining.model import explained_model
    from chest_xray.machine.device import choose_hardware

    device = choose_hardware(process).device
    model = explained_model(weights, card, np.asarray(mean_image), device)
    return locate(model, films, pixels, lesion_reader(lesion_masks, model.image_size), shown)


def show(
    metrics: dict[str, Any], inside: pd.DataFrame, card: dict[str, Any], model: str
) -> tuple[Figure, TensorBoardRecords]:
    """ROC curves, reliability, decision curve and subgroups, also in TensorBoard."""
    from chest_xray.evaluating.external import roc_of_test_part
    from chest_xray.reporting import markdown
    from chest_xray.reporting.external_facts import elsewhere_table, external_findings
    from chest_xray.reporting.external_figures import external_figure

    figure = external_figure(metrics, roc_of_test_part(inside, card["class_names"][1]))
    records = TensorBoardRecords(
        f"external/{metrics['name']}/{model}",
        figures={"elsewhere": figure},
        texts=markdown.texts("elsewhere", external_findings(metrics), elsewhere_table(metrics)),
    )
    return figure, records
