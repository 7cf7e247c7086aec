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
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.tree import DecisionTreeClassifier

from chest_xray.radiographs.tables import INDEX_COLUMNS

MIN_PATIENTS = 10
_FOLDS = 5
_MAX_VALUES = 5
# Of a column of text, the most frequent values that a tree is given; a column of features each.
_MAX_CATEGORIES = 64
_SAME_FORMAT = {"jpg": "jpeg", "tif": "tiff", "j2k": "jp2"}

logger = logging.getLogger(__name__)


def associations(index: pd.DataFrame, positive: str, seed: int) -> list[dict[str, Any]]:
    """How strongly single facts go with the class.

    Each fact is given to a small decision tree, whose classes weigh the same, by patient-grouped
    cross-validation: the tree never sees a patient that it is measured on.

    Args:
        index: ``path, label, group_id, source, folder, width, height, mode, jpeg_quality, bits,
            darkest, brightest, problem``, and the columns of a table.
        positive: The positive class.
        seed: Of the folds and the trees.

    Returns:
        The strongest first: ``column`` (``mode, format, bits, size, darkest, brightest,
        jpeg_quality, source, folder``, or one of the table's), ``of_table`` (whether it is one of
        these), ``in_one_class`` (whether it is, and is empty or 0 for all films of one class, as
        what describes the disease is), ``values`` (how many different ones),
        ``balanced_accuracy`` (0.5 is chance, 1 is perfect) and ``auc``. Empty also where a class
        has fewer than ten patients, too few to conclude anything. Columns of the table that
        name films or patients are not among them.
    """
    readable = index[index["problem"] == ""].reset_index(drop=True)
    patients = readable.groupby("label")["group_id"].nunique()
    if len(patients) < 2 or patients.min() < MIN_PATIENTS:
        return []
    labels = (readable["label"] == positive).to_numpy()
    of_table = _columns_of_table(readable)
    found = [
        {
            "column": name,
            "of_table": name in of_table,
            "in_one_class": name in of_table and _in_one_class(readable, name),
            "values": len(columns.drop_duplicates()),
            **_measured(columns, labels, readable["group_id"], seed),
        }
        for name, columns in {**_facts(readable), **of_table}.items()
    ]
    return sorted(found, key=lambda one: -one["balanced_accuracy"])


def class_shortcuts(
    index: pd.DataFrame, found: Sequence[dict[str, Any]], alarm: float
) -> list[dict[str, Any]]:
    """The single facts that predict the class by themselves; they are warned of.

    Args:
        index: As for ``associations``.
        found: What it gave. Columns of the table, which may well tell of the disease, don't count.
        alarm: From this balanced accuracy on a fact is reported.

    Returns:
        The strongest first: ``fact``, ``balanced_accuracy``, and by class ``images``, ``patients``
        and ``values`` (how many images have the most frequent values, and by ``others`` the rest).
    """
    readable = index[index["problem"] == ""].reset_index(drop=True)
    by_class = readable.groupby("label")
    facts = _facts(readable)
    shortcuts = [
        {
            "fact": one["column"],
            "balanced_accuracy": one["balanced_accuracy"],
            "images": {str(label): len(rows) for label, rows in by_class},
            "patients": {str(label): int(n) for label, n in by_class["group_id"].nunique().items()},
            "values": _values(readable["label"], facts[one["column"]]),
        }
        for one in found
        if one["balanced_accuracy"] >= alarm and not one["of_table"]
    ]
    _warn(shortcuts)
    return shortcuts


def _columns_of_table(readable: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The table's columns that describe more than one patient each."""
    found = {}
    for name in readable.columns.difference([*INDEX_COLUMNS, "modified"], sort=False):
        values = readable[name]
        names_films = not pd.api.types.is_numeric_dtype(values) and (
            values.nunique() > readable["group_id"].nunique() / 2
        )
        if values.nunique(dropna=False) > 1 and not names_films:
            known = values if pd.api.types.is_numeric_dtype(values) else values.astype("str")
            found[str(name)] = pd.DataFrame({name: known})
    return found


def _in_one_class(readable: pd.DataFrame, name: str) -> bool:
    values = readable[name]
    filled = values.notna() & ~values.isin([""])
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        filled &= values != 0
    return bool(readable.loc[filled, "label"].nunique() == 1)


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
        "source": readable[["source"]],
        "folder": readable[["folder"]],
    }
    return {name: columns for name, columns in facts.items() if len(columns.drop_duplicates()) > 1}


def _measured(
    columns: pd.DataFrame, labels: NDArray[np.bool_], groups: pd.Series, seed: int
) -> dict[str, float]:
    features = _features(columns)
    probability = np.empty(len(labels))
    folds = StratifiedGroupKFold(n_splits=_FOLDS, shuffle=True, random_state=seed)
    for train, held_out in folds.split(features, labels, groups):
        tree = DecisionTreeClassifier(
            max_depth=3, min_samples_leaf=3, class_weight="balanced", random_state=seed
        )
        tree.fit(features[train], labels[train])
        # Where a fold has one class only, there is one column.
        probability[held_out] = tree.predict_proba(features[held_out])[:, -1]
    return {
        "balanced_accuracy": float(balanced_accuracy_score(labels, probability > 0.5)),
        "auc": float(roc_auc_score(labels, probability)),
    }


def _features(columns: pd.DataFrame) -> NDArray[np.float64]:
    """One column per category, or the numbers; of a size also its shape."""
    if list(columns) == ["width", "height"]:
        columns = columns.assign(shape=columns["width"] / columns["height"])
    return pd.get_dummies(columns.apply(_frequent)).to_numpy(dtype=np.float64)


def _frequent(column: pd.Series) -> pd.Series:
    """Text without its rare values, so that features don't grow with the films; numbers as is."""
    if pd.api.types.is_numeric_dtype(column):
        return column
    return column.where(column.isin(column.value_counts().index[:_MAX_CATEGORIES]))


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
