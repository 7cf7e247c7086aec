"""The size and speed of a float and an int8 file, and of PyTorch beside them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from PIL import Image

from chest_xray.deploying.graph_values import normalized_images
from chest_xray.deploying.model_file import FLOAT, INT8
from chest_xray.deploying.pytorch_backends import (
    COMPILED_ENVIRONMENT,
    FAILED,
    compile_int8,
    time_eager,
    why_not_compiled,
)
from chest_xray.deploying.timing import (
    FILE,
    NETWORK,
    Seconds,
    Task,
    ratio_of_medians,
    time_onnxruntime,
    timing_row,
)
from chest_xray.errors import BadQuantization
from chest_xray.machine.description import describe_machine
from chest_xray.machine.progress import track
from chest_xray.machine.subprocesses import run_apart
from chest_xray.parameters import IntensityNormalization, QuantizationParameters
from chest_xray.radiographs.preprocessing import normalize, prepare

ONNXRUNTIME, EAGER, COMPILED = "ONNX Runtime", "PyTorch eager", "PyTorch compiled, PT2E"
_LONGEST_SECONDS = 3600

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Candidates:
    """The same model four times over: ``weights`` with ``card``, and two files."""

    weights: Mapping[str, torch.Tensor]
    card: Mapping[str, Any]
    float_file: bytes
    int8_file: bytes

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """The weights as numpy has them, to send to another process."""
        return {name: tensor.numpy() for name, tensor in self.weights.items()}


def measure_speed(
    candidates: Candidates,
    pixels: NDArray[np.uint8],
    radiograph_size: tuple[int, int],
    parameters: QuantizationParameters,
    all_threads: int,
) -> dict[str, Any]:
    """Time the files in ONNX Runtime and the network in PyTorch, on one thread and on all.

    Args:
        candidates: What is timed.
        pixels: As stored, uint8 [n, size, size], as many as the largest batch, or they are
            repeated.
        radiograph_size: Width and height of a radiograph as it comes, px.
        parameters: Batches, warm-up, repetitions.
        all_threads: How many threads all are.

    Returns:
        ``machine``, and ``rows``: ``backend, what, image, threads, batch, float, int8`` (each
        ``mean_ms, median_ms, p95_ms, images_per_second``), ``ratio`` (float over int8 of the same
        backend) and ``ratio_over_onnxruntime_int8``, both with ``low`` and ``high``.
    """
    machine = describe_machine()
    if not machine["int8_instructions"]:
        logger.warning(
            "This CPU has no instruction for dot products of bytes (VNNI, AMX, or ARM's): int8 is "
            "measured all the same, and gains less than it would where there is one."
        )
    kind = candidates.card["intensity_normalization"]
    tasks = _tasks(pixels, radiograph_size, parameters.timing.batch_sizes, kind)
    models = {
        FILE: {FLOAT: candidates.float_file, INT8: candidates.int8_file},
        NETWORK: {
            FLOAT: network_alone(candidates.float_file),
            INT8: network_alone(candidates.int8_file),
        },
    }
    rows = []
    threads_tried = list(dict.fromkeys((1, all_threads)))
    for threads in track(threads_tried, "Timing", len(threads_tried)):
        shared = (tasks, threads, parameters.timing)
        files = run_apart(time_onnxruntime, models, *shared, seconds=_LONGEST_SECONDS)
        eager = run_apart(
            time_eager, candidates.arrays, dict(candidates.card), *shared, seconds=_LONGEST_SECONDS
        )
        for task, of_files, of_eager in zip(tasks, files, eager, strict=True):
            rows += _rows(task, threads, of_files, of_eager, parameters.seed)
    return {"machine": machine, "rows": rows}


def _rows(
    task: Task,
    threads: int,
    files: Mapping[str, Seconds],
    eager: Mapping[str, Seconds],
    seed: int,
) -> list[dict[str, Any]]:
    against = ratio_of_medians(eager[FLOAT], files[INT8], paired=False, seed=seed)
    return [
        timing_row(task.facts(ONNXRUNTIME, threads), files, seed)
        | {"ratio_over_onnxruntime_int8": None},
        timing_row(task.facts(EAGER, threads), eager, seed)
        | {"ratio_over_onnxruntime_int8": against},
    ]


def _tasks(
    pixels: NDArray[np.uint8],
    radiograph_size: tuple[int, int],
    batch_sizes: Sequence[int],
    kind: IntensityNormalization,
) -> list[Task]:
    batches = [np.resize(pixels, (batch, *pixels.shape[1:])) for batch in batch_sizes]
    radiograph = np.array(Image.fromarray(pixels[0]).resize(radiograph_size))
    seen = prepare(pixels[:1], kind)
    one = normalize(torch.from_numpy(seen[:, None].copy()).float()).numpy()
    return [
        *(Task(FILE, batch[:, None]) for batch in batches),
        Task(FILE, radiograph[None, None]),
        Task(NETWORK, one),
    ]


def network_alone(data: bytes) -> bytes:
    """The part of a file between normalization and the last sigmoid, as a file of its own."""
    model = onnx.load_from_string(data)
    graph = model.graph
    start = normalized_images(graph)
    # The last one: what comes before the network may squeeze shapes.
    end = [node for node in graph.node if node.op_type == "Squeeze"][-1].output[0]
    return onnx.utils.Extractor(model).extract_model([start], [end]).SerializeToString()


def measure_pytorch_int8(
    candidates: Candidates,
    calibration: NDArray[np.uint8],
    images: NDArray[np.uint8],
    parameters: QuantizationParameters,
) -> dict[str, Any]:
    """PT2E beside the files, where it can be compiled.

    Returns:
        ``reason``: why there is nothing else (with its ``detail``), or ''; ``seconds``: what
        compiling took; ``row``: of timings; ``probability``: of ``images``, a list.
    """
    reason, detail = why_not_compiled(parameters.pytorch_int8_seconds)
    if reason:
        return {"reason": reason, "detail": detail}
    try:
        answer = run_apart(
            compile_int8,
            candidates.arrays,
            dict(candidates.card),
            calibration,
            images,
            parameters.reduced_range,
            parameters.timing,
            seconds=parameters.pytorch_int8_seconds,
            environment=COMPILED_ENVIRONMENT,
        )
    except BadQuantization as error:
        logger.warning("PT2E's row stays empty: %s", error)
        return {"reason": FAILED, "detail": str(error)}
    size = images.shape[1]
    facts = {
        "backend": COMPILED,
        "what": NETWORK,
        "image": f"{size} x {size}",
        "threads": 1,
        "batch": 1,
    }
    row = timing_row(facts, answer["times"], parameters.seed)
    return {
        "reason": "",
        "seconds": answer["seconds"],
        "row": row | {"ratio_over_onnxruntime_int8": None},
        "probability": answer["probability"].tolist(),
    }
