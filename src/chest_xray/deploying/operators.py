"""What onnxruntime really runs of a file on this machine, counted."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import onnx
import onnxruntime

from chest_xray.deploying.distance_graph import PREFIX
from chest_xray.errors import BadQuantization

# Types of operators in the graph as onnxruntime optimizes it.
_INT8_TYPES = ("QGemm", "ConvInteger", "MatMulInteger")
_FLOAT_TYPES = ("Conv", "FusedConv", "Gemm", "FusedGemm", "MatMul", "FusedMatMul")
_ERRORS_ONLY = 3


def count_operators(data: bytes) -> dict[str, Any]:
    """Count the operators of the graph as it is optimized for this machine.

    A file may say int8 and still run in float: what counts is what the runtime fused.

    Returns:
        Of all but the distance, which is computed in float: ``int8``, operators that compute in
        int8; ``float``, convolutions and matrix products that don't; ``by_type``, all operators.
    """
    with tempfile.TemporaryDirectory(prefix="operators-") as folder:
        path = Path(folder) / "optimized.onnx"
        options = onnxruntime.SessionOptions()
        options.log_severity_level = _ERRORS_ONLY
        options.intra_op_num_threads = 1
        options.optimized_model_filepath = str(path)
        onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        nodes = onnx.load(path).graph.node
    types = Counter(node.op_type for node in nodes if not node.name.startswith(PREFIX))
    int8 = {name for name in types if name in _INT8_TYPES or name.startswith("QLinear")}
    return {
        "int8": sum(types[name] for name in int8),
        "float": sum(types[name] for name in _FLOAT_TYPES),
        "by_type": dict(sorted(types.items())),
    }


def refuse_float(operators: dict[str, Any]) -> None:
    """Raise ``BadQuantization`` for a file in which nothing would run in int8."""
    if not operators["int8"]:
        raise BadQuantization(
            "onnxruntime runs no operator of the quantized file in int8 on this machine: it would "
            "be smaller and not faster; another version of onnxruntime may fuse it."
        )
