"""Work on Ray ends with a sentence where other programs have taken the machine's memory."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from ray.exceptions import OutOfMemoryError, RayTaskError

from chest_xray.errors import BadCluster
from chest_xray.machine import ray_cluster

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
def test_shards_that_ray_ends_for_lack_of_memory_are_not_begun_for_ever():
    assert doubled().stdout == "[(1, 2), (2, 4), (3, 6)]"
    short = doubled(RAY_memory_monitor_refresh_ms="250", RAY_memory_usage_threshold="0.001")
    assert short.returncode == 1
    told = short.stderr.strip().splitlines()[-1]
    assert told.startswith(
        "The processes that did one shard ended 4 times (Ray ended them, as their"
    )
    assert "lower the number of workers, and give the same command again" in told


def test_what_ray_lost_is_told_in_a_sentence_and_what_code_raised_as_it_is():
    short = OutOfMemoryError("1 worker(s) were killed due to the node running low on memory.")
    with (
        pytest.raises(BadCluster, match=r"lost processes .* \(Ray ended them, as their machine"),
        ray_cluster._explained_losses(),
    ):
        raise short
    own = RayTaskError("double", "Traceback", ValueError("no")).as_instanceof_cause()
    with pytest.raises(ValueError, match="Traceback") as raised, ray_cluster._explained_losses():
        raise own
    assert raised.value is own
