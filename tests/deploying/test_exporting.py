"""The float file and PyTorch say the same, whatever the size of the image."""

import json

import numpy as np
import onnx
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small_network import RANGES, SIZE, card_of, export, random_network, reference_of

from chest_xray.deploying.export_check import Exported, answers_of_file, answers_of_pytorch
from chest_xray.deploying.exporting import deployable, export_classifier
from chest_xray.deploying.model_file import open_model
from chest_xray.errors import BadWeights, MixedResults
from chest_xray.radiographs.preprocessing import resize
from chest_xray.radiographs.unusual import FilmRanges

TOLERANCE = 1e-4
sides = st.integers(1, 700)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(height=sides, width=sides, count=st.integers(1, 3), seed=st.integers(0, 99))
def test_float_file_and_pytorch_agree(exported, height, width, count, seed):
    data, module, _ = exported
    shape = (count, height, width)
    images = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    with torch.inference_mode():
        expected = module(torch.from_numpy(images)[:, None]).numpy()
    assert np.abs(open_model(data, 1).probabilities(images) - expected).max() < TOLERANCE


def test_float_file_and_pytorch_agree_on_a_large_radiograph(exported):
    data, module, _ = exported
    images = np.random.default_rng(0).integers(0, 256, (1, 2000, 2500), dtype=np.uint8)
    with torch.inference_mode():
        expected = module(torch.from_numpy(images)[:, None]).numpy()
    assert np.abs(open_model(data, 1).probabilities(images) - expected).max() < TOLERANCE


def test_the_file_of_a_model_with_several_views_gives_their_mean(exported):
    data, _, _ = exported
    weights = random_network().state_dict()
    card = card_of(weights) | {"test_time_views": 5}
    several = export(weights, card)
    images = np.random.default_rng(0).integers(0, 256, (3, 80, 70), dtype=np.uint8)
    with torch.inference_mode():
        expected = deployable(weights, card)(torch.from_numpy(images)[:, None]).numpy()
    answers = open_model(several, 1).probabilities(images)
    assert np.abs(answers - expected).max() < TOLERANCE
    assert np.abs(answers - open_model(data, 1).probabilities(images)).max() > TOLERANCE
    stored = np.stack([resize(image, SIZE) for image in images])
    seen = answers_of_file(several)(stored)
    pytorch = answers_of_pytorch(Exported(weights, card, reference_of(weights, card)))(stored)
    assert np.array_equal(seen.levels, pytorch.levels)
    np.testing.assert_allclose(seen.distance, pytorch.distance, rtol=1e-3)
    # The network is in the file once, whatever the number of views.
    assert len(several) < 1.01 * len(data)


def test_the_tolerance_tells_a_resize_without_antialiasing(exported):
    _, module, _ = exported
    random = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (4, 1, 300, 200), dtype=torch.uint8, generator=random)
    other = torch.nn.functional.interpolate(
        images.float(), size=(module.image_size, module.image_size), mode="bilinear"
    )
    with torch.inference_mode():
        difference = (module(images) - module(other.round().to(torch.uint8))).abs()
    assert difference.max() > 10 * TOLERANCE


def test_the_file_says_what_it_is_and_nothing_of_the_machine_it_was_made_on(exported):
    data, _, card = exported
    model = onnx.load_from_string(data)
    onnx.checker.check_model(model)
    facts = {entry.key: entry.value for entry in model.metadata_props}
    copied = "class_names", "threshold", "temperature", "data_hash", "splits_hash", "weights_hash"
    for name in copied:
        assert json.loads(facts[name]) == card[name]
    assert FilmRanges.from_json(json.loads(facts["film_ranges"])) == RANGES
    assert json.loads(facts["format"]) == "chest-xray 4"
    assert json.loads(facts["licence"]) == "CC0"
    # Of the weights' bytes some may spell anything.
    del model.graph.initializer[:]
    assert b".py" not in model.SerializeToString()


def test_a_model_of_another_preprocessing_is_refused(exported):
    _, module, card = exported
    weights = module.network.state_dict()
    with pytest.raises(BadWeights, match=r"prepared as 'letterboxed'.* train it again"):
        export(weights, card | {"preprocessing": "letterboxed"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"splits_hash": "another"}, "splits of the spl at 64 px.* the splits another at 64 px"),
        ({"image_size": 32}, "at 64 px, and the model .* at 32 px"),
    ],
)
def test_ranges_of_another_model_s_films_are_refused(exported, change, message):
    _, module, card = exported
    with pytest.raises(MixedResults, match=message):
        weights = module.network.state_dict()
        reference = reference_of(weights, card)
        export_classifier(weights, card | change, "CC0", RANGES, reference)
