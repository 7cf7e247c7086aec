"""What the training images look like to a model, and how far from them another image is.

The features are of two of the ResNet's four stages. What the third answers, averaged over the
quadrants of the image, is high enough to know a chest, and low enough to know where in the image it
is. How much the channels of the second answer and how much they vary over the image, as logarithms,
tells one detector or hospital from another. The last stage, trained to tell two classes, keeps less
of what else an image is.

The distance is the mean of Mahalanobis' squares (Lee et al., 2018,
https://arxiv.org/abs/1807.03888) over the directions in which training images differ most, and the
squared length in all others against its mean: each of the two counts as one, however many
directions it has. It is a squared distance, so 2 isn't twice as far as 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from chest_xray.errors import MixedResults

# Directions along which training images hardly differ must not be divided by nearly nothing.
_LEAST_SHARE = 1e-6
# Keeps the logarithm of a channel that never answers finite.
_SMALLEST_ANSWER = 1e-3
# Kept with a reference, as distances mean nothing in other features.
_FEATURES = "stages 2 and 3"


@dataclass(frozen=True)
class OodReference:
    """The training images in a model's features.

    Attributes:
        mean: float [features].
        directions: float [k, features], orthonormal, in which they differ most.
        variances: float [k], along each.
        rest: Mean squared length of what lies in none of the directions.
        limit: The distance that hardly any image of the validation part goes beyond.
        model: The hash of the model that the features are of.
    """

    mean: NDArray[np.float64]
    directions: NDArray[np.float64]
    variances: NDArray[np.float64]
    rest: float
    limit: float
    model: str

    def distances(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of images from the training images, float [n], in units of ``limit``."""
        return self._raw(features) / self.limit

    def _raw(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        apart = features - self.mean
        along = apart @ self.directions.T
        rest = (np.square(apart).sum(axis=1) - np.square(along).sum(axis=1)).clip(min=0)
        return (np.square(along) / self.variances).mean(axis=1) + rest / self.rest


def image_features(second: NDArray[np.float32], third: NDArray[np.float32]) -> NDArray[np.float64]:
    """The features of images, float64 [n, 2 channels of stage two + 4 channels of stage three].

    Args:
        second: What stage two answers, float [n, channels, h, w], 0 or more.
        third: What stage three answers, likewise.
    """
    levels = np.concatenate([second.mean(axis=(2, 3)), second.std(axis=(2, 3))], axis=1)
    texture = np.log(levels.astype(np.float64) + _SMALLEST_ANSWER)
    return np.concatenate([texture, quadrant_means(third)], axis=1)


def quadrant_means(maps: NDArray[np.float32]) -> NDArray[np.float64]:
    """Averages over the four quadrants, float64 [n, 4 channels], of [n, channels, h, w].

    Of an odd number of rows or columns the middle one counts to both sides.
    """
    height, width = maps.shape[2:]
    rows = slice(0, -(-height // 2)), slice(height // 2, height)
    columns = slice(0, -(-width // 2)), slice(width // 2, width)
    means = [maps[..., row, column].mean(axis=(2, 3)) for row in rows for column in columns]
    return np.concatenate(means, axis=1).astype(np.float64)


def fit_ood_reference(
    training: NDArray[np.float64],
    validation: NDArray[np.float64],
    directions: int,
    rare_percent: float,
    model: str,
) -> OodReference:
    """Learn what is usual.

    Args:
        training: Features of the training images, float [n, features].
        validation: Of the validation part. A model has seen its training images, which lie nearer
            to each other than any new one to them; so the limit is set on these.
        directions: How many, fewer where the training images are few.
        rare_percent: Of the validation images, to lie beyond the limit.
        model: The hash of the model.
    """
    mean = training.mean(axis=0)
    apart = training - mean
    count, features = apart.shape
    kept = max(1, min(directions, (count - 1) // 2, features))
    variances, axes = eigh(apart.T @ apart / count, subset_by_index=(features - kept, features - 1))
    total = float(np.square(apart).sum() / count)
    least = max(_LEAST_SHARE * total, _LEAST_SHARE**2 * float(np.square(training).mean()))
    ood_reference = OodReference(
        mean=mean,
        directions=axes.T,
        variances=variances.clip(min=least),
        rest=max(total - float(variances.sum()), least),
        limit=1.0,
        model=model,
    )
    limit = float(np.percentile(ood_reference.distances(validation), 100 - rare_percent))
    return OodReference(**{**vars(ood_reference), "limit": limit})


def to_arrays(ood_reference: OodReference) -> dict[str, NDArray[Any]]:
    """As it is kept: arrays by name."""
    return {
        "mean": ood_reference.mean.astype(np.float32),
        "directions": ood_reference.directions.astype(np.float32),
        "variances": ood_reference.variances,
        "rest": np.array(ood_reference.rest),
        "limit": np.array(ood_reference.limit),
        "model": _as_array(ood_reference.model),
        "features": _as_array(_FEATURES),
    }


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> OodReference:
    """From what ``to_arrays`` gave.

    Raises:
        MixedResults: It was made of other features, by an earlier version of this project.
    """
    if "features" not in arrays or _as_text(arrays["features"]) != _FEATURES:
        raise MixedResults(
            "What is kept of the training images is of other features than this version compares; "
            "the command that made the model makes it again."
        )
    return OodReference(
        mean=arrays["mean"].astype(np.float64),
        directions=arrays["directions"].astype(np.float64),
        variances=arrays["variances"],
        rest=float(arrays["rest"]),
        limit=float(arrays["limit"]),
        model=_as_text(arrays["model"]),
    )


def _as_array(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), dtype=np.uint8).copy()


def _as_text(array: NDArray[Any]) -> str:
    return str(array.tobytes().decode())
