"""The three baselines without the disease, of a folder of radiographs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chest_xray.evaluating.shortcuts import (
    Films,
    cross_validated_scores,
    no_pixel_baseline,
    pixel_baseline,
)
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.texture import texture_features, thumbnails


def baselines(
    index: pd.DataFrame,
    pixels: PixelMap,
    splits: pd.DataFrame | None,
    positive: str,
    draws: int,
    seed: int,
) -> tuple[dict[str, Any], NDArray[np.float64] | None]:
    """How well the class can be told without the disease.

    Args:
        index: ``image_id, label, group_id, source, folder, width, height, mode, jpeg_quality,
            problem``.
        pixels: Of all readable images.
        splits: ``image_id, part``; images that they leave out are not looked at. None for a folder
            that is not split.
        positive: The class that is looked for.
        draws: Of patients, behind each interval.
        seed: Of folds, forests and draws.

    Returns:
        ``no_pixel_baseline``, ``texture_baseline`` and ``thumbnail_baseline`` (``shortcuts``). And,
        of a folder that is not split, each readable image's cross-validated probability of the
        positive class from texture alone, float [n]; None where it is split, or a class has no two
        patients.
    """
    images = index[index["problem"] == ""]
    if splits is not None:
        images = images[images["image_id"].isin(splits["image_id"])]
    films = Films(images.reset_index(drop=True), positive, draws, seed)
    rows = pixels.rows(films.images["image_id"])
    texture = texture_features(pixels, rows)
    scores = None
    if splits is None:
        scores = cross_validated_scores(texture, films.labels, films.images["group_id"], seed)
    found = {
        "no_pixel_baseline": no_pixel_baseline(films, splits),
        "texture_baseline": pixel_baseline(films, texture, splits, scores),
        "thumbnail_baseline": pixel_baseline(films, thumbnails(pixels, rows), splits),
    }
    return found, scores
