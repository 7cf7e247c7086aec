"""From a float file to an int8 one: static quantization, its scheme chosen on validation.

Weights become signed bytes, a scale a channel; activations unsigned bytes, a scale a tensor, whose
range is calibrated on training images (Jacob et al., 2018, https://arxiv.org/abs/1712.05877;
Nagel et al., 2021, https://arxiv.org/abs/2106.08295). Resize, normalization and the last sigmoid
stay float.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.quant_utils import add_pre_process_metadata

from chest_xray.deploying.distance_graph import add_distance, remove_distance
from chest_xray.deploying.model_file import INPUT, INT8, Model, open_model, seal
from chest_xray.errors import BadQuantization
from chest_xray.evaluating.out_of_distribution import OodReference
from chest_xray.machine.progress import track
from chest_xray.parameters import QuantizationParameters

# With Relu, that the ranges are those after it, and it melts into the convolution before it.
QUANTIZED_OPERATORS = ("Conv", "Gemm", "Relu", "Add", "MaxPool")
LAYER_OPERATORS = ("Conv", "Gemm")
# As ``quantize_static`` takes it.
SCHEME = {
    "quant_format": QuantFormat.QDQ,
    "per_channel": True,
    "activation_type": QuantType.QUInt8,
    "weight_type": QuantType.QInt8,
}
METHODS = {
    "minmax": CalibrationMethod.MinMax,
    "percentile": CalibrationMethod.Percentile,
    "entropy": CalibrationMethod.Entropy,
}
_BATCH = 16


@dataclass(frozen=True)
class LabelledImages:
    """``pixels`` uint8 [n, size, size]; ``labels`` bool [n]: whether of the class looked for."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.bool_]


