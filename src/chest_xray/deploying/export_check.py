"""Whether a deployable file says what PyTorch says, of the images a model is measured on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from chest_xray.deploying.graph_values import LEVELS, with_levels
from chest_xray.deploying.model_file import DISTANCE, INPUT, OUTPUT, open_session
from chest_xray.deploying.scorers import NetworkScorer
from chest_xray.errors import BadModelFile, BadRadiographs
from chest_xray.evaluating.out_of_distribution import OodReference
from chest_xray.machine.cores import available_cores
from chest_xray.machine.progress import track
from chest_xray.machine.threads import single_threaded_workers
from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.intensity import normalize_intensity
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.preprocessing import resize
from chest_xray.radiographs.reading import stored_as

# From one image on, in grey levels that the network sees, in probability, in log-odds and in the
# share of the distance from the training images, that the two are no longer one model.
LARGEST_DIFFERENCE = {
    "stored": {"levels": 0, "probability": 1e-4, "log_odds": 1e-3, "distance": 1e-3},
    # Each resizes by itself, and now and then a level on the edge of rounding falls to either side.
    # A table of intensity normalization may make any step of that, which is only told; what it does
    # to the answer is refused.
    "original": {"probability": 5e-3, "log_odds": 5e-2, "distance": 5e-2},
}
_IN_WORDS = {
    "levels": "levels",
    "probability": "probability",
    "log_odds": "log-odds",
    "distance": "the share of the distance from the training images",
}
# A float32 near 1 has too few digits left to tell larger log-odds apart.
_NEAREST_TO_CERTAIN = 1e-3
_BATCH = 32
_IMAGES_PER_TASK = 8

# A distance below the limit warns of nothing: its differences count as shares of the limit.
_LEAST_DISTANCE = 1.0


class ImageAnswers(NamedTuple):
    """The answers for n images.

    Attributes:
        probability: float64 [n].
        distance: float64 [n], from the training images, in units of the limit.
        levels: float32 [n, size, size], 0 to 255, whole: as the network sees the images.
    """

    probability: NDArray[np.float64]
    distance: NDArray[np.float64]
    levels: NDArray[np.float32]


# Of images uint8 [n, h, w].
Answers = Callable[[NDArray[np.uint8]], ImageAnswers]


@dataclass(frozen=True)
class Exported:
    """What a file was exported from.

    Attributes:
        weights: Of a ``Classifier``.
        card: The model card that belongs to them.
        reference: What the training images look like to it.
    """

    weights: Mapping[str, torch.Tensor]
    card: Mapping[str, Any]
    reference: OodReference


class _Compared(NamedTuple):
    """Of n images, float64 [n] each: what either side says, and how far their levels differ."""

    file_probability: NDArray[np.float64]
    file_distance: NDArray[np.float64]
    probability: NDArray[np.float64]
    distance: NDArray[np.float64]
    levels: NDArray[np.float64]


def answers_of_file(data: bytes) -> Answers:
    """What a file in float says, by onnxruntime on one thread; its bytes are trusted."""
    session = open_session(with_levels(data), threads=1)

    def answers(images: NDArray[np.uint8]) -> ImageAnswers:
        outputs = [OUTPUT, DISTANCE, LEVELS]
        probability, distance, levels = session.run(outputs, {INPUT: images[:, None]})
        return ImageAnswers(
            probability.astype(np.float64), distance.astype(np.float64), levels[:, 0]
        )

    return answers


def answers_of_pytorch(exported: Exported) -> Answers:
    """What PyTorch says, of images as they are stored: at the size the model was trained at.

    Raises:
        BadWeights: The card was written for other weights.
        MixedResults: The reference is another model's.
    """
    scorer = NetworkScorer(exported.weights, exported.card, exported.reference, "cpu")
    kind = exported.card["intensity_normalization"]

    def answers(images: NDArray[np.uint8]) -> ImageAnswers:
        levels = normalize_intensity(torch.from_numpy(images)[:, None].float(), kind)
        return ImageAnswers(*scorer(images), levels[:, 0].numpy())

    return answers


def compare_stored(
    file: Answers, pytorch: Answers, pixels: PixelMap, image_ids: Sequence[str]
) -> dict[str, Any]:
    """Compare file and PyTorch on images at the size that the model was trained at.

    Args:
        file: The file (``answers_of_file``).
        pytorch: What the project itself computes of the exported model (``answers_of_pytorch``).
        pixels: Of all images.
        image_ids: Which are compared.

    Returns:
        ``images`` (how many) and the largest differences over all of them: ``levels`` (0 to 255),
        of the whole grey levels that the two networks see, ``probability`` (0 to 1),
        ``log_odds``, of probabilities that are taken for at least 0.001 and at most 0.999, and
        ``distance``, from the training images, as a share of PyTorch's or, where that is larger,
        of the limit; of no images, ``images`` alone.

    Raises:
        BadModelFile: An image differs by more than ``LARGEST_DIFFERENCE``.
    """
    rows = pixels.rows(image_ids)

    def compared(first: int) -> _Compared:
        images = pixels.read(rows[first : first + _BATCH])
        return _pair(file(images), pytorch(images))

    starts = range(0, len(rows), _BATCH)
    return _largest("stored", image_ids, _in_threads(compared, starts, "Comparing stored images"))


def compare_originals(
    file: Answers,
    pytorch: Answers,
    image_size: int,
    folder: Path,
    index: pd.DataFrame,
    image_ids: Sequence[str],
) -> dict[str, Any]:
    """Compare the file on originals with PyTorch on what training makes of them.

    Args:
        file: The file, which resizes by itself.
        pytorch: As in ``compare_stored``; it gets images that ``preprocessing.resize`` made small.
        image_size: Side of these, px.
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

    def compared(first: int) -> _Compared:
        by_file: list[ImageAnswers] = []
        small = []
        for path, bits in files[first : first + _IMAGES_PER_TASK]:
            grey = _original(folder / path, bits)
            by_file.append(file(grey[None]))
            small.append(resize(grey, image_size))
        joined = ImageAnswers(*(np.concatenate(one) for one in zip(*by_file, strict=True)))
        return _pair(joined, pytorch(np.stack(small)))

    starts = range(0, len(files), _IMAGES_PER_TASK)
    return _largest("original", image_ids, _in_threads(compared, starts, "Comparing originals"))


