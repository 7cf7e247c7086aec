"""Single facts about the files that predict the class by themselves.

Where all films of one class come from another device or program, a network can learn that instead
of the disease. ``evaluating.shortcuts`` measures how well all facts together predict the class;
this module finds the single facts.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.tree import DecisionTreeClassifier

MIN_PATIENTS = 10
_FOLDS = 5
_MAX_VALUES = 5
_SAME_FORMAT = {"jpg": "jpeg", "tif": "tiff", "j2k": "jp2"}

logger = logging.getLogger(__name__)


def class_shortcuts(
    index: pd.DataFrame, positive: str, alarm: float, seed: int
) -> list[dict[str, Any]]:
    """Find the single facts that predict the class, and warn of them.

    Each fact is given to a small decision tree, whose classes weigh the same, by patient-grouped
    cross-validation: the tree never sees a patient that it is measured on.

    Args:
        index: ``path, label, group_id, width, height, mode, jpeg_quality, bits, darkest, brightest,
            problem``.
        positive: The positive class.
        alarm: From this balanced accuracy (0.5 is chance, 1 is perfect) on a fact is reported.
        seed: Of the folds and the trees.

    Returns:
        The strongest first: ``fact`` (``mode, format, bits, size, darkest, brightest,
        jpeg_quality``), ``balanced_accuracy``, and by class ``images``, ``patients`` and ``values``
        (how many images have the most frequent values, and by ``others`` the rest). Empty also
        where a class has fewer than ten patients, too few to conclude anything.
    """
    readable = index[index["problem"] == ""].reset_index(drop=True)
    patients = readable.groupby("label")["group_id"].nunique()
    if len(patients) < 2 or patients.min() < MIN_PATIENTS:
        return []
    labels = (readable["label"] == positive).to_numpy()
    found: list[dict[str, Any]] = []
    for fact, columns in _facts(readable).items():
        accuracy = _accuracy(columns, labels, readable["group_id"], seed)
        if accuracy >= alarm:
            values = _values(readable["label"], columns)
            found.append(
                {
                    "fact": fact,
                    "balanced_accuracy": accuracy,
                    "images": {label: len(rows) for label, rows in readable.groupby("label")},
                    "patients": {str(label): int(count) for label, count in patients.items()},
                    "values": values,
                }
            )
    found.sort(key=lambda one: -one["balanced_accuracy"])
    _warn(found)
    return found


def _facts(readable: pd.DataFrame) -> dict[str, pd.DataFrame]:
    formats = [PurePosixPath(path).suffix.lower().lstrip(".") for path in readable["path"]]
    formats = [_SAME_FORMAT.get(name, name) for name in formats]
    facts = {
        "mode": readable[["mode"]],
        "format": pd.DataFrame({"format": formats}),
        "bits": readable[["bits"]],
        "size": readable[["width", "height"]],
        "darkest": readable[["darkest"]],
        "brightest": readable[["brightest"]],
        "jpeg_quality": readable[["jpeg_quality"]],
    }
    return {name: columns for name, columns in facts.items() if len(columns.drop_duplicates()) > 1}


def _accuracy(
    columns: pd.DataFrame, labels: NDArray[np.bool_], groups: pd.Series, seed: int
) -> float:
    features = _features(columns)
    predicted = np.empty_like(labels)
    folds = StratifiedGroupKFold(n_splits=_FOLDS, shuffle=True, random_state=seed)
    for train, held_out in folds.split(features, labels, groups):
        tree = DecisionTreeClassifier(
            max_depth=3, min_samples_leaf=3, class_weight="balanced", random_state=seed
        )
        predicted[held_out] = tree.fit(features[train], labels[train]).predict(features[held_out])
    return float(balanced_accuracy_score(labels, predicted))


def _features(columns: pd.DataFrame) -> NDArray[np.float64]:
    """One column per category, or the numbers; of a size also its shape."""
    if list(columns) == ["width", "height"]:
        columns = columns.assign(shape=columns["width"] / columns["height"])
    return pd.get_dummies(columns).to_numpy(dtype=np.float64)


def _values(labels: pd.Series, columns: pd.DataFrame) -> dict[str, dict[str, int]]:
    words = columns.astype(str).agg(" x ".join, axis=1)
    values = {}
    for label, of_class in words.groupby(labels):
        counts = {str(word): int(count) for word, count in of_class.value_counts().items()}
        shown = dict(list(counts.items())[:_MAX_VALUES])
        others = sum(counts.values()) - sum(shown.values())
        values[str(label)] = shown | ({"others": others} if others else {})
    return values


def _warn(found: Sequence[dict[str, Any]]) -> None:
    for one in found:
        logger.warning(
            "The fact '%s' of the files predicts the class by itself (balanced accuracy %.3f): a "
            "model can learn it instead of the disease. data_audit has its values by class; save "
            "the films of both classes in the same way.",
            one["fact"],
            one["balanced_accuracy"],
        )
