"""What the training images nearest to an image, as the network sees them, are labelled."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import nn

from chest_xray.learning.fitting import predict_logits
from chest_xray.learning.hardware import Hardware
from chest_xray.learning.network import Classifier
from chest_xray.radiographs.pixels import PixelMap


def penultimate_features(
    network: Classifier, pixels: PixelMap, image_ids: Sequence[str], hardware: Hardware
) -> NDArray[np.float32]:
    """What the backbone hands to the head, each image scaled to length 1: float32 [n, features]."""
    headless = copy.deepcopy(network)
    headless.head = nn.Sequential()
    features = predict_logits(headless, pixels, pixels.rows(image_ids), hardware)
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    return (features / np.maximum(lengths, 1e-12)).astype(np.float32)


def nearest_labels(
    features: NDArray[np.float32],
    images: pd.DataFrame,
    known_features: NDArray[np.float32],
    known: pd.DataFrame,
    neighbours: int,
) -> pd.DataFrame:
    """How many of an image's nearest known images have another label than it has itself.

    Nearness is the cosine of the features. Images of the same group (the patient, and whoever
    shares identical images) are no neighbours: they would only repeat the patient's label.

    Args:
        features: float32 [n, features], of length 1.
        images: ``image_id, label, group_id``, a row a row of ``features``.
        known_features: float32 [m, features], of length 1.
        known: The same columns of the images that count as known.
        neighbours: How many are asked, fewer where there are fewer.

    Returns:
        ``image_id``, ``neighbours_disagreeing`` (share, 0 to 1) and ``nearest`` (the image_id of
        the nearest known image), a row an image.
    """
    nearness = features @ known_features.T
    same = images["group_id"].to_numpy()[:, None] == known["group_id"].to_numpy()[None]
    nearness[same] = -np.inf
    count = min(neighbours, len(known))
    nearest = np.argsort(-nearness, axis=1, kind="stable")[:, :count]
    counts = np.take_along_axis(nearness, nearest, axis=1) > -np.inf
    labels = known["label"].to_numpy()[nearest]
    other = (labels != images["label"].to_numpy()[:, None]) & counts
    return pd.DataFrame(
        {
            "image_id": images["image_id"].to_numpy(),
            "neighbours_disagreeing": other.sum(axis=1) / np.maximum(counts.sum(axis=1), 1),
            "nearest": known["image_id"].to_numpy()[nearest[:, 0]],
        }
    )
