"""Whether a model, splits and pixels belong together: an image it learned from can't test it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from chest_xray.errors import MixedResults
from chest_xray.radiographs.pixels import PixelManifest
from chest_xray.radiographs.splitting import splits_hash

MAKERS = {"baseline": "training", "tuned": "tuning"}
_NAMES = {"baseline": "first", "tuned": "tuned"}
_DIGITS = 10


def refuse_other_splits(card: Mapping[str, Any], splits: pd.DataFrame) -> None:
    """Refuse to measure or explain a model on splits that it was not trained on.

    Args:
        card: The model's, with ``splits_hash`` and ``run``.
        splits: ``image_id, label, part``, all parts.

    Raises:
        MixedResults: The model was trained on other splits.
    """
    trained, given = card["splits_hash"], splits_hash(splits)
    if trained != given:
        raise MixedResults(
            f"The {_name(card)} model was trained on the splits {trained[:_DIGITS]}, and these are "
            f"{given[:_DIGITS]}: it may have learned from images that it would be measured on. "
            f"{_command(card)} trains it on these."
        )


def refuse_other_pixels(card: Mapping[str, Any], manifest: PixelManifest) -> None:
    """Refuse to measure or explain a model on pixels that it was not trained on.

    Args:
        card: The model's, with ``data_hash``, ``image_size`` (px) and ``run``.
        manifest: Of the pixels.

    Raises:
        MixedResults: The model was trained on other radiographs, or at another size.
    """
    if card["data_hash"] != manifest.fingerprint:
        raise MixedResults(
            f"The {_name(card)} model was trained on the pixels {card['data_hash'][:_DIGITS]} at "
            f"{card['image_size']} px, and these are {manifest.fingerprint[:_DIGITS]} at "
            f"{manifest.image_size} px: other radiographs, or another preprocessing. "
            f"{_command(card)} trains it on these; image_size and radiographs_path of an "
            "environment choose which there are."
        )


def refuse_other_predictions(predictions: pd.DataFrame, splits: pd.DataFrame) -> None:
    """Refuse predictions of other images than the validation and test part of the splits.

    Args:
        predictions: ``image_id, part``.
        splits: ``image_id, part``, all parts.

    Raises:
        MixedResults: They are of other images, or of images of another part.
    """
    columns = ["image_id", "part"]
    given = set(predictions[columns].itertuples(index=False, name=None))
    held_out = splits.loc[splits["part"] != "train", columns]
    other = given ^ set(held_out.itertuples(index=False, name=None))
    if other:
        raise MixedResults(
            f"The predictions were made on other splits than these: {len(other)} images stand in "
            f"one and not, or in another part, in the other; the first is {min(other)[0]}."
        )


def _model(card: Mapping[str, Any]) -> str:
    return str(card["run"]).partition("/")[0]


def _name(card: Mapping[str, Any]) -> str:
    return _NAMES.get(_model(card), _model(card))


def _command(card: Mapping[str, Any]) -> str:
    return f"kedro run --pipelines={MAKERS.get(_model(card), 'training')}"
