"""Parameters of the pipeline interpretability."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from chest_xray.parameters.fields import ParameterGroup, Seed, Share


class AttributionParameters(ParameterGroup):
    """How a heat map is made; the defaults, for use without conf/, are those of conf/base."""

    baseline: Literal["black", "blurred", "mean", "several"] = "mean"
    blur: Annotated[float, Field(gt=0, le=0.5)] = 0.1
    tolerance: Annotated[float, Field(gt=0)] = 0.01
    initial_steps: Annotated[int, Field(ge=4)] = 16
    max_steps: Annotated[int, Field(ge=4)] = 512
    memory_mib: Annotated[int, Field(ge=1)] = 512

    @model_validator(mode="after")
    def _steps_can_begin(self) -> AttributionParameters:
        if self.initial_steps > self.max_steps:
            raise ValueError(
                f"initial_steps is {self.initial_steps}; at most max_steps ({self.max_steps}) is "
                "allowed"
            )
        return self


class InterpretabilityParameters(ParameterGroup):
    """Which images are explained, how, and on how many of them that is put to the test."""

    images: str
    examples: Annotated[int, Field(ge=1, le=12)]
    attribution: AttributionParameters
    smoothing: Annotated[float, Field(ge=0, le=0.2)]
    tested_images: Annotated[int, Field(ge=2)]
    wrong_images: Annotated[int, Field(ge=0)]
    randomized_images: Annotated[int, Field(ge=1)]
    stability_images: Annotated[int, Field(ge=2)]
    noise_levels: Annotated[float, Field(gt=0)]
    curve_points: Annotated[int, Field(ge=2)]
    replacement: Literal["black", "blurred", "mean"]
    border: Annotated[float, Field(gt=0, lt=0.5)]
    corner_width: Annotated[float, Field(gt=0, le=0.225)]
    corner_height: Annotated[float, Field(gt=0, le=0.35)]
    corner_warning_ratio: Annotated[float, Field(gt=0)]
    max_lesion_area: Share
    bootstrap_samples: Annotated[int, Field(ge=100)]
    seed: Seed
