"""Parameters of the pipeline interpretability."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from chest_xray.parameters.fields import ParameterGroup, Seed, Share


class AttributionParameters(ParameterGroup):
    """How a heat map is made; the defaults, for use without conf/, are those of conf/base."""

    baseline: Literal["black", "blurred", "mean", "several"] = "mean"
    """Image that integrated gradients start from; ``mean`` is the mean training image, ``several``
    averages over the other three.
    """
    blur: Annotated[float, Field(gt=0, le=0.5)] = 0.1
    """Sigma of the blurred baseline, as a share of the side."""
    tolerance: Annotated[float, Field(gt=0)] = 0.01
    """Largest convergence delta, as a share of the larger of one and the difference of the two
    log-odds.
    """
    initial_steps: Annotated[int, Field(ge=4)] = 16
    """Integration steps to begin with; doubled while the tolerance is missed."""
    max_steps: Annotated[int, Field(ge=4)] = 512
    """Most integration steps; a map that still misses the tolerance is marked."""
    memory_mib: Annotated[int, Field(ge=1)] = 512
    """Memory for one forward and backward pass, MiB."""

    @model_validator(mode="after")
    def _steps_can_begin(self) -> AttributionParameters:
        if self.initial_steps > self.max_steps:
            raise ValueError(
                f"initial_steps is {self.initial_steps}; at most max_steps ({self.max_steps}) is "
                "allowed"
            )
        return self


class InterpretabilityParameters(ParameterGroup):
    """Which images are explained, how, and on how many of them heat maps are tested."""

    images: str
    """Images explained beside the examples: an ``image_id``, a glob over them, or a text file with
    one per line.
    """
    examples: Annotated[int, Field(ge=1, le=12)]
    """Wrongly classified images in ``{model}_explanations_figure``, and as many correctly
    classified ones.
    """
    attribution: AttributionParameters
    """How a heat map is computed."""
    smoothing: Annotated[float, Field(ge=0, le=0.2)]
    """Sigma of the smoothing of maps in overlays, pointing game, deletion and insertion, as a share
    of the side.
    """
    tested_images: Annotated[int, Field(ge=2)]
    """Test images, sampled at random, that the report is about."""
    wrong_images: Annotated[int, Field(ge=0)]
    """Most misclassified images added to these, to compare maps of right and wrong decisions."""
    randomized_images: Annotated[int, Field(ge=1)]
    """Of the sampled images, those explained again with randomized weights."""
    stability_images: Annotated[int, Field(ge=2)]
    """Of the sampled images, those explained again with noise and with a shift of one pixel."""
    noise_levels: Annotated[float, Field(gt=0)]
    """Standard deviation of that noise in grey levels of 255."""
    curve_points: Annotated[int, Field(ge=2)]
    """Points of the deletion and insertion curves."""
    replacement: Literal["black", "blurred", "mean"]
    """What deleted and covered pixels are replaced with."""
    border: Annotated[float, Field(gt=0, lt=0.5)]
    """Width of the frame called border, as a share of the side."""
    corner_width: Annotated[float, Field(gt=0, le=0.225)]
    """Width of the corners in which side markers lie, as a share of the side."""
    corner_height: Annotated[float, Field(gt=0, le=0.35)]
    """Height of these corners, as a share of the side."""
    corner_warning_ratio: Annotated[float, Field(gt=0)]
    """Ratio of corners to equal patches elsewhere above which the report warns."""
    max_lesion_area: Share
    """Largest lesion, as a share of the image, that counts in the pointing game."""
    bootstrap_samples: Annotated[int, Field(ge=100)]
    """Draws of patients behind each 95 % interval."""
    seed: Seed
    """Seed of the sample of images, the noise and the randomized weights."""
