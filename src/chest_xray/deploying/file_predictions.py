"""Predictions of a deployable file for the images that its model was not trained on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from chest_xray.deploying.model_file import open_model
from chest_xray.evaluating import consistency
from chest_xray.evaluating.predictions import predictions_table
from chest_xray.radiographs.pixels import PixelMap


def predict(
    file: bytes, card: Mapping[str, Any], splits: pd.DataFrame, pixels: PixelMap
) -> pd.DataFrame:
    """Calibrated probabilities of the validation and test images; see ``predictions_table``.

    Raises:
        MixedResults: File, card, splits and pixels don't belong together.
    """
    refuse_mixed(card, splits, pixels, file)
    shown = splits[splits["part"] != "train"]
    images = pixels.read(pixels.rows(shown["image_id"]))
    return predictions_table(shown, open_model(file).probabilities(images), card)


def refuse_mixed(
    card: Mapping[str, Any], splits: pd.DataFrame, pixels: PixelMap, *files: bytes
) -> None:
    """Raise ``MixedResults`` unless a card, its files, splits and pixels belong together."""
    consistency.refuse_other_splits(card, splits)
    consistency.refuse_other_pixels(card, pixels.manifest)
    for file in files:
        consistency.refuse_other_file(open_model(file, threads=1).facts, card)
