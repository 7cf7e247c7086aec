"""Ray, started for a run and ended with it or joined, and what its machines are checked for."""

from __future__ import annotations

import logging
import os
import platform
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any, Literal, TypeVar

import ray
from ray._private import auto_init_hook
from ray.exceptions import (
    LocalRayletDiedError,
    NodeDiedError,
    OutOfMemoryError,
    OwnerDiedError,
    RayActorError,
    RayError,
    WorkerCrashedError,
)
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from chest_xray.errors import BadCluster

# The smallest object store that Ray starts with, above which only pixels for other machines count.
_OBJECT_STORE_BYTES = 100 * 1024**2
# Ray puts sockets up to so many characters below its folder, and a socket's path has at most 107.
_LONGEST_FOLDER = 107 - len("/session_2000-01-01_00-00-00_000000_0000000/sockets/plasma_store.0")
_ANSWER_SECONDS = 5.0
_JOIN = "import ray, sys; ray.init(address=sys.argv[1], log_to_driver=False)"
_JOINING_SECONDS = 60
# In the message of Ray's that says it.
_OTHER_VERSION = "ersion mismatch"
# A shard whose process dies is done so often in all.
TRIES = 4
# That a process or machine is no more.
_LOSSES = (
    LocalRayletDiedError,
    NodeDiedError,
    OutOfMemoryError,
    OwnerDiedError,
    RayActorError,
    WorkerCrashedError,
)
# What Ray says of processes that it ended itself; its whole message is a page long.
_SHORT_OF_MEMORY = "low on memory"
# By which Ray's processes know each other: kept in the home folder, were it left to Ray, and read
# by it only once a process.
_TOKEN = secrets.token_hex(32)
_SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    # Results travel to this process; Ray's own loggers would write them a second time.
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",
    # Its newer output can't be silenced.
    "RAY_AIR_NEW_OUTPUT": "0",
    "TUNE_WARN_THRESHOLD_S": "10",
    "RAY_CHDIR_TO_TRIAL_DIR": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_TRAIN_METRICS_ENABLED": "0",
    # How long Ray Train waits for room, which it may still count on a machine that is lost, before
    # it counts again.
    "RAY_TRAIN_WORKER_GROUP_START_TIMEOUT_S": "20",
    # Left to itself, Ray restarts a task that it ended for lack of memory forever.
    "RAY_task_oom_retries": str(TRIES - 1),
}

Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Resources:
    """What a trial or a worker takes: ``cores``, a share of ``gpus``, bytes of ``memory``
    (0: not measured).
    """

    cores: int
    gpus: float
    memory: int

    def as_ray_names(self) -> dict[str, float]:
        """By the names that Ray has for them; what is not needed is left out."""
        named = {"CPU": float(self.cores), "GPU": self.gpus, "memory": float(self.memory)}
        return {name: amount for name, amount in named.items() if amount}

    def __str__(self) -> str:
        """In words, for messages."""
        memory = f", {self.memory / 1024**3:.1f} GiB" if self.memory else ""
        return f"{self.cores} cores, {self.gpus:g} GPUs{memory}"


@dataclass(frozen=True)
class Session:
    """A running Ray: how many seconds it took to start, and how many machines it has."""

    start_seconds: float
    machines: int


@contextmanager
def ray_session(
    address: str | None,
    parameter: str,
    folder: Path,
    cores: int,
    memory: int | None = None,
    dashboard: bool = False,
) -> Iterator[Session]:
    """Start a Ray of this process's own, or join one; end it, or leave it, afterwards.

    Args:
        address: Of a cluster, or None for a Ray that ends with this run.
        parameter: The address's, which messages name: ``training.ray_address``.
        folder: Where a Ray of its own keeps its files.
        cores: That a Ray of its own may use; ``memory``: bytes of it, for all trials together, or
            None for what Ray finds.
        dashboard: Whether a Ray of its own starts its dashboard.

    Raises:
        BadCluster: Nothing answers at the address, a machine has other versions of Python, Ray,
            torch or this project, or a Ray of its own does not start in time; or later, while
            this is open, processes or machines are lost that the run can't go on without.
    """
    before = time.perf_counter()
    # Where the run is interrupted, Ray Tune's thread would start another Ray by its next call.
    auto_init_hook.enable_auto_connect = False
    quiet: dict[str, Any] = {"configure_logging": False, "log_to_driver": False}
    with ExitStack() as endings:
        endings.enter_context(_environment())
        if address is None:
            endings.callback(shutil.rmtree, folder, ignore_errors=True)
            short = endings.enter_context(_short_path(folder))
            os.environ.setdefault("RAY_AUTH_TOKEN", _TOKEN)
            endings.callback(ray.shutdown)
            with _explained_timeout():
                ray.init(
                    address="local",
                    num_cpus=cores,
                    include_dashboard=dashboard,
                    object_store_memory=_OBJECT_STORE_BYTES,
                    _memory=memory,
                    _temp_dir=str(short),
                    **quiet,
                )
        else:
            _refuse_no_answer(address, parameter)
            endings.callback(ray.shutdown)
            try:
                ray.init(address=address, **quiet)
            except (ConnectionError, RuntimeError, ValueError) as error:
                raise BadCluster(_no_answer(address, parameter)) from error
            _refuse_other_versions()
        with _explained_losses():
            yield _started(before)


