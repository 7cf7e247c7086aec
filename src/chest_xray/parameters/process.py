"""How a run uses the machine."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from chest_xray.parameters.fields import ParameterGroup


class ProcessParameters(ParameterGroup):
    """Device, number format and threads of a run."""

    device: Literal["auto", "cpu", "cuda", "mps"]
    """Where networks run; ``auto`` takes a CUDA or Apple GPU if there is one."""
    precision: Literal["auto", "float32", "bfloat16"]
    """Number format of training; ``auto`` takes bfloat16 where the device computes in it."""
    threads: Literal["auto"] | Annotated[int, Field(ge=1, le=1024)]
    """CPU threads; ``auto`` takes as many as the process may use, container quotas included."""
