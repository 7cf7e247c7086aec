"""Parameters of the prediction pipelines."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from chest_xray.parameters.fields import (
    BitsStored,
    ParameterGroup,
    Workers,
    refuse_unused_address,
)


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
    workers: Workers
    """Processes of one core each that predict on Ray; ``auto`` takes all cores of the cluster, or
    of this machine; 0 predicts in threads of this process, without Ray.
    """
    ray_address: str | None
    """Ray cluster to join (``auto`` or ``HOST:PORT``); ``null`` starts a Ray for the run."""

    @model_validator(mode="after")
    def _a_cluster_is_used(self) -> PredictionParameters:
        refuse_unused_address(self.workers, self.ray_address)
        return self
