"""How many trials run at once on this machine, and what each gets."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

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
    """How much is trained at once.

    Attributes:
        trials: At once.
        resources: Of a trial, or of each of its workers.
        memory: Bytes for all of them.
        workers: Of a trial; 1 also where it is one process.
    """

    trials: int
    resources: Resources
    memory: int
    workers: int = 1

    @property
    def cores(self) -> int:
        """Of all trials together."""
        return self.trials * self.workers * self.resources.cores


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
        BadSearch: Not even one fits, or fewer workers than one needs.
    """
    tuning = context.tuning
    hardware = choose_hardware(context.process)
    workers = max(1, tuning.trial_workers)
    if tuning.ray_address is None and _places(tuning.trial_workers, hardware) < workers:
        raise BadSearch(
            f"Parameter 'tuning.trial_workers' is {workers}; this machine has room for "
            f"{_places(workers, hardware)}: set it to that or less, or tuning.ray_address to a "
            "cluster."
        )
    if tuning.concurrent_trials != "auto":
        memory = int(tuning.memory_share * free_memory(hardware.device))
        places = _places(tuning.trial_workers, hardware)
        trials = max(1, min(tuning.concurrent_trials, places // workers, most))
        return Capacity(trials, _share(trials, tuning.trial_workers, hardware), memory, workers)
    space = tuning.searched
    backbones = space["backbone"].values if "backbone" in space else [base.backbone]
    batches = space["batch_size"].ends if "batch_size" in space else [base.batch_size]
    if not tuning.trial_workers:
        return measured_capacity(
            backbones, max(batches), image_size, hardware, most, tuning.memory_share
        )
    largest = -(-max(batches) // workers)
    processes = measured_capacity(
        backbones, largest, image_size, hardware, most * workers, tuning.memory_share
    )
    places = min(processes.trials, _places(workers, hardware))
    trials = max(1, places // workers)
    share = replace(_share(trials, workers, hardware), memory=processes.resources.memory)
    return Capacity(trials, share, processes.memory, workers)


def _places(workers: int, hardware: Hardware) -> int:
    """How many processes this machine has room for; workers never share a GPU."""
    return (workers and _gpus(hardware)) or available_cores()


def _share(trials: int, workers: int, hardware: Hardware) -> Resources:
    """What each of so many trials gets, or each of its workers."""
    processes = trials * max(1, workers)
    gpus = share_of_gpus(processes, _gpus(hardware))
    if workers and gpus:
        gpus = 1.0
    return Resources(max(1, available_cores() // processes), gpus, 0)


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
