"""A training whose batches are shared by several workers of Ray Train.

Ray Train 2.60 places the workers, joins them into one ``torch.distributed`` group (gloo on CPUs,
nccl on GPUs) and starts them again when one is lost. Its checkpoints are not made use of: they need
storage that all machines see. Instead the driver, which keeps each epoch in its own stream anyway,
has a mailbox in Ray: the worker of rank 0 puts each whole epoch there, and workers that are started
again go on from it.
"""

from __future__ import annotations

import io
import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import ray
from ray import train as ray_train
from ray.train.torch import TorchConfig, TorchTrainer
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from chest_xray.errors import BadTraining, ChestXrayError
from chest_xray.learning import fitting, training
from chest_xray.learning.group import ProcessGroup
from chest_xray.learning.mailbox import Mailbox, MailboxStatus
from chest_xray.learning.network import Classifier
from chest_xray.learning.state import TrainingState, read_state, write_state
from chest_xray.machine.cores import available_cores
from chest_xray.machine.device import Hardware, set_up_process
from chest_xray.machine.ray_cluster import (
    Resources,
    ray_session,
    share_of_machines,
    why_ended,
    worker_count,
)
from chest_xray.parameters import ProcessParameters, TrainingParameters
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.shared_pixels import SharedPixels, share

# Batch statistics need two images.
_LEAST_IMAGES = 2
# So often workers are started again after one was lost.
_RESTARTS = 5
# After which a worker that waits for the others gives up, seconds.
_WAITING_SECONDS = 600
_LOOKING_SECONDS = 0.2
# So much of a state travels at once, so that it fits the smallest object store of Ray's.
_PIECE_BYTES = 16 * 1024**2

logger = logging.getLogger(__name__)


def train(
    parameters: TrainingParameters,
    process: ProcessParameters,
    class_names: Sequence[str],
    splits: pd.DataFrame,
    pixels: PixelMap,
    hardware: Hardware,
    previous: TrainingState | None,
    project_folder: Path,
    run: str,
    ray_folder: Path,
) -> Iterator[TrainingState]:
    """Train as ``training.train`` does, on ``parameters.workers`` workers.

    Args:
        parameters: How, on how many workers and where; the others as in ``training.train``.
        process: Threads of a worker; ``auto`` for its share of its machine's cores.
        hardware: On what each worker computes.
        ray_folder: Where a Ray that ends with this training keeps its files.

    Yields:
        The state after each epoch that had to be trained; the previous one where none had to.

    Raises:
        BadCluster: No Ray, or not one with so many places.
        BadTraining: Too few images for so many workers, or workers that were lost too often.
    """
    key = training.key_of(parameters, class_names, splits, pixels, hardware, project_folder)
    if previous is not None and training.is_done(previous, key):
        yield previous
        return
    address = parameters.ray_address
    with ray_session(address, "training.ray_address", ray_folder, available_cores()):
        resources = _resources(parameters, process, hardware)
        workers = worker_count("training.workers", parameters.workers, resources)
        may_shrink = parameters.on_lost_worker == "continue"
        running = _begin(
            parameters,
            process,
            class_names,
            splits,
            share(pixels, elsewhere=address is not None),
            hardware,
            previous,
            project_folder,
            run,
            Workers(workers, resources, may_shrink),
            ray_folder / "train",
        )
        yield from running.states()
    shutil.rmtree(ray_folder, ignore_errors=True)


@dataclass(frozen=True)
class Workers:
    """``count`` workers with their ``resources`` each.

    Where ``may_shrink``, training goes on with fewer when one is lost; otherwise it waits for
    another one.
    """

    count: int
    resources: Resources
    may_shrink: bool = False


def train_here(
    parameters: TrainingParameters,
    process: ProcessParameters,
    class_names: Sequence[str],
    splits: pd.DataFrame,
    pixels: SharedPixels,
    hardware: Hardware,
    previous: TrainingState | None,
    project_folder: Path,
    run: str,
    workers: Workers,
) -> Iterator[TrainingState]:
    """Train as ``train`` does, on workers of the Ray that this process is in.

    Whoever closes this generator waits until the workers have ended, after their epoch.

    Args:
        pixels: Ready for the machines that the workers may be on.
        workers: How many, and what each gets; the other arguments as in ``train``.

    Yields:
        As ``train``.

    Raises:
        BadTraining: As ``train``.
    """
    key = training.key_of(parameters, class_names, splits, pixels.open(), hardware, project_folder)
    if previous is not None and training.is_done(previous, key):
        yield previous
        return
    with tempfile.TemporaryDirectory(prefix="chest-xray-") as folder:
        running = _begin(
            parameters,
            process,
            class_names,
            splits,
            pixels,
            hardware,
            previous,
            project_folder,
            run,
            workers,
            Path(folder) / "train",
        )
        try:
            yield from running.states()
        except GeneratorExit:
            running.stop()
            raise


