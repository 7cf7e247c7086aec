"""Ray, started for a search and ended with it, or joined where it runs already."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray
from ray._private import auto_init_hook

from chest_xray.errors import BadSearch

# The smallest object store that Ray starts with, above which only pixels for other machines count.
_OBJECT_STORE_BYTES = 100 * 1024**2
# Ray puts sockets up to so many characters below its folder, and a socket's path has at most 107.
_LONGEST_FOLDER = 107 - len("/session_2000-01-01_00-00-00_000000_0000000/sockets/plasma_store.0")
_ANSWER_SECONDS = 5.0
_JOIN = "import ray, sys; ray.init(address=sys.argv[1], log_to_driver=False)"
_JOINING_SECONDS = 60
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
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Resources:
    """What a trial takes: ``cores``, a share of ``gpus``, bytes of ``memory`` (0: not measured)."""

    cores: int
    gpus: float
    memory: int

    def as_ray_names(self) -> dict[str, float]:
        """By the names that Ray Tune has for them; what is not needed is left out."""
        named = {"cpu": float(self.cores), "gpu": self.gpus, "memory": float(self.memory)}
        return {name: amount for name, amount in named.items() if amount}


@dataclass(frozen=True)
class Session:
    """A running Ray: how many seconds it took to start, and how many machines it has."""

    start_seconds: float
    machines: int


@contextmanager
def ray_session(
    address: str | None, folder: Path, cores: int, memory: int, dashboard: bool
) -> Iterator[Session]:
    """Start a Ray of this process's own, or join one; end it, or leave it, afterwards.

    Args:
        address: Of a cluster, or None for a Ray that ends with this search.
        folder: Where a Ray of its own keeps its files.
        cores: That a Ray of its own may use; ``memory``: bytes of it, for all trials together.
        dashboard: Whether a Ray of its own starts its dashboard.

    Raises:
        BadSearch: Nothing answers at the address, or a Ray of its own does not start in time.
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
            _refuse_no_answer(address)
            endings.callback(ray.shutdown)
            try:
                ray.init(address=address, **quiet)
            except (ConnectionError, RuntimeError, ValueError) as error:
                raise BadSearch(_no_answer(address)) from error
        yield _started(before)


@contextmanager
def _explained_timeout() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # Ray raises no class of its own here.
        if "timed out during startup" not in str(error):
            raise
        raise BadSearch(
            "Ray did not start in time, as happens where other programs keep the machine busy; run "
            "the same command again once it is idle: what is done already is kept."
        ) from error


def cluster_capacity(resources: Resources) -> int:
    """How many trials the machines of a cluster have room for at once.

    Raises:
        BadSearch: Not one of them has room for a single one, which Ray would wait for without end.
    """
    names = {"cpu": "CPU", "gpu": "GPU", "memory": "memory"}
    wanted = {names[name]: amount for name, amount in resources.as_ray_names().items()}
    machines = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    trials = sum(
        int(min(machine.get(name, 0.0) // amount for name, amount in wanted.items()))
        for machine in machines
    )
    if trials == 0:
        raise BadSearch(
            f"No machine of the cluster has what a trial takes ({resources.cores} cores, "
            f"{resources.gpus:g} GPUs, {resources.memory / 1024**3:.1f} GiB); raise "
            "tuning.concurrent_trials, so that each trial gets less."
        )
    return trials


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
    machines = sum(bool(node["Alive"]) for node in ray.nodes())
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


def _refuse_no_answer(address: str) -> None:
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
    except (OSError, subprocess.SubprocessError) as error:
        raise BadSearch(_no_answer(address)) from error


def _no_answer(address: str) -> str:
    return (
        f"No Ray answers at '{address}' (tuning.ray_address); start one there with "
        "`ray start --head`, or set it to null for a Ray that ends with the search."
    )
