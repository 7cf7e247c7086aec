"""A network becomes int8 within what it may lose; what costs too much is found and left out."""

import numpy as np
import pytest
from small_network import reference_to, smooth_images

from chest_xray.deploying.model_file import open_model
from chest_xray.deploying.operators import count_operators, refuse_float
from chest_xray.deploying.quantizing import (
    LabelledImages,
    balanced_rows,
    choose_quantization,
    with_reference,
)
from chest_xray.deploying.scorers import FileFeatures
from chest_xray.errors import BadQuantization
from chest_xray.parameters import QuantizationParameters

# Of random weights, whose answers crowd around the threshold, more is lost than of learnt ones.
TOLERANCE = 0.1
NOISE = np.random.default_rng(3).integers(0, 256, (8, 64, 64), dtype=np.uint8)
PARAMETERS = QuantizationParameters(
    licence="CC0",
    calibration_images=16,
    methods=["minmax", "percentile", "entropy"],
    percentile=99.99,
    reduced_range=True,
    max_class_accuracy_drop=TOLERANCE,
    layer_cost_images=16,
    originals_compared=10,
    seed=1,
    timing={"warm_up": 1, "repetitions": 5, "batch_sizes": [1]},
    pytorch_int8_seconds=0,
)


@pytest.fixture(scope="module")
def images(exported):
    """Images labelled as the float model calls them, so that each change of mind is a loss."""
    pixels = smooth_images(96, seed=5)
    return LabelledImages(pixels, open_model(exported[0]).probabilities(pixels) >= 0.5)


@pytest.fixture(scope="module")
def quantized(exported, images):
    return choose_quantization(exported[0], smooth_images(16, seed=6), images, PARAMETERS)


def test_a_quarter_of_the_size_and_nearly_the_same_answers(exported, images, quantized):
    data, trials = quantized
    assert len(data) < 0.27 * len(exported[0])
    before = open_model(exported[0]).probabilities(images.pixels)
    after = open_model(data).probabilities(images.pixels)
    assert np.corrcoef(before, after)[0, 1] > 0.95
    assert list(trials["method"]) == ["minmax", "percentile", "entropy"]
    assert trials["chosen"].sum() == 1
    assert (trials["layers_in_float"] == "").all()
    chosen = trials[trials["chosen"]].iloc[0]
    assert chosen["mean_difference"] == pytest.approx(np.abs(before - after).mean())


def test_the_file_keeps_its_facts_and_takes_any_size(exported, quantized):
    model = open_model(quantized[0])
    assert model.facts["precision"] == "int8"
    assert model.facts["quantization"]["calibration_images"] == 16
    assert model.facts["threshold"] == exported[2]["threshold"]
    assert model.probabilities(np.zeros((2, 301, 77), dtype=np.uint8)).shape == (2,)


def test_all_convolutions_run_in_int8_and_a_float_file_is_refused_as_int8(exported, quantized):
    counted = count_operators(quantized[0])
    assert counted["by_type"]["QLinearConv"] == 20
    assert counted["float"] == 0
    with pytest.raises(BadQuantization, match="no operator"):
        refuse_float(count_operators(exported[0]))


def test_the_int8_network_has_a_reference_of_its_own(quantized):
    images = np.concatenate([smooth_images(24, seed=8), NOISE])
    network = FileFeatures(quantized[0])
    reference = reference_to(network)
    data = with_reference(quantized[0], reference)
    probability, distance = open_model(data).answers(images)
    np.testing.assert_allclose(distance, reference.distances(network.features(images)), rtol=1e-3)
    assert (distance[-len(NOISE) :] > 1).all()
    np.testing.assert_array_equal(probability, open_model(quantized[0]).probabilities(images))
    # What reads the stages leaves every convolution in int8.
    assert count_operators(data)["int8"] == count_operators(quantized[0])["int8"]
    assert count_operators(data)["float"] == 0


def test_the_layers_around_an_outlier_stay_in_float(exported_with_an_outlier, images):
    only_minmax = PARAMETERS.model_copy(update={"methods": ["minmax"]})
    data, trials = choose_quantization(
        exported_with_an_outlier, smooth_images(16, seed=6), images, only_minmax
    )
    losses = trials[["loss_NORMAL", "loss_PNEUMONIA"]].max(axis=1)
    assert losses.iloc[0] > TOLERANCE
    assert losses.iloc[-1] <= TOLERANCE
    assert trials["chosen"].iloc[-1]
    kept = open_model(data).facts["quantization"]["layers_in_float"]
    assert set(kept) & {"backbone.layer3.0.conv1", "backbone.layer3.0.conv2"}
    assert len(kept) <= 6
    assert count_operators(data)["float"] == len(kept)


def test_too_few_images_are_said_with_the_key():
    labels = np.array([True] * 10 + [False] * 3)
    assert len(balanced_rows(labels, 6, 0, "some.key")) == 6
    with pytest.raises(BadQuantization, match=r"'some.key' is 8.* only 3 images.* at most 6"):
        balanced_rows(labels, 8, 0, "some.key")
