"""The distance from the training images as a second output of a deployable file.

It is what ``evaluating.out_of_distribution`` computes, as operators that read the stages of the
network in the same graph: ONNX Runtime alone gives it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from chest_xray.deploying.model_file import DISTANCE, INPUT
from chest_xray.errors import BadModelFile
from chest_xray.evaluating.out_of_distribution import SMALLEST_ANSWER, OodReference

# What begins with it is of the distance: names of nodes, values and constants.
PREFIX = "distance."
STAGE_OUTPUTS = ("second_stage", "third_stage")
# By how much a ResNet's third stage is smaller than its images.
_SIDE_PER_PLACE = 16

# Operator, inputs, output: ``image_features``, then ``OodReference.distances``. What lies in none
# of the directions is the squared length less that along them, so both are weighted sums of
# squares.
_TEXTURE = (
    ("ReduceMean", ("second_stage", "sides"), "level"),
    ("Sub", ("second_stage", "level"), "deviation"),
    ("Mul", ("deviation", "deviation"), "squared_deviation"),
    ("ReduceMean", ("squared_deviation", "sides"), "variance"),
    ("Sqrt", ("variance",), "spread"),
    ("Concat", ("level", "spread"), "answers"),
    ("Add", ("answers", "smallest_answer"), "answers_above_zero"),
    ("Log", ("answers_above_zero",), "logarithms"),
    ("Flatten", ("logarithms",), "texture"),
)
_PLACES = (
    ("AveragePool", ("third_stage",), "quadrants"),
    ("Flatten", ("quadrants",), "places"),
)
_DISTANCES = (
    ("Concat", ("texture", "places"), "features"),
    ("Sub", ("features", "mean"), "apart"),
    ("Cast", ("directions",), "directions_in_float"),
    ("Mul", ("directions_in_float", "steps"), "scaled_directions"),
    ("MatMul", ("apart", "scaled_directions"), "along"),
    ("Mul", ("along", "along"), "squares_along"),
    ("MatMul", ("squares_along", "weights"), "in_directions"),
    ("ReduceSumSquare", ("apart", "of_features"), "squared_length"),
    ("Mul", ("squared_length", "rest_weight"), "in_all"),
    ("Add", ("in_directions", "in_all"), "mahalanobis"),
    ("MatMul", ("apart", "mirrored"), "mirrored_scores"),
    ("Max", ("mahalanobis", "mirrored_scores"), "of_views"),
    # Of several views of each image, the first ones are those that are not shifted.
    ("Shape", (INPUT,), "count"),
    ("Slice", ("of_views", "first", "count"), DISTANCE),
)


def add_stages(graph: onnx.GraphProto, place: str = "The file") -> None:
    """Give a graph what its network's second and third stage answer as two more outputs.

    They are the inputs of the last two convolutions that halve the image without looking around:
    each of a ResNet's third and fourth stage begins with one, beside its first block.

    Raises:
        BadModelFile: It holds no ResNet.
    """
    _read_stages(graph, STAGE_OUTPUTS, place)
    for name in STAGE_OUTPUTS:
        graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))


def add_distance(model: onnx.ModelProto, reference: OodReference, image_size: int) -> None:
    """Give a model the output ``distance``, float32 [n], in units of the reference's limit.

    Args:
        model: Of a classifier, float or int8, without that output; changed in place.
        reference: What its training images look like to it.
        image_size: Side of the squares that its network sees, px.

    Raises:
        BadModelFile: It holds no ResNet.
    """
    graph = model.graph
    _read_stages(graph, tuple(map(_named, STAGE_OUTPUTS)), "The file")
    attributes = _attributes(image_size)
    for operator, inputs, output in (*_TEXTURE, *_PLACES, *_DISTANCES):
        made = helper.make_node(
            operator,
            [_named(name) for name in inputs],
            [_named(output)],
            name=PREFIX + output,
            **attributes.get(operator, {}),
        )
        graph.node.append(made)
    for name, values in _constants(reference).items():
        graph.initializer.append(numpy_helper.from_array(values, _named(name)))
    graph.output.append(helper.make_tensor_value_info(DISTANCE, TensorProto.FLOAT, ["n"]))


def remove_distance(model: onnx.ModelProto) -> None:
    """Take that output out again, in place: its reference holds for one network only."""
    graph = model.graph
    for entries in (graph.node, graph.initializer, graph.value_info):
        kept = [entry for entry in entries if not entry.name.startswith(PREFIX)]
        del entries[:]
        entries.extend(kept)
    outputs = [entry for entry in graph.output if entry.name != DISTANCE]
    del graph.output[:]
    graph.output.extend(outputs)


def _named(name: str) -> str:
    return name if name in (INPUT, DISTANCE) else PREFIX + name


def _read_stages(graph: onnx.GraphProto, names: tuple[str, ...], place: str) -> None:
    halving = [node for node in graph.node if node.op_type == "Conv" and _halves(node)]
    if len(halving) < len(names):
        raise BadModelFile(f"{place} holds no ResNet: nothing tells where its last stages begin.")
    for output, node in zip(names, halving[-len(names) :], strict=True):
        name = node.input[0]
        maker = next(one for one in graph.node if name in one.output)
        added = helper.make_node("Identity", [name], [output], name=output)
        if maker.op_type == "DequantizeLinear":
            # One of its own: another reader of this one would keep the convolution out of int8.
            added.CopyFrom(maker)
            added.name, added.output[0] = output, output
        graph.node.append(added)


def _halves(node: onnx.NodeProto) -> bool:
    attributes = {one.name: list(one.ints) for one in node.attribute}
    return attributes.get("strides") == [2, 2] and attributes.get("kernel_shape") == [1, 1]


def _attributes(image_size: int) -> dict[str, dict[str, Any]]:
    side = -(-image_size // _SIDE_PER_PLACE)
    # Of an odd number of rows or columns the middle one counts to both sides.
    quadrant, step = -(-side // 2), side // 2
    return {
        "AveragePool": {"kernel_shape": [quadrant, quadrant], "strides": [step, step]},
        "Cast": {"to": TensorProto.FLOAT},
        "Concat": {"axis": 1},
        "ReduceSumSquare": {"keepdims": 0},
        "Shape": {"start": 0, "end": 1},
    }


def _constants(reference: OodReference) -> dict[str, NDArray[Any]]:
    """What the operators need of a reference, in the order in which they compute features."""
    features = len(reference.mean)
    order = _order(features)
    steps = reference.steps
    rest_weight = 1 / (reference.rest * reference.limit)
    weights = 1 / (len(reference.variances) * reference.variances * reference.limit)
    return {
        "sides": np.array([2, 3], dtype=np.int64),
        "of_features": np.array([1], dtype=np.int64),
        "first": np.array([0], dtype=np.int64),
        "smallest_answer": np.array(SMALLEST_ANSWER, dtype=np.float32),
        "mean": reference.mean[order].astype(np.float32),
        "directions": (reference.directions / steps)[:, order].T.round().astype(np.int8),
        "steps": steps[:, 0].astype(np.float32),
        "weights": (weights - rest_weight).astype(np.float32),
        "mirrored": reference.mirrored[order].astype(np.float32),
        "rest_weight": np.array(rest_weight, dtype=np.float32),
    }


def _order(features: int) -> NDArray[np.int64]:
    """Where each feature of the graph stands in ``image_features``.

    Pooling gives the four quadrants of a channel one after the other, and ``quadrant_means`` the
    channels of a quadrant. Stage three has twice as many channels as stage two, so that two of ten
    features are of stage two.
    """
    texture = features // 5
    places = np.arange(texture, features).reshape(4, -1).T.ravel()
    return np.concatenate([np.arange(texture), places])
