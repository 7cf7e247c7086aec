"""The largest backbone whose training step this machine bears."""

from __future__ import annotations

import logging
import multiprocessing
import time
from dataclasses import asdict, dataclass

import torch

from chest_xray.errors import BadTraining
from chest_xray.learning.network import Classifier
from chest_xray.machine.device import Hardware
from chest_xray.machine.memory import free_memory, peak_memory
from chest_xray.parameters import TrainingParameters

_STEPS = 3
_GIB = 1024**3
_ANSWER_SECONDS = 300

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Candidate:
    """A backbone that was tried: GiB its training step takes, minutes per epoch would take."""

    backbone: str
    memory_gib: float | None
    memory_limit_gib: float
    minutes_per_epoch: float | None
    minutes_limit: float
    fits: bool


def choose_backbone(
    parameters: TrainingParameters, image_size: int, images: int, hardware: Hardware
) -> tuple[str, list[dict[str, object]]]:
    """Take the named backbone, or try the candidates on this machine, the largest first.

    Each candidate runs a few training steps in a process of its own, so that what it takes can be
    told from what this process has, and one that the system kills for memory only doesn't fit.

    Args:
        parameters: ``backbone``, ``backbone_candidates``, ``memory_share``, ``minutes_per_epoch``.
        image_size: Side of the images, px.
        images: How many the training part has.
        hardware: On what.

    Returns:
        torchvision's name of the backbone, and a row a candidate tried (none for a name).

    Raises:
        BadTraining: No candidate fits.
    """
    if parameters.backbone != "auto":
        return parameters.backbone, []
    limit = parameters.memory_share * free_memory(hardware.device)
    tried: list[Candidate] = []
    # Their names end in the number of their layers.
    for backbone in sorted(parameters.backbone_candidates, key=lambda name: -int(name[6:])):
        candidate = _try(backbone, parameters, image_size, images, hardware, limit)
        tried.append(candidate)
        _log(candidate)
        if candidate.fits:
            return backbone, [asdict(row) for row in tried]
    raise BadTraining(
        f"No backbone of {', '.join(parameters.backbone_candidates)} fits {limit / _GIB:.1f} GiB "
        f"and {parameters.minutes_per_epoch:g} minutes per epoch; raise training.memory_share or "
        "training.minutes_per_epoch, lower training.batch_size, or name a backbone."
    )


def _try(
    backbone: str,
    parameters: TrainingParameters,
    image_size: int,
    images: int,
    hardware: Hardware,
    limit: float,
) -> Candidate:
    step = measure_training_step(backbone, parameters.batch_size, image_size, hardware)
    memory, seconds = (None, None) if step is None else step
    minutes = None if seconds is None else seconds * images / parameters.batch_size / 60
    fits = (
        memory is not None
        and minutes is not None
        and memory <= limit
        and minutes <= parameters.minutes_per_epoch
    )
    return Candidate(
        backbone,
        None if memory is None else memory / _GIB,
        limit / _GIB,
        minutes,
        parameters.minutes_per_epoch,
        fits,
    )


def measure_training_step(
    backbone: str, batch_size: int, image_size: int, hardware: Hardware
) -> tuple[int, float] | None:
    """Bytes and seconds that a training step takes, measured in a process of its own.

    Returns:
        None where the step failed, most likely for memory.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    arguments = (backbone, batch_size, image_size, hardware, torch.get_num_threads(), sender)
    process = context.Process(target=_measure, args=arguments, daemon=True)
    process.start()
    sender.close()
    try:
        return receiver.recv() if receiver.poll(_ANSWER_SECONDS) else None
    except EOFError:
        # Killed, most likely for memory: it sent nothing.
        return None
    finally:
        process.kill()
        process.join()


def _measure(
    backbone: str,
    batch_size: int,
    image_size: int,
    hardware: Hardware,
    threads: int,
    answer: object,
) -> None:
    """In a process of its own: bytes and seconds that a training step takes."""
    torch.set_num_threads(threads)
    before = peak_memory(hardware.device)
    network = (
        Classifier(backbone, [], 0.0).to(hardware.device).to(memory_format=torch.channels_last)
    )
    optimizer = torch.optim.AdamW(network.parameters(), fused=True)
    images = torch.zeros(batch_size, 3, image_size, image_size, device=hardware.device)
    images = images.contiguous(memory_format=torch.channels_last)
    seconds = []
    for _ in range(_STEPS):
        start = time.perf_counter()
        with hardware.autocast():
            loss = network(images).float().square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()
        seconds.append(time.perf_counter() - start)
    answer.send((peak_memory(hardware.device) - before, min(seconds)))  # type: ignore[attr-defined]


def _log(candidate: Candidate) -> None:
    logger.info(
        "%s: %s GiB of %.1f, %s minutes per epoch of %g: %s",
        candidate.backbone,
        "?" if candidate.memory_gib is None else f"{candidate.memory_gib:.1f}",
        candidate.memory_limit_gib,
        "?" if candidate.minutes_per_epoch is None else f"{candidate.minutes_per_epoch:.1f}",
        candidate.minutes_limit,
        "chosen" if candidate.fits else "does not fit",
    )
