"""How many trials this machine bears at once, and what each gets."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import torch

from chest_xray.errors import BadSearch
from chest_xray.learning.backbone import measure_training_step
from chest_xray.learning.network import Classifier
from chest_xray.machine.cores import available_cores
from chest_xray.machine.device import Hardware
from chest_xray.machine.memory import free_memory
from chest_xray.tuning.ray_session import Resources

# A trial keeps its weights, their average and the best ones apart from the network, and a copy of
# all while it writes them; the optimizer has two numbers a weight.
_COPIES_OF_THE_WEIGHTS = 10
# Python with torch and Ray, before any network.
_PROCESS_BYTES = 700 * 1024**2
_GIB = 1024**3

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Capacity:
    """``at_once`` trials of ``resources`` each; ``memory``: bytes for all of them together."""

    at_once: int
    resources: Resources
    memory: int


def share_of_gpus(at_once: int, gpus: int) -> float:
    """What share of a GPU each of so many trials has; a trial never has more than one."""
    return 1 / -(-at_once // gpus) if gpus else 0.0


def capacity(
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
    bearable = int(memory_share * free_memory(hardware.device))
    backbone = max(backbones, key=lambda name: int(name[6:]))
    step = measure_training_step(backbone, batch_size, image_size, hardware)
    if step is None:
        raise BadSearch(
            f"A training step of {backbone} with {batch_size} images of {image_size} px does not "
            "fit this machine's memory; lower training.batch_size or tuning.trial_image_size."
        )
    weights = sum(tensor.nbytes for tensor in Classifier(backbone, [], 0.0).state_dict().values())
    needed = step[0] + _COPIES_OF_THE_WEIGHTS * weights + _PROCESS_BYTES
    by_memory = bearable // needed
    if by_memory == 0:
        raise BadSearch(
            f"A trial of {backbone} needs about {needed / _GIB:.1f} GiB, and tuning.memory_share "
            f"leaves {bearable / _GIB:.1f} GiB; raise it, or lower training.batch_size."
        )
    gpus = torch.cuda.device_count() if hardware.device == "cuda" else 0
    at_once = max(1, min(by_memory * max(gpus, 1), cores, most))
    logger.info(
        "%d trial%s at once, %d of %d cores each: a trial of %s takes about %.1f GiB of %.1f.",
        at_once, "" if at_once == 1 else "s", cores // at_once, cores, backbone, needed / _GIB,
        bearable / _GIB,
    )  # fmt: skip
    resources = Resources(
        cores=cores // at_once,
        gpus=share_of_gpus(at_once, gpus),
        # On a GPU, it is not the machine's memory that was measured.
        memory=0 if gpus else int(needed),
    )
    return Capacity(at_once, resources, bearable)
