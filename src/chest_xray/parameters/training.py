"""Parameters of the pipeline training."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from chest_xray.parameters.fields import Backbone, ParameterGroup, Seed, Share


class AugmentationParameters(ParameterGroup):
    """The largest change of each kind; every image draws its own, uniformly."""

    rotation_degrees: Annotated[float, Field(ge=0, le=180)]
    translation: Annotated[float, Field(ge=0, le=0.5)]
    scale: Annotated[float, Field(ge=0, lt=1)]
    brightness: Annotated[float, Field(ge=0, lt=1)]
    gain: Annotated[float, Field(ge=0, lt=1)]
    mean_contrast: Annotated[float, Field(ge=0, lt=1)]
    mirror: bool


class EarlyStoppingParameters(ParameterGroup):
    """When training stops, and which epoch is the best one."""

    metric: Literal["loss", "accuracy", "f1", "auc"]
    patience: Annotated[int, Field(ge=1)]
    min_delta: Annotated[float, Field(ge=0)]


class FitParameters(ParameterGroup):
    """Everything the learnt weights depend on, beside the data and the initial weights."""

    head_sizes: list[Annotated[int, Field(ge=1)]]
    dropout: Annotated[float, Field(ge=0, lt=1)]
    epochs: Annotated[int, Field(ge=1)]
    epochs_frozen: Annotated[int, Field(ge=0)]
    progressive_fraction: Annotated[float, Field(ge=0, lt=1)]
    progressive_image_sizes: Annotated[list[Annotated[int, Field(ge=32)]], Field(min_length=1)]
    batch_size: Annotated[int, Field(ge=2)]
    learning_rate: Annotated[float, Field(gt=0)]
    head_learning_rate: Annotated[float, Field(gt=0)]
    stage_decay: Annotated[float, Field(gt=0, le=1)]
    warm_up_epochs: Annotated[float, Field(ge=0)]
    weight_decay: Annotated[float, Field(ge=0)]
    label_smoothing: Annotated[float, Field(ge=0, lt=1)]
    ema_decay: Annotated[float, Field(ge=0, lt=1)]
    augmentation: AugmentationParameters
    early_stopping: EarlyStoppingParameters
    seed: Seed

    @model_validator(mode="after")
    def _some_epochs_train_everything(self) -> FitParameters:
        if self.epochs_frozen >= self.epochs:
            raise ValueError(
                f"epochs_frozen is {self.epochs_frozen} of {self.epochs} epochs; "
                "fewer than epochs are allowed, so that the backbone is trained too"
            )
        return self

    @field_validator("progressive_image_sizes")
    @classmethod
    def _images_grow(cls, value: list[int]) -> list[int]:
        if value != sorted(value):
            raise ValueError("should grow from the first to the last")
        return value

    def image_size(self, epoch: int, full_size: int) -> int:
        """Side at which an epoch, from 1, sees images that are stored at ``full_size``, px.

        The first ``progressive_fraction`` of the epochs is shared evenly by
        ``progressive_image_sizes``, as a step on small images costs a fraction and what is learnt
        carries over (progressive resizing: Tan and Le, 2021, https://arxiv.org/abs/2104.00298). The
        last epoch sees the full size.
        """
        small = min(self.epochs - 1, round(self.progressive_fraction * self.epochs))
        if epoch > small:
            return full_size
        return self.progressive_image_sizes[
            (epoch - 1) * len(self.progressive_image_sizes) // small
        ]


class ThresholdParameters(ParameterGroup):
    """How the decision threshold is chosen on validation."""

    policy: Literal["sensitivity", "youden", "half"]
    sensitivity: Share


class TrainingParameters(FitParameters):
    """The network, how it is fitted, and how it is judged."""

    backbone: Literal["auto"] | Backbone
    backbone_candidates: Annotated[list[Backbone], Field(min_length=1)]
    memory_share: Annotated[float, Field(gt=0, le=1)]
    minutes_per_epoch: Annotated[float, Field(gt=0)]
    weights: Annotated[str, Field(min_length=1)]
    threshold: ThresholdParameters
    bootstrap_samples: Annotated[int, Field(ge=100)]
    min_patients: Annotated[int, Field(ge=1)]
