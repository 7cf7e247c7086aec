"""Quantization: export, compare with PyTorch, make int8, measure what was lost and what was won."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.parameters import (
    OodParameters,
    ProcessParameters,
    QuantizationParameters,
    TrainingParameters,
)


def export(
    weights: Any,
    card: dict[str, Any],
    splits: pd.DataFrame,
    film_ranges: dict[str, Any],
    parameters: QuantizationParameters,
) -> bytes:
    """One self-contained file in float."""
    from chest_xray.deploying.exporting import export_classifier
    from chest_xray.evaluating.belonging import refuse_other_splits
    from chest_xray.radiographs.unusual import FilmRanges

    refuse_other_splits(card, splits)
    ranges = FilmRanges.from_json(film_ranges)
    return export_classifier(weights, card, parameters.licence, ranges)


def check_export(
    file: bytes,
    weights: Any,
    card: dict[str, Any],
    radiographs: Path,
    index: pd.DataFrame,
    splits: pd.DataFrame,
    pixels: Any,
    parameters: QuantizationParameters,
) -> tuple[bytes, dict[str, Any]]:
    """The file as it is, if it says what PyTorch says of every validation and test image."""
    from chest_xray.deploying import export_check, exporting
    from chest_xray.deploying.model_file import open_model

    _refuse_mixed(card, splits, pixels, file)
    shown = splits.loc[splits["part"] != "train", "image_id"]
    original = shown.sample(
        min(parameters.originals_compared, len(shown)), random_state=parameters.seed
    )
    model, module = open_model(file, threads=1), exporting.deployable(weights, card)
    stored = export_check.compare_stored(model, module, pixels, shown.tolist())
    originals = export_check.compare_originals(model, module, radiographs, index, original.tolist())
    return file, {"stored": stored, "original": originals}


def quantize(
    float_file: bytes,
    card: dict[str, Any],
    splits: pd.DataFrame,
    pixels: Any,
    parameters: QuantizationParameters,
) -> tuple[bytes, pd.DataFrame]:
    """The int8 file, and what was tried on validation to get it."""
    from chest_xray.deploying import operators, quantizing

    _refuse_mixed(card, splits, pixels, float_file)
    int8_file, trials = quantizing.choose_quantization(
        float_file,
        _calibration(splits, pixels, card, parameters),
        _labelled(splits, pixels, card, "validation"),
        parameters,
    )
    operators.refuse_float(operators.count_operators(int8_file))
    return int8_file, trials


def _refuse_mixed(card: dict[str, Any], splits: pd.DataFrame, pixels: Any, *files: bytes) -> None:
    from chest_xray.deploying.model_file import open_model
    from chest_xray.evaluating import belonging

    belonging.refuse_other_splits(card, splits)
    belonging.refuse_other_pixels(card, pixels.manifest)
    for file in files:
        belonging.refuse_other_file(open_model(file, threads=1).facts, card)


def _calibration(
    splits: pd.DataFrame, pixels: Any, card: dict[str, Any], parameters: QuantizationParameters
) -> Any:
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


def _labelled(splits: pd.DataFrame, pixels: Any, card: dict[str, Any], part: str) -> Any:
    from chest_xray.deploying.quantizing import LabelledImages
    from chest_xray.statistics.metrics import as_labels

    chosen = splits[splits["part"] == part]
    images = pixels.read(pixels.rows(chosen["image_id"]))
    return LabelledImages(images, as_labels(chosen["label"], card["class_names"][1]))


def predict(file: bytes, card: dict[str, Any], splits: pd.DataFrame, pixels: Any) -> pd.DataFrame:
    """Probabilities of the validation and test images, by a file."""
    from chest_xray.deploying.model_file import open_model
    from chest_xray.evaluating.predictions import predictions_table

    _refuse_mixed(card, splits, pixels, file)
    shown = splits[splits["part"] != "train"]
    images = pixels.read(pixels.rows(shown["image_id"]))
    return predictions_table(shown, open_model(file).probabilities(images), card)


def measure(
    predictions: pd.DataFrame,
    splits: pd.DataFrame,
    card: dict[str, Any],
    audit: dict[str, Any],
    training: TrainingParameters,
) -> dict[str, Any]:
    """The metrics of the test part, with intervals, by the one evaluation."""
    from chest_xray.evaluating import predictions as evaluation

    return evaluation.measure(predictions, splits, card, audit, training)


def measure_speed(
    weights: Any,
    card: dict[str, Any],
    float_file: bytes,
    int8_file: bytes,
    index: pd.DataFrame,
    splits: pd.DataFrame,
    pixels: Any,
    parameters: QuantizationParameters,
    process: ProcessParameters,
) -> dict[str, Any]:
    """Latency and throughput of float and int8, a process a backend."""
    from chest_xray.deploying.measuring import Contenders, measure_speed
    from chest_xray.machine.cores import available_cores

    _refuse_mixed(card, splits, pixels, float_file, int8_file)
    shown = splits.loc[splits["part"] == "validation", "image_id"]
    shown = shown.iloc[: max(parameters.timing.batch_sizes)]
    readable = index[index["problem"] == ""]
    return measure_speed(
        Contenders(weights, card, float_file, int8_file),
        pixels.read(pixels.rows(shown)),
        (int(readable["width"].median()), int(readable["height"].median())),
        parameters,
        available_cores() if process.threads == "auto" else process.threads,
    )


def measure_pytorch_int8(
    weights: Any,
    card: dict[str, Any],
    float_file: bytes,
    int8_file: bytes,
    splits: pd.DataFrame,
    pixels: Any,
    parameters: QuantizationParameters,
) -> dict[str, Any]:
    """The other way to int8, PyTorch's own, or why it isn't there."""
    from chest_xray.deploying import measuring

    _refuse_mixed(card, splits, pixels, float_file, int8_file)
    return measuring.measure_pytorch_int8(
        measuring.Contenders(weights, card, float_file, int8_file),
        _calibration(splits, pixels, card, parameters),
        _labelled(splits, pixels, card, "test").pixels,
        parameters,
    )


def report(
    float_file: bytes,
    int8_file: bytes,
    export_check: dict[str, Any],
    card: dict[str, Any],
    splits: pd.DataFrame,
    audit: dict[str, Any],
    float_predictions: pd.DataFrame,
    int8_predictions: pd.DataFrame,
    int8_metrics: dict[str, Any],
    trials: pd.DataFrame,
    speed: dict[str, Any],
    pytorch_int8: dict[str, Any],
    training: TrainingParameters,
) -> tuple[dict[str, Any], pd.DataFrame, dict[str, Any]]:
    """Before and after, in numbers, in a table, and as findings."""
    from chest_xray.deploying.reports import Measured, build_report
    from chest_xray.reporting.quantization_facts import quantization_findings, quantization_table

    measured = Measured(
        float_file=float_file,
        int8_file=int8_file,
        export_check=export_check,
        float_predictions=float_predictions,
        int8_predictions=int8_predictions,
        float_metrics=measure(float_predictions, splits, card, audit, training),
        int8_metrics=int8_metrics,
        trials=trials,
        speed=speed,
        pytorch_int8=pytorch_int8,
    )
    built = build_report(measured, card, splits, training.bootstrap_samples, training.seed)
    return built, quantization_table(built), {"findings": quantization_findings(built)}


def show(
    built: dict[str, Any], findings: dict[str, Any], card: dict[str, Any]
) -> tuple[Figure, TensorBoardRecords]:
    """Size, speed and quality of float and int8, also in TensorBoard."""
    from chest_xray.reporting.languages import in_every_language
    from chest_xray.reporting.quantization_facts import headline_scalars
    from chest_xray.reporting.quantization_figures import quantization_figure

    figure = quantization_figure(built)
    told = in_every_language(findings["findings"])
    records = TensorBoardRecords(
        f"quantized/{card['run'].partition('/')[2]}",
        scalars={"": headline_scalars(built)},
        figures={"quantization": figure},
        texts={f"findings/{language}": text for language, text in told.items()},
    )
    return figure, records


def fit_ood_reference(
    file: bytes, splits: pd.DataFrame, pixels: Any, parameters: OodParameters
) -> Any:
    """What the training images look like to a file, by which new ones are told apart."""
    from chest_xray.deploying.scorers import FileScorer, fit_scorer_ood_reference

    return fit_scorer_ood_reference(FileScorer(file), splits, pixels, parameters)
