"""How much memory is free, and how much a process has taken."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

import torch

_STATUS = Path("/proc/self/status")
_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")


def peak_memory(device: str) -> int:
    """Bytes that this process has taken at most: of the GPU, or of the machine."""
    if device == "cuda":
        return torch.cuda.max_memory_allocated()
    if _STATUS.is_file():
        # Not ru_maxrss: on Linux a new process inherits that of the one that started it.
        return _kilobytes(_STATUS, "VmHWM") * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def free_memory(device: str) -> int:
    """Bytes that are free on the device: of the GPU, or of the machine or this container."""
    if device == "cuda":
        return torch.cuda.mem_get_info()[0]
    if not _MEMINFO.is_file():
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    machine = _kilobytes(_MEMINFO, "MemAvailable") * 1024
    container = free_in_container(_CGROUP)
    return machine if container is None else min(machine, container)


def free_in_container(group: Path) -> int | None:
    """Bytes that a control group (version 2) leaves; None where it sets no limit.

    Files that the system only keeps because nobody needs their memory count as free.
    """
    limit, used, details = (group / f"memory.{name}" for name in ("max", "current", "stat"))
    if not limit.is_file() or not used.is_file() or limit.read_text().strip() == "max":
        return None
    kept = next(
        (
            int(line.split()[1])
            for line in details.read_text().splitlines()
            if line.startswith("inactive_file ")
        ),
        0,
    )
    return max(0, int(limit.read_text()) - int(used.read_text()) + kept)


def _kilobytes(file: Path, name: str) -> int:
    lines = file.read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(name)))
