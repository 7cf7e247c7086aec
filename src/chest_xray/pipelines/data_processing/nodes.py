"""Data processing: list, read, split, measure films, audit, show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure
from PIL import Image

from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.learning.types import DecodedChunk, DecodedImages
from chest_xray.parameters import DataProcessingParameters
from chest_xray.radiographs.pixels import PixelManifest, PixelMap

if TYPE_CHECKING:
    from chest_xray.radiographs.reading import ReadChunks


def list_radiographs(
    radiographs: Path, table: pd.DataFrame | None, parameters: DataProcessingParameters
) -> pd.DataFrame:
    """Which files are radiographs, of which class and patient."""
    from chest_xray.radiographs import listing, patterns
    from chest_xray.radiographs.sources import SourceRule

    listed = listing.list_radiographs(
        radiographs,
        parameters.class_names,
        parameters.file_name_patterns,
        parameters.class_folders,
        parameters.left_out,
        table,
        SourceRule(parameters.source_pattern, parameters.source_name),
    )
    patterns.refuse_doubtful_patients(
        _patient_doubts(listed, parameters), parameters.patterns_confirmed
    )
    return listed


def _patient_doubts(
    images: pd.DataFrame, parameters: DataProcessingParameters
) -> list[dict[str, Any]]:
    from chest_xray.radiographs.class_names import ClassNames
    from chest_xray.radiographs.patterns import patient_doubts

    classes = ClassNames(parameters.class_names, parameters.class_folders)
    return patient_doubts(images, parameters.file_name_patterns, classes)


def read_radiographs(
    radiographs: Path,
    radiograph_listing: pd.DataFrame,
    decoded_images: DecodedImages,
    parameters: DataProcessingParameters,
) -> Iterator[DecodedChunk]:
    """Read what is new, some files at a time."""
    from chest_xray.radiographs import reading

    yield from reading.read_radiographs(
        radiographs,
        radiograph_listing,
        decoded_images,
        parameters.image_size,
        parameters.bits_stored,
        _chunk_reader(parameters, decoded_images),
    )


def _chunk_reader(
    parameters: DataProcessingParameters, decoded_images: DecodedImages
) -> ReadChunks | None:
    if not parameters.workers:
        return None
    from chest_xray.radiographs.ray_reading import RayReading

    return RayReading.chosen(parameters, decoded_images.folder)


def collect_decoded_images(
    radiographs: Path,
    radiograph_listing: pd.DataFrame,
    decoded_images: DecodedImages,
    parameters: DataProcessingParameters,
) -> tuple[pd.DataFrame, PixelManifest]:
    """The index, and the manifest of the pixels."""
    from chest_xray.radiographs import reading
    from chest_xray.radiographs.near_duplicates import NearDuplicateLimits

    return reading.collect_decoded_images(
        radiographs,
        radiograph_listing,
        decoded_images,
        parameters.image_size,
        parameters.max_unreadable_share,
        parameters.bits_stored,
        NearDuplicateLimits(**parameters.near_duplicates.model_dump()),
        parameters.intensity_normalization,
    )


def split_radiographs(index: pd.DataFrame, parameters: DataProcessingParameters) -> pd.DataFrame:
    """Train, validation and test."""
    from chest_xray.radiographs.splitting import split

    return split(
        index, parameters.split_method, parameters.seed, test_sources=parameters.test_sources
    )


def measure_films(index: pd.DataFrame, pixels: PixelMap) -> pd.DataFrame:
    """Brightness, sharpness, tilt and more of every film."""
    from chest_xray.radiographs import film_tables

    pixels.refuse_other_index(index)
    readable = index.loc[index["problem"] == "", "image_id"].tolist()
    return film_tables.measure_films(pixels, readable, index)


def set_film_ranges(
    film_measures: pd.DataFrame, splits: pd.DataFrame, parameters: DataProcessingParameters
) -> dict[str, Any]:
    """The ranges of the training films, outside of which new films are warned of."""
    from chest_xray.radiographs.film_tables import film_ranges

    ranges = film_ranges(
        film_measures, splits, parameters.film_warning_percent, parameters.image_size
    )
    return asdict(ranges)


def average_training_images(splits: pd.DataFrame, pixels: PixelMap) -> Image.Image:
    """The mean of the training images, as networks see them."""
    from chest_xray.explaining.baselines import mean_image

    learnt = splits.loc[splits["part"] == "train", "image_id"]
    return Image.fromarray(mean_image(pixels, pixels.rows(learnt)))


def audit(
    index: pd.DataFrame,
    splits: pd.DataFrame,
    pixels: PixelMap,
    parameters: DataProcessingParameters,
) -> dict[str, Any]:
    """What the folder holds, and how well the class can be told without the disease."""
    from chest_xray.evaluating import auditing
    from chest_xray.radiographs.class_shortcuts import associations, class_shortcuts
    from chest_xray.radiographs.describing import describe

    pixels.refuse_other_index(index)
    positive = parameters.class_names[1]
    found = associations(index, positive, parameters.seed)
    baselines, _ = auditing.baselines(
        index, pixels, splits, positive, parameters.bootstrap_samples, parameters.seed
    )
    return {
        "class_shortcuts": class_shortcuts(index, found, parameters.shortcut_alarm),
        "associations": found,
        **describe(index, splits, _patient_doubts(index, parameters)),
        **baselines,
    }


def show(
    index: pd.DataFrame, pixels: PixelMap, parameters: DataProcessingParameters
) -> tuple[Figure, Figure, Figure, TensorBoardRecords]:
    """Figures of counts, sizes and samples."""
    from chest_xray.reporting import data_figures

    pixels.refuse_other_index(index)
    readable = index[index["problem"] == ""]
    half = parameters.samples_shown // 2
    shuffled = readable.sample(frac=1, random_state=parameters.seed)
    samples = shuffled.groupby("label").head(half).sort_values("label", kind="stable")
    figures = {
        "class_counts": data_figures.class_counts_figure(index, parameters.class_names),
        "image_sizes": data_figures.image_sizes_figure(index, parameters.class_names),
        "samples": data_figures.sample_grid_figure(
            pixels.prepared(pixels.rows(samples["image_id"])),
            samples["label"].tolist(),
            samples["subtype"].tolist(),
        ),
    }
    counts, sizes, grid = figures.values()
    return counts, sizes, grid, TensorBoardRecords("data", figures=figures)
