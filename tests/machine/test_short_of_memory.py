"""Work on Ray ends with a sentence where other programs have taken the machine's memory."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from ray.exceptions import (
    ActorDiedError,
    GetTimeoutError,
    NodeDiedError,
    OutOfMemoryError,
    RayTaskError,
    WorkerCrashedError,
)

from chest_xray.errors import BadCluster
from chest_xray.machine import ray_cluster

KILLED = "they were killed, as happens where memory runs out, or their machine was lost"
SHORT = "Ray ended them, as their machine was short of memory"
SCRIPT = Path(__file__).with_name("doubled_on_ray.py")


def doubled(**environment):
    """Three shards in a process of their own, as Ray reads its settings once a process."""
    with tempfile.TemporaryDirectory(prefix="cxr", ignore_cleanup_errors=True) as folder:
        return subprocess.run(
            [sys.executable, str(SCRIPT), folder],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )


@pytest.mark.whole
def test_shards_that_ray_ends_for_lack_of_memory_are_not_restarted_forever():
    assert doubled().stdout == "[(1, 2), (2, 4), (3, 6)]"
    short = doubled(RAY_memory_monitor_refresh_ms="250", RAY_memory_usage_threshold="0.001")
    assert short.returncode == 1
    start = "The processes that did one shard ended each time (Ray ended them, as their machine"
    (told,) = (line for line in short.stderr.splitlines() if line.startswith(start))
    assert "lower the number of workers, and give the same command again" in told


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OutOfMemoryError("1 worker(s) were killed due to the node running low on memory."), SHORT),
        (ActorDiedError(), KILLED),
        (WorkerCrashedError(), KILLED),
        (NodeDiedError("It did."), "their machine was lost"),
    ],
)
def test_what_ray_lost_is_told_in_a_sentence(error, reason):
    with pytest.raises(BadCluster) as raised, ray_cluster._explained_losses():
        raise error
    assert str(raised.value).startswith(f"Ray lost processes that this run needs ({reason}). ")


@pytest.mark.parametrize(
    "error",
    [
        RayTaskError("double", "Traceback", ValueError("no")).as_instanceof_cause(),
        GetTimeoutError("late"),
    ],
)
def test_what_else_ray_raises_is_left_as_it_is(error):
    with pytest.raises(type(error)) as raised, ray_cluster._explained_losses():
        raise error
    assert raised.value is error
