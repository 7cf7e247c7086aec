"""Before and after: what a model lost by becoming int8."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from chest_xray.deploying.model_file import FLOAT, INT8
from chest_xray.statistics.metrics import as_labels, mcnemar, metrics_with_intervals

# A class's share of right decisions is the one for the class looked for, the other for the other.
_CLASS_METRICS = ("specificity", "sensitivity")
OVERALL_METRICS = ("accuracy", "sensitivity", "specificity", "auc", "brier", "ece")


def compare_classes(
    before: pd.DataFrame,
    after: pd.DataFrame,
    metrics: Mapping[str, Mapping[str, Any]],
    class_names: list[str],
) -> dict[str, Any]:
    """For each class and overall: how well the float and the int8 model do on test.

    Args:
        before: Predictions of the float file, one row per image of test; ``after``: of the int8
            one,
            the same images in the same order.
        metrics: By ``float`` and ``int8``, as ``predictions.measure`` gives them.
        class_names: The second is the one looked for.

    Returns:
        For each class ``n``, its share of right decisions as ``float`` and ``int8`` (with ``low``
        and ``high``), ``lost`` and ``gained`` images; under ``overall`` each of
        ``OVERALL_METRICS`` as ``float`` and ``int8``.
    """
    label = before["label"].to_numpy()
    right_before = before["predicted"].to_numpy() == label
    right_after = after["predicted"].to_numpy() == label
    compared: dict[str, Any] = {}
    for name, metric in zip(class_names, _CLASS_METRICS, strict=True):
        own = label == name
        compared[name] = {
            "n": int(own.sum()),
            FLOAT: metrics[FLOAT][metric],
            INT8: metrics[INT8][metric],
            "lost": int((own & right_before & ~right_after).sum()),
            "gained": int((own & ~right_before & right_after).sum()),
        }
    compared["overall"] = {
        name: {FLOAT: metrics[FLOAT][name], INT8: metrics[INT8][name]} for name in OVERALL_METRICS
    }
    return compared


def agreement(
    before: pd.DataFrame,
    after: pd.DataFrame,
    card: Mapping[str, Any],
    groups: list[str],
    draws: int,
    seed: int,
) -> dict[str, Any]:
    """How often, and how nearly, two models say the same of the same test images.

    Returns:
        ``share`` of images with the same decision (with a 95 % interval, patients being
        the units), ``n``, ``mcnemar`` on which of the two is right, ``largest_difference`` and
        ``mean_difference`` of probabilities.
    """
    positive = card["class_names"][1]
    probability = after["probability"].to_numpy(dtype=float)
    # Of the float model's decisions taken for the truth, the accuracy is the share of agreement.
    share = metrics_with_intervals(
        as_labels(before["predicted"], positive),
        probability,
        card["threshold"],
        groups,
        draws,
        seed,
    )["accuracy"]
    differences = np.abs(probability - before["probability"].to_numpy(dtype=float))
    label = before["label"].to_numpy()
    return {
        "share": share,
        "n": len(before),
        "mcnemar": mcnemar(
            before["predicted"].to_numpy() == label, after["predicted"].to_numpy() == label
        ),
        "largest_difference": float(differences.max()),
        "mean_difference": float(differences.mean()),
    }
