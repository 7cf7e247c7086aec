"""``chest-xray serve`` as a person starts it: workers, their end, and what the processes leave."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import numpy as np
import pytest
from click.testing import CliRunner
from serving.served import PATIENCE, encoded, files, radiograph

from chest_xray.project.console import main

CONSOLE = "from chest_xray.project.console import main; main()"
SHARED = Path("/dev/shm")
TELEMETRY = "ORT_DISABLE_TELEMETRY"


@contextlib.contextmanager
def started(model_file, folder, *options):
    """The service in processes of its own: the first one, its address and its log."""
    log = folder / "log"
    kept = {"TMPDIR": str(folder / "tmp"), "HOME": str(folder / "home")}
    # The service itself has to see to it.
    environment = {name: one for name, one in os.environ.items() if name != TELEMETRY} | kept
    for path in kept.values():
        Path(path).mkdir()
    with log.open("w") as written:
        process = subprocess.Popen(
            [sys.executable, "-c", CONSOLE, "serve", f"--model={model_file}", "--port=0", *options],
            cwd=folder / "home",
            env=environment,
            stdout=written,
            stderr=written,
        )
    try:
        end = time.monotonic() + PATIENCE
        while not (found := re.search(r"at (http://[\d.]+:\d+)", log.read_text())):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end
            time.sleep(0.1)
        with httpx.Client(base_url=found[1], timeout=PATIENCE, trust_env=False) as client:
            yield process, client, log
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def children(process):
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return {
        int(child)
        for child in listed
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
    }


def answered(client, film):
    """An answer, asked for again where a worker ended under the request."""
    for _ in range(5):
        with contextlib.suppress(httpx.TransportError):
            return client.post("/predict", files=files(film))
    raise AssertionError("five connections were cut")


@pytest.mark.whole
def test_a_killed_worker_is_replaced_and_no_answer_is_wrong(model_file, tmp_path):
    film = ("planted-name.png", encoded("PNG"))
    before = set(SHARED.glob("chest-xray-*"))
    with started(model_file, tmp_path, "--workers=2") as (process, client, log):
        first = answered(client, film).json()["films"]
        assert client.get("/planted-name").status_code == 404
        workers = children(process)
        assert len(workers) == 2
        os.kill(min(workers), signal.SIGKILL)
        for _ in range(20):
            assert answered(client, film).json()["films"] == first
        end = time.monotonic() + PATIENCE
        while len(children(process)) < 2 or children(process) == workers:
            assert time.monotonic() < end
            time.sleep(0.2)
        text = client.get("/metrics").text
        counted = re.search(r'chest_xray_films_total\{decision="\w+"\} (\d+)', text)
        assert int(counted[1]) >= 21, "of all workers, the dead one too"
    assert process.returncode == 0
    assert set(SHARED.glob("chest-xray-*")) == before
    assert "planted-name" not in log.read_text()
    assert not list((tmp_path / "tmp").iterdir())
    assert not list((tmp_path / "home").iterdir())


@pytest.mark.whole
def test_a_request_that_has_begun_is_answered_before_the_service_stops(model_file, tmp_path):
    large = encoded("PNG", np.kron(radiograph(), np.ones((40, 40), dtype=np.uint8)))
    with started(model_file, tmp_path, "--workers=1") as (process, client, log):
        statuses = []

        def ask():
            statuses.append(answered(client, ("a.png", large)).status_code)

        assert client.get("/health").status_code == 200
        asking = threading.Thread(target=ask)
        asking.start()
        while "worked_on 1.0" not in client.get("/metrics").text and not statuses:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        asking.join(PATIENCE)
        assert statuses == [200]
        process.wait(PATIENCE)
    # uvicorn passes the signal on to itself once it has stopped.
    assert process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in log.read_text()


def test_neither_torch_nor_kedro_is_imported(model_file):
    code = (
        "import sys\n"
        "from chest_xray.project.console import main\n"
        "from chest_xray.project.serve_command import serve\n"
        "from chest_xray.serving.server import create_app\n"
        "from chest_xray.serving.settings import ServeSettings\n"
        "create_app(ServeSettings(model=sys.argv[1]))\n"
        "unwanted = ('torch', 'pandas', 'scipy', 'kedro', 'onnx', 'matplotlib', 'ray')\n"
        "print([name for name in unwanted if name in sys.modules])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(model_file)], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def message_of(*arguments):
    result = CliRunner().invoke(main, ["serve", *map(str, arguments)])
    assert result.exit_code == 1
    return result.output


def test_what_cannot_be_served_is_one_sentence(model_file, tmp_path, monkeypatch):
    assert "Nothing says which model to serve" in message_of()
    assert "can't be read: No such file" in message_of(f"--model={tmp_path / 'none.onnx'}")
    assert "There is no quantized_onnx.onnx" in message_of(f"--study={tmp_path}")
    assert "--without-token" in message_of(f"--model={model_file}", "--host=0.0.0.0")
    (tmp_path / "token").write_text("\n")
    assert "is empty" in message_of(f"--model={model_file}", f"--token-file={tmp_path / 'token'}")
    assert "can't be read as a token" in message_of(
        f"--model={model_file}", f"--token-file={tmp_path}"
    )
    assert "can't be listened at" in message_of(
        f"--model={model_file}", "--host=192.0.2.1", "--without-token"
    )
    monkeypatch.chdir(tmp_path)
    assert "this is not in its folder" in message_of("--env=demo")
