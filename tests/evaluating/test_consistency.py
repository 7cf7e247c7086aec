"""A model, a sealed file, predictions and splits that don't belong together are refused."""

import pandas as pd
import pytest

from chest_xray.errors import MixedResults
from chest_xray.evaluating.consistency import (
    refuse_other_file,
    refuse_other_pixels,
    refuse_other_predictions,
    refuse_other_splits,
)
from chest_xray.radiographs.pixels import PixelManifest
from chest_xray.radiographs.splitting import splits_hash

SPLITS = pd.DataFrame(
    {"image_id": ["a", "b"], "label": ["NORMAL", "PNEUMONIA"], "part": ["train", "test"]}
)
CARD = {
    "run": "tuned/first",
    "weights_hash": "a" * 64,
    "threshold": 0.5,
    "image_size": 224,
    "intensity_normalization": "none",
    "data_hash": "d" * 64,
    "splits_hash": splits_hash(SPLITS),
}
# What a sealed file says of itself: all of that but the name of a run.
FACTS = {key: value for key, value in CARD.items() if key != "run"}
PREDICTIONS = pd.DataFrame({"image_id": ["b"], "part": "test", "weights_hash": "a" * 64})


def test_what_belongs_together_is_taken():
    refuse_other_splits(CARD, SPLITS)
    refuse_other_file(FACTS, CARD)
    refuse_other_predictions(PREDICTIONS, SPLITS, CARD)


def test_a_card_of_an_earlier_version_is_one_sentence_with_the_command():
    old = {key: value for key, value in CARD.items() if key != "splits_hash"}
    with pytest.raises(
        MixedResults, match=r"doesn't tell which splits.*--pipelines=tuning .* makes"
    ):
        refuse_other_splits(old, SPLITS)


def test_a_sealed_file_of_other_splits_is_made_again_by_quantization():
    other = SPLITS.assign(part=["test", "train"])
    with pytest.raises(MixedResults, match=r"exported model was.*--pipelines=quantization"):
        refuse_other_splits(FACTS, other)


def test_two_image_sizes_are_named():
    manifest = PixelManifest(["a"], [0], 128, "as in training", "e" * 64, "map")
    with pytest.raises(
        MixedResults, match=r"dddddddddd at 224 px, and these are eeeeeeeeee at 128"
    ):
        refuse_other_pixels(CARD, manifest)


def test_pixels_of_another_intensity_normalization_are_refused_by_its_name():
    manifest = PixelManifest(["a"], [0], 224, "as in training", "e" * 64, "map", "equalize")
    expected = r"^The tuned model .* 'none', and these pixels are for 'equalize' .*=tuning .*\.$"
    with pytest.raises(MixedResults, match=expected):
        refuse_other_pixels(CARD, manifest)
    old = {key: value for key, value in CARD.items() if key != "intensity_normalization"}
    with pytest.raises(MixedResults, match="doesn't tell how the grey levels of its films were"):
        refuse_other_pixels(old, manifest)


@pytest.mark.parametrize(("key", "value"), [("weights_hash", "b" * 64), ("threshold", 0.25)])
def test_a_sealed_file_of_another_model_or_threshold_is_refused(key, value):
    with pytest.raises(MixedResults, match=rf"with the {key} .*--pipelines=quantization .* makes"):
        refuse_other_file(FACTS | {key: value}, CARD)


def test_predictions_of_another_model_are_refused_and_those_that_do_not_tell():
    with pytest.raises(MixedResults, match=r"weights bbbbbbbbbb, and the card is of the tuned"):
        refuse_other_predictions(PREDICTIONS.assign(weights_hash="b" * 64), SPLITS, CARD)
    old = PREDICTIONS.drop(columns="weights_hash")
    with pytest.raises(MixedResults, match=r"don't tell which model.*--pipelines=tuning"):
        refuse_other_predictions(old, SPLITS, CARD)
