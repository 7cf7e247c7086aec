"""What a result was measured on, and how it is kept."""

from __future__ import annotations

import json
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from chest_xray.machine.cores import available_cores

RESULTS = Path(__file__).parent / "results"


def describe() -> dict[str, Any]:
    """The machine, in words: processor, cores, what it computes well, versions."""
    capabilities = torch.cpu.get_capabilities()
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    return {
        "processor": _processor(),
        "cores": available_cores(),
        "instructions": sorted(name for name, there in capabilities.items() if there is True),
        "gpu": gpu,
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    if not listing.is_file():
        return platform.processor() or platform.machine()
    lines = listing.read_text(encoding="utf8").splitlines()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )


def keep(name: str, result: dict[str, Any]) -> Path:
    """Write a result with its command, date and machine to ``results/{name}.json``."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    content = {
        "command": f"python {' '.join(sys.argv)}",
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": describe(),
        **result,
    }
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf8")
    return path
