"""Size and speed of the files and of PyTorch beside them; the PyTorch int8 network."""

import numpy as np
import onnxruntime
import pytest
import torch
from small_network import SIZE, card_of, export, random_network

from chest_xray.deploying.measuring import Candidates, measure_pytorch_int8, network_alone
from chest_xray.deploying.model_file import FLOAT, INT8
from chest_xray.deploying.pytorch_backends import compile_int8, why_not_compiled
from chest_xray.parameters import QuantizationParameters, TimingParameters
from chest_xray.radiographs.preprocessing import normalize

TIMING = TimingParameters(warm_up=1, repetitions=5, batch_sizes=[1])
PARAMETERS = QuantizationParameters(
    licence="CC0",
    originals_compared=0,
    calibration_images=2,
    methods=["minmax"],
    percentile=99.9,
    reduced_range=False,
    max_class_accuracy_drop=0.1,
    layer_cost_images=2,
    seed=7,
    timing=TIMING,
    pytorch_int8_seconds=0,
)


@pytest.fixture(scope="module")
def images():
    smooth = torch.rand(8, 1, 4, 4, generator=torch.Generator().manual_seed(5)) * 255
    large = torch.nn.functional.interpolate(smooth, size=SIZE, mode="bilinear")
    return large[:, 0].round().to(torch.uint8).numpy()


@pytest.mark.parametrize("kind", ["none", "percentiles", "equalize", "clahe"])
def test_the_network_alone_gives_the_logits_of_pytorch(exported, images, kind):
    file, module, _ = exported
    if kind != "none":
        weights = module.network.state_dict()
        file = export(weights, card_of(weights, kind))
    session = onnxruntime.InferenceSession(network_alone(file), providers=["CPUExecutionProvider"])
    levels = normalize(torch.from_numpy(images)[:, None].float())
    name = session.get_inputs()[0].name
    found = np.concatenate([session.run(None, {name: one[None].numpy()})[0] for one in levels])
    with torch.inference_mode():
        logits = module.network(levels).numpy()
    np.testing.assert_allclose(found.ravel(), logits, atol=1e-4)


def test_pytorch_int8_is_left_out_where_no_time_is_given(exported, images):
    candidates = Candidates({}, {}, exported[0], exported[0])
    answer = measure_pytorch_int8(candidates, images, images, PARAMETERS)
    assert answer == {"reason": "left out", "detail": "quantization.pytorch_int8_seconds"}


def test_without_a_compiler_the_reason_is_named(monkeypatch):
    monkeypatch.setenv("CXX", "no-such-compiler")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert why_not_compiled(60) == ("no compiler", "no-such-compiler")
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert why_not_compiled(60) == ("other processor", "aarch64")


def test_pytorch_int8_stays_near_float_and_both_are_timed(images, monkeypatch):
    # Quantized as ever, and run without Inductor, whose compilation takes minutes.
    monkeypatch.setattr(torch, "compile", lambda network: network)
    threads = torch.get_num_threads()
    weights = random_network().state_dict()
    card = card_of(weights)
    arrays = {name: tensor.numpy() for name, tensor in weights.items()}
    answer = compile_int8(arrays, card, images, images, False, TIMING)
    torch.set_num_threads(threads)
    network = random_network()
    with torch.inference_mode():
        logits = network(normalize(torch.from_numpy(images)[:, None].float()))
    expected = torch.sigmoid(logits / card["temperature"]).numpy()
    assert 0 < np.abs(answer["probability"] - expected).max() < 0.02
    assert {name: len(times) for name, times in answer["times"].items()} == {FLOAT: 5, INT8: 5}
