"""The labelled images of a part, and what each weighs in the loss."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chest_xray.radiographs.pixels import PixelMap

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Examples:
    """Labelled images of one part.

    Attributes:
        rows: Of the pixels, int [n].
        labels: float [n], 0 or 1.
        weights: In the loss, float [n]; their mean is 1.
    """

    rows: NDArray[np.int64]
    labels: NDArray[np.float32]
    weights: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.rows)


def examples(
    splits: pd.DataFrame, pixels: PixelMap, positive: str, part: str, within_sources: bool
) -> Examples:
    """The examples of a part of the splits, weighted as the training part says.

    Args:
        splits: ``image_id, label, source, part``.
        pixels: Of all images.
        positive: The class with the label 1.
        part: Which.
        within_sources: Whether the classes count the same within each source, so that the source
            of a film doesn't tell its class; else over all images.
    """
    chosen = splits[splits["part"] == part]
    table = class_weights(splits[splits["part"] == "train"], positive, within_sources)
    groups = chosen["source"] if within_sources else pd.Series("", index=chosen.index)
    labels = (chosen["label"] == positive).to_numpy().astype(np.float32)
    # A source that is not in the training part counts as all of it.
    weights = [
        table[group if group in table else ""][int(label)]
        for group, label in zip(groups, labels, strict=True)
    ]
    return Examples(pixels.rows(chosen["image_id"]), labels, np.asarray(weights, dtype=np.float32))


def class_weights(
    train: pd.DataFrame, positive: str, within_sources: bool
) -> dict[str, tuple[float, float]]:
    """The weights of the classes 0 and 1 under which both count the same: n / (2 n_class).

    Args:
        train: ``label, source`` of the training part.
        positive: The class 1.
        within_sources: Whether also by source; each then counts as often as it has images.

    Returns:
        By source, with that over all images under ''. Nothing balances a source with one class
        only: its images weigh 1, and it is warned of.
    """
    labels = train["label"] == positive
    found = {"": _balanced(labels)}
    if within_sources:
        for source, own in labels.groupby(train["source"]):
            found[str(source)] = _balanced(own)
            if own.nunique() < 2:
                logger.warning(
                    "The source %s has training films of one class only: which source a film is "
                    "of tells its class, and no weights change that.",
                    source,
                )
    return found


def _balanced(labels: pd.Series) -> tuple[float, float]:
    count, positive = len(labels), float(labels.sum())
    if not 0 < positive < count:
        return 1.0, 1.0
    return count / (2 * (count - positive)), count / (2 * positive)
