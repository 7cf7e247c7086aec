"""Parameters of the pipeline training."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from chest_xray.parameters.fields import Backbone, ParameterGroup, Seed, Share


class AugmentationParameters(ParameterGroup):
    """The largest change of each kind; every image draws its own, uniformly."""

    rotation_degrees: Annotated[float, Field(ge=0, le=180)]
    """Largest rotation, degrees."""
    translation: Annotated[float, Field(ge=0, le=0.5)]
    """Largest shift, as a share of the side."""
    scale: Annotated[float, Field(ge=0, lt=1)]
    """Largest change of size, as a share."""
    brightness: Annotated[float, Field(ge=0, lt=1)]
    """Largest shift of all grey levels, as a share of the grey scale."""
    gain: Annotated[float, Field(ge=0, lt=1)]
    """All grey levels are multiplied by 1 - gain to 1 + gain."""
    mean_contrast: Annotated[float, Field(ge=0, lt=1)]
    """Distances from the film's mean are multiplied by 1 - c to 1 + c."""
    gamma: Annotated[float, Field(ge=0, lt=4)]
    """Levels, 0 to 1, are taken to a power of 1 / (1 + gamma) to 1 + gamma."""
    blur: Annotated[float, Field(ge=0, le=10)]
    """Largest standard deviation of a Gaussian blur that half of the images get, px."""
    sharpening: Annotated[float, Field(ge=0, le=10)]
    """Largest share of its own detail that is added to half of the images."""
    noise: Annotated[float, Field(ge=0, lt=1)]
    """Largest standard deviation of Gaussian noise, as a share of the grey scale."""
    jpeg_quality: Annotated[int, Field(ge=1, le=100)]
    """Least quality of the JPEG that half of the images are saved as; 100 for none."""
    mirror: bool
    """Whether half of the images are mirrored left to right."""


class StyleMixingParameters(ParameterGroup):
    """What training images take from each other that is no anatomy; 0 for none."""

    amplitude: Annotated[float, Field(ge=0, le=1)]
    """Largest share of its Fourier amplitudes that a film takes from another one."""
    other_class_texture: Annotated[float, Field(ge=0, le=1)]
    """Share of the films that get the texture of a film of the other class."""
    features: Annotated[float, Field(ge=0, le=1)]
    """Share of the batches whose first two stages mix mean and deviation between films."""


class EarlyStoppingParameters(ParameterGroup):
    """When training stops, and which epoch is the best one."""

    metric: Literal["loss", "accuracy", "f1", "auc"]
    """Validation metric that chooses the epoch and stops the training."""
    patience: Annotated[int, Field(ge=1)]
    """Epochs without an improvement after which training stops."""
    min_delta: Annotated[float, Field(ge=0)]
    """Least change that counts as an improvement."""


class FitParameters(ParameterGroup):
    """Everything the learnt weights depend on, beside the data and the initial weights."""

    head_sizes: list[Annotated[int, Field(ge=1)]]
    """Hidden units of the linear layers between backbone and output; ``[]`` for none."""
    dropout: Annotated[float, Field(ge=0, lt=1)]
    """Dropout probability before each linear layer of the head."""
    epochs: Annotated[int, Field(ge=1)]
    """Most epochs."""
    epochs_frozen: Annotated[int, Field(ge=0)]
    """First epochs, in which only the head is trained."""
    progressive_fraction: Annotated[float, Field(ge=0, lt=1)]
    """Share of the epochs, the first ones, that see smaller images."""
    progressive_image_sizes: Annotated[list[Annotated[int, Field(ge=32)]], Field(min_length=1)]
    """Sizes of these images in px, growing; each gets the same number of epochs."""
    batch_size: Annotated[int, Field(ge=2)]
    """Images per optimization step."""
    learning_rate: Annotated[float, Field(gt=0)]
    """Peak learning rate of the backbone's last stage."""
    head_learning_rate: Annotated[float, Field(gt=0)]
    """Peak learning rate of the head."""
    stage_decay: Annotated[float, Field(gt=0, le=1)]
    """Learning rate of each stage as a share of that of the stage above it."""
    warm_up_epochs: Annotated[float, Field(ge=0)]
    """Epochs of linear learning-rate warm-up."""
    weight_decay: Annotated[float, Field(ge=0)]
    """AdamW's weight decay."""
    label_smoothing: Annotated[float, Field(ge=0, lt=1)]
    """Label smoothing of the loss."""
    ema_decay: Annotated[float, Field(ge=0, lt=1)]
    """Decay per step of the moving average of the weights that is evaluated and kept; 0 for none.
    """
    balance_within_sources: bool
    """Whether the classes weigh the same within each source, not only over all images."""
    augmentation: AugmentationParameters
    """Largest random change of each kind."""
    style_mixing: StyleMixingParameters
    """What films of a batch take from each other."""
    early_stopping: EarlyStoppingParameters
    """When training stops, and which epoch is kept."""
    seed: Seed
    """Seed of initial weights, order of images and augmentation."""

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
    """Rule for the decision threshold: least ``sensitivity``, Youden's index, or 0.5."""
    sensitivity: Share
    """Least sensitivity on validation, for the policy ``sensitivity``."""


class TrainingParameters(FitParameters):
    """The network, how it is fitted, and how it is evaluated."""

    backbone: Literal["auto"] | Backbone
    """The ResNet; ``auto`` takes the largest candidate within both limits below."""
    backbone_candidates: Annotated[list[Backbone], Field(min_length=1)]
    """Backbones that ``auto`` chooses from."""
    memory_share: Annotated[float, Field(gt=0, le=1)]
    """Share of the free memory that a training step may take."""
    minutes_per_epoch: Annotated[float, Field(gt=0)]
    """Longest epoch that ``auto`` accepts, minutes."""
    weights: Annotated[str, Field(min_length=1)]
    """Initial weights: a name of torchvision's, a file in torchvision's format, or ``none``."""
    test_time_views: Annotated[int, Field(ge=1, le=5)]
    """Shifted views of an image whose mean logit a finished model gives; each costs as much again.
    """
    threshold: ThresholdParameters
    """How the decision threshold is chosen on validation."""
    bootstrap_samples: Annotated[int, Field(ge=100)]
    """Draws of patients behind each 95 % interval."""
    min_patients: Annotated[int, Field(ge=1)]
    """Fewer patients of a class in validation or test add a note to the results."""
    workers: Literal["auto"] | Annotated[int, Field(ge=0)]
    """Workers of Ray Train that share each batch; 0 trains in this process, without Ray. ``auto``
    takes one per GPU, or on CPUs one per machine.
    """
    ray_address: str | None
    """Ray cluster to train on (``auto`` or ``HOST:PORT``); ``null`` starts one for the run."""
    on_lost_worker: Literal["continue", "wait"]
    """Whether training goes on with the workers that are left, or waits until there are as many as
    before; both from the last whole epoch.
    """