@contextmanager
def _explained_losses() -> Iterator[None]:
    try:
        yield
    except _LOSSES as error:
        raise BadCluster(
            f"Ray lost processes that this run needs ({why_ended(error)}). Where memory is short, "
            "close other programs or let fewer trials or workers run at once; the same command "
            "goes on with what is kept."
        ) from error


@contextmanager
def _explained_timeout() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # Ray raises no class of its own here.
        if "timed out during startup" not in str(error):
            raise
        raise BadCluster(
            "Ray did not start in time, as happens where other programs keep the machine busy; run "
            "the same command again once it is idle: what is done already is kept."
        ) from error


def cluster_capacity(resources: Resources) -> int:
    """How many trials or workers the machines of the running Ray have room for at once.

    0 where not one of them has room for a single one, which Ray would wait for without end.
    """
    wanted = resources.as_ray_names()
    return sum(
        int(min(machine["Resources"].get(name, 0.0) // amount for name, amount in wanted.items()))
        for machine in _machines()
    )


def share_of_machines(workers: Literal["auto"] | int, gpus: float) -> Resources:
    """What each worker gets where so many are to share the running Ray's machines.

    Args:
        workers: As many; ``auto`` for one per GPU, or where they need none, per machine.
        gpus: Of one worker.

    Returns:
        As many cores as leave room for all of them; one, where there is no room at all.
    """
    machines = [one["Resources"] for one in _machines() if one["Resources"].get("CPU")]
    if workers == "auto":
        found = sum(int(machine.get("GPU", 0) // gpus) for machine in machines) if gpus else 0
        workers = found or len(machines)
    most = int(max((machine["CPU"] for machine in machines), default=0))
    for cores in range(most, 1, -1):
        share = Resources(cores, gpus, 0)
        if cluster_capacity(share) >= workers:
            return share
    return Resources(1, gpus, 0)


def worker_count(parameter: str, workers: Literal["auto"] | int, resources: Resources) -> int:
    """How many workers the running Ray is to have: as many as asked for, or as it has room for.

    Args:
        parameter: The one that says how many, which the message names.
        workers: As many, or ``auto``.
        resources: Of one worker.

    Raises:
        BadCluster: There is no room for so many.
    """
    places = cluster_capacity(resources)
    wanted = 1 if workers == "auto" else workers
    if wanted > places:
        raise BadCluster(
            f"Parameter '{parameter}' is {workers}; the machines that Ray has at hand have room "
            f"for {places} ({resources} each): set it to that or less, or start Ray on more "
            "machines."
        )
    return places if workers == "auto" else workers


def on_every_machine(function: Callable[..., Answer], *arguments: Any) -> dict[str, Answer]:
    """Call a function once on each machine of the running Ray.

    Args:
        function: Needs nothing of this project, which a machine may have in another version or
            not at all: it travels whole (``by_value``).
        arguments: Plain values.

    Returns:
        The answers, by the address of the machine. One that died, of which Ray takes up to half a
        minute to hear, is left out.

    Raises:
        BadCluster: A machine doesn't answer in a minute.
    """
    task = ray.remote(num_cpus=0)(_by_value(function))
    asked = {
        machine["NodeID"]: (
            f"{machine['NodeManagerAddress']} ({machine['NodeID'][:6]})",
            task.options(
                scheduling_strategy=NodeAffinitySchedulingStrategy(machine["NodeID"], soft=False)
            ).remote(*arguments),
        )
        for machine in _machines()
    }
    answers = {}
    for node, (machine, reference) in asked.items():
        try:
            answers[machine] = ray.get(reference, timeout=_JOINING_SECONDS)
        except RayError as error:
            if node not in {one["NodeID"] for one in _machines()}:
                logger.warning(
                    "The machine %s has left the Ray cluster; others do its work.", machine
                )
                continue
            raise BadCluster(
                f"The machine {machine} of the Ray cluster does no work ({why_ended(error)}); "
                "start Ray there again, from this project's folder and environment."
            ) from error
    return answers


def _by_value(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """The same function, as one that pickles as code rather than as a name to import."""
    return FunctionType(function.__code__, {"__name__": "__main__"}, function.__name__)


def why_ended(error: BaseException) -> str:
    """Why processes ended of which Ray tells: a part of a sentence, where Ray has a page."""
    told = str(error)
    # Ray Train has the errors of its workers in the text of its own.
    if _SHORT_OF_MEMORY in told:
        return "Ray ended them, as their machine was short of memory"
    if isinstance(error, NodeDiedError | LocalRayletDiedError):
        return "their machine was lost"
    if isinstance(error, _LOSSES):
        return "they were killed, as happens where memory runs out, or their machine was lost"
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__


def _machines() -> list[dict[str, Any]]:
    return [node for node in ray.nodes() if node["Alive"]]


def _versions() -> dict[str, str]:
    """On another machine: what has to be the same on all of them."""
    import hashlib
    import importlib.metadata
    import importlib.util
    import pathlib
    import platform

    found = {"Python": platform.python_version().rpartition(".")[0]}
    for package in ("ray", "torch"):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "none"
    spec = importlib.util.find_spec("chest_xray")
    if spec is None or spec.origin is None:
        return found | {"chest_xray": "none"}
    digest = hashlib.sha256()
    for path in sorted(pathlib.Path(spec.origin).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return found | {"chest_xray": f"code {digest.hexdigest()[:8]}"}


def _refuse_other_versions() -> None:
    """Raise ``BadCluster`` where a machine would compute something else than this one."""
    own = _versions()
    for machine, found in on_every_machine(_versions).items():
        for name, version in own.items():
            if found[name] != version:
                raise BadCluster(
                    f"The machine {machine} of the Ray cluster has {name} {found[name]}, and this "
                    f"one {version}; install the same lock file and the same commit on both, and "
                    "start Ray there again."
                )


@contextmanager
def _environment() -> Iterator[None]:
    """Ray's settings, which it reads from the environment only, and silence; undone afterwards."""
    loudness = logging.getLogger("ray").level
    kept = {name: os.environ.get(name) for name in (*_SETTINGS, "RAY_AUTH_TOKEN", "RAY_AUTH_MODE")}
    logging.getLogger("ray").setLevel(logging.CRITICAL)
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    try:
        yield
    finally:
        logging.getLogger("ray").setLevel(loudness)
        for name, before in kept.items():
            if before is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = before


def _started(before: float) -> Session:
    seconds = time.perf_counter() - before
    machines = len(_machines())
    total = ray.cluster_resources()
    logger.info(
        "Ray started in %.1f s: %d machine%s, %.0f cores, %.0f GPUs.",
        seconds,
        machines,
        "" if machines == 1 else "s",
        total.get("CPU", 0),
        total.get("GPU", 0),
    )
    return Session(seconds, machines)


@contextmanager
def _short_path(folder: Path) -> Iterator[Path]:
    """The folder itself, or a link to it whose path is short enough for sockets."""
    folder.mkdir(parents=True, exist_ok=True)
    if len(str(folder)) <= _LONGEST_FOLDER:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="cxr-", ignore_cleanup_errors=True) as short:
        link = Path(short) / "ray"
        link.symlink_to(folder, target_is_directory=True)
        yield link


def _refuse_no_answer(address: str, parameter: str) -> None:
    """Join the cluster in a process of its own first.

    Where something else than Ray listens, Ray asks for minutes and then ends its process.
    """
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        if port.isdecimal():
            socket.create_connection((host, int(port)), timeout=_ANSWER_SECONDS).close()
        subprocess.run(
            [sys.executable, "-c", _JOIN, address],
            check=True,
            capture_output=True,
            timeout=_JOINING_SECONDS,
        )
    except subprocess.CalledProcessError as error:
        told = [line for line in error.stderr.decode(errors="replace").splitlines() if line.strip()]
        if any(_OTHER_VERSION in line for line in told):
            raise BadCluster(
                f"The Ray at '{address}' ({parameter}) is of another version of Ray or Python than "
                f"this one (Ray {ray.__version__}, Python {platform.python_version()}); install "
                "the same lock file on both."
            ) from error
        raise BadCluster(_no_answer(address, parameter)) from error
    except (OSError, subprocess.SubprocessError) as error:
        raise BadCluster(_no_answer(address, parameter)) from error


def _no_answer(address: str, parameter: str) -> str:
    return (
        f"No Ray answers at '{address}' ({parameter}); start one there with "
        "`ray start --head`, or set it to null for a Ray that ends with the run."
    )