def balanced_rows(
    labels: NDArray[np.bool_], count: int, seed: int, asked: str
) -> NDArray[np.int64]:
    """``count`` places in ``labels``, half of each class, drawn without replacement, in order.

    Raises:
        BadQuantization: A class has fewer than half of ``count``; ``asked`` names the key.
    """
    random = np.random.default_rng(seed)
    chosen = []
    for positive in (False, True):
        there = np.flatnonzero(labels == positive)
        if len(there) < count // 2:
            raise BadQuantization(
                f"Parameter '{asked}' is {count}, half of each class, and a class has only "
                f"{len(there)} images to draw from; at most {2 * len(there)} is possible."
            )
        chosen.append(random.choice(there, count // 2, replace=False))
    return np.sort(np.concatenate(chosen))


@dataclass(frozen=True)
class Trial:
    """A way of quantizing, and what it costs on validation.

    Attributes:
        method: How activation ranges were found.
        layers_in_float: Layers that were left as they were, by their PyTorch names.
        class_loss: Net share of each class's images that were right in float and no longer are,
            the class not looked for first.
        agreement: Share of images with the same decision.
        mean_difference: Mean absolute difference of probabilities.
    """

    method: str
    layers_in_float: tuple[str, ...]
    class_loss: tuple[float, float]
    agreement: float
    mean_difference: float

    @property
    def worst_loss(self) -> float:
        """Of the class that loses more."""
        return max(self.class_loss)


def choose_quantization(
    float_file: bytes,
    calibration: NDArray[np.uint8],
    validation: LabelledImages,
    parameters: QuantizationParameters,
) -> tuple[bytes, pd.DataFrame]:
    """Quantize by each method, take the best on validation, keep in float what costs too much.

    The best is, of the methods under which no class loses more than ``max_class_accuracy_drop``, or
    of all where there is none, the one whose probabilities stay nearest to the float file's. Where
    it loses too much, the layers that cost most are left in float, one more at a time, until it
    holds.

    Args:
        float_file: A deployable file in float.
        calibration: Images of the training part, uint8 [n, size, size], that ranges are found on.
        validation: What everything is chosen by.
        parameters: Methods, tolerance, bits.

    Returns:
        The int8 file, which has no distance yet (``with_reference``), and the trials, a row each,
        in their order: ``method, layers_in_float, loss_{class} (two), agreement, mean_difference,
        chosen``.

    Raises:
        BadQuantization: The tolerance doesn't hold, however many layers are left in float.
    """
    comparison = _FloatComparison(open_model(float_file), validation)
    with tempfile.TemporaryDirectory(prefix="quantization-") as folder:
        quantizer = _Quantizer(float_file, calibration, parameters, Path(folder))
        methods = track(parameters.methods, "Quantizing", len(parameters.methods))
        trials = [_try(quantizer, comparison, method, ()) for method in methods]
        best = min(trials, key=lambda tried: _preference(tried[0], parameters))
        if best[0].worst_loss > parameters.max_class_accuracy_drop:
            trials += _with_layers_in_float(quantizer, comparison, best[0], parameters)
            best = trials[-1]
    rows = [_row(trial, comparison.class_names, trial is best[0]) for trial, _ in trials]
    return best[1], pd.DataFrame(rows)


def with_reference(int8_file: bytes, reference: OodReference) -> bytes:
    """The file of ``choose_quantization`` with what its training images look like to it inside.

    Bytes move what the stages answer, and with it the distance, so the reference is of the int8
    network itself (``scorers.FileFeatures``).
    """
    facts = open_model(int8_file).facts
    model = onnx.load_from_string(int8_file)
    add_distance(model, reference, facts["image_size"])
    return seal(model, facts)


def _preference(trial: Trial, parameters: QuantizationParameters) -> tuple[bool, float]:
    return trial.worst_loss > parameters.max_class_accuracy_drop, trial.mean_difference


def _row(trial: Trial, class_names: Sequence[str], chosen: bool) -> dict[str, Any]:
    losses = zip(class_names, trial.class_loss, strict=True)
    return {
        "method": trial.method,
        "layers_in_float": " ".join(trial.layers_in_float),
        **{f"loss_{name}": loss for name, loss in losses},
        "agreement": trial.agreement,
        "mean_difference": trial.mean_difference,
        "chosen": chosen,
    }


def _with_layers_in_float(
    quantizer: _Quantizer,
    comparison: _FloatComparison,
    best: Trial,
    parameters: QuantizationParameters,
) -> list[tuple[Trial, bytes]]:
    costs = _layer_costs(quantizer, comparison, best.method, parameters)
    trials = []
    for count in range(1, len(costs)):
        tried = _try(quantizer, comparison, best.method, tuple(costs[:count]))
        trials.append(tried)
        if tried[0].worst_loss <= parameters.max_class_accuracy_drop:
            return trials
    raise BadQuantization(
        f"A class loses {best.worst_loss:.1%} of its validation images in int8 (method "
        f"{best.method}), more than quantization.max_class_accuracy_drop "
        f"({parameters.max_class_accuracy_drop:.1%}), and leaving layers in float does not fix it; "
        "give it more calibration images, or allow more."
    )


def _layer_costs(
    quantizer: _Quantizer,
    comparison: _FloatComparison,
    method: str,
    parameters: QuantizationParameters,
) -> list[str]:
    """All layers, that first which, alone in int8, moves probabilities most."""
    there = comparison.validation
    rows = balanced_rows(
        there.labels,
        parameters.layer_cost_images,
        parameters.seed,
        "quantization.layer_cost_images",
    )
    few = _FloatComparison(comparison.model, LabelledImages(there.pixels[rows], there.labels[rows]))
    costs = {}
    for layer in track(quantizer.layers, "Costs of layers", len(quantizer.layers)):
        others = tuple(other for other in quantizer.layers if other != layer)
        costs[layer] = _try(quantizer, few, method, others)[0].mean_difference
    return sorted(costs, key=lambda layer: -costs[layer])


def _try(
    quantizer: _Quantizer, comparison: _FloatComparison, method: str, in_float: tuple[str, ...]
) -> tuple[Trial, bytes]:
    data = quantizer.quantize(method, in_float)
    return comparison.compare(open_model(data), method, in_float), data


class _FloatComparison:
    """Holds int8 models against the float one on the same images."""

    def __init__(self, model: Model, validation: LabelledImages) -> None:
        self.model = model
        self.validation = validation
        self.class_names: list[str] = model.facts["class_names"]
        self._threshold: float = model.facts["threshold"]
        self._float = model.probabilities(validation.pixels)

    def compare(self, model: Model, method: str, in_float: tuple[str, ...]) -> Trial:
        int8 = model.probabilities(self.validation.pixels)
        before, after = self._float >= self._threshold, int8 >= self._threshold
        labels = self.validation.labels
        right = (before == labels).astype(int) - (after == labels).astype(int)
        return Trial(
            method,
            in_float,
            (float(right[~labels].mean()), float(right[labels].mean())),
            float((before == after).mean()),
            float(np.abs(int8 - self._float).mean()),
        )


class _Quantizer:
    """Quantizes one float file in several ways, each method calibrated once."""

    def __init__(
        self,
        float_file: bytes,
        calibration: NDArray[np.uint8],
        parameters: QuantizationParameters,
        folder: Path,
    ) -> None:
        self._facts = open_model(float_file).facts
        model = onnx.load_from_string(float_file)
        # Of the float network; the int8 one gets its own (``with_reference``).
        remove_distance(model)
        # What that step does (folded norms, inferred shapes), the exporter has done.
        add_pre_process_metadata(model)
        # From a file: onnxruntime moves the weights out of a model that it is given in memory.
        self._path = folder / "float.onnx"
        onnx.save(model, self._path)
        self._nodes = _layer_nodes(model)
        self._pixels = calibration
        self._parameters = parameters
        self._folder = folder

    @property
    def layers(self) -> list[str]:
        """All layers that can be int8, by their PyTorch names."""
        return list(self._nodes)

    def quantize(self, method: str, in_float: tuple[str, ...]) -> bytes:
        path = self._folder / "quantized.onnx"
        # It prints what it does, a line a batch.
        with contextlib.redirect_stdout(io.StringIO()):
            quantize_static(
                self._path,
                path,
                _Images(self._pixels),
                op_types_to_quantize=list(QUANTIZED_OPERATORS),
                reduce_range=self._parameters.reduced_range,
                nodes_to_quantize=[
                    node
                    for layer, nodes in self._nodes.items()
                    if layer not in in_float
                    for node in nodes
                ],
                calibrate_method=METHODS[method],
                extra_options={
                    # One batch's activations in memory at a time.
                    "CalibStridedMinMax": 1,
                    "CalibTensorRangeSymmetric": False,
                    "CalibPercentile": self._parameters.percentile,
                },
                calibration_cache_path=self._folder / f"{method}.json",
                **SCHEME,
            )
        quantization = {
            "method": method,
            "layers_in_float": list(in_float),
            "calibration_images": len(self._pixels),
            "reduced_range": self._parameters.reduced_range,
        }
        facts = self._facts | {"precision": INT8, "quantization": quantization}
        return seal(onnx.load(path), facts)


def _layer_nodes(model: onnx.ModelProto) -> dict[str, list[str]]:
    """By the PyTorch name of each layer, the graph's nodes that are float where the layer is.

    Those are its own and the ones after it up to the next layers: an addition in int8 would cost
    as much as the convolution before it.
    """
    layer_of: dict[str, str] = {}
    nodes: dict[str, list[str]] = {}
    for node in model.graph.node:
        layer: str | None = None
        if node.op_type in LAYER_OPERATORS:
            layer = node.input[1].removeprefix("network.").removesuffix(".weight")
        elif node.op_type in QUANTIZED_OPERATORS:
            # None for what comes before the first layer: preprocessing stays float.
            layer = next((layer_of[name] for name in node.input if name in layer_of), None)
        if layer is not None:
            layer_of[node.output[0]] = layer
            nodes.setdefault(layer, []).append(node.name)
    return nodes


class _Images(CalibrationDataReader):
    """Hands images on, a batch at a time, as onnxruntime asks for them."""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self._batches = [
            pixels[first : first + _BATCH, None] for first in range(0, len(pixels), _BATCH)
        ]
        self._left: Iterator[NDArray[np.uint8]] = iter(self._batches)

    def __len__(self) -> int:
        return len(self._batches)

    def set_range(self, start_index: int, end_index: int) -> None:
        self._left = iter(self._batches[start_index:end_index])

    def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
        batch = next(self._left, None)
        return None if batch is None else {INPUT: batch}
