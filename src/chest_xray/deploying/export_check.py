"""Whether a deployable file says what PyTorch says, of the images a model is measured on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn

from chest_xray.deploying.model_file import Model
from chest_xray.errors import BadModelFile, BadRadiographs
from chest_xray.machine.cores import available_cores
from chest_xray.machine.progress import track
from chest_xray.machine.threads import single_threaded_workers
from chest_xray.radiographs.decoding import decode_new
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.preprocessing import resize
from chest_xray.radiographs.reading import stored_as

# From one image on, in probability and in log-odds, that the two are no longer one model.
LARGEST_DIFFERENCE = {
    "stored": {"probability": 1e-4, "log_odds": 1e-3},
    # Each resizes by itself, and now and then a level on the edge of rounding falls to either side.
    "original": {"probability": 5e-3, "log_odds": 5e-2},
}
# A float32 near 1 has too few digits left to tell larger log-odds apart.
_NEAREST_TO_CERTAIN = 1e-3
_BATCH = 32
_IMAGES_PER_TASK = 8

Probabilities = tuple[NDArray[np.float64], NDArray[np.float64]]


def compare_stored(
    model: Model, module: nn.Module, pixels: PixelMap, image_ids: Sequence[str]
) -> dict[str, Any]:
    """Compare file and PyTorch on images at the size that the model was trained at.

    Args:
        model: The open file.
        module: What was exported (``exporting.deployable``).
        pixels: Of all images.
        image_ids: Which are compared.

    Returns:
        ``images`` (how many) and the largest differences over all of them, ``probability`` (0 to 1)
        and ``log_odds``, of probabilities that are taken for at least 0.001 and at most 0.999; of
        no images, ``images`` alone.

    Raises:
        BadModelFile: An image differs by more than ``LARGEST_DIFFERENCE``.
    """
    rows = pixels.rows(image_ids)

    def compared(first: int) -> Probabilities:
        images = pixels.read(rows[first : first + _BATCH])
        return model.probabilities(images), _by_pytorch(module, images)

    starts = range(0, len(rows), _BATCH)
    return _largest("stored", image_ids, _in_threads(compared, starts, "Comparing stored images"))


def compare_originals(
    model: Model,
    module: nn.Module,
    folder: Path,
    index: pd.DataFrame,
    image_ids: Sequence[str],
) -> dict[str, Any]:
    """Compare the file on originals with PyTorch on what training makes of them.

    Args:
        model: The open file, which resizes by itself.
        module: What was exported; it gets images that ``preprocessing.resize`` made small.
        folder: Where the radiographs are.
        index: ``image_id, path``.
        image_ids: Which are compared.

    Returns:
        As ``compare_stored``.

    Raises:
        BadModelFile: An image differs by more than ``LARGEST_DIFFERENCE``.
        BadRadiographs: A radiograph can't be read any more.
    """
    stored = stored_as(index)
    files = [stored[image_id] for image_id in image_ids]
    size = int(model.facts["image_size"])

    def compared(first: int) -> Probabilities:
        by_file, small = [], []
        for path, bits in files[first : first + _IMAGES_PER_TASK]:
            grey = _original(folder / path, bits)
            by_file.append(model.probabilities(grey[None]))
            small.append(resize(grey, size))
        return np.concatenate(by_file), _by_pytorch(module, np.stack(small))

    starts = range(0, len(files), _IMAGES_PER_TASK)
    return _largest("original", image_ids, _in_threads(compared, starts, "Comparing originals"))


def _in_threads(
    compared: Callable[[int], Probabilities], starts: range, description: str
) -> Iterator[Probabilities]:
    with single_threaded_workers(available_cores()) as pool:
        yield from track(pool.map(compared, starts), description, len(starts))


@torch.inference_mode()
def _by_pytorch(module: nn.Module, images: NDArray[np.uint8]) -> NDArray[np.float64]:
    return module(torch.from_numpy(images)[:, None]).numpy().astype(np.float64)


def _original(path: Path, bits: int | None) -> NDArray[np.uint8]:
    decoded = decode_new(path, bits_stored=bits)
    if decoded.grey is None:
        raise BadRadiographs(
            f"{path} can't be read any more ({decoded.problem}): it is compared at its original "
            "size with what the exported file says; put it back, or run `kedro run "
            "--pipelines=data_processing` again, or leave originals out with "
            "quantization.originals_compared: 0."
        )
    return decoded.grey


def _largest(
    size: str, image_ids: Sequence[str], compared: Iterator[Probabilities]
) -> dict[str, Any]:
    if not image_ids:
        return {"images": 0}
    pairs = list(compared)
    file, pytorch = (np.concatenate([np.empty(0), *one]) for one in zip(*pairs, strict=True))
    differences = {
        "probability": np.abs(file - pytorch),
        "log_odds": np.abs(_log_odds(file) - _log_odds(pytorch)),
    }
    for name, values in differences.items():
        worst, limit = int(values.argmax()), LARGEST_DIFFERENCE[size][name]
        # What is no number is no agreement either.
        if not values[worst] <= limit:
            raise BadModelFile(
                f"The exported file and PyTorch differ by {values[worst]:.1e} in "
                f"{name.replace('_', '-')} on {image_ids[worst]} at its {size} size, more than "
                f"{limit:.0e}; these versions of torch, onnxscript and onnxruntime do not agree."
            )
    return {
        "images": len(file),
        **{name: float(values.max()) for name, values in differences.items()},
    }


def _log_odds(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    held = probability.clip(_NEAREST_TO_CERTAIN, 1 - _NEAREST_TO_CERTAIN)
    return np.log(held / (1 - held))
