"""How far one gets without looking at a single pixel.

Where the size of an image, its mode and its JPEG header tell the class, a network can learn them
instead of the disease, and no accuracy is worth more than its distance to this one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

SIZE_AND_MODE = ("width", "height", "mode")
HEADER = (*SIZE_AND_MODE, "jpeg_quality")


def no_pixel_baseline(
    index: pd.DataFrame, splits: pd.DataFrame, positive: str, seed: int
) -> dict[str, dict[str, float] | None]:
    """Tell the class from facts about the file alone, with a random forest.

    Bytes are no such fact: the size of a JPEG depends on what its pixels show.

    Args:
        index: ``image_id, label, group_id, width, height, mode, jpeg_quality, problem``.
        splits: ``image_id, part``.
        positive: The class that is looked for.
        seed: Of the folds and the forest.

    Returns:
        ``accuracy`` and ``auc`` of: ``size_and_mode`` and ``size_mode_and_jpeg_header`` by
        patient-grouped cross-validation (5 folds, fewer where there are fewer patients) over all
        images, and ``test_part``: learnt on the training part, measured on the test part.
    """
    readable = index[index["problem"] == ""].reset_index(drop=True)
    labels = (readable["label"] == positive).to_numpy()
    parts = readable["image_id"].map(splits.set_index("image_id")["part"])
    features = _features(readable, HEADER)
    return {
        "size_and_mode": _cross_validated(readable, SIZE_AND_MODE, labels, seed),
        "size_mode_and_jpeg_header": _cross_validated(readable, HEADER, labels, seed),
        "test_part": _measured(
            features,
            labels,
            np.flatnonzero(parts == "train"),
            np.flatnonzero(parts == "test"),
            seed,
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


def _cross_validated(
    readable: pd.DataFrame, columns: tuple[str, ...], labels: NDArray[np.bool_], seed: int
) -> dict[str, float] | None:
    groups = readable["group_id"]
    folds = min(5, *(groups[labels == side].nunique() for side in (False, True)))
    if folds < 2:
        return None
    features = _features(readable, columns)
    probability = np.empty(len(labels))
    split = StratifiedGroupKFold(n_splits=folds, shuffle=True, random_state=seed)
    for train, held_out in split.split(features, labels, groups):
        forest = _fitted(features, labels, train, seed)
        probability[held_out] = forest.predict_proba(features[held_out])[:, 1]
    return _scores(labels, probability)


def _measured(
    features: NDArray[np.float64],
    labels: NDArray[np.bool_],
    train: NDArray[np.int64],
    test: NDArray[np.int64],
    seed: int,
) -> dict[str, float]:
    forest = _fitted(features, labels, train, seed)
    return _scores(labels[test], forest.predict_proba(features[test])[:, 1])


def _scores(labels: NDArray[np.bool_], probability: NDArray[np.float64]) -> dict[str, float]:
    return {
        "accuracy": float(accuracy_score(labels, probability >= 0.5)),
        "auc": float(roc_auc_score(labels, probability)),
    }
