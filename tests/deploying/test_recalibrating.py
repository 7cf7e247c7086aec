"""A file fitted to a hospital gives the old log-odds through one affine map, and says so."""

import numpy as np
import onnx
import pytest
import torch
from deploying.test_quantizing import PARAMETERS
from scipy.special import logit
from small_network import reference_to, smooth_images

from chest_xray.deploying.model_file import open_model, seal
from chest_xray.deploying.predictor import TO_A_PERSON, Predictor
from chest_xray.deploying.quantizing import LabelledImages, choose_quantization, with_reference
from chest_xray.deploying.recalibrating import recalibrate_card, recalibrate_file
from chest_xray.deploying.scorers import FileFeatures
from chest_xray.errors import BadModelFile, MixedResults
from chest_xray.evaluating.recalibration import Recalibration
from chest_xray.evaluating.three_way import TwoThresholds
from chest_xray.learning.network import load_classifier

FOUND = Recalibration(shift=-0.8, temperature=0.25, threshold=0.123)
NONE_FOUND = TwoThresholds(None, None)
FITTED_ON = {
    "name": "north",
    "films": 120,
    "patients": 100,
    "positives": 50,
    "external_index_hash": "of the index",
}


@pytest.fixture(scope="module")
def int8(exported):
    pixels = smooth_images(32, seed=5)
    images = LabelledImages(pixels, open_model(exported[0]).probabilities(pixels) >= 0.5)
    once = PARAMETERS.model_copy(update={"methods": ["minmax"], "max_class_accuracy_drop": 0.9})
    data = choose_quantization(exported[0], smooth_images(16, seed=6), images, once)[0]
    return with_reference(data, reference_to(FileFeatures(data)))


@pytest.fixture(params=["float", "int8"])
def file(request, exported):
    return exported[0] if request.param == "float" else request.getfixturevalue("int8")


def recalibrated(data, card, found=FOUND, thresholds=NONE_FOUND):
    return recalibrate_file(data, found, FITTED_ON, card["weights_hash"], thresholds)


def test_log_odds_are_the_affine_map_of_those_before(file, exported):
    images = smooth_images(20, seed=9)
    before = open_model(file).probabilities(images)
    after = open_model(recalibrated(file, exported[2])).probabilities(images)
    assert np.ptp(logit(before)) > 0.01
    expected = (logit(before) + FOUND.shift) / FOUND.temperature
    np.testing.assert_allclose(logit(after), expected, atol=2e-5)
    np.testing.assert_allclose(after, FOUND.probabilities(logit(before)), atol=1e-5)


def test_the_network_is_the_same_to_the_byte(file, exported):
    one, other = (onnx.load_from_string(data) for data in (file, recalibrated(file, exported[2])))
    tensors = {tensor.name: tensor for tensor in other.graph.initializer}
    assert all(tensors[tensor.name] == tensor for tensor in one.graph.initializer)
    assert len(tensors) == len(one.graph.initializer) + 2
    assert [node for node in other.graph.node if node.op_type in ("Conv", "Gemm", "QLinearConv")]
    untouched = [node for node in one.graph.node if node.op_type != "Sigmoid"]
    assert [node for node in other.graph.node if node in untouched] == untouched
    assert len(other.graph.node) == len(one.graph.node) + 2
    onnx.checker.check_model(other)


def test_the_file_says_what_it_was_fitted_on_and_decides_by_the_new_threshold(
    file, exported, tmp_path
):
    (tmp_path / "model.onnx").write_bytes(recalibrated(file, exported[2]))
    predict, before = Predictor(tmp_path / "model.onnx", threads=1), open_model(file).facts
    facts = predict.facts
    assert facts["threshold"] == FOUND.threshold
    assert facts["temperature"] == pytest.approx(before["temperature"] * FOUND.temperature)
    assert facts["recalibration"]["fitted_on"] == FITTED_ON
    assert facts["recalibration"]["threshold_before"] == before["threshold"]
    assert facts["precision"] == before["precision"]
    assert facts["weights_hash"] == before["weights_hash"]
    answer = predict(smooth_images(1, seed=9)[0])
    assert answer.called == facts["class_names"][int(answer.probability >= FOUND.threshold)]
    assert answer.decision == answer.called


def test_films_between_the_two_thresholds_are_read_by_a_person(file, exported, tmp_path):
    images = smooth_images(20, seed=9)
    before = open_model(file).probabilities(images)
    between = TwoThresholds(*np.quantile(before, [0.3, 0.6]))
    (tmp_path / "model.onnx").write_bytes(recalibrated(file, exported[2], thresholds=between))
    predict = Predictor(tmp_path / "model.onnx", threads=1)
    answers = [predict(image) for image in images]
    classes = np.array(predict.facts["class_names"])
    negative, positive = between.called(before)
    expected = np.where(negative, classes[0], np.where(positive, classes[1], TO_A_PERSON))
    assert {answer.warnings for answer in answers} == {()}
    assert [answer.decision for answer in answers] == expected.tolist()
    assert sum(expected == TO_A_PERSON) == 6
    assert {answer.called for answer in answers} <= set(classes)


def test_one_threshold_alone_is_no_band(file, exported):
    for alone in (TwoThresholds(0.2, None), TwoThresholds(None, 0.8)):
        facts = open_model(recalibrated(file, exported[2], thresholds=alone)).facts
        assert "two_thresholds" not in facts


def test_a_changed_recalibration_breaks_the_seal(exported):
    data = recalibrated(exported[0], exported[2])
    with pytest.raises(BadModelFile, match="its hash differs"):
        open_model(data.replace(b'"films": 120', b'"films": 999'))


def test_a_file_is_fitted_once_and_to_its_own_predictions(exported):
    data, _, card = exported
    with pytest.raises(BadModelFile, match="fitted to 'north' already"):
        recalibrated(recalibrated(data, card), card)
    with pytest.raises(MixedResults, match="was fitted for another"):
        recalibrate_file(data, FOUND, FITTED_ON, "another model", NONE_FOUND)


def test_a_file_without_a_sigmoid_is_refused(exported):
    model = onnx.load_from_string(exported[0])
    facts = {key: one for key, one in open_model(exported[0]).facts.items() if key != "format"}
    next(node for node in model.graph.node if node.op_type == "Sigmoid").op_type = "HardSigmoid"
    with pytest.raises(BadModelFile, match="No sigmoid"):
        recalibrated(seal(model, facts), exported[2])


def test_card_and_weights_give_what_the_file_gives(exported):
    data, module, card = exported
    new = recalibrate_card(card, FOUND, FITTED_ON)
    network = load_classifier(module.network.state_dict(), new)
    images = smooth_images(6, seed=9)
    levels = torch.from_numpy(images)[:, None]
    expected = open_model(recalibrated(data, card)).probabilities(images)
    with torch.no_grad():
        module_before, module.network = module.network, network
        temperature, module.temperature = module.temperature, new["temperature"]
        found = module(levels).numpy()
        module.network, module.temperature = module_before, temperature
    np.testing.assert_allclose(found, expected, atol=1e-4)
    assert new["threshold"] == FOUND.threshold
    assert new["weights_hash"] == card["weights_hash"]
    assert new["recalibration"]["fitted_on"] == FITTED_ON
    assert "recalibration" not in card
