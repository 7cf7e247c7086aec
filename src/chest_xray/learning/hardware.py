"""Which device a run computes on, in which precision, with how many threads."""

from __future__ import annotations

import ctypes
import ctypes.util
import logging
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch

from chest_xray.cores import available_cores
from chest_xray.errors import BadParameters
from chest_xray.parameters import ProcessParameters

# glibc's mallopt (malloc.h): how much is kept back from the operating system, and from what size
# on a block is mapped on its own. Training frees and asks for the same large blocks at each step.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT_BYTES = 1 << 30

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hardware:
    """Where to compute, and in what.

    Attributes:
        device: ``cpu``, ``cuda`` or ``mps``.
        precision: ``float32``, or ``bfloat16`` under autocast with weights in float32.
    """

    device: str
    precision: str

    def exact(self) -> Hardware:
        """The same in float32, as deployed files compute: for what decisions are made of."""
        return Hardware(self.device, "float32")

    def autocast(self) -> AbstractContextManager[None]:
        """The context in which forward passes run."""
        return torch.autocast(
            self.device, dtype=torch.bfloat16, enabled=self.precision == "bfloat16"
        )


def choose_hardware(process: ProcessParameters) -> Hardware:
    """What ``auto`` means on this machine.

    Raises:
        BadParameters: A device that this machine doesn't have.
    """
    device = _best_device() if process.device == "auto" else process.device
    if device not in _devices():
        raise BadParameters(
            f"Parameter 'process.device' is '{device}'; this machine has "
            f"{' and '.join(_devices())}."
        )
    precision = process.precision
    if precision == "auto":
        precision = "bfloat16" if _computes_in_bfloat16(device) else "float32"
    return Hardware(device, precision)


def _devices() -> list[str]:
    found = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return [name for name, there in found.items() if there] + ["cpu"]


def _best_device() -> str:
    return _devices()[0]


def _computes_in_bfloat16(device: str) -> bool:
    if device == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device == "cpu":
        # Other CPUs emulate it, many times slower than float32.
        capabilities = torch.cpu.get_capabilities()
        return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))
    return False


def set_up_process(process: ProcessParameters, seed: int) -> None:
    """Set threads, allocator and seeds of this process once, and log the choice in one line."""
    threads = available_cores() if process.threads == "auto" else process.threads
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    keeps = _keep_freed_memory()
    hardware = choose_hardware(process)
    logger.info(
        "Computing on %s in %s with %d threads%s.",
        hardware.device,
        hardware.precision,
        threads,
        ", freed memory kept for the next step" if keeps else "",
    )


def _keep_freed_memory() -> bool:
    if not sys.platform.startswith("linux") or ctypes.util.find_library("c") is None:
        return False
    libc = ctypes.CDLL(ctypes.util.find_library("c"))
    if not hasattr(libc, "mallopt"):
        return False
    return all(
        libc.mallopt(option, _KEPT_BYTES) for option in (_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD)
    )
