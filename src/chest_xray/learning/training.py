"""A whole training: choose the network, fit it or go on, keep the best epoch."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from chest_xray.errors import MixedResults
from chest_xray.learning import fitting
from chest_xray.learning.augmentation import Augmentation
from chest_xray.learning.backbone import choose_backbone
from chest_xray.learning.examples import Examples, examples
from chest_xray.learning.network import Classifier, load_backbone_weights
from chest_xray.learning.state import TrainingState, training_key
from chest_xray.machine.device import Hardware
from chest_xray.parameters import TrainingParameters
from chest_xray.radiographs.pixels import PixelMap

logger = logging.getLogger(__name__)


def train(
    parameters: TrainingParameters,
    class_names: Sequence[str],
    splits: pd.DataFrame,
    pixels: PixelMap,
    hardware: Hardware,
    previous: TrainingState | None,
    project_folder: Path,
    run: str,
) -> Iterator[TrainingState]:
    """Train from the start, go on, or say that this very training is done already.

    Args:
        parameters: How.
        class_names: The second is the one looked for.
        splits: ``image_id, label, part``.
        pixels: Of all images.
        hardware: On what; it is part of what the result depends on.
        previous: What an earlier run left, of this training or another.
        project_folder: What a relative path of weights is relative to.
        run: The run's name in TensorBoard, where it starts from the start.

    Yields:
        The state after each epoch that had to be trained; the previous one where none had to.
    """
    key = key_of(parameters, class_names, splits, pixels, hardware, project_folder)
    if previous is not None and is_done(previous, key):
        yield previous
        return
    network, start = begin(parameters, splits, pixels, hardware, previous, project_folder, key, run)
    learnt, checked = both_parts(parameters, class_names, splits, pixels)
    yield from fitting.fit(network, pixels, learnt, checked, parameters, hardware, start)


def is_done(previous: TrainingState, key: str) -> bool:
    """Whether an earlier run left the finished training of this key (``key_of``); logged if so."""
    if previous.key != key or not previous.finished:
        return False
    logger.info("This training is done already (%s); its result is used.", previous.run)
    return True


def begin(
    parameters: TrainingParameters,
    splits: pd.DataFrame,
    pixels: PixelMap,
    hardware: Hardware,
    previous: TrainingState | None,
    project_folder: Path,
    key: str,
    run: str,
) -> tuple[Classifier, TrainingState]:
    """A network to be fitted, and the state to start or to go on from; arguments as in ``train``.

    Returns:
        The network, with its initial weights where the state has no epochs behind it.
    """
    if previous is not None and previous.key == key:
        logger.info("Training goes on after epoch %d (%s).", previous.epochs, previous.run)
        torch.manual_seed(parameters.seed)
        backbone = previous.network["backbone"]
        return Classifier(backbone, parameters.head_sizes, parameters.dropout), previous
    if previous is not None and not previous.finished:
        logger.warning(
            "Of another setting or other data, %d epochs were trained and not finished (%s); "
            "this training takes their place.",
            previous.epochs,
            previous.run,
        )
    network, described = _new_network(parameters, splits, pixels, hardware, project_folder)
    return network, TrainingState(key, f"{run}-{key[:6]}", described)


def both_parts(
    parameters: TrainingParameters,
    class_names: Sequence[str],
    splits: pd.DataFrame,
    pixels: PixelMap,
) -> tuple[Examples, Examples]:
    """What is learnt from, and what stopping and the best epoch are chosen by."""
    learnt, checked = (
        examples(splits, pixels, class_names[1], part, parameters.balance_within_sources)
        for part in ("train", "validation")
    )
    return learnt, checked


def key_of(
    parameters: TrainingParameters,
    class_names: Sequence[str],
    splits: pd.DataFrame,
    pixels: PixelMap,
    hardware: Hardware,
    project_folder: Path,
) -> str:
    """The hash by which a training is known again; arguments as in ``train``."""
    return training_key(
        parameters,
        splits,
        pixels.manifest.fingerprint,
        backbone=_choice_of_backbone(parameters),
        weights=weights_identity(parameters.weights, project_folder),
        device=hardware.device,
        precision=hardware.precision,
        classes="/".join(class_names),
    )


def _choice_of_backbone(parameters: TrainingParameters) -> str:
    if parameters.backbone != "auto":
        return parameters.backbone
    chosen_by = {"backbone_candidates", "memory_share", "minutes_per_epoch"}
    return f"auto {parameters.model_dump_json(include=chosen_by)}"


def weights_identity(weights: str, folder: Path) -> str:
    """What tells initial weights apart: a file's hash, or a name of torchvision's or ``none``.

    Args:
        weights: As in ``training.weights``; ``folder``: that a path is relative to.
    """
    path = folder / Path(weights).expanduser()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else weights


def _new_network(
    parameters: TrainingParameters,
    splits: pd.DataFrame,
    pixels: PixelMap,
    hardware: Hardware,
    folder: Path,
) -> tuple[Classifier, dict[str, Any]]:
    images = int((splits["part"] == "train").sum())
    backbone, tried = choose_backbone(parameters, pixels.manifest.image_size, images, hardware)
    torch.manual_seed(parameters.seed)
    network = Classifier(backbone, parameters.head_sizes, parameters.dropout)
    message = load_backbone_weights(network, backbone, parameters.weights, folder)
    return network, {"backbone": backbone, "initial_weights": message, "candidates": tried}


def refuse_other_training(state: TrainingState, key: str) -> None:
    """Raise ``MixedResults`` unless a state is of the training with this key (``key_of``)."""
    if state.key != key:
        raise MixedResults(
            f"The training that is kept ({state.run}) is of other splits, pixels, parameters or "
            "hardware than these; kedro run --pipelines=training (with the same --env) "
            "trains on these."
        )


def augmented_samples(
    parameters: TrainingParameters, pixels: PixelMap, splits: pd.DataFrame, count: int
) -> NDArray[np.uint8]:
    """Some training images as augmentation changes them, uint8 [count, 1, size, size]."""
    chosen = splits[splits["part"] == "train"].sample(count, replace=True, random_state=0)
    levels = torch.from_numpy(pixels.prepared(pixels.rows(chosen["image_id"])))[:, None].float()
    with torch.random.fork_rng():
        torch.manual_seed(parameters.seed)
        changed = Augmentation(parameters.augmentation)(levels)
    return changed.round().clamp(0, 255).to(torch.uint8).numpy()