def _begin(
    parameters: TrainingParameters,
    process: ProcessParameters,
    class_names: Sequence[str],
    splits: pd.DataFrame,
    pixels: SharedPixels,
    hardware: Hardware,
    previous: TrainingState | None,
    project_folder: Path,
    run: str,
    workers: Workers,
    folder: Path,
) -> _Running:
    """Start workers, or refuse a batch that is too small for them."""
    _refuse_small_shares(workers.count, parameters, splits)
    here = pixels.open()
    key = training.key_of(parameters, class_names, splits, here, hardware, project_folder)
    network, start = training.begin(
        parameters, splits, here, hardware, previous, project_folder, key, run
    )
    if not start.epochs:
        start = replace(start, weights=network.state_dict())
    mailbox = _open_mailbox(start)
    job = _Job(
        parameters=parameters,
        process=process.model_copy(update={"threads": workers.resources.cores}),
        class_names=list(class_names),
        splits=splits[["image_id", "label", "source", "part"]],
        pixels=pixels,
        hardware=hardware,
        mailbox=mailbox,
    )
    return _Running(_trainer(job, workers, folder), mailbox, start.epochs)


def _resources(
    parameters: TrainingParameters, process: ProcessParameters, hardware: Hardware
) -> Resources:
    gpus = 1.0 if hardware.device == "cuda" else 0.0
    if process.threads != "auto":
        return Resources(process.threads, gpus, 0)
    return share_of_machines(parameters.workers, gpus)


def _refuse_small_shares(
    workers: int, parameters: TrainingParameters, splits: pd.DataFrame
) -> None:
    """Raise ``BadTraining`` where a worker's share of a batch would be too small to learn from."""
    images = int((splits["part"] == "train").sum())
    batch = min(parameters.batch_size, images)
    if batch < _LEAST_IMAGES * workers:
        raise BadTraining(
            f"A batch of {batch} images is too small for {workers} workers, each of which needs "
            f"{_LEAST_IMAGES}; set training.workers to at most {batch // _LEAST_IMAGES}, or raise "
            "training.batch_size."
        )


def _open_mailbox(start: TrainingState) -> Any:
    """A mailbox on this machine, which ends with this process; ``start`` is in it."""
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    mailbox: Any = ray.remote(num_cpus=0)(Mailbox).options(scheduling_strategy=here).remote()
    _send(mailbox, start)
    ray.get(mailbox.take.remote(start.epochs))
    return mailbox


def _send(mailbox: Any, state: TrainingState) -> None:
    content = io.BytesIO()
    write_state(state, content)
    whole = content.getbuffer()
    ray.get(mailbox.begin.remote())
    for first in range(0, len(whole), _PIECE_BYTES):
        ray.get(mailbox.add.remote(bytes(whole[first : first + _PIECE_BYTES])))
    ray.get(mailbox.close.remote(state.epochs))


def _received(mailbox: Any) -> TrainingState:
    content = io.BytesIO()
    number = 0
    while (piece := ray.get(mailbox.piece.remote(number))) is not None:
        content.write(piece)
        number += 1
    content.seek(0)
    return read_state(content, "the mailbox of the training")


