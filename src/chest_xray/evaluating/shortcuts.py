"""How far one gets without looking at a single pixel.

Where the size of an image, its mode and its JPEG header tell the class, a network can learn them
instead of the disease, and no accuracy is worth more than its distance to this one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedGroupKFold

from chest_xray.statistics.metrics import metrics_with_intervals

SIZE_AND_MODE = ("width", "height", "mode")
HEADER = (*SIZE_AND_MODE, "jpeg_quality")


Scores = dict[str, dict[str, float | None]]


@dataclass(frozen=True)
class _Files:
    """Readable images, whether each is of the class looked for, and how scores are made of them."""

    readable: pd.DataFrame
    labels: NDArray[np.bool_]
    draws: int
    seed: int


def no_pixel_baseline(
    index: pd.DataFrame, splits: pd.DataFrame, positive: str, draws: int, seed: int
) -> dict[str, Scores | None]:
    """Tell the class from facts about the file alone, with a random forest.

    Bytes are no such fact: the size of a JPEG depends on what its pixels show.

    Args:
        index: ``image_id, label, group_id, width, height, mode, jpeg_quality, problem``.
        splits: ``image_id, part``.
        positive: The class that is looked for.
        draws: Of patients, behind each interval.
        seed: Of the folds, the forest and the draws.

    Returns:
        ``accuracy`` and ``auc``, each ``value``, ``low`` and ``high`` (a 95 % interval in which
        patients are the units), of: ``size_and_mode`` and ``size_mode_and_jpeg_header`` by
        patient-grouped cross-validation (5 folds, fewer where there are fewer patients) over all
        images, and ``test_part``: learnt on the training part, measured on the test part. None
        where a class has no two patients to tell it by.
    """
    readable = index[index["problem"] == ""].reset_index(drop=True)
    files = _Files(readable, (readable["label"] == positive).to_numpy(), draws, seed)
    parts = readable["image_id"].map(splits.set_index("image_id")["part"])
    return {
        "size_and_mode": _cross_validated(files, SIZE_AND_MODE),
        "size_mode_and_jpeg_header": _cross_validated(files, HEADER),
        "test_part": _measured(
            files, np.flatnonzero(parts == "train"), np.flatnonzero(parts == "test")
        ),
    }


def _features(readable: pd.DataFrame, columns: tuple[str, ...]) -> NDArray[np.float64]:
    coded = readable[list(columns)].assign(mode=readable["mode"].astype("category").cat.codes)
    shape = readable["width"] / readable["height"]
    return np.column_stack([coded.to_numpy(dtype=float), shape.to_numpy(dtype=float)])


def _fitted(
    features: NDArray[np.float64], labels: NDArray[np.bool_], train: NDArray[np.int64], seed: int
) -> RandomForestClassifier:
    forest = RandomForestClassifier(
        n_estimators=200, min_samples_leaf=3, random_state=seed, n_jobs=-1
    )
    return forest.fit(features[train], labels[train])


def _cross_validated(files: _Files, columns: tuple[str, ...]) -> Scores | None:
    groups, labels = files.readable["group_id"], files.labels
    folds = min(5, *(groups[labels == side].nunique() for side in (False, True)))
    if folds < 2:
        return None
    features = _features(files.readable, columns)
    probability = np.empty(len(labels))
    split = StratifiedGroupKFold(n_splits=folds, shuffle=True, random_state=files.seed)
    for train, held_out in split.split(features, labels, groups):
        if len(np.unique(labels[train])) < 2:
            return None
        forest = _fitted(features, labels, train, files.seed)
        probability[held_out] = forest.predict_proba(features[held_out])[:, 1]
    return _scores(files, np.arange(len(labels)), probability)


def _measured(files: _Files, train: NDArray[np.int64], test: NDArray[np.int64]) -> Scores | None:
    if len(np.unique(files.labels[train])) < 2 or not len(test):
        return None
    features = _features(files.readable, HEADER)
    forest = _fitted(features, files.labels, train, files.seed)
    return _scores(files, test, forest.predict_proba(features[test])[:, 1])


def _scores(files: _Files, rows: NDArray[np.int64], probability: NDArray[np.float64]) -> Scores:
    found = metrics_with_intervals(
        files.labels[rows],
        probability,
        0.5,
        files.readable["group_id"].iloc[rows].tolist(),
        files.draws,
        files.seed,
    )
    return {name: found[name] for name in ("accuracy", "auc")}
