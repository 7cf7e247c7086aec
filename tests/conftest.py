"""A small folder of phantoms, drawn once a test session and only read."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chest_xray.phantoms import PlantedDefects, draw_phantom, encode_jpeg, plan_phantoms

pytest_plugins = ("deploying.small_network",)

PROJECT = Path(__file__).parents[1]
PATTERNS = (
    r"^(?P<patient>person\d+)_(?P<subtype>bacteria|virus)_",
    r"^(?P<patient>(?:NORMAL2-)?IM-\d+)-",
)
CLASSES = ("NORMAL", "PNEUMONIA")


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


def run_study(folder: Path) -> None:
    """All six pipelines on phantoms, each process as a user starts it."""
    environment = os.environ | {"CHEST_XRAY_TEST_ROOT": str(folder), "COLUMNS": "400"}
    for pipelines in ("phantoms", "__default__"):
        subprocess.run(
            [sys.executable, "-m", "kedro", "run", "--env=test", f"--pipelines={pipelines}"],
            cwd=PROJECT, env=environment, check=True, timeout=600,
        )  # fmt: skip


@pytest.fixture(scope="session")
def finished_study(tmp_path_factory) -> Path:
    """The data folder of a finished study, made once a test session and only read."""
    folder = tmp_path_factory.mktemp("study")
    run_study(folder)
    return folder


@pytest.fixture
def kedro(tmp_path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run kedro in a process of its own, its data in the test's folder."""

    def run(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"CHEST_XRAY_TEST_ROOT": str(tmp_path), "COLUMNS": "400"}
        return subprocess.run(
            [sys.executable, "-m", "kedro", *arguments],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            **options,
        )

    return run
