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

A mirrored chest is unusual and yet hardly far. What it differs in, mirrored training images tell: a
second measure is the score along Fisher's linear discriminant between them and the training images
(1936, https://doi.org/10.1111/j.1469-1809.1936.tb02137.x). The distance is the larger of the two,
each in units of its limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from chest_xray.errors import MixedResults

# Directions along which training images hardly differ must not be divided by nearly nothing.
_LEAST_SHARE = 1e-6
# Keeps the logarithm of a channel that never answers finite.
SMALLEST_ANSWER = 1e-3
# Kept with a reference, as distances mean nothing in other features.
_FEATURES = "stages 2 and 3, also of mirrored images"
_LARGEST_BYTE = 127


@dataclass(frozen=True)
class OodReference:
    """The training images in a model's features.

    Attributes:
        mean: float [features].
        directions: float [k, features], orthonormal but for their rounding to whole numbers of a
            byte (``steps``), in which they differ most.
        variances: float [k], along each.
        rest: Mean squared length of what lies in none of the directions.
        mirrored: float [features]; the dot product with what an image differs by from ``mean`` is
            above 1 where it looks mirrored.
        limit: The distance that hardly any image of the validation part goes beyond.
        model: The hash of the model that the features are of.
    """

    mean: NDArray[np.float64]
    directions: NDArray[np.float64]
    variances: NDArray[np.float64]
    rest: float
    mirrored: NDArray[np.float64]
    limit: float
    model: str

    @property
    def steps(self) -> NDArray[np.float64]:
        """Of each direction, float [k, 1]: it is a multiple, -127 to 127, of its step."""
        return _steps(self.directions)

    def refuse_other_model(self, model: str) -> None:
        """Raise ``MixedResults`` unless it is of the model with this hash."""
        if self.model != model:
            raise MixedResults(
                "What is known of the training images is of another model than this one; a run of "
                "the pipeline that made the model writes both."
            )

    def distances(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of images from the training images, float [n], in units of ``limit``."""
        return np.maximum(self.mahalanobis(features), self.mirrored_scores(features))

    def mahalanobis(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Its first part: how far they are in any direction, float [n]."""
        apart = features - self.mean
        along = np.square(apart @ self.directions.T)
        rest = (np.square(apart).sum(axis=1) - along.sum(axis=1)).clip(min=0)
        return ((along / self.variances).mean(axis=1) + rest / self.rest) / self.limit

    def mirrored_scores(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Its second part: how much they look mirrored, float [n]; below 0 not at all."""
        return (features - self.mean) @ self.mirrored


def image_features(second: NDArray[np.float32], third: NDArray[np.float32]) -> NDArray[np.float64]:
    """The features of images, float64 [n, 2 channels of stage two + 4 channels of stage three].

    Args:
        second: What stage two answers, float [n, channels, h, w], 0 or more.
        third: What stage three answers, likewise.
    """
    levels = np.concatenate([second.mean(axis=(2, 3)), second.std(axis=(2, 3))], axis=1)
    texture = np.log(levels.astype(np.float64) + SMALLEST_ANSWER)
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
    mirrored: NDArray[np.float64],
    directions: int,
    rare_percent: float,
    model: str,
) -> OodReference:
    """Learn what is usual.

    Args:
        training: Features of the training images, float [n, features].
        validation: Of the validation part. A model has seen its training images, which lie nearer
            to each other than any new one to them; so the limits are set on these.
        mirrored: Of training images that were mirrored left to right.
        directions: How many, fewer where the training images are few.
        rare_percent: Of the validation images, to lie beyond the limit.
        model: The hash of the model.
    """
    mean = training.mean(axis=0)
    apart = training - mean
    count, features = apart.shape
    kept = max(1, min(directions, (count - 1) // 2, features))
    _, axes = eigh(apart.T @ apart / count, subset_by_index=(features - kept, features - 1))
    rounded = _in_bytes(axes.T)
    along = np.square(apart @ rounded.T).mean(axis=0)
    total = float(np.square(apart).sum() / count)
    least = max(_LEAST_SHARE * total, _LEAST_SHARE**2 * float(np.square(training).mean()))
    fitted = OodReference(
        mean=mean,
        directions=rounded,
        variances=along.clip(min=least),
        rest=max(total - float(along.sum()), least),
        mirrored=np.zeros(features),
        limit=1.0,
        model=model,
    )
    fitted = replace(fitted, mirrored=_discriminant(fitted, mirrored.mean(axis=0) - mean))
    # Each part in units of its own limit, then both in units of that of the larger one.
    scales = [
        float(np.percentile(part(validation), 100 - rare_percent))
        for part in (fitted.mahalanobis, fitted.mirrored_scores)
    ]
    alike = _scaled(fitted, *scales)
    joint = float(np.percentile(alike.distances(validation), 100 - rare_percent))
    return _scaled(alike, joint, joint)


def _in_bytes(directions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Directions, float [k, features], rounded to multiples of their steps."""
    steps = _steps(directions)
    return np.asarray((directions / steps).round() * steps)


def _steps(directions: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.abs(directions).max(axis=1, keepdims=True) / _LARGEST_BYTE)


def _discriminant(reference: OodReference, difference: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse of the training images' covariance times a difference, float [features]."""
    along = reference.directions @ difference
    others = max(1, len(difference) - len(along))
    rest = difference - along @ reference.directions
    return np.asarray(
        (along / reference.variances) @ reference.directions + rest / (reference.rest / others)
    )


def _scaled(reference: OodReference, limit: float, mirrored: float) -> OodReference:
    """With the limits of both parts times these; nothing is mirrored where no image differs."""
    scores = reference.mirrored / mirrored if mirrored > 0 else np.zeros_like(reference.mirrored)
    return replace(reference, limit=reference.limit * limit, mirrored=scores)


def to_arrays(ood_reference: OodReference) -> dict[str, NDArray[Any]]:
    """As it is kept: arrays by name."""
    return {
        "mean": ood_reference.mean.astype(np.float32),
        "directions": (ood_reference.directions / ood_reference.steps).round().astype(np.int8),
        "steps": ood_reference.steps,
        "variances": ood_reference.variances,
        "rest": np.array(ood_reference.rest),
        "mirrored": ood_reference.mirrored,
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
        directions=arrays["directions"] * arrays["steps"],
        variances=arrays["variances"],
        rest=float(arrays["rest"]),
        mirrored=arrays["mirrored"],
        limit=float(arrays["limit"]),
        model=_as_text(arrays["model"]),
    )


def _as_array(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), dtype=np.uint8).copy()


def _as_text(array: NDArray[Any]) -> str:
    return str(array.tobytes().decode())
