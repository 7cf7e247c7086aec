"""Quantization: export, compare with PyTorch, make int8, measure what was lost and what was won."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.learning.types import Tensors
from chest_xray.parameters import (
    OodParameters,
    ProcessParameters,
    QuantizationParameters,
    TrainingParameters,
)
from chest_xray.radiographs.pixels import PixelMap

if TYPE_CHECKING:
    from chest_xray.deploying.export_check import Exported
    from chest_xray.deploying.measuring import Candidates
    from chest_xray.deploying.quantizing import LabelledImages
else:
    # They need torch; see learning.types.
    Candidates = Exported = Any


def export(
    weights: Tensors,
    card: dict[str, Any],
    splits: pd.DataFrame,
    film_ranges: dict[str, Any],
    reference: Tensors,
    parameters: QuantizationParameters,
) -> tuple[bytes, Exported]:
    """One self-contained file in float, and what it was made from, to compare the two."""
    from chest_xray.deploying.export_check import Exported
    from chest_xray.deploying.exporting import export_classifier
    from chest_xray.deploying.scorers import reference_of_tensors
    from chest_xray.evaluating.consistency import refuse_other_splits
    from chest_xray.radiographs.unusual import FilmRanges

    refuse_other_splits(card, splits)
    ranges = FilmRanges.from_json(film_ranges)
    exported = Exported(weights, card, reference_of_tensors(reference))
    file = export_classifier(weights, card, parameters.licence, ranges, exported.reference)
    return file, exported


def compare_stored_images(
    file: bytes, exported: Exported, splits: pd.DataFrame, pixels: PixelMap
) -> dict[str, Any]:
    """The largest differences between file and PyTorch over the validation and test images."""
    from chest_xray.deploying import export_check
    from chest_xray.deploying.file_predictions import refuse_mixed

    refuse_mixed(exported.card, splits, pixels, file)
    shown = splits.loc[splits["part"] != "train", "image_id"]
    return export_check.compare_stored(
        export_check.answers_of_file(file),
        export_check.answers_of_pytorch(exported),
        pixels,
        shown.tolist(),
    )


def compare_originals(
    file: bytes,
    exported: Exported,
    radiographs: Path,
    index: pd.DataFrame,
    splits: pd.DataFrame,
    parameters: QuantizationParameters,
) -> dict[str, Any]:
    """The same over some of them as they came, which the file makes smaller by itself."""
    from chest_xray.deploying import export_check

    # The same run has made the file of this model, on these splits (compare_stored_images).
    shown = splits.loc[splits["part"] != "train", "image_id"]
    count = min(parameters.originals_compared, len(shown))
    chosen = shown.sample(count, random_state=parameters.seed).tolist()
    return export_check.compare_originals(
        export_check.answers_of_file(file),
        export_check.answers_of_pytorch(exported),
        exported.card["image_size"],
        radiographs,
        index,
        chosen,
    )


def confirm_export(
    file: bytes, stored: dict[str, Any], original: dict[str, Any]
) -> tuple[bytes, dict[str, Any]]:
    """The file as it is, now that it has been compared, and the differences that were found."""
    return file, {"stored": stored, "original": original}


def quantize(
    float_file: bytes,
    card: dict[str, Any],
    splits: pd.DataFrame,
    pixels: PixelMap,
    parameters: QuantizationParameters,
    ood: OodParameters,
) -> tuple[bytes, pd.DataFrame]:
    """The int8 file with a reference of its own, and what was tried on validation to get it."""
    from chest_xray.deploying import operators, quantizing, scorers
    from chest_xray.deploying.file_predictions import refuse_mixed

    refuse_mixed(card, splits, pixels, float_file)
    int8_file, trials = quantizing.choose_quantization(
        float_file,
        _calibration(splits, pixels, card, parameters),
        _labelled(splits, pixels, card, "validation"),
        parameters,
    )
    operators.refuse_float(operators.count_operators(int8_file))
    network = scorers.FileFeatures(int8_file)
    reference = scorers.fit_network_ood_reference(network, splits, pixels, ood)
    return quantizing.with_reference(int8_file, reference), trials


def _calibration(
    splits: pd.DataFrame,
    pixels: PixelMap,
    card: Mapping[str, Any],
    parameters: QuantizationParameters,
) -> NDArray[np.uint8]:
    from chest_xray.deploying.quantizing import balanced_rows
    from chest_xray.statistics.metrics import as_labels

    train = splits[splits["part"] == "train"]
    rows = balanced_rows(
        as_labels(train["label"], card["class_names"][1]),
        parameters.calibration_images,
        parameters.seed,
        "quantization.calibration_images",
    )
    return pixels.read(pixels.rows(train["image_id"].iloc[rows]))


def _labelled(
    splits: pd.DataFrame, pixels: PixelMap, card: Mapping[str, Any], part: str
) -> LabelledImages:
    from chest_xray.deploying.quantizing import LabelledImages
    from chest_xray.statistics.metrics import as_labels

    chosen = splits[splits["part"] == part]
    images = pixels.read(pixels.rows(chosen["image_id"]))
    return LabelledImages(images, as_labels(chosen["label"], card["class_names"][1]))


def collect_candidates(
    weights: Tensors,
    card: dict[str, Any],
    float_file: bytes,
    int8_file: bytes,
    splits: pd.DataFrame,
    pixels: PixelMap,
) -> Candidates:
    """What is compared: network, float file and int8 file of one model."""
    from chest_xray.deploying import measuring
    from chest_xray.deploying.file_predictions import refuse_mixed

    refuse_mixed(card, splits, pixels, float_file, int8_file)
    return measuring.Candidates(weights, card, float_file, int8_file)


def measure_speed(
    candidates: Candidates,
    index: pd.DataFrame,
    splits: pd.DataFrame,
    pixels: PixelMap,
    parameters: QuantizationParameters,
    process: ProcessParameters,
) -> dict[str, Any]:
    """Latency and throughput of float and int8, a process per backend."""
    from chest_xray.deploying.measuring import measure_speed
    from chest_xray.machine.cores import available_cores

    shown = splits.loc[splits["part"] == "validation", "image_id"]
    shown = shown.iloc[: max(parameters.timing.batch_sizes)]
    readable = index[index["problem"] == ""]
    return measure_speed(
        candidates,
        pixels.read(pixels.rows(shown)),
        (int(readable["width"].median()), int(readable["height"].median())),
        parameters,
        available_cores() if process.threads == "auto" else process.threads,
    )


def measure_pytorch_int8(
    candidates: Candidates,
    splits: pd.DataFrame,
    pixels: PixelMap,
    parameters: QuantizationParameters,
) -> dict[str, Any]:
    """The other way to int8, PyTorch's own, or why it isn't there."""
    from chest_xray.deploying import measuring

    return measuring.measure_pytorch_int8(
        candidates,
        _calibration(splits, pixels, candidates.card, parameters),
        _labelled(splits, pixels, candidates.card, "test").pixels,
        parameters,
    )


def compare_quality(
    float_predictions: pd.DataFrame,
    int8_predictions: pd.DataFrame,
    float_metrics: dict[str, Any],
    int8_metrics: dict[str, Any],
    card: dict[str, Any],
    splits: pd.DataFrame,
    training: TrainingParameters,
) -> dict[str, Any]:
    """What int8 does to the predictions of the test images."""
    from chest_xray.deploying import reports
    from chest_xray.deploying.model_file import FLOAT, INT8

    return reports.compare_quality(
        {FLOAT: float_predictions, INT8: int8_predictions},
        {FLOAT: float_metrics, INT8: int8_metrics},
        card,
        splits,
        training.bootstrap_samples,
        training.seed,
    )


def assess_pytorch_int8(
    pytorch_int8: dict[str, Any],
    float_predictions: pd.DataFrame,
    card: dict[str, Any],
    splits: pd.DataFrame,
    training: TrainingParameters,
) -> dict[str, Any]:
    """What PyTorch's own int8 does to them, if it could be measured."""
    from chest_xray.deploying.reports import pytorch_quality

    return pytorch_quality(
        pytorch_int8, float_predictions, card, splits, training.bootstrap_samples, training.seed
    )


