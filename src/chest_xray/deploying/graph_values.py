"""Where in a deployable file's graph its images are, on their way to the network."""

from __future__ import annotations

import onnx
from onnx import TensorProto, helper

from chest_xray.errors import BadModelFile

LEVELS = "levels"
_QUANTIZING = ("QuantizeLinear", "DequantizeLinear")
# What ``preprocessing.normalize`` becomes, and ``network.shifted_views``, which may follow it.
_NORMALIZING = ("Div", "Sub", "Mul", "Add")
_SHIFTING = ("Concat", "Slice", "Pad")


def normalized_images(graph: onnx.GraphProto) -> str:
    """The name of what goes into the first convolution, before it is shifted or quantized."""
    first = next(node for node in graph.node if node.op_type == "Conv")
    return _before(graph, first.input[0], (*_QUANTIZING, *_SHIFTING))


def with_levels(data: bytes, place: str = "The file") -> bytes:
    """The same model with a second output, ``levels``: whole grey levels as its network sees them.

    Args:
        data: A deployable file's bytes, in float.
        place: What to call it where something is wrong.

    Raises:
        BadModelFile: No normalization stands before its first convolution.
    """
    model = onnx.load_model_from_string(data)
    graph = model.graph
    normalized = normalized_images(graph)
    levels = _before(graph, normalized, _NORMALIZING)
    if levels == normalized:
        raise BadModelFile(f"{place} doesn't normalize its images before the network.")
    graph.node.append(helper.make_node("Identity", [levels], [LEVELS]))
    graph.output.append(helper.make_tensor_value_info(LEVELS, TensorProto.FLOAT, None))
    return model.SerializeToString()


def _before(graph: onnx.GraphProto, name: str, operators: tuple[str, ...]) -> str:
    """What a value is made of before the last operators of some types."""
    makers = {output: node for node in graph.node for output in node.output}
    while name in makers and makers[name].op_type in operators:
        name = makers[name].input[0]
    return name
