"""Which device a run computes on, in which precision, with how many threads."""

from __future__ import annotations

import ctypes
import ctypes.util
import logging
import os
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from threadpoolctl import threadpool_limits

from chest_xray.errors import BadParameters
from chest_xray.machine.cores import available_cores

# glibc's mallopt (malloc.h): how much is not returned to the operating system, and the size
# from which a block is mapped on its own. Each training step frees and allocates the same blocks.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT_BYTES = 1 << 30

logger = logging.getLogger(__name__)


class ProcessSettings(Protocol):
    """How a run is to use the machine, as ``ProcessParameters`` states it."""

    @property
    def device(self) -> str:
        """``auto``, ``cpu``, ``cuda`` or ``mps``."""

    @property
    def precision(self) -> str:
        """``auto``, ``float32`` or ``bfloat16``."""

    @property
    def threads(self) -> Literal["auto"] | int:
        """``auto``, or how many."""


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


def choose_hardware(process: ProcessSettings) -> Hardware:
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
    return [name for name, available in found.items() if available] + ["cpu"]


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


def set_up_process(process: ProcessSettings, seed: int) -> None:
    """Set threads, allocator, seeds and determinism of this process, and log the choice."""
    threads = available_cores() if process.threads == "auto" else process.threads
    torch.set_num_threads(threads)
    # numpy's and scipy's matrix products: their libraries know no CPU quota of a container.
    threadpool_limits(threads, user_api="blas")
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
    if hardware.device == "cuda":
        _compute_deterministically()


def _compute_deterministically() -> None:
    """Have CUDA give the same numbers for the same seed, and float32 where float32 is asked for.

    https://docs.pytorch.org/docs/stable/notes/randomness.html. Without these settings cuDNN and
    cuBLAS choose algorithms by what is fastest at the moment, and some add in no fixed order.
    Training and prediction use no operation that has only such an algorithm on CUDA (the backward
    passes of interpolation and grid sampling would be; images are resized and rotated without
    gradients); one that comes in some day is warned of rather than refused.
    """
    # Read when cuBLAS is first used.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False
    # TensorFloat-32 has 10 bits of mantissa: decisions are made of what float32 computes, as the
    # deployed files do.
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    logger.info("CUDA computes with deterministic algorithms, and float32 without TF32.")


def _keep_freed_memory() -> bool:
    if not sys.platform.startswith("linux") or ctypes.util.find_library("c") is None:
        return False
    libc = ctypes.CDLL(ctypes.util.find_library("c"))
    if not hasattr(libc, "mallopt"):
        return False
    return all(
        libc.mallopt(option, _KEPT_BYTES) for option in (_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD)
    )