def _in_threads(
    compared: Callable[[int], _Compared], starts: range, description: str
) -> Iterator[_Compared]:
    with single_threaded_workers(available_cores()) as pool:
        yield from track(pool.map(compared, starts), description, len(starts))


def _pair(file: ImageAnswers, pytorch: ImageAnswers) -> _Compared:
    levels = np.abs(file.levels - pytorch.levels).max(axis=(1, 2)).astype(np.float64)
    return _Compared(file.probability, file.distance, pytorch.probability, pytorch.distance, levels)


def _original(path: Path, bits: int | None) -> NDArray[np.uint8]:
    decoded = decode(path, bits)
    if decoded.grey is None:
        raise BadRadiographs(
            f"{path} can't be read any more ({decoded.problem}): it is compared at its original "
            "size with what the exported file says; put it back, or run `kedro run "
            "--pipelines=data_processing` again, or leave originals out with "
            "quantization.originals_compared: 0."
        )
    return decoded.grey


def _largest(size: str, image_ids: Sequence[str], compared: Iterator[_Compared]) -> dict[str, Any]:
    if not image_ids:
        return {"images": 0}
    found = _Compared(*(np.concatenate(one) for one in zip(*compared, strict=True)))
    apart = np.abs(found.file_distance - found.distance)
    differences = {
        "levels": found.levels,
        "probability": np.abs(found.file_probability - found.probability),
        "log_odds": np.abs(_log_odds(found.file_probability) - _log_odds(found.probability)),
        "distance": apart / found.distance.clip(min=_LEAST_DISTANCE),
    }
    for name, limit in LARGEST_DIFFERENCE[size].items():
        values = differences[name]
        worst = int(values.argmax())
        # What is no number is no agreement either.
        if not values[worst] <= limit:
            raise BadModelFile(
                f"The exported file and PyTorch differ by {values[worst]:.2g} in "
                f"{_IN_WORDS[name]} on {image_ids[worst]} at its {size} size, more than "
                f"{limit:g}; these versions of torch, onnxscript and onnxruntime do not agree."
            )
    return {
        "images": len(found.levels),
        **{name: float(values.max()) for name, values in differences.items()},
    }


def _log_odds(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    held = probability.clip(_NEAREST_TO_CERTAIN, 1 - _NEAREST_TO_CERTAIN)
    return np.log(held / (1 - held))
