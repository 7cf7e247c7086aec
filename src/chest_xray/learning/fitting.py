"""The one fit loop: of the baseline, of each trial of a search, and of the tuned model."""

from __future__ import annotations

import copy
import logging
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel

from chest_xray.errors import BadTraining
from chest_xray.learning.augmentation import Augmentation, shrink
from chest_xray.learning.examples import Examples
from chest_xray.learning.group import ALONE, Group
from chest_xray.learning.network import STAGES, Classifier
from chest_xray.learning.state import TrainingState
from chest_xray.learning.style_mixing import FeatureMixing, StyleMixing
from chest_xray.machine.device import Hardware
from chest_xray.machine.progress import track
from chest_xray.parameters import FitParameters
from chest_xray.radiographs.intensity import normalize_intensity
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.preprocessing import normalize
from chest_xray.statistics.metrics import metrics

# Share of the full rate that the cosine ends at.
_LAST_RATE = 0.01
EVALUATION_BATCH = 64

logger = logging.getLogger(__name__)


def loss_of(
    logits: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor, smoothing: float
) -> torch.Tensor:
    """Weighted binary cross-entropy, its mean over the batch.

    Args:
        logits: float [n]; ``labels``: float [n], 0 or 1; ``weights``: float [n].
        smoothing: Share of each label that goes to both classes in equal parts.
    """
    targets = labels * (1 - smoothing) + smoothing / 2
    return functional.binary_cross_entropy_with_logits(logits, targets, weights)


def fit(
    network: Classifier,
    pixels: PixelMap,
    train: Examples,
    validation: Examples,
    parameters: FitParameters,
    hardware: Hardware,
    start: TrainingState,
    group: Group = ALONE,
) -> Iterator[TrainingState]:
    """Train a network, an epoch at a time.

    First the head on the frozen backbone, then everything, each stage of the backbone at a smaller
    rate than the one above; the rate warms up and falls as a cosine. An epoch's training metrics
    are those of its batches as they were learnt from (augmented, with dropout, while the weights
    move); its validation metrics are those of the moving average of the weights, measured
    afterwards at the size that was learnt from. Where images grow, early stopping and the choice of
    the best epoch begin again, and only an epoch at full size can be the last.

    Several processes that train together (``group``) each learn from their share of every batch,
    and all go on with the sum of their gradients, which is that of the whole batch. Each changes
    its images by draws of its own. On CUDA batch statistics are of the whole batch; elsewhere they
    are of each share, and their running means are averaged over the processes after each epoch.

    Args:
        network: Trained in place. Where ``start`` has epochs behind it, its weights are loaded.
        pixels: Of all images, at full size.
        train: What is learnt from.
        validation: What stopping and the best epoch are chosen by.
        parameters: How.
        hardware: On what.
        start: A state without epochs, or the one to go on from.
        group: The processes that train it together.

    Yields:
        The state after each epoch, the same in all processes; the last one says in ``finished``
        why it is the last.

    Raises:
        BadTraining: The loss is no number any more.
    """
    fitting = Fitting(network, pixels, train, parameters, hardware, group)
    if start.epochs:
        fitting.go_on_from(start)
    state = start
    for epoch in range(start.epochs + 1, parameters.epochs + 1):
        if state.finished:
            return
        size = fitting.image_size(epoch)
        row = partial(_row, epoch, size)
        before = time.perf_counter()
        batches = list(fitting.steps(epoch))
        own = torch.cat([logits for logits, _ in batches]).cpu().numpy().astype(np.float64)
        logits = group.gather(own)
        seen = group.gather(np.concatenate([batch for _, batch in batches]))
        learnt = row("train", logits, train.labels[seen], train.weights[seen], before)
        before = time.perf_counter()
        fitting.share_statistics()
        logits = fitting.predict(validation.rows, size)
        checked = row("validation", logits, validation.labels, validation.weights, before)
        state = _after_epoch(state, fitting, group.from_first([learnt, checked]))
        log_epoch(state)
        yield state


