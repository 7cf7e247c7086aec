"""Parameters of the prediction pipelines."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from chest_xray.parameters.fields import BitsStored, ParameterGroup


class PredictionParameters(ParameterGroup):
    """Which new radiographs are judged, and by which model."""

    images: str
    model: Literal["baseline", "tuned", "quantized"]
    overlays: Annotated[int, Field(ge=0)]
    bits_stored: BitsStored
