"""The quantization report: before and after, in one tree of plain numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from chest_xray.deploying.comparing import agreement, compare_classes
from chest_xray.deploying.model_file import FLOAT, INT8
from chest_xray.deploying.operators import count_operators, refuse_float
from chest_xray.evaluating.predictions import predictions_table
from chest_xray.radiographs.splitting import unknown_patients
from chest_xray.statistics.metrics import as_labels, metrics_with_intervals


@dataclass(frozen=True)
class Measured:
    """All that was measured of a float and an int8 file.

    Predictions are tables of validation and test images, metrics those of test; ``export_check``
    is ``export_check``'s, by size; ``trials`` are ``choose_quantization``'s, ``speed`` is
    ``measure_speed``'s, ``pytorch_int8`` PT2E's.
    """

    float_file: bytes
    int8_file: bytes
    export_check: Mapping[str, Any]
    float_predictions: pd.DataFrame
    int8_predictions: pd.DataFrame
    float_metrics: Mapping[str, Any]
    int8_metrics: Mapping[str, Any]
    trials: pd.DataFrame
    speed: Mapping[str, Any]
    pytorch_int8: Mapping[str, Any]


def build_report(
    measured: Measured, card: Mapping[str, Any], splits: pd.DataFrame, draws: int, seed: int
) -> dict[str, Any]:
    """Bring together size, latency, quality and agreement.

    Args:
        measured: What it is built of.
        card: Of the float model: class names, threshold.
        splits: Tells the patients of the test images.
        draws: Of patients behind an interval; ``seed``: theirs.

    Returns:
        ``size`` (bytes, ratio), ``latency`` (``measure_speed``'s rows and PT2E's), ``per_class``,
        ``agreement``, ``export_check``, ``images_counted_as_their_own_patient``,
        ``int8_operators``, ``machine``, ``choice`` (method, layers in float, all trials) and
        ``pytorch_int8``.

    Raises:
        BadQuantization: No operator of the int8 file runs in int8.
    """
    operators = {
        FLOAT: count_operators(measured.float_file),
        INT8: count_operators(measured.int8_file),
    }
    refuse_float(operators[INT8])
    before, after = (_of_test(table) for table in (measured.float_predictions,
                                                   measured.int8_predictions))  # fmt: skip
    groups = splits.set_index("image_id")["group_id"].loc[before["image_id"]].tolist()
    metrics = {FLOAT: measured.float_metrics, INT8: measured.int8_metrics}
    pytorch = _pytorch_int8(measured.pytorch_int8, before, card, groups, draws, seed)
    return {
        "size": {
            FLOAT: len(measured.float_file),
            INT8: len(measured.int8_file),
            "ratio": len(measured.int8_file) / len(measured.float_file),
        },
        "latency": [
            *measured.speed["rows"],
            *([measured.pytorch_int8["row"]] if not pytorch["reason"] else []),
        ],
        "per_class": compare_classes(before, after, metrics, card["class_names"]),
        "agreement": agreement(before, after, card, groups, draws, seed),
        "export_check": dict(measured.export_check),
        "images_counted_as_their_own_patient": unknown_patients(splits),
        "weights_hash": card["weights_hash"],
        "splits_hash": card["splits_hash"],
        "int8_operators": operators,
        "machine": measured.speed["machine"],
        "choice": _choice(measured.trials),
        "pytorch_int8": pytorch,
    }


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


def _pytorch_int8(
    measured: Mapping[str, Any],
    before: pd.DataFrame,
    card: Mapping[str, Any],
    groups: list[str],
    draws: int,
    seed: int,
) -> dict[str, Any]:
    if measured["reason"]:
        return {"reason": measured["reason"], "detail": measured["detail"]}
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
