"""Parameters of the pipeline quantization."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from chest_xray.parameters.fields import ParameterGroup, Seed, Share


class TimingParameters(ParameterGroup):
    """How the speed of a model is measured."""

    warm_up: Annotated[int, Field(ge=1)]
    """Runs before the measurement starts."""
    repetitions: Annotated[int, Field(ge=5)]
    """Measured pairs of float and int8 runs, alternating; fewer for larger batches."""
    batch_sizes: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)]
    """Batch sizes to measure; 1 is required."""

    @field_validator("batch_sizes")
    @classmethod
    def _one_image_is_among_them(cls, value: list[int]) -> list[int]:
        if 1 not in value:
            raise ValueError("should have 1 in it, as the time of one image is what is told")
        return value


class QuantizationParameters(ParameterGroup):
    """How a model becomes int8, and what it may lose."""

    licence: Annotated[str, Field(min_length=1)]
    """Licence text that is stored in the deployable files."""
    originals_compared: Annotated[int, Field(ge=0)]
    """Validation and test images on which file and PyTorch are also compared at the original size.
    """
    calibration_images: Annotated[int, Field(ge=2, multiple_of=2)]
    """Training images that set the activation ranges, half of each class."""
    methods: Annotated[list[Literal["minmax", "percentile", "entropy"]], Field(min_length=1)]
    """Calibration methods to try; validation chooses."""
    percentile: Annotated[float, Field(gt=50, le=100)]
    """Percentage of activations inside the range, for the method ``percentile``."""
    reduced_range: bool
    """Whether weights have 7 bits instead of 8, so that sums do not saturate on x86 without VNNI.
    """
    max_class_accuracy_drop: Share
    """Largest net loss, as a share of a class's validation images; layers stay in float until it
    holds.
    """
    layer_cost_images: Annotated[int, Field(ge=2, multiple_of=2)]
    """Validation images that rank the layers for that, half of each class."""
    seed: Seed
    """Seed of the calibration images."""
    timing: TimingParameters
    """How latency is measured."""
    pytorch_int8_seconds: Annotated[int, Field(ge=0)]
    """Time limit for torchao's int8 model beside it, s; 0 leaves it out."""