def report(
    candidates: Candidates,
    quality: dict[str, Any],
    pytorch_quality: dict[str, Any],
    export_check: dict[str, Any],
    trials: pd.DataFrame,
    speed: dict[str, Any],
    pytorch_int8: dict[str, Any],
) -> tuple[dict[str, Any], pd.DataFrame, dict[str, Any]]:
    """Before and after, in numbers, in a table, and as findings."""
    from chest_xray.deploying.reports import build_report
    from chest_xray.reporting.quantization_facts import quantization_findings, quantization_table

    built = build_report(
        candidates, quality, pytorch_quality, export_check, trials, speed, pytorch_int8
    )
    return built, quantization_table(built), {"findings": quantization_findings(built)}


def show(
    built: dict[str, Any], findings: dict[str, Any], card: dict[str, Any]
) -> tuple[Figure, TensorBoardRecords]:
    """Size, speed and quality of float and int8, also in TensorBoard."""
    from chest_xray.reporting import markdown
    from chest_xray.reporting.quantization_facts import headline_scalars
    from chest_xray.reporting.quantization_figures import quantization_figure

    figure = quantization_figure(built)
    records = TensorBoardRecords(
        f"quantized/{card['run'].partition('/')[2]}",
        scalars={"": headline_scalars(built)},
        figures={"quantization": figure},
        texts=markdown.texts("quantization", findings["findings"]),
    )
    return figure, records
