"""Parameters of the prediction pipelines."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from chest_xray.parameters.fields import BitsStored, ParameterGroup


class PredictionParameters(ParameterGroup):
    """Which new radiographs are predicted, and by which model."""

    images: str
    """New radiographs: a folder, a file or a glob."""
    model: Literal["baseline", "tuned", "quantized"]
    """Which finished model predicts."""
    overlays: Annotated[int, Field(ge=0)]
    """Number of heat maps, drawn for the most probable files."""
    bits_stored: BitsStored
    """As ``data_processing.bits_stored``, for the new files."""
