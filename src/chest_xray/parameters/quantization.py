"""Parameters of the pipeline quantization."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from chest_xray.parameters.fields import ParameterGroup, Seed, Share


class TimingParameters(ParameterGroup):
    """How the speed of a model is measured."""

    warm_up: Annotated[int, Field(ge=1)]
    repetitions: Annotated[int, Field(ge=5)]
    batch_sizes: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)]

    @field_validator("batch_sizes")
    @classmethod
    def _one_image_is_among_them(cls, value: list[int]) -> list[int]:
        if 1 not in value:
            raise ValueError("should have 1 in it, as the time of one image is what is told")
        return value


class QuantizationParameters(ParameterGroup):
    """How a model becomes int8, and what it may lose."""

    licence: Annotated[str, Field(min_length=1)]
    originals_compared: Annotated[int, Field(ge=0)]
    calibration_images: Annotated[int, Field(ge=2, multiple_of=2)]
    methods: Annotated[list[Literal["minmax", "percentile", "entropy"]], Field(min_length=1)]
    percentile: Annotated[float, Field(gt=50, le=100)]
    reduced_range: bool
    max_class_accuracy_drop: Share
    layer_cost_images: Annotated[int, Field(ge=2, multiple_of=2)]
    seed: Seed
    timing: TimingParameters
    pytorch_int8_seconds: Annotated[int, Field(ge=0)]
