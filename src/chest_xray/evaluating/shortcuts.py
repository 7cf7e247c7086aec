"""How well the class can be told without the disease.

Three baselines, each by the same random forest: facts about the file without a single pixel, the
finest texture of the film, and the film at 16 px. Where one of them tells the class, a network can
learn that instead of the disease, and no accuracy is worth more than its distance to the strongest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedGroupKFold

from chest_xray.statistics.metrics import metrics_with_intervals

SIZE_AND_MODE = ("width", "height", "mode")
HEADER = (*SIZE_AND_MODE, "jpeg_quality")
BASELINES = ("no_pixel", "texture", "thumbnail")
# With fewer patients on either side, an area under the curve tells nothing.
MIN_PATIENTS = 20
_FOLDS = 5
_TREES = 200

Floats = NDArray[np.floating]
Scores = dict[str, dict[str, float | None]]


@dataclass(frozen=True)
class Films:
    """Readable images, and how scores of what tells their class are made.

    Attributes:
        images: ``image_id, label, group_id, source, folder``, one row per image.
        positive: The class that is looked for.
        draws: Of patients, behind each interval.
        seed: Of the folds, the forests and the draws.
    """

    images: pd.DataFrame
    positive: str
    draws: int
    seed: int

    @property
    def labels(self) -> NDArray[np.bool_]:
        """Whether each image is of the class looked for, bool [n]."""
        return (self.images["label"] == self.positive).to_numpy()


def no_pixel_baseline(films: Films, splits: pd.DataFrame | None = None) -> dict[str, Any]:
    """Tell the class from facts about the file alone.

    Bytes are no such fact: the size of a JPEG depends on what its pixels show.

    Args:
        films: Also with ``width, height, mode, jpeg_quality``.
        splits: ``image_id, part``; None for a folder that is not split.

    Returns:
        ``accuracy`` and ``auc``, each ``value``, ``low`` and ``high`` (a 95 % interval in which
        patients are the units), of: ``size_and_mode`` and ``size_mode_and_jpeg_header`` by
        patient-grouped cross-validation (5 folds, fewer where there are fewer patients) over all
        images, ``by_source`` the latter within each of several sources, and, of splits,
        ``test_part``: learnt on the training part, measured on the test part. None where a class
        has no two patients to tell it by.
    """
    features = _file_features(films.images, HEADER)
    found: dict[str, Any] = {
        "size_and_mode": _cross_validated(films, _file_features(films.images, SIZE_AND_MODE)),
        "size_mode_and_jpeg_header": _cross_validated(films, features),
        "by_source": _by_source(films, features),
    }
    return found | _of_test_part(films, features, splits)


def pixel_baseline(
    films: Films,
    features: Floats,
    splits: pd.DataFrame | None = None,
    scores: NDArray[np.float64] | None = None,
) -> dict[str, Any]:
    """Tell the class, and where a film comes from, from features of its pixels.

    Args:
        films: The images.
        features: ``texture.texture_features`` or ``texture.thumbnails`` of them, float [n, k].
        splits: ``image_id, part``; None for a folder that is not split.
        scores: Of such a folder, what ``cross_validated_scores`` gave, where that is known already.

    Returns:
        ``cross_validated``, ``by_source`` and, of splits, ``test_part`` as in
        ``no_pixel_baseline``, the first without the test part; and ``tells_apart``: the AUC with
        which folders and sources are told apart among films of one class (``column, label, values,
        auc``), which no disease explains.
    """
    inside = np.ones(len(features), dtype=np.bool_)
    if splits is not None:
        inside = (_parts(films, splits) != "test").to_numpy()
    if scores is not None:
        cross_validated: Scores | None = _scores(films, films.labels, scores)
    else:
        cross_validated = _cross_validated(_some(films, inside), features[inside])
    return {
        "cross_validated": cross_validated,
        "by_source": _by_source(films, features),
        **_of_test_part(films, features, splits),
        "tells_apart": [
            one for column in ("folder", "source") for one in _told_apart(films, features, column)
        ],
    }


def cross_validated_scores(
    features: Floats, labels: NDArray[np.bool_], groups: pd.Series, seed: int
) -> NDArray[np.float64] | None:
    """Each image's probability of the class looked for, by a forest that never saw its patient.

    Args:
        features: float [n, k].
        labels: bool [n].
        groups: [n], of each image.
        seed: Of folds and forests.

    Returns:
        float [n], 0 to 1; None where a class has no two patients to tell it by.
    """
    groups = groups.reset_index(drop=True)
    folds = min(_FOLDS, *(groups[labels == side].nunique() for side in (False, True)))
    if folds < 2:
        return None
    probability = np.empty(len(labels))
    split = StratifiedGroupKFold(n_splits=folds, shuffle=True, random_state=seed)
    for train, held_out in split.split(features, labels, groups):
        if len(np.unique(labels[train])) < 2:
            return None
        forest = _fitted(features[train], labels[train], seed)
        probability[held_out] = _probability(forest, features[held_out])
    return probability


def baselines_of_test_part(audit: Mapping[str, Any]) -> dict[str, Any]:
    """What stands beside the metrics of a model: each baseline on the test part, and the strongest.

    Args:
        audit: ``no_pixel_baseline, texture_baseline, thumbnail_baseline``.

    Returns:
        The three under their names, and ``strongest_baseline``.
    """
    found = {f"{name}_baseline": audit[f"{name}_baseline"]["test_part"] for name in BASELINES}
    by_name = {name: found[f"{name}_baseline"] for name in BASELINES}
    return found | {"strongest_baseline": strongest(by_name)}


def strongest(baselines: Mapping[str, Scores | None]) -> dict[str, Any] | None:
    """Of baselines by their name, the one with the largest AUC, and its ``name``; None for none."""
    known = {
        name: scores
        for name, scores in baselines.items()
        if scores is not None and scores["auc"]["value"] is not None
    }
    if not known:
        return None
    name = max(known, key=lambda one: known[one]["auc"]["value"] or 0.0)
    return {"name": name, **known[name]}


def _file_features(images: pd.DataFrame, columns: tuple[str, ...]) -> NDArray[np.float64]:
    coded = images[list(columns)].assign(mode=images["mode"].astype("category").cat.codes)
    shape = images["width"] / images["height"]
    return np.column_stack([coded.to_numpy(dtype=float), shape.to_numpy(dtype=float)])


def _fitted(features: Floats, labels: NDArray[np.bool_], seed: int) -> RandomForestClassifier:
    forest = RandomForestClassifier(
        n_estimators=_TREES, min_samples_leaf=3, random_state=seed, n_jobs=-1
    )
    return forest.fit(features, labels)


def _probability(forest: RandomForestClassifier, features: Floats) -> NDArray[np.float64]:
    # Threads add up the trees in any order: the last digits, and so ties, would differ each time.
    found: NDArray[np.float64] = forest.set_params(n_jobs=1).predict_proba(features)[:, 1]
    return found


def _some(films: Films, chosen: NDArray[np.bool_]) -> Films:
    images = films.images[chosen].reset_index(drop=True)
    return Films(images, films.positive, films.draws, films.seed)


def _parts(films: Films, splits: pd.DataFrame) -> pd.Series:
    return films.images["image_id"].map(splits.set_index("image_id")["part"])


def _cross_validated(films: Films, features: Floats) -> Scores | None:
    labels = films.labels
    scores = cross_validated_scores(features, labels, films.images["group_id"], films.seed)
    return None if scores is None else _scores(films, labels, scores)


def _by_source(films: Films, features: Floats) -> dict[str, Scores | None]:
    sources = films.images["source"].to_numpy()
    if len(set(sources)) < 2:
        return {}
    return {
        str(source): _cross_validated(_some(films, sources == source), features[sources == source])
        for source in sorted(set(sources))
    }


def _of_test_part(
    films: Films, features: Floats, splits: pd.DataFrame | None
) -> dict[str, Scores | None]:
    if splits is None:
        return {}
    parts = _parts(films, splits)
    train, test = ((parts == part).to_numpy() for part in ("train", "test"))
    labels = films.labels
    if len(np.unique(labels[train])) < 2 or not test.any():
        return {"test_part": None}
    forest = _fitted(features[train], labels[train], films.seed)
    probability = _probability(forest, features[test])
    return {"test_part": _scores(_some(films, test), labels[test], probability)}


def _told_apart(films: Films, features: Floats, column: str) -> list[dict[str, Any]]:
    found = []
    for label in sorted(set(films.images["label"])):
        own = films.images["label"] == label
        patients = films.images[own].groupby(column)["group_id"].nunique()
        values = [str(value) for value in patients.index[patients >= MIN_PATIENTS] if value]
        chosen = (own & films.images[column].isin(values)).to_numpy()
        # Of two values, one against the other; of more, each against all others.
        for value in values[:1] if len(values) == 2 else values if len(values) > 2 else []:
            some = _some(films, chosen)
            of_value = (some.images[column] == value).to_numpy()
            scores = cross_validated_scores(
                features[chosen], of_value, some.images["group_id"], films.seed
            )
            if scores is not None:
                others = [one for one in values if one != value]
                found.append(
                    {
                        "column": column,
                        "label": str(label),
                        "values": [value, *others],
                        "auc": _scores(some, of_value, scores)["auc"],
                    }
                )
    return found


def _scores(films: Films, labels: NDArray[np.bool_], probability: NDArray[np.float64]) -> Scores:
    found = metrics_with_intervals(
        labels, probability, 0.5, films.images["group_id"].tolist(), films.draws, films.seed
    )
    return {name: found[name] for name in ("accuracy", "auc")}
