"""The service on Ray Serve, started as docs/serve.md says: replicas, one of which is killed."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest
import yaml
from conftest import PROJECT
from serving.served import PATIENCE, encoded, files, radiograph

from chest_xray.errors import BadModelFile, BadService
from chest_xray.serving.on_ray import application

CONF = PROJECT / "docs" / "cluster" / "serve.yaml"
SERVE = "from ray.serve.scripts import cli; cli()"
CLIENTS, REQUESTS = 4, 60
# That one replica works on, and that may wait.
PLACES, CROWD = 4, 40


def conf_here(folder, model):
    """The documented conf, for this machine and two replicas."""
    conf = yaml.safe_load(CONF.read_text(encoding="utf8"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        conf["http_options"]["port"] = free.getsockname()[1]
    (application,) = conf["applications"]
    (folder / "token").write_text("planted-token")
    application["args"] |= {"model": str(model), "token_file": str(folder / "token")}
    application["args"]["max_requests"] = PLACES
    application["deployments"][0]["autoscaling_config"]["max_replicas"] = 2
    (folder / "serve.yaml").write_text(yaml.safe_dump(conf))
    return folder / "serve.yaml", f"http://127.0.0.1:{conf['http_options']['port']}"


@contextlib.contextmanager
def started(conf, folder):
    """``serve run`` with a Ray of its own, and its log."""
    log = folder / "log"
    with tempfile.TemporaryDirectory(prefix="ray-") as short, log.open("w") as written:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, "run", str(conf)],
            cwd=folder,
            env=os.environ
            | {
                "RAY_AUTH_MODE": "disabled",
                "RAY_TMPDIR": short,
                "RAY_USAGE_STATS_ENABLED": "0",
                # A machine that does other work too takes its time.
                "RAY_worker_niceness": "0",
                "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": str(PATIENCE),
            },
            stdout=written,
            stderr=written,
            start_new_session=True,
        )
        try:
            yield process, log, Path(short)
        finally:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def replicas():
    """The processes of replicas, by what Ray calls them."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (path / "cmdline").read_bytes()
            if words.startswith(b"ray::ServeReplica:chest-xray"):
                found.add(int(path.name))
    return found


def is_up(client):
    with contextlib.suppress(httpx.TransportError):
        return client.get("/health").status_code == 200
    return False


def wait_for(condition, process, log):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() < end, log.read_text()[-3000:]
        time.sleep(0.2)


@pytest.mark.whole
def test_a_replica_killed_under_load_costs_few_retries_and_no_wrong_answer(model_file, tmp_path):
    conf, address = conf_here(tmp_path, model_file)
    film = files(("planted-name.png", encoded("PNG")))
    headers = {"Authorization": "Bearer planted-token"}
    with (
        started(conf, tmp_path) as (process, log, of_ray),
        httpx.Client(
            base_url=address, timeout=PATIENCE, headers=headers, trust_env=False
        ) as client,
    ):
        wait_for(lambda: is_up(client) and len(replicas()) == 2, process, log)
        assert client.get("/model", headers={"Authorization": "Bearer other"}).status_code == 401
        assert client.get("/planted-route").status_code == 404
        refused = client.get("/metrics")
        assert (refused.status_code, "metrics-export-port" in refused.text) == (501, True)
        expected = client.post("/predict", files=film).json()
        answers, retried = [], []

        def ask():
            with httpx.Client(base_url=address, timeout=PATIENCE, headers=headers) as own:
                while len(answers) < REQUESTS:
                    with contextlib.suppress(httpx.TransportError):
                        answer = own.post("/predict", files=film)
                        if answer.status_code == 200:
                            answers.append(answer.json())
                            continue
                    retried.append(1)
                    assert len(retried) < REQUESTS

        clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
        for one in clients:
            one.start()
        wait_for(lambda: len(answers) > REQUESTS // 4, process, log)
        before = replicas()
        os.kill(min(before), signal.SIGKILL)
        for one in clients:
            one.join(PATIENCE)
        assert answers == [expected] * len(answers)
        assert len(answers) >= REQUESTS
        assert len(retried) <= 2 * CLIENTS, (
            "what the replica had, and what came until it was missed"
        )
        wait_for(lambda: len(replicas() - {min(before)}) == 2, process, log)

        # It takes a replica so long that others have to wait meanwhile.
        large = np.kron(radiograph(), np.ones((50, 50), dtype=np.uint8))
        slow = files(("a.png", encoded("PNG", large)))

        def one_of_many(_):
            return client.post("/predict", files=slow)

        with ThreadPoolExecutor(CROWD) as pool:
            crowd = list(pool.map(one_of_many, range(CROWD)))
        refused = [answer for answer in crowd if answer.status_code != 200]
        assert PLACES <= len(crowd) - len(refused) < CROWD
        assert {answer.status_code for answer in refused} == {503}
        assert all(int(answer.headers["Retry-After"]) for answer in refused)
        kept = [log, *(path for path in of_ray.rglob("*") if path.is_file())]
        assert len(kept) > 10, "Ray's own logs are among them"
        for path in kept:
            assert b"planted-" not in path.read_bytes(), path


def test_what_a_cluster_would_not_serve_is_one_sentence(model_file, tmp_path):
    (tmp_path / "token").write_text("\n")
    for args, message in (
        ({"model": str(model_file)}, "give token_file in args"),
        ({"model": str(model_file), "max_file": 3}, r"no settings; max_file: Extra inputs"),
        ({"without_token": True}, "no settings; model: Field required"),
        ({"model": str(model_file), "token": "a"}, "no settings; token: Input should be None"),
        ({"model": str(model_file), "token_file": str(tmp_path / "token")}, "is empty"),
    ):
        with pytest.raises(BadService, match=message):
            application(args)
    with pytest.raises(BadModelFile, match="No such file"):
        application({"model": str(tmp_path / "none.onnx"), "without_token": True})
