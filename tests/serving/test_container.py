"""The container's files say what the service is; its steps are run in a plain folder.

There is no container engine where these tests run: the Dockerfile's own commands install into a
folder, and its own entry point and health check run from there, as another user could.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time

import httpx
import pytest
import yaml
from conftest import PROJECT
from serving.served import PATIENCE, encoded, files

from chest_xray.project.serve_command import serve
from chest_xray.serving.metrics import PrometheusMetrics

FOLDER = PROJECT / "container"
DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf8")
NETWORK = "CHEST_XRAY_NETWORK"


def stage(name):
    """The instructions of a stage, with what they are given."""
    text = re.search(rf"^FROM \S+ AS {name}\n(.*?)(?=^FROM |\Z)", DOCKERFILE, re.M | re.S)[1]
    return [tuple(line.split(" ", 1)) for line in text.splitlines() if line.strip()]


def test_the_entry_point_has_options_that_exist():
    known = {name for option in serve.params for name in option.opts}
    words = json.loads(dict(stage("base"))["ENTRYPOINT"])
    for _, given in (line for line in stage("base") if line[0] == "CMD"):
        words += json.loads(given)
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert options == {"--host", "--model", "--token-file"} <= known
    assert "--study" in known


def test_nobody_is_root_and_nothing_can_be_written():
    assert dict(stage("base"))["USER"] == "10001"
    service = yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"]["service"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["ports"] == ["127.0.0.1:8000:8000"]
    assert (FOLDER / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    assert f"AS {service['build']['target']}\n" in DOCKERFILE


def test_files_that_compose_mounts_exist():
    services = yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"]
    mounts = [one.split(":")[0] for each in services.values() for one in each.get("volumes", ())]
    assert all((FOLDER / one).is_file() for one in mounts if one.startswith("./"))


def test_the_dashboard_shows_numbers_that_the_service_has():
    metrics = PrometheusMetrics()
    metrics.count_request("/predict", 503, 0.1)
    metrics.count_film("NORMAL", ["too_dark"])
    names = set(re.findall(r"^(chest_xray_\w+)", metrics.text().decode(), re.M))
    panels = json.loads((FOLDER / "grafana" / "service.json").read_text())["panels"]
    asked = {
        name
        for panel in panels
        for target in panel["targets"]
        for name in re.findall(r"chest_xray_\w+", target["expr"])
    }
    assert len(asked) >= 5
    assert asked <= names


@pytest.mark.network
@pytest.mark.skipif(NETWORK not in os.environ, reason=f"installs from an index: {NETWORK}=1")
def test_the_steps_of_the_container_in_a_plain_folder(model_file, tmp_path):
    source, app = tmp_path / "build", tmp_path / "app"
    for instruction, given in stage("build"):
        if instruction == "COPY":
            *copied, to = given.split()
            for one in copied:
                (source / to).mkdir(parents=True, exist_ok=True)
                if (PROJECT / one).is_dir():
                    shutil.copytree(PROJECT / one, source / to, dirs_exist_ok=True)
                else:
                    shutil.copy(PROJECT / one, source / to)
        elif instruction == "RUN":
            words = [word.replace("/app", str(app)) for word in shlex.split(given)]
            words[0] = sys.executable if words[0] == "python" else words[0]
            subprocess.run(words, cwd=source, check=True, timeout=1200)
    installed = {path.name for path in (app / "lib").glob("python*/site-packages/*")}
    assert not installed & {"torch", "kedro", "pandas", "scipy", "matplotlib"}
    token = tmp_path / "token"
    token.write_text("a-secret")
    places = {"/app/": f"{app}/", "/model/model.onnx": str(model_file), "/run/secrets/token": token}

    def placed(text):
        for place, here in places.items():
            text = text.replace(place, str(here))
        return text

    base = dict(stage("base"))
    command = [placed(one) for one in json.loads(base["ENTRYPOINT"]) + json.loads(base["CMD"])]
    probe = [placed(one) for one in json.loads(base["HEALTHCHECK"].partition("CMD ")[2])]
    bare = {"PATH": os.environ["PATH"]}
    process = subprocess.Popen(command, cwd=tmp_path, env=bare)
    try:
        end = time.monotonic() + PATIENCE
        while subprocess.run(probe, env=bare, check=False, capture_output=True).returncode:
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.5)
        answer = httpx.post(
            "http://127.0.0.1:8000/predict",
            files=files(("a.png", encoded("PNG"))),
            headers={"Authorization": "Bearer a-secret"},
            timeout=PATIENCE,
            trust_env=False,
        )
        assert answer.status_code == 200
    finally:
        process.terminate()
        process.wait(PATIENCE)
    assert process.returncode == 0
