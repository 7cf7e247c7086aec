"""Many shards of work on the running Ray: what is lost with a process or machine is done again.

Tasks of Ray Core, and neither Ray Data's ``map_batches`` nor an actor pool: Ray itself gives a task
whose process or machine died to another one, machines that join later get tasks without a pool that
has to grow, and each shard's answer is here once it is done, not with a block of others. Only paths
and answers travel. What a shard needs opened, such as a model, its process keeps for the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TypeVar

import ray
from ray.exceptions import RayError, RayTaskError

from chest_xray.errors import BadCluster, ChestXrayError
from chest_xray.machine.ray_cluster import (
    TRIES,
    Resources,
    cluster_capacity,
    on_every_machine,
    why_ended,
)

Shard = TypeVar("Shard")
Answer = TypeVar("Answer")

# After which it is looked whether machines have come or gone.
_WAITING_SECONDS = 10.0


def map_shards(
    work: Callable[[Sequence[Any], Shard], Answer],
    shared: Any,
    shards: Iterable[Shard],
    workers: Literal["auto"] | int,
    resources: Resources,
) -> Iterator[tuple[Shard, Answer]]:
    """Do all shards, some at a time; yield each with its answer, the first one done first.

    Args:
        work: A function of a module. Its first argument is a list of one reference, with which
            ``ray.get`` gives ``shared``: a process that has it already doesn't ask again.
        shared: What all shards need; it goes to each machine once.
        shards: Plain values.
        workers: How many are done at once; ``auto`` for as many as there is room for, on the
            machines that are there at that time.
        resources: Of one shard.

    Raises:
        ChestXrayError: What ``work`` raised of this kind.
        BadCluster: A shard whose process or machine died each time.
    """
    task = ray.remote(work).options(
        num_cpus=resources.cores,
        num_gpus=resources.gpus,
        max_retries=TRIES - 1,
        scheduling_strategy="SPREAD",
    )
    reference = ray.put(shared)
    waiting = iter(shards)
    running: dict[Any, Shard] = {}
    while True:
        free = _most_begun(workers, resources) - len(running)
        for shard in islice(waiting, max(0, free)):
            running[task.remote([reference], shard)] = shard
        if not running:
            return
        done, _ = ray.wait(list(running), timeout=_WAITING_SECONDS)
        for answer in done:
            yield running.pop(answer), _answer(answer)


def _most_begun(workers: Literal["auto"] | int, resources: Resources) -> int:
    places = cluster_capacity(resources)
    if workers == "auto" or workers >= places:
        # Twice as many, as Ray begins no more than it has room for: none waits for this process.
        return max(1, 2 * places)
    return workers


def _answer(reference: Any) -> Any:
    try:
        return ray.get(reference)
    except RayTaskError as error:
        if isinstance(error.cause, ChestXrayError):
            raise error.cause from error
        raise
    except RayError as error:
        raise BadCluster(
            f"The processes that did one shard ended each time ({why_ended(error)}); close other "
            "programs or lower the number of workers, and give the same command again: what is "
            "done is kept."
        ) from error


def refuse_unseen_file(path: Path) -> None:
    """See to it that all machines of the running Ray can read a file that this one can.

    Raises:
        BadCluster: One of them can't.
    """
    if not _can_be_read(str(path)):
        return
    for machine, can in on_every_machine(_can_be_read, str(path)).items():
        if not can:
            raise BadCluster(_unseen(machine, path))


def refuse_blind_machine(machine: str, path: Path) -> None:
    """Raise ``BadCluster`` where this machine can read a file that another one couldn't."""
    if _can_be_read(str(path)):
        raise BadCluster(_unseen(machine, path))


def _unseen(machine: str, path: Path) -> str:
    return (
        f"The machine {machine} can't read {path}, and this one can: all machines of the Ray "
        "cluster need the radiographs under the same path, in a folder that they share."
    )


def _can_be_read(path: str) -> bool:
    """Whether a file is there and may be read; on another machine too."""
    import pathlib

    file = pathlib.Path(path)
    # Opening something else than a file can wait without end.
    if not file.is_file():
        return False
    try:
        with file.open("rb"):
            return True
    except OSError:
        return False
