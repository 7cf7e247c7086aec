"""What the catalog itself refuses to save or load (its ``validator:`` key)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from chest_xray.errors import BadWeights
from chest_xray.radiographs.splitting import check_splits

# What pipelines and reports read of a card (written by ``learning.training``).
CARD_KEYS = frozenset(
    {
        "backbone",
        "initial_weights",
        "head_sizes",
        "dropout",
        "test_time_views",
        "image_size",
        "intensity_normalization",
        "preprocessing",
        "class_names",
        "temperature",
        "threshold",
        "threshold_policy",
        "best_epoch",
        "finished",
        "run",
        "parameters",
        "data_hash",
        "splits_hash",
        "training_hash",
        "weights_hash",
    }
)


class LeakFreeSplits:
    """Refuses splits with a group on two sides, but for the methods that allow it by name."""

    def validate(self, data: pd.DataFrame) -> pd.DataFrame:
        """Return the splits as they are, or raise ``BadSplit``."""
        check_splits(data)
        return data


class CompleteCard:
    """Refuses a model's card that lacks what pipelines and reports read of it."""

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return the card as it is, or raise ``BadWeights``."""
        missing = sorted(CARD_KEYS - set(data)) if isinstance(data, dict) else sorted(CARD_KEYS)
        if missing:
            raise BadWeights(
                f"The model's card lacks {', '.join(missing)}; the pipeline that made the weights "
                "(kedro run --pipelines=training, or tuning for the tuned model) writes a whole "
                "one."
            )
        return data
