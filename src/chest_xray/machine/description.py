"""The machine that latency was measured on."""

from __future__ import annotations

import platform
from typing import Any

import onnxruntime
import torch

from chest_xray.machine.cores import available_cores

# As torch names them: dot products of bytes on x86 (VNNI, AMX) and on ARM.
_INT8_INSTRUCTIONS = (
    "avx512_vnni",
    "avx_vnni",
    "avx_vnni_int8",
    "amx_int8",
    "dot",
    "i8mm",
)
_VECTORS = ("avx2", "avx512_f", "avx512_bf16", "neon", "sve")


def describe_machine() -> dict[str, Any]:
    """Processor, cores, what it computes in one instruction, versions.

    ``int8_instructions`` are dot products of bytes; a CPU with none of them runs int8 files in
    several instructions each, and gains less.
    """
    capabilities = torch.cpu.get_capabilities()
    return {
        "processor": capabilities.get("cpu_name") or platform.processor() or platform.machine(),
        "architecture": platform.machine(),
        "system": platform.system(),
        "cores": available_cores(),
        "int8_instructions": [name for name in _INT8_INSTRUCTIONS if capabilities.get(name)],
        "vector_instructions": [name for name in _VECTORS if capabilities.get(name)],
        "onnxruntime": onnxruntime.__version__,
        "torch": torch.__version__,
    }
