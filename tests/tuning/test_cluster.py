"""A search on Ray's own cluster of two nodes."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from conftest import PROJECT

pytestmark = pytest.mark.whole


@pytest.fixture
def short_folder():
    """A temporary folder that Ray's sockets fit below, which pytest's don't."""
    with tempfile.TemporaryDirectory(prefix="cxr") as folder:
        yield Path(folder)


def test_two_nodes_share_the_trials_and_get_the_pixels_once(phantoms, short_folder):
    folders = [str(PROJECT / "tests"), str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, folders)),
        "RAY_AUTH_MODE": "disabled",
        "TMPDIR": str(short_folder),
    }
    result = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("two_nodes.py")), phantoms[0], short_folder],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    found = json.loads(result.stdout.rpartition("RESULT ")[2])
    trials = found["state"]["trials"]
    assert [trial["status"] for trial in trials] == ["finished"] * 4
    # Each node has one core, so that trials which overlap were on different ones.
    assert any(
        one["started"] < other["started"] < one["ended"] for one in trials for other in trials
    )
    assert found["nodes"] == 2, "the cluster was there before the search, and stays"
    assert len(list(short_folder.glob("chest-xray-*.pixels"))) == 1
