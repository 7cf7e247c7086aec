"""What the training images nearest to an image, as the network sees them, are labelled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chest_xray.learning.fitting import predict_logits
from chest_xray.learning.network import Classifier
from chest_xray.machine.device import Hardware
from chest_xray.radiographs.pixels import PixelMap

# Of nearness, float32: a few asked images against all known ones at once.
_BLOCK_BYTES = 32 * 2**20
_IMAGES_PER_CHUNK = 4096


def penultimate_features(
    network: Classifier, pixels: PixelMap, image_ids: Sequence[str], hardware: Hardware
) -> NDArray[np.float32]:
    """What the backbone hands to the head, each image scaled to length 1: float32 [n, features].

    Of a network with several views of an image, it is that of the image as it is.
    """
    rows = pixels.rows(image_ids)
    # A chunk at a time, as they come in float64.
    chunks = [
        _of_length_one(
            predict_logits(
                network.backbone, pixels, rows[first : first + _IMAGES_PER_CHUNK], hardware
            )
        )
        for first in range(0, len(rows), _IMAGES_PER_CHUNK)
    ]
    return np.concatenate(chunks)


def _of_length_one(features: NDArray[np.float64]) -> NDArray[np.float32]:
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
    shares identical images) are no neighbours: they would only repeat the patient's label. Of known
    images that are equally near, the first ones count. Memory is that of the features and a few
    blocks of 32 MiB, whatever the number of images.

    Args:
        features: float32 [n, features], of length 1.
        images: ``image_id, label, group_id``, one row per row of ``features``.
        known_features: float32 [m, features], of length 1.
        known: The same columns of the images that count as known.
        neighbours: How many are asked, fewer where there are fewer.

    Returns:
        ``image_id``, ``neighbours_disagreeing`` (share, 0 to 1) and ``nearest`` (the image_id of
        the nearest known image), one row per image.
    """
    count = min(neighbours, len(known))
    groups = pd.Index(known["group_id"].unique())
    # As numbers; -1 where no known image is of the group.
    asked_groups, known_groups = (
        groups.get_indexer(pd.Index(table["group_id"])) for table in (images, known)
    )
    step = max(1, _BLOCK_BYTES // (4 * len(known)))
    blocks = []
    for first in range(0, max(1, len(images)), step):
        block = slice(first, first + step)
        nearness = features[block] @ known_features.T
        nearness[asked_groups[block, None] == known_groups] = -np.inf
        blocks.append(_nearest(nearness, count))
    nearest = np.concatenate([rows for rows, _ in blocks])
    counts = np.concatenate([values for _, values in blocks]) > -np.inf
    labels = known["label"].to_numpy()[nearest]
    other = (labels != images["label"].to_numpy()[:, None]) & counts
    return pd.DataFrame(
        {
            "image_id": images["image_id"].to_numpy(),
            "neighbours_disagreeing": other.sum(axis=1) / np.maximum(counts.sum(axis=1), 1),
            "nearest": known["image_id"].to_numpy()[nearest[:, 0]],
        }
    )


def _nearest(
    nearness: NDArray[np.float32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The columns of each row's largest values, largest first, and these values: [n, count].

    Of equal values the first column is taken first, as by a stable sort of the whole row.
    """
    # In two steps, as argpartition takes any of the values that are equal to the last one taken.
    last = -np.partition(-nearness, count - 1, axis=1)[:, count - 1, None]
    larger, equal = nearness > last, nearness == last
    free = count - larger.sum(axis=1, keepdims=True)
    taken = larger | (equal & (np.cumsum(equal, axis=1, dtype=np.int32) <= free))
    columns = np.nonzero(taken)[1].reshape(len(nearness), count)
    values = np.take_along_axis(nearness, columns, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    return np.take_along_axis(columns, order, axis=1), np.take_along_axis(values, order, axis=1)
