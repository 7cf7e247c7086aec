"""What a node has to show in TensorBoard, as plain values; ``TensorBoardDataset`` writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

# Of the tab Custom Scalars. Parts are runs that share a tag, so one tag draws both.
TRAIN_AGAINST_VALIDATION = {
    "train against validation": {
        name: ["Multiline", [f"^{name}$"]]
        for name in ("loss", "accuracy", "f1", "auc", "sensitivity", "specificity")
    }
}
# Of a row of the HParams table.
FINAL_METRICS = ("loss", "accuracy", "f1", "auc")


def epoch_scalars(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """By part, what the rows of an epoch's history measured."""
    described = ("epoch", "part", "image_size")
    return {row["part"]: {name: row[name] for name in row if name not in described} for row in rows}


@dataclass(frozen=True)
class TensorBoardRecords:
    """Some records of one run.

    Attributes:
        run: The run's name, a folder below TensorBoard's.
        step: The epoch they belong to.
        scalars: By part (``train``, ``validation`` or '') and tag; parts share a chart.
        figures: By tag.
        images: By tag: uint8 [n, 1, height, width].
        texts: By tag, in Markdown.
        pr_curves: By tag: labels bool [n] and probabilities float [n].
        layout: Of the custom scalars: charts by category, as TensorBoard takes them.
        hyperparameters: With ``final_metrics``: a row of the HParams table, which shows those that
            differ between rows first.
        final_metrics: By name, those of ``FINAL_METRICS`` on validation at the epoch that was kept,
            as rows of models and of trials are compared.
    """

    run: str
    step: int = 0
    scalars: dict[str, dict[str, float]] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    images: dict[str, NDArray[np.uint8]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    pr_curves: dict[str, tuple[NDArray[np.bool_], NDArray[np.float64]]] = field(
        default_factory=dict
    )
    layout: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    hyperparameters: dict[str, Any] = field(default_factory=dict)
    final_metrics: dict[str, float] = field(default_factory=dict)
