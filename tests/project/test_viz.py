"""``make viz`` leaves no process, however it is stopped."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import PROJECT

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
