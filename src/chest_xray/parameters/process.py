"""How a run uses the machine."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from chest_xray.parameters.fields import ParameterGroup


class ProcessParameters(ParameterGroup):
    """How a run uses the machine; nothing here is learnt from."""

    device: Literal["auto", "cpu", "cuda", "mps"]
    precision: Literal["auto", "float32", "bfloat16"]
    threads: Literal["auto"] | Annotated[int, Field(ge=1, le=1024)]
