"""What tests share: synthetic radiographs, a finished study, and kedro as a user runs it."""

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from chest_xray.phantoms import PlantedDefects, draw_phantom, encode_jpeg, plan_phantoms

pytest_plugins = ("deploying.small_network", "machine.s3_server", "serving.service_fixtures")

PROJECT = Path(__file__).parents[1]
PATTERNS = (
    r"^(?P<patient>person\d+)_(?P<subtype>bacteria|virus)_",
    r"^(?P<patient>(?:NORMAL2-)?IM-\d+)-",
)
CLASSES = ("NORMAL", "PNEUMONIA")

# What else is in this machine's memory is no reason for a test to fail; those of a machine without
# memory switch Ray's watch on again.
os.environ.setdefault("RAY_memory_monitor_refresh_ms", "0")

# How many examples a property is tried on, where a test doesn't say: `make test-long` takes many.
settings.register_profile("short", max_examples=40, deadline=None)
settings.register_profile("long", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))


def pytest_collection_finish() -> None:
    """Keep what is imported out of the collector's sight, so that collecting the rest is quick."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _collected_garbage():
    """Free what a test leaves behind in reference cycles, such as models of hundreds of megabytes.

    By itself Python collects when there are many new objects, not when they are large, and a worker
    grew by gigabytes, until Ray found no memory left.
    """
    yield
    gc.collect()


def examples(short: int) -> int:
    """How many examples a costly property is tried on: the profile `long` takes ten times more."""
    return short * (10 if settings.get_current_profile_name() == "long" else 1)


@pytest.fixture(scope="session")
def phantoms(tmp_path_factory):
    """A folder as the published one, and the truth about it."""
    folder = tmp_path_factory.mktemp("phantoms") / "chest_xray"
    truth = plan_phantoms(60, 7, 64, PlantedDefects(unreadable=3, duplicates=2))
    for plan in truth.to_dict("records"):
        path = folder / plan["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_jpeg(draw_phantom(plan), plan))
    return folder, truth


def latest(folder: Path, name: str) -> Path:
    """The newest version of a result in a data folder."""
    versions = sorted(folder.glob(f"*/{name}/*/{name}"))
    assert versions, f"no {name}"
    return versions[-1]


def run_study(folder: Path) -> None:
    """All six pipelines on phantoms, each process as a user starts it."""
    environment = os.environ | {"CHEST_XRAY_TEST_ROOT": str(folder), "COLUMNS": "400"}
    for pipelines in ("phantoms", "__default__"):
        subprocess.run(
            [sys.executable, "-m", "kedro", "run", "--env=test", f"--pipelines={pipelines}"],
            cwd=PROJECT,
            env=environment,
            check=True,
            timeout=600,
        )


@pytest.fixture(scope="session")
def finished_study(tmp_path_factory, worker_id) -> Path:
    """The data folder of a finished study, made once for all workers and only read."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "study"
    done = folder.with_name("study-is-finished")
    with FileLock(folder.with_name("study.lock")):
        if not done.exists():
            run_study(folder)
            done.touch()
    return folder


@pytest.fixture
def study(finished_study, tmp_path) -> Path:
    """The test's folder, with a copy of the finished study in it."""
    shutil.copytree(finished_study, tmp_path, dirs_exist_ok=True)
    return tmp_path


def run_kedro(
    root: Path, *arguments: str, timeout: float = 600, **options
) -> subprocess.CompletedProcess[str]:
    """Run kedro in a process of its own, its data below ``root``."""
    environment = os.environ | {"CHEST_XRAY_TEST_ROOT": str(root), "COLUMNS": "400"}
    return subprocess.run(
        [sys.executable, "-m", "kedro", *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
        **options,
    )


@pytest.fixture
def kedro(tmp_path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """``run_kedro`` with its data in the test's folder."""
    return partial(run_kedro, tmp_path, timeout=300)
