"""The quantization report: before and after, in one tree of plain numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from chest_xray.deploying.comparing import agreement, compare_classes
from chest_xray.deploying.measuring import Candidates
from chest_xray.deploying.model_file import FLOAT, INT8
from chest_xray.deploying.operators import count_operators, refuse_float
from chest_xray.evaluating.predictions import predictions_table
from chest_xray.radiographs.splitting import unknown_patients
from chest_xray.statistics.metrics import as_labels, metrics_with_intervals


def compare_quality(
    predictions: Mapping[str, pd.DataFrame],
    metrics: Mapping[str, Mapping[str, Any]],
    card: Mapping[str, Any],
    splits: pd.DataFrame,
    draws: int,
    seed: int,
) -> dict[str, Any]:
    """What int8 does to the predictions of the test images.

    Args:
        predictions: By precision (``FLOAT``, ``INT8``), of validation and test images.
        metrics: By precision, of the test images.
        card: Of the float model: class names, threshold.
        splits: Tells the patients of the test images.
        draws: Of patients behind an interval; ``seed``: theirs.

    Returns:
        ``per_class``, ``agreement``, ``images_counted_as_their_own_patient``.
    """
    before, after = (_of_test(predictions[precision]) for precision in (FLOAT, INT8))
    groups = _groups(before, splits)
    return {
        "per_class": compare_classes(before, after, metrics, card["class_names"]),
        "agreement": agreement(before, after, card, groups, draws, seed),
        "images_counted_as_their_own_patient": unknown_patients(splits),
    }


def pytorch_quality(
    measured: Mapping[str, Any],
    float_predictions: pd.DataFrame,
    card: Mapping[str, Any],
    splits: pd.DataFrame,
    draws: int,
    seed: int,
) -> dict[str, Any]:
    """The metrics of PyTorch's own int8 on the test images, and how often it agrees with float.

    Args:
        measured: ``measuring.measure_pytorch_int8``'s.
        float_predictions: Of validation and test images, by the float file.
        card: Of the float model: class names, threshold.
        splits: Tells the patients of the test images.
        draws: Of patients behind an interval; ``seed``: theirs.

    Returns:
        ``reason`` and ``detail`` where there is nothing else; otherwise ``reason`` '',
        ``seconds_to_compile``, ``metrics`` and ``agreement``.
    """
    if measured["reason"]:
        return {"reason": measured["reason"], "detail": measured["detail"]}
    before = _of_test(float_predictions)
    groups = _groups(before, splits)
    probability = np.array(measured["probability"])
    after = predictions_table(before, probability, card)
    labels = as_labels(before["label"], card["class_names"][1])
    return {
        "reason": "",
        "seconds_to_compile": measured["seconds"],
        "metrics": metrics_with_intervals(
            labels, probability, card["threshold"], groups, draws, seed
        ),
        "agreement": agreement(before, after, card, groups, draws, seed),
    }


def build_report(
    candidates: Candidates,
    quality: Mapping[str, Any],
    pytorch: Mapping[str, Any],
    export_check: Mapping[str, Any],
    trials: pd.DataFrame,
    speed: Mapping[str, Any],
    pytorch_int8: Mapping[str, Any],
) -> dict[str, Any]:
    """Bring together size, latency, quality and agreement.

    Args:
        candidates: The float and the int8 file, and the card of their model.
        quality: ``compare_quality``'s; ``pytorch``: ``pytorch_quality``'s.
        export_check: The differences between file and PyTorch, by size.
        trials: ``quantizing.choose_quantization``'s.
        speed: ``measuring.measure_speed``'s; ``pytorch_int8``: ``measure_pytorch_int8``'s.

    Returns:
        ``size`` (bytes, ratio), ``latency`` (``measure_speed``'s rows and PT2E's), ``per_class``,
        ``agreement``, ``export_check``, ``images_counted_as_their_own_patient``,
        ``int8_operators``, ``machine``, ``choice`` (method, layers in float, all trials) and
        ``pytorch_int8``.

    Raises:
        BadQuantization: No operator of the int8 file runs in int8.
    """
    files = {FLOAT: candidates.float_file, INT8: candidates.int8_file}
    operators = {precision: count_operators(file) for precision, file in files.items()}
    refuse_float(operators[INT8])
    sizes = {precision: len(file) for precision, file in files.items()}
    return {
        "size": {**sizes, "ratio": sizes[INT8] / sizes[FLOAT]},
        "latency": [
            *speed["rows"],
            *([pytorch_int8["row"]] if not pytorch["reason"] else []),
        ],
        "per_class": quality["per_class"],
        "agreement": quality["agreement"],
        "export_check": dict(export_check),
        "images_counted_as_their_own_patient": quality["images_counted_as_their_own_patient"],
        "weights_hash": candidates.card["weights_hash"],
        "splits_hash": candidates.card["splits_hash"],
        "int8_operators": operators,
        "machine": speed["machine"],
        "choice": _choice(trials),
        "pytorch_int8": dict(pytorch),
    }


def _groups(test: pd.DataFrame, splits: pd.DataFrame) -> list[str]:
    return splits.set_index("image_id")["group_id"].loc[test["image_id"]].tolist()


def _of_test(predictions: pd.DataFrame) -> pd.DataFrame:
    return predictions[predictions["part"] == "test"].reset_index(drop=True)


def _choice(trials: pd.DataFrame) -> dict[str, Any]:
    chosen = trials[trials["chosen"]].iloc[0]
    return {
        "method": chosen["method"],
        "layers_in_float": chosen["layers_in_float"].split(),
        # As plain values, which json takes.
        "trials": trials.astype(object).to_dict("records"),
    }