@dataclass(frozen=True)
class _Job:
    """What all workers share; small, since pixels travel as a path and states by mail."""

    parameters: TrainingParameters
    process: ProcessParameters
    class_names: list[str]
    splits: pd.DataFrame
    pixels: SharedPixels
    hardware: Hardware
    mailbox: Any

    def work(self) -> None:
        """Train as one worker of a group that Ray Train has joined."""
        group = ProcessGroup()
        try:
            for state in self._states(group):
                if group.rank == 0:
                    self._deliver(state)
                # All end together, as each epoch needs all of them.
                if group.from_first(ray.get(self.mailbox.status.remote()).stopped):
                    return
        except ChestXrayError as error:
            # Trying again would end in the same; the others wait, and are ended by the driver.
            ray.get(self.mailbox.fail.remote(error))

    def _states(self, group: ProcessGroup) -> Iterator[TrainingState]:
        parameters = self.parameters
        set_up_process(self.process, parameters.seed)
        pixels = self.pixels.open()
        start = _received(self.mailbox)
        if group.rank == 0:
            ray.get(self.mailbox.join.remote(group.size))
        backbone = start.network["backbone"]
        network = Classifier(backbone, parameters.head_sizes, parameters.dropout)
        network.load_state_dict(start.weights)
        learnt, checked = training.both_parts(parameters, self.class_names, self.splits, pixels)
        yield from fitting.fit(
            network, pixels, learnt, checked, parameters, self.hardware, start, group
        )

    def _deliver(self, state: TrainingState) -> None:
        """Send a state once the driver has the one before, so that it misses none."""
        while True:
            status: MailboxStatus = ray.get(self.mailbox.status.remote())
            if status.stopped:
                return
            if status.taken >= status.epochs:
                break
            time.sleep(_LOOKING_SECONDS)
        _send(self.mailbox, state)


def _trainer(job: _Job, workers: Workers, folder: Path) -> TorchTrainer:
    def work() -> None:
        job.work()

    # The range is new in Ray Train 2; its types are still those before it.
    num_workers: Any = (1, workers.count) if workers.may_shrink else workers.count
    return TorchTrainer(
        work,
        scaling_config=ray_train.ScalingConfig(
            num_workers=num_workers,
            use_gpu=workers.resources.gpus > 0,
            resources_per_worker=workers.resources.as_ray_names(),
        ),
        torch_config=TorchConfig(timeout_s=_WAITING_SECONDS),
        run_config=ray_train.RunConfig(
            name=folder.name,
            # Ray Train asks for it; nothing of the training is kept there.
            storage_path=str(folder.resolve().parent),
            failure_config=ray_train.FailureConfig(max_failures=_RESTARTS),
        ),
    )


class _Running:
    """A training whose workers run beside this process's main thread."""

    def __init__(self, trainer: TorchTrainer, mailbox: Any, epochs: int) -> None:
        """Start it; so many epochs lie behind it."""
        self._mailbox, self._epochs = mailbox, epochs
        self._failure: list[BaseException] = []
        self._over = threading.Event()

        def fit() -> None:
            try:
                trainer.fit()
            except BaseException as error:  # noqa: BLE001 - told below, in the main thread
                self._failure.append(error)
            finally:
                self._over.set()

        # A daemon: where the run is interrupted, Ray is shut down and this thread ends with it.
        threading.Thread(target=fit, name="ray-train", daemon=True).start()

    def stop(self) -> None:
        """Let the workers end after their epoch, and wait for it."""
        ray.get(self._mailbox.stop.remote())
        self._over.wait()

    def states(self) -> Iterator[TrainingState]:
        """The state after each epoch."""
        groups, finished, ended = 0, False, False
        while not ended:
            ended = self._over.wait(_LOOKING_SECONDS)
            status: MailboxStatus = ray.get(self._mailbox.status.remote())
            _log_groups(status, groups)
            groups = len(status.groups)
            if status.epochs > self._epochs:
                state = _received(self._mailbox)
                self._epochs, finished = state.epochs, bool(state.finished)
                fitting.log_epoch(state)
                yield state
                ray.get(self._mailbox.take.remote(state.epochs))
            if status.problem is not None:
                raise status.problem
        if not finished:
            raise BadTraining(
                f"The workers were lost more than {_RESTARTS} times ({_reason(self._failure)}); "
                f"the same command goes on after epoch {self._epochs}."
            ) from (self._failure[0] if self._failure else None)


def _log_groups(status: MailboxStatus, known: int) -> None:
    for place, workers in list(enumerate(status.groups))[known:]:
        plural = "" if workers == 1 else "s"
        if place == 0:
            logger.info("Training on %d worker%s.", workers, plural)
        else:
            logger.warning(
                "The workers have changed: training goes on after epoch %d on %d worker%s.",
                status.epochs,
                workers,
                plural,
            )


def _reason(failure: Sequence[BaseException]) -> str:
    return why_ended(failure[0]) if failure else "they ended without a message"
