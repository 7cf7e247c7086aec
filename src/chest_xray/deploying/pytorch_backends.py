"""PyTorch beside ONNX Runtime: eager in float, and torchao's PT2E compiled by Inductor.

Each function runs in a process of its own (``processes.run_apart``) and imports torch there, once
the environment that torch reads while it is imported is set.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chest_xray.deploying.model_file import FLOAT, INT8
from chest_xray.deploying.timing import FILE, Seconds, Task, alternate
from chest_xray.parameters import TimingParameters

if TYPE_CHECKING:
    from torch import nn

# Without it Inductor doesn't fold the weights' quantization, and int8 gains nothing.
COMPILED_ENVIRONMENT = {"TORCHINDUCTOR_FREEZING": "1"}

Weights = Mapping[str, NDArray[Any]]


def time_eager(
    weights: Weights,
    card: Mapping[str, Any],
    tasks: Sequence[Task],
    threads: int,
    parameters: TimingParameters,
) -> list[dict[str, Seconds]]:
    """Time PyTorch as it is trained with: eager, float32, what a file holds or the network alone.

    Args:
        weights: Arrays by name, of the network that ``card`` describes.
        card: The model card.
        tasks: In the order of the answer.
        threads: Of torch.
        parameters: Warm-up and repetitions.
    """
    import torch

    torch.set_num_threads(threads)
    module = _module(weights, card)
    answers = []
    with torch.inference_mode():
        for task in tasks:
            run = module if task.what == FILE else module.network
            once = partial(run, torch.from_numpy(task.images))
            answers.append(alternate({FLOAT: once}, len(task.images), parameters))
    return answers


def _module(weights: Weights, card: Mapping[str, Any]) -> Any:
    import torch

    from chest_xray.deploying.exporting import deployable

    return deployable({name: torch.from_numpy(array) for name, array in weights.items()}, card)


# Why there is no row of PT2E.
LEFT_OUT, OTHER_PROCESSOR, NO_COMPILER, FAILED = (
    "left out",
    "other processor",
    "no compiler",
    "failed",
)


def why_not_compiled(seconds: int) -> tuple[str, str]:
    """Why PT2E can't be tried here, one of the reasons above and a detail; '' where it can."""
    if not seconds:
        return LEFT_OUT, "quantization.pytorch_int8_seconds"
    if platform.machine() not in ("x86_64", "AMD64"):
        return OTHER_PROCESSOR, platform.machine()
    compiler = os.environ.get("CXX", "clang++" if sys.platform == "darwin" else "g++")
    if shutil.which(compiler) is None:
        return NO_COMPILER, compiler
    return "", ""


def compile_int8(
    weights: Weights,
    card: Mapping[str, Any],
    calibration: NDArray[np.uint8],
    images: NDArray[np.uint8],
    reduced_range: bool,
    parameters: TimingParameters,
) -> dict[str, Any]:
    """Quantize the network by PT2E, compile it and its float self, time both, and predict.

    Compiled for one image on one thread. Preprocessing is done before, by the same functions.

    Args:
        weights: Arrays by name, of the network that ``card`` describes.
        card: The model card.
        calibration: As stored, uint8 [n, size, size].
        images: As stored, uint8 [m, size, size], to give probabilities of.
        reduced_range: Activations of 7 bits, as a CPU without VNNI needs here.
        parameters: Warm-up and repetitions.

    Returns:
        ``seconds``: what quantizing and compiling took; ``times``: by ``float`` and ``int8``, of
        one image; ``probability``: of ``images``, by int8, float64 [m].
    """
    import torch

    from chest_xray.radiographs.preprocessing import normalize, prepare

    torch.set_num_threads(1)
    module = _module(weights, card)
    start = time.perf_counter()

    def prepared(image: NDArray[np.uint8]) -> torch.Tensor:
        seen = prepare(image[None], card["intensity_normalization"])
        levels = torch.from_numpy(seen)[None].float()
        return normalize(levels).contiguous(memory_format=torch.channels_last)

    with torch.no_grad():
        compiled = {
            FLOAT: torch.compile(module.network),
            INT8: torch.compile(
                _quantized(module.network, [prepared(i) for i in calibration], reduced_range)
            ),
        }
        first = prepared(images[0])
        for network in compiled.values():
            network(first)
        seconds = time.perf_counter() - start
        runs = {name: partial(run, first) for name, run in compiled.items()}
        times = alternate(runs, 1, parameters)
        logits = torch.cat([compiled[INT8](prepared(image)) for image in images])
        probability = torch.sigmoid(logits / card["temperature"]).double().numpy()
    return {"seconds": seconds, "times": times, "probability": probability}


def _quantized(network: nn.Module, calibration: Sequence[Any], reduced_range: bool) -> nn.Module:
    import torch
    from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e
    from torchao.quantization.pt2e.quantizer.x86_inductor_quantizer import (
        X86InductorQuantizer,
        get_default_x86_inductor_quantization_config,
    )

    # Without strict, ResNet's blocks are traced in a form that the quantizer has no pattern for.
    exported = torch.export.export(network, (calibration[0],), strict=True).module()
    quantizer = X86InductorQuantizer()
    quantizer.set_global(get_default_x86_inductor_quantization_config(reduce_range=reduced_range))
    observed = prepare_pt2e(exported, quantizer)
    for image in calibration:
        observed(image)
    return convert_pt2e(observed)