class Fitting:
    """What moves while a network is fitted: its weights, their average, the optimizer.

    Attributes:
        average: The moving average of the network's weights, a module like the network.
        optimizer: AdamW, a group a stage.
    """

    def __init__(
        self,
        network: Classifier,
        pixels: PixelMap,
        train: Examples,
        parameters: FitParameters,
        hardware: Hardware,
        group: Group = ALONE,
    ) -> None:
        """Take a network to be trained in place; see ``fit`` for the arguments."""
        if group.size > 1 and hardware.device == "cuda":
            network = nn.SyncBatchNorm.convert_sync_batchnorm(network)
        self.network = network.to(hardware.device).to(memory_format=torch.channels_last)
        self.average = _average(network, parameters.ema_decay)
        self.optimizer = _optimizer(network, parameters)
        self.parameters = parameters
        self._pixels = pixels
        self._train = train
        self._hardware = hardware
        self._group = group
        self._schedule = _Schedule(parameters, len(train))
        self._augmentation = Augmentation(parameters.augmentation).to(hardware.device)
        self._style_mixing = StyleMixing(parameters.style_mixing)
        if parameters.style_mixing.features:
            FeatureMixing(parameters.style_mixing.features).attach(self.network)

    def go_on_from(self, state: TrainingState) -> None:
        """Take up weights, average and optimizer of an earlier epoch."""
        self.network.load_state_dict(state.weights)
        self.average.load_state_dict(state.average)
        self.optimizer.load_state_dict(state.optimizer)

    def image_size(self, epoch: int) -> int:
        """Side at which an epoch, from 1, sees the images, px."""
        return self.parameters.image_size(epoch, self._pixels.manifest.image_size)

    def share_statistics(self) -> None:
        """Give all processes of the group the mean of their batch statistics."""
        for module in (self.network, self.average):
            self._group.average(module.buffers())

    def predict(self, rows: NDArray[np.int64], size: int) -> NDArray[np.float64]:
        """The average's logits of images at a size, float [len(rows)]; each process does a part."""
        own = self._group.share(rows)
        logits = np.empty(0)
        if len(own):
            logits = predict_logits(self.average, self._pixels, own, self._hardware, size)
        return self._group.gather(logits)

    def steps(self, epoch: int) -> Iterator[tuple[torch.Tensor, NDArray[np.int64]]]:
        """Pass once over the training part.

        Args:
            epoch: From 1; with the seed it fixes the order of the images, and with the rank their
                changes.

        Yields:
            After each step the logits of this process's share of its batch, float [share], and
            which examples they are of.
        """
        parameters, schedule = self.parameters, self._schedule
        torch.manual_seed(_epoch_seed(parameters.seed, epoch, self._group.rank))
        shuffle = np.random.default_rng(_epoch_seed(parameters.seed, epoch))
        order = shuffle.permutation(len(self._train))
        self._prepare(epoch)
        size = self.image_size(epoch)
        message = f"Epoch {epoch} of {parameters.epochs}"
        for step in track(range(schedule.steps), message, schedule.steps):
            batch = order[step * parameters.batch_size : (step + 1) * parameters.batch_size]
            for group in self.optimizer.param_groups:
                group["lr"] = group["full_rate"] * schedule.rate(epoch, step)
            share = self._group.share(batch)
            yield self._step(share, size, len(share) / len(batch)), share

    def _prepare(self, epoch: int) -> None:
        frozen = self._schedule.frozen(epoch)
        self.network.backbone.requires_grad_(not frozen)
        self.network.train()
        if frozen:
            # A frozen backbone keeps its statistics too.
            self.network.backbone.eval()

    def _step(self, batch: NDArray[np.int64], size: int, part: float) -> torch.Tensor:
        """Learn from a share of a batch, which is this ``part`` of it; give its logits."""
        levels = shrink(_levels(self._pixels, self._train.rows[batch], self._hardware), size)
        answers, weights = (
            torch.from_numpy(of[batch]).to(self._hardware.device)
            for of in (self._train.labels, self._train.weights)
        )
        images = normalize(self._augmentation(self._style_mixing(levels, answers)))
        self.optimizer.zero_grad()
        with self._hardware.autocast():
            logits = self.network(images.contiguous(memory_format=torch.channels_last)).float()
        smoothing = self.parameters.label_smoothing
        (part * loss_of(logits, answers, weights, smoothing)).backward()
        self._group.add_gradients(self.network.parameters())
        self.optimizer.step()
        self.average.update_parameters(self.network)
        return logits.detach()


