"""What limits the int8 network: ways of quantizing it, and its time by operator.

    python benchmarks/int8_limit.py [--network resnet18] [--size 128] [--rounds 60]
        [--openvino PYTHON]

The network alone, of random weights (which change no speed), one image, one thread. Against its
own float, all alternating: as the project quantizes it; with one scale a tensor of weights instead
of one a channel; with signed activations; with the additions, the pooling or the first layer left
in float. The same two files by OpenVINO's execution provider, whose package onnxruntime-openvino
takes the place of onnxruntime: PYTHON is one that has it. Times by operator are onnxruntime's own
profile.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import numpy as np
import onnxruntime
from machine import keep

INPUT = "images"
# A script of its own, as the other Python has neither torch nor this project.
ELSEWHERE = """
import json, statistics, sys, time
import numpy, onnxruntime
provider, rounds, size, *paths = sys.argv[1:]
chosen = [(provider, {"device_type": "CPU", "num_of_threads": "1"})]
sessions = [onnxruntime.InferenceSession(path, providers=chosen) for path in paths]
image = {"images": numpy.random.default_rng(0).normal(size=(1, 3, int(size), int(size)))}
image["images"] = image["images"].astype("float32")
times = [[] for _ in paths]
for number in range(int(rounds) + 5):
    for session, kept in zip(sessions, times):
        before = time.perf_counter()
        session.run(None, image)
        kept.append(time.perf_counter() - before)
print(json.dumps([statistics.median(kept[5:]) for kept in times]))
"""


def export_network(network: str, size: int, folder: Path) -> Path:
    """A file of the network in float, its norms folded into its convolutions."""
    import torch
    from onnxruntime.quantization.shape_inference import quant_pre_process

    from chest_xray.deploying.exporting import OPSET
    from chest_xray.learning.network import Classifier

    torch.manual_seed(0)
    module = Classifier(network, (), 0.0).eval()
    written, path = folder / "exported.onnx", folder / "float.onnx"
    torch.onnx.export(
        module,
        (torch.zeros(1, 3, size, size),),
        str(written),
        dynamo=True,
        opset_version=OPSET,
        external_data=False,
        input_names=[INPUT],
        verbose=False,
    )
    quant_pre_process(str(written), str(path), skip_symbolic_shape=True)
    return path


def variants(path: Path, size: int, folder: Path) -> Iterator[tuple[str, Path]]:
    """The name and the file of each way of quantizing."""
    import onnx
    from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static

    from chest_xray.deploying.quantizing import QUANTIZED_OPERATORS, SCHEME

    random = np.random.default_rng(0)
    images = random.normal(size=(8, 1, 3, size, size)).astype(np.float32)

    class Images(CalibrationDataReader):
        def __init__(self) -> None:
            self.left = iter([{INPUT: image} for image in images])

        def get_next(self) -> Any:
            return next(self.left, None)

    first = next(node.name for node in onnx.load(path).graph.node if node.op_type == "Conv")
    ways: Mapping[str, dict[str, Any]] = {
        "as_the_project": {},
        "scale_per_tensor": {"per_channel": False},
        "signed_activations": {"activation_type": QuantType.QInt8},
        "additions_in_float": {"without": "Add"},
        "pooling_in_float": {"without": "MaxPool"},
        "first_layer_in_float": {"nodes_to_exclude": [first]},
    }
    for name, way in ways.items():
        without = way.pop("without", None)
        chosen = SCHEME | way
        written = folder / f"{name}.onnx"
        quantize_static(
            path,
            written,
            Images(),
            op_types_to_quantize=[one for one in QUANTIZED_OPERATORS if one != without],
            **chosen,
        )
        yield name, written


def by_operator(
    path: Path, image: Mapping[str, Any], rounds: int, folder: Path
) -> dict[str, float]:
    """Milliseconds of one image in each kind of operator, the longest first."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.enable_profiling, options.profile_file_prefix = True, str(folder / "profile")
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    for _ in range(rounds):
        session.run(None, image)
    events = json.loads(Path(session.end_profiling()).read_text())
    spent: dict[str, float] = defaultdict(float)
    for event in events:
        if event["cat"] == "Node" and event["name"].endswith("_kernel_time"):
            spent[event["args"]["op_name"]] += event["dur"] / 1000 / rounds
    return dict(sorted(spent.items(), key=lambda one: -one[1]))


def by_openvino(python: Path, rounds: int, size: int, paths: list[Path]) -> list[float]:
    """Median seconds of each file, alternating."""
    command = [python, "-c", ELSEWHERE, "OpenVINOExecutionProvider", rounds, size, *paths]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure, print and keep."""
    from chest_xray.deploying.model_file import open_session
    from chest_xray.deploying.timing import alternate
    from chest_xray.parameters import Backbone, TimingParameters

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", choices=get_args(Backbone), default="resnet18")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--openvino", type=Path)
    arguments = parser.parse_args()
    size, rounds = arguments.size, arguments.rounds
    image = np.random.default_rng(0).normal(size=(1, 3, size, size)).astype(np.float32)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        path = export_network(arguments.network, size, folder)
        files = {"float": path, **dict(variants(path, size, folder))}
        sessions = {name: open_session(one.read_bytes(), threads=1) for name, one in files.items()}
        times = alternate(
            {
                name: lambda session=session: session.run(None, {INPUT: image})
                for name, session in sessions.items()
            },
            1,
            TimingParameters(warm_up=5, repetitions=rounds, batch_sizes=[1]),
        )
        seconds = {name: float(np.median(one)) for name, one in times.items()}
        result: dict[str, Any] = {
            "network": arguments.network,
            "image_size": size,
            "onnxruntime": onnxruntime.__version__,
            "milliseconds": {name: 1000 * one for name, one in seconds.items()},
            "float_over_int8": {
                name: seconds["float"] / one for name, one in seconds.items() if name != "float"
            },
            "milliseconds_by_operator": {
                name: by_operator(files[name], {INPUT: image}, rounds, folder)
                for name in ("float", "as_the_project")
            },
        }
        if arguments.openvino:
            ours = [files["float"], files["as_the_project"]]
            in_float, in_int8 = by_openvino(arguments.openvino, rounds, size, ours)
            result["openvino"] = {
                "milliseconds": {"float": 1000 * in_float, "as_the_project": 1000 * in_int8},
                "float_over_int8": in_float / in_int8,
                "onnxruntime_float_over_openvino_int8": seconds["float"] / in_int8,
            }
    kept = keep(f"int8_limit_{arguments.network}_{size}px", result)
    sys.stdout.write(f"{kept}\n{json.dumps(result, indent=2)}\n")


if __name__ == "__main__":
    main()
