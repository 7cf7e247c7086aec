"""How many trials run at once on this machine, and what each gets."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import torch

from chest_xray.errors import BadSearch
from chest_xray.learning.backbone import measure_training_step
from chest_xray.learning.network import Classifier
from chest_xray.machine.cores import available_cores
from chest_xray.machine.device import Hardware, choose_hardware
from chest_xray.machine.memory import free_memory
from chest_xray.machine.ray_cluster import Resources
from chest_xray.parameters import TrainingParameters
from chest_xray.tuning.context import TuningContext

# A trial keeps its weights, their average and the best ones apart from the network, and a copy of
# all while it writes them; the optimizer has two numbers a weight.
_COPIES_OF_THE_WEIGHTS = 10
# Python with torch and Ray, before any network.
_PROCESS_BYTES = 700 * 1024**2
_GIB = 1024**3

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Capacity:
    """``trials`` at once, each with its ``resources``; ``memory``: bytes for all of them."""

    trials: int
    resources: Resources
    memory: int

    @property
    def cores(self) -> int:
        """Of all trials together."""
        return self.trials * self.resources.cores


def trial_capacity(
    context: TuningContext, base: TrainingParameters, image_size: int, most: int
) -> Capacity:
    """How many trials run at once: measured, unless ``tuning.concurrent_trials`` is a number.

    Args:
        context: How and where trials run.
        base: Training's parameters, which a trial's setting changes.
        image_size: Of the trials' images, px.
        most: No more than this many are ever needed at once.

    Raises:
        BadSearch: Not even one fits.
    """
    tuning = context.tuning
    hardware = choose_hardware(context.process)
    if tuning.concurrent_trials != "auto":
        cores = available_cores()
        trials = max(1, min(tuning.concurrent_trials, cores, most))
        share = Resources(cores // trials, share_of_gpus(trials, _gpus(hardware)), 0)
        return Capacity(trials, share, int(tuning.memory_share * free_memory(hardware.device)))
    space = tuning.searched
    backbones = space["backbone"].values if "backbone" in space else [base.backbone]
    batches = space["batch_size"].ends if "batch_size" in space else [base.batch_size]
    return measured_capacity(
        backbones, max(batches), image_size, hardware, most, tuning.memory_share
    )


def share_of_gpus(trials: int, gpus: int) -> float:
    """What share of a GPU each of so many trials has; a trial never has more than one."""
    return 1 / -(-trials // gpus) if gpus else 0.0


def _gpus(hardware: Hardware) -> int:
    return torch.cuda.device_count() if hardware.device == "cuda" else 0


def measured_capacity(
    backbones: list[str],
    batch_size: int,
    image_size: int,
    hardware: Hardware,
    most: int,
    memory_share: float,
) -> Capacity:
    """Measure one training step, and see how often it fits.

    Args:
        backbones: That trials may have; the largest is measured.
        batch_size: The largest of the trials; ``image_size``: theirs, px.
        hardware: On what they compute.
        most: No more than this many are ever needed at once.
        memory_share: Of the free memory, for all together.

    Raises:
        BadSearch: Not even one fits.
    """
    cores = available_cores()
    usable = int(memory_share * free_memory(hardware.device))
    backbone = max(backbones, key=lambda name: int(name[6:]))
    step = measure_training_step(backbone, batch_size, image_size, hardware)
    if step is None:
        raise BadSearch(
            f"A training step of {backbone} with {batch_size} images of {image_size} px does not "
            "fit this machine's memory; lower training.batch_size or tuning.trial_image_size."
        )
    weights = sum(tensor.nbytes for tensor in Classifier(backbone, [], 0.0).state_dict().values())
    needed = step[0] + _COPIES_OF_THE_WEIGHTS * weights + _PROCESS_BYTES
    by_memory = usable // needed
    if by_memory == 0:
        raise BadSearch(
            f"A trial of {backbone} needs about {needed / _GIB:.1f} GiB, and tuning.memory_share "
            f"leaves {usable / _GIB:.1f} GiB; raise it, or lower training.batch_size."
        )
    gpus = _gpus(hardware)
    trials = max(1, min(by_memory * max(gpus, 1), cores, most))
    logger.info(
        "%d trial%s at once, %d of %d cores each: a trial of %s takes about %.1f GiB of %.1f.",
        trials,
        "" if trials == 1 else "s",
        cores // trials,
        cores,
        backbone,
        needed / _GIB,
        usable / _GIB,
    )
    resources = Resources(
        cores=cores // trials,
        gpus=share_of_gpus(trials, gpus),
        # On a GPU, it is not the machine's memory that was measured.
        memory=0 if gpus else int(needed),
    )
    return Capacity(trials, resources, usable)
