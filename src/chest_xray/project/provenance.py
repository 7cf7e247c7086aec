"""What a page is made with: when, at which commit, on which machine, with which libraries."""

from __future__ import annotations

import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from chest_xray.machine.description import describe_machine
from chest_xray.reporting.summary_facts import Provenance

LIBRARIES = (
    "torch",
    "torchvision",
    "kedro",
    "ray",
    "captum",
    "scikit-learn",
    "onnxruntime",
)


def provenance(project: Path) -> Provenance:
    """Of a page that is made now.

    Args:
        project: The project's folder; where it is no git repository, the commit is ''.
    """
    machine = describe_machine()
    return Provenance(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        commit=_git(project, "rev-parse", "--short=10", "HEAD"),
        changed=bool(_git(project, "status", "--porcelain", "--untracked-files=no")),
        processor=machine["processor"],
        cores=machine["cores"],
        versions={
            "Python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
    )


def _git(project: Path, *arguments: str) -> str:
    """What git answers, '' where it is not installed or the folder is no repository."""
    try:
        answered = subprocess.run(
            ["git", "-C", str(project), *arguments], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return answered.stdout.strip() if answered.returncode == 0 else ""
