"""A search on Ray's own cluster of two nodes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PROJECT

pytestmark = pytest.mark.whole


def test_two_nodes_share_the_trials_and_get_the_pixels_once(phantoms, tmp_path):
    folders = [str(PROJECT / "tests"), str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, folders)),
        "RAY_AUTH_MODE": "disabled",
        "TMPDIR": str(tmp_path),
    }
    result = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("two_nodes.py")), phantoms[0], tmp_path],
        env=environment, capture_output=True, text=True, check=False, timeout=280,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-3000:]
    found = json.loads(result.stdout.rpartition("RESULT ")[2])
    first, second = found["state"]["trials"]
    assert [first["status"], second["status"]] == ["finished", "finished"]
    # Each node has one core, so that trials which overlap were on different ones.
    assert first["started"] < second["ended"]
    assert second["started"] < first["ended"]
    assert found["nodes"] == 2, "the cluster was there before the search, and stays"
    assert len(list(tmp_path.glob("chest-xray-*.pixels"))) == 1
