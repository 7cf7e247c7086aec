"""Whether a model, splits and pixels belong together: an image it learned from can't test it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from chest_xray.errors import MixedResults
from chest_xray.radiographs.pixels import PixelManifest
from chest_xray.radiographs.splitting import splits_hash

MAKERS = {"baseline": "training", "tuned": "tuning", "quantized": "quantization"}
_NAMES = {"baseline": "first", "tuned": "tuned", "quantized": "exported"}
_DIGITS = 10
# What cards of earlier versions lack.
_TOLD = {
    "splits_hash": "which splits it was trained on",
    "intensity_normalization": "how the grey levels of its films were normalized",
}


def refuse_other_splits(card: Mapping[str, Any], splits: pd.DataFrame) -> None:
    """Refuse to measure or explain a model on splits that it was not trained on.

    Args:
        card: The model's, with ``splits_hash`` and ``run``, or the facts of its sealed file.
        splits: ``image_id, label, part``, all parts.

    Raises:
        MixedResults: The model was trained on other splits, or its card doesn't tell on which.
    """
    _refuse_without(card, "splits_hash")
    trained, given = card["splits_hash"], splits_hash(splits)
    if trained != given:
        raise MixedResults(
            f"The {_name(card)} model was trained on the splits {trained[:_DIGITS]}, and these are "
            f"{given[:_DIGITS]}: it may have learned from images that it would be measured on. "
            f"{_command(card)} trains it on these."
        )


def refuse_older_card(card: Mapping[str, Any]) -> None:
    """Raise ``MixedResults`` for a card that doesn't tell all of what its model learned from."""
    for key in _TOLD:
        _refuse_without(card, key)


def _refuse_without(card: Mapping[str, Any], key: str) -> None:
    if key not in card:
        raise MixedResults(
            f"The card of the {_name(card)} model doesn't tell {_TOLD[key]}, as an earlier version "
            f"of this project saved it; {_command(card)} makes it again."
        )


def refuse_other_pixels(card: Mapping[str, Any], manifest: PixelManifest) -> None:
    """Refuse to measure or explain a model on pixels that it was not trained on.

    Args:
        card: The model's, with ``data_hash``, ``image_size`` (px), ``intensity_normalization`` and
            ``run``, or the facts of its sealed file.
        manifest: Of the pixels.

    Raises:
        MixedResults: The model was trained on other radiographs, at another size, or with another
            normalization of their grey levels; or its card doesn't tell with which.
    """
    _refuse_without(card, "intensity_normalization")
    if card["intensity_normalization"] != manifest.intensity_normalization:
        raise MixedResults(
            f"The {_name(card)} model was trained with the intensity normalization "
            f"'{card['intensity_normalization']}', and these pixels are for "
            f"'{manifest.intensity_normalization}' (data_processing.intensity_normalization). "
            f"{_command(card)} trains it on these."
        )
    if card["data_hash"] != manifest.fingerprint:
        raise MixedResults(
            f"The {_name(card)} model was trained on the pixels {card['data_hash'][:_DIGITS]} at "
            f"{card['image_size']} px, and these are {manifest.fingerprint[:_DIGITS]} at "
            f"{manifest.image_size} px: other radiographs, or another preprocessing. "
            f"{_command(card)} trains it on these; image_size and radiographs_path of an "
            "environment choose which there are."
        )


def refuse_other_file(facts: Mapping[str, Any], card: Mapping[str, Any]) -> None:
    """Refuse a sealed file that was made from another model than the one of a card.

    Args:
        facts: The file's, with ``weights_hash`` and ``threshold``.
        card: The model's, with the same.

    Raises:
        MixedResults: It was made from other weights, or decides at another threshold.
    """
    for key in ("weights_hash", "threshold"):
        if facts[key] != card[key]:
            raise MixedResults(
                f"The exported file was made from a model with the {key} {_short(facts[key])}, and "
                f"the card is of the {_name(card)} model with {_short(card[key])}; "
                f"{_command({})} makes the file again."
            )


def refuse_other_predictions(
    predictions: pd.DataFrame, splits: pd.DataFrame, card: Mapping[str, Any]
) -> None:
    """Refuse predictions of another model, or of other images than those that are held out.

    Args:
        predictions: ``image_id, part, weights_hash``.
        splits: ``image_id, part``, all parts.
        card: Of the model that is to have predicted them: ``weights_hash`` and ``run``.

    Raises:
        MixedResults: They are another model's, or don't tell whose; or they are of other images
            than validation and test, or of images of another part.
    """
    if "weights_hash" not in predictions:
        raise MixedResults(
            "The predictions don't tell which model made them, as an earlier version of this "
            f"project saved them; {_command(card)} makes them again."
        )
    refuse_other_model(predictions["weights_hash"], "predictions", card)
    columns = ["image_id", "part"]
    given = set(predictions[columns].itertuples(index=False, name=None))
    held_out = splits.loc[splits["part"] != "train", columns]
    other = given ^ set(held_out.itertuples(index=False, name=None))
    if other:
        raise MixedResults(
            f"The predictions were made on other splits than these: {len(other)} images stand in "
            f"one and not, or in another part, in the other; the first is {min(other)[0]}. "
            f"{_command(card)} makes the predictions again."
        )


def refuse_other_model(weights_hashes: Iterable[str], what: str, card: Mapping[str, Any]) -> None:
    """Refuse results of another model than that of a card.

    Args:
        weights_hashes: What the results say of the weights that they are of.
        what: They are, for the message: ``predictions``.
        card: ``weights_hash`` and ``run``.

    Raises:
        MixedResults: They are another model's.
    """
    others = set(weights_hashes) - {card["weights_hash"]}
    if others:
        raise MixedResults(
            f"The {what} are of a model with the weights {_short(min(others))}, and the card "
            f"is of the {_name(card)} model with {_short(card['weights_hash'])}; "
            f"{_command(card)} makes both again."
        )


def _short(one: object) -> str:
    return one[:_DIGITS] if isinstance(one, str) else f"{one:.4g}"


def _model(card: Mapping[str, Any]) -> str:
    # A sealed file holds no name of a run: quantization makes all of them.
    return str(card["run"]).partition("/")[0] if "run" in card else "quantized"


def _name(card: Mapping[str, Any]) -> str:
    return _NAMES.get(_model(card), _model(card))


def _command(card: Mapping[str, Any]) -> str:
    # A library doesn't know the environment that the model was made in.
    return f"kedro run --pipelines={MAKERS.get(_model(card), 'training')} (with the same --env)"
