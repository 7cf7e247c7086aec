"""``make viz`` leaves no process, however it is stopped; a web site is folded as it is."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from conftest import PROJECT
from kedro_viz.launchers.cli.main import viz

from chest_xray.cli import cli
from chest_xray.datasets.atomic import ParquetDataset
from chest_xray.project.viz import serve, write_site

pytestmark = pytest.mark.whole

PATIENCE = 120  # seconds, on a busy machine


def processes_left(group: int) -> bool:
    """Whether a group of processes has any."""
    with suppress(ProcessLookupError):
        os.killpg(group, 0)
        return True
    return False


@pytest.mark.parametrize(
    ("send", "number"),
    [(os.kill, signal.SIGTERM), (os.killpg, signal.SIGINT)],
    ids=["kill", "ctrl-c"],
)
def test_make_viz_leaves_no_process(tmp_path, send, number):
    command = ["make", "-o", "install", "viz", f"BIN={Path(sys.executable).parent}", "ENV=test"]
    making = subprocess.Popen(
        command,
        cwd=PROJECT,
        env=os.environ | {"CHEST_XRAY_TEST_ROOT": str(tmp_path), "BROWSER": "true"},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert making.stdout is not None
    try:
        assert any("is running at" in line for line in making.stdout)
        send(making.pid, number)
        making.wait(PATIENCE)
        end = time.monotonic() + PATIENCE
        while processes_left(making.pid) and time.monotonic() < end:
            time.sleep(0.1)
        assert not processes_left(making.pid)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(making.pid, signal.SIGKILL)
        making.stdout.close()
        making.wait()


def test_a_misspelt_environment_is_a_message(kedro):
    result = kedro("viz", "run", "--env=tset", "--no-browser")
    assert result.returncode == 1
    assert "did you mean 'test'?" in result.stderr


def test_what_is_served_and_what_is_written_is_folded():
    assert cli is not None  # It puts the project's commands in place of Kedro-Viz's.
    assert viz.get_command(None, "run").callback is serve
    assert viz.get_command(None, "build").callback is write_site


def test_a_preview_with_lists_can_be_written_as_json(tmp_path):
    dataset = ParquetDataset(filepath=str(tmp_path / "images.parquet"))
    dataset.save(pd.DataFrame({"image_id": ["a", "b"], "types": [["missed", "blurred"], []]}))
    shown = json.loads(json.dumps(dataset.preview(nrows=1)))
    assert shown["data"] == [["a", ["missed", "blurred"]]]