class _Schedule:
    """Which epochs are frozen, and the learning rate of each step."""

    def __init__(self, parameters: FitParameters, images: int) -> None:
        self.parameters = parameters
        # A last batch of one image has no statistics to normalize by.
        self.steps = max(1, images // parameters.batch_size)

    def frozen(self, epoch: int) -> bool:
        return epoch <= self.parameters.epochs_frozen

    def rate(self, epoch: int, step: int) -> float:
        """Share of the full learning rate, 0 to 1, at a step from 0 within an epoch from 1."""
        if self.frozen(epoch):
            return 1.0
        frozen = self.parameters.epochs_frozen
        done = epoch - 1 - frozen + (step + 1) / self.steps
        warmth = min(1.0, done / max(self.parameters.warm_up_epochs, 1e-9))
        cosine = (1 + math.cos(math.pi * done / (self.parameters.epochs - frozen))) / 2
        return warmth * (_LAST_RATE + (1 - _LAST_RATE) * cosine)


def _optimizer(network: Classifier, parameters: FitParameters) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter, 2019), a group a stage; no decay on norms and biases."""
    rates = {
        stage: parameters.learning_rate * parameters.stage_decay ** (len(STAGES) - 1 - place)
        for place, stage in enumerate(STAGES)
    }
    parts = [(network.stage_parameters(stage), rate) for stage, rate in rates.items()]
    parts.append((list(network.head.parameters()), parameters.head_learning_rate))
    groups = [
        {
            "params": [tensor for tensor in tensors if (tensor.ndim > 1) == decayed],
            "lr": rate,
            "full_rate": rate,
            "weight_decay": parameters.weight_decay if decayed else 0.0,
        }
        for tensors, rate in parts
        for decayed in (True, False)
    ]
    return torch.optim.AdamW(groups, fused=True)


def _average(network: Classifier, decay: float) -> AveragedModel:
    """An exponential moving average of weights and batch statistics over the steps.

    The average is evaluated and kept, as it generalizes better than the last step
    (Morales-Brotons et al., 2024, https://arxiv.org/abs/2411.18704). Its memory grows with the
    steps behind it up to ``decay``, so that it never carries the random start for long.
    """

    def update(averages: Any, currents: Any, steps: Any) -> None:
        kept = min(decay, (1 + int(steps)) / (10 + int(steps)))
        # All of one type, as AveragedModel hands them over.
        if averages[0].is_floating_point():
            torch._foreach_lerp_(averages, currents, 1 - kept)
        else:
            torch._foreach_copy_(averages, currents)

    return AveragedModel(network, multi_avg_fn=torch.no_grad()(update), use_buffers=True)


def _levels(pixels: PixelMap, rows: NDArray[np.int64], hardware: Hardware) -> torch.Tensor:
    """What a network is to see of some rows, on the device: float [n, 1, size, size], 0 to 255.

    ``PixelMap.prepared``, but on the device, which a CPU would keep waiting.
    """
    batch = torch.from_numpy(pixels.read(rows))[:, None]
    if hardware.device == "cuda":
        batch = batch.pin_memory()
    levels = batch.to(hardware.device, non_blocking=True).float()
    return normalize_intensity(levels, pixels.manifest.intensity_normalization)


def predict_logits(
    network: nn.Module,
    pixels: PixelMap,
    rows: Sequence[int] | NDArray[np.int64],
    hardware: Hardware,
    image_size: int | None = None,
) -> NDArray[np.float64]:
    """What a network gives for stored images, without augmentation: float64, for a ``Classifier``
    its logits, [len(rows)].

    Images are shrunk to ``image_size`` px; None leaves them at the size they are stored at.
    """
    network.eval()
    with torch.inference_mode(), hardware.autocast():
        logits = [network(images).float() for images in batches(pixels, rows, hardware, image_size)]
    return torch.cat(logits).cpu().numpy().astype(np.float64)


def batches(
    pixels: PixelMap,
    rows: Sequence[int] | NDArray[np.int64],
    hardware: Hardware,
    image_size: int | None = None,
) -> Iterator[torch.Tensor]:
    """Stored images in their order, normalized, without augmentation: float [batch, 3, side, side].

    Their side is ``image_size`` px, or what they are stored at.
    """
    image_size = image_size or pixels.manifest.image_size
    rows = np.asarray(rows, dtype=np.int64)
    for first in range(0, len(rows), EVALUATION_BATCH):
        levels = _levels(pixels, rows[first : first + EVALUATION_BATCH], hardware)
        images = normalize(shrink(levels, image_size))
        yield images.contiguous(memory_format=torch.channels_last)


def scores(
    logits: NDArray[np.float64], labels: NDArray[np.float32], weights: NDArray[np.float32]
) -> dict[str, float]:
    """What an epoch of a training is measured by, from logits before calibration.

    Args:
        logits: float [n]; ``labels``: 0 or 1, float [n]; ``weights``: in the loss, float [n].

    Returns:
        ``loss`` without label smoothing; ``accuracy, f1, auc, sensitivity, specificity`` at a
        threshold of one half.
    """
    measured = metrics(labels > 0.5, 1 / (1 + np.exp(-logits)), threshold=0.5)
    chosen = ("accuracy", "f1", "auc", "sensitivity", "specificity")
    loss = _loss_without_smoothing(logits, labels, weights)
    return {"loss": loss, **{name: measured[name] for name in chosen}}


def _loss_without_smoothing(
    logits: NDArray[np.float64], labels: NDArray[np.float32], weights: NDArray[np.float32]
) -> float:
    answers = torch.from_numpy(labels).double()
    return float(loss_of(torch.from_numpy(logits), answers, torch.from_numpy(weights), 0.0))


def _row(
    epoch: int,
    image_size: int,
    part: str,
    logits: NDArray[np.float64],
    labels: NDArray[np.float32],
    weights: NDArray[np.float32],
    started: float,
) -> dict[str, Any]:
    seconds = time.perf_counter() - started
    loss = _loss_without_smoothing(logits, labels, weights)
    if not math.isfinite(loss):
        raise BadTraining(
            f"The {part} loss of epoch {epoch} is {loss}: the learning rates "
            "(training.learning_rate, training.head_learning_rate) are too high for these images."
        )
    return {
        "epoch": epoch,
        "part": part,
        **scores(logits, labels, weights),
        "seconds": seconds,
        "image_size": image_size,
    }


def _after_epoch(
    state: TrainingState, fitting: Fitting, rows: list[dict[str, Any]]
) -> TrainingState:
    stopping = fitting.parameters.early_stopping
    epoch, score = rows[1]["epoch"], rows[1][stopping.metric]
    gain = state.best_score - score if stopping.metric == "loss" else score - state.best_score
    state = replace(
        state,
        history=[*state.history, *rows],
        weights=_copy(fitting.network),
        average=_copy(fitting.average),
        optimizer=copy.deepcopy(fitting.optimizer.state_dict()),
    )
    # Metrics at one size say nothing of those at another.
    grown = not state.best_epoch or fitting.image_size(epoch) > fitting.image_size(epoch - 1)
    if grown or (gain > 0 and gain >= stopping.min_delta):
        best = _copy(fitting.average.module)
        state = replace(state, best_epoch=epoch, best_score=score, best_weights=best)
    return replace(state, finished=_why_finished(state, fitting, epoch))


def _copy(module: nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().cpu().clone() for name, tensor in module.state_dict().items()}


def _why_finished(state: TrainingState, fitting: Fitting, epoch: int) -> str:
    parameters = fitting.parameters
    if epoch == parameters.epochs:
        return f"all {epoch} epochs done"
    at_full_size = fitting.image_size(epoch) == fitting.image_size(parameters.epochs)
    if at_full_size and epoch - state.best_epoch >= parameters.early_stopping.patience:
        return (
            f"no gain of {parameters.early_stopping.min_delta:g} in validation "
            f"{parameters.early_stopping.metric} since epoch {state.best_epoch}"
        )
    return ""


def log_epoch(state: TrainingState) -> None:
    """Log what the last epoch of a training measured."""
    learnt, checked = state.history[-2:]
    logger.info(
        "Epoch %d, %d px: loss %.4f and %.4f, accuracy %.4f and %.4f, AUC %.4f and %.4f "
        "(train and validation), %.0f s%s",
        learnt["epoch"],
        learnt["image_size"],
        learnt["loss"],
        checked["loss"],
        learnt["accuracy"],
        checked["accuracy"],
        learnt["auc"],
        checked["auc"],
        learnt["seconds"] + checked["seconds"],
        f"; finished: {state.finished}" if state.finished else "",
    )


def _epoch_seed(seed: int, epoch: int, rank: int = 0) -> int:
    """Of an epoch's draws; each process of a group has its own, the first that of one alone."""
    entropy = [seed, epoch, rank] if rank else [seed, epoch]
    return int(np.random.SeedSequence(entropy).generate_state(1)[0])
