"""Every number that changes a result, typed: one model, a part for each pipeline.

The whole tree is checked before the first node of any pipeline runs (``hooks.ParameterHooks``).
Kedro hands each node its part as an instance of the class the node's argument is annotated with.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from chest_xray.errors import BadParameters

Backbone = Literal["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]
Share = Annotated[float, Field(ge=0, le=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProcessParameters(_Part):
    """How a run uses the machine; nothing here is learnt from."""

    device: Literal["auto", "cpu", "cuda", "mps"]
    precision: Literal["auto", "float32", "bfloat16"]
    threads: Literal["auto"] | Annotated[int, Field(ge=1)]


class PhantomParameters(_Part):
    """How many radiographs are drawn, and what is planted in them."""

    patients: Annotated[int, Field(ge=10)]
    image_size: Annotated[int, Field(ge=32, le=4096)]
    seed: Seed
    unreadable: Annotated[int, Field(ge=0)]
    duplicates: Annotated[int, Field(ge=0)]
    flipped_labels: Annotated[int, Field(ge=0)]
    marker_with_class: Share
    exposure_with_class: Share


class DataProcessingParameters(_Part):
    """How a folder becomes an index, pixels and splits."""

    image_size: Annotated[int, Field(ge=32, le=1024)]
    class_names: Annotated[list[str], Field(min_length=2, max_length=2)]
    file_name_patterns: list[str]
    split_method: Literal["patient", "image", "published"]
    seed: Seed
    largest_unreadable_share: Share
    samples_shown: Annotated[int, Field(ge=2, le=64)]

    @field_validator("file_name_patterns")
    @classmethod
    def _each_names_a_patient(cls, patterns: list[str]) -> list[str]:
        for pattern in patterns:
            try:
                groups = re.compile(pattern).groupindex
            except re.error as error:
                raise ValueError(f"'{pattern}' is no regular expression ({error})") from error
            if "patient" not in groups:
                raise ValueError(f"'{pattern}' has no group (?P<patient>...)")
        return patterns


class AugmentationParameters(_Part):
    """The largest change of each kind; every image draws its own, uniformly."""

    rotation_degrees: Annotated[float, Field(ge=0, le=180)]
    translation: Annotated[float, Field(ge=0, le=0.5)]
    scale: Annotated[float, Field(ge=0, lt=1)]
    brightness: Annotated[float, Field(ge=0, lt=1)]
    contrast: Annotated[float, Field(ge=0, lt=1)]
    mirror: bool


class EarlyStoppingParameters(_Part):
    """When training stops, and which epoch is the best one."""

    metric: Literal["loss", "accuracy", "f1", "auc"]
    patience: Annotated[int, Field(ge=1)]
    minimum_gain: Annotated[float, Field(ge=0)]


class FitParameters(_Part):
    """Everything the learnt weights depend on, beside the data and the initial weights."""

    head_sizes: list[Annotated[int, Field(ge=1)]]
    dropout: Annotated[float, Field(ge=0, lt=1)]
    epochs: Annotated[int, Field(ge=1)]
    epochs_frozen: Annotated[int, Field(ge=0)]
    epochs_small: Annotated[int, Field(ge=0)]
    small_image_size: Annotated[int, Field(ge=32)]
    batch_size: Annotated[int, Field(ge=2)]
    learning_rate: Annotated[float, Field(gt=0)]
    head_learning_rate: Annotated[float, Field(gt=0)]
    stage_decay: Annotated[float, Field(gt=0, le=1)]
    warm_up_epochs: Annotated[float, Field(ge=0)]
    weight_decay: Annotated[float, Field(ge=0)]
    label_smoothing: Annotated[float, Field(ge=0, lt=1)]
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
        if self.epochs_small >= self.epochs:
            raise ValueError(
                f"epochs_small is {self.epochs_small} of {self.epochs} epochs; "
                "fewer than epochs are allowed, so that the last see images at full size"
            )
        return self


class ThresholdParameters(_Part):
    """How the decision threshold is chosen on validation."""

    policy: Literal["sensitivity", "youden", "half"]
    sensitivity: Share


class TrainingParameters(FitParameters):
    """The network, how it is fitted, and how it is judged."""

    backbone: Literal["auto"] | Backbone
    backbone_candidates: Annotated[list[Backbone], Field(min_length=1)]
    memory_share: Annotated[float, Field(gt=0, le=1)]
    minutes_an_epoch: Annotated[float, Field(gt=0)]
    weights: Annotated[str, Field(min_length=1)]
    threshold: ThresholdParameters
    bootstrap_samples: Annotated[int, Field(ge=100)]


class AttributionParameters(_Part):
    """How a heat map is made; the defaults, for use without conf/, are those of conf/base."""

    baseline: Literal["black", "blurred", "mean", "several"] = "blurred"
    blur: Annotated[float, Field(gt=0, le=0.5)] = 0.1
    tolerance: Annotated[float, Field(gt=0)] = 0.01
    first_steps: Annotated[int, Field(ge=4)] = 16
    most_steps: Annotated[int, Field(ge=4)] = 512
    memory_mib: Annotated[int, Field(ge=1)] = 512

    @model_validator(mode="after")
    def _steps_can_begin(self) -> AttributionParameters:
        if self.first_steps > self.most_steps:
            raise ValueError(
                f"first_steps is {self.first_steps}; at most most_steps ({self.most_steps}) is "
                "allowed"
            )
        return self


class InterpretabilityParameters(_Part):
    """Which images are explained, how, and on how many of them that is put to the test."""

    images: str
    examples: Annotated[int, Field(ge=1, le=12)]
    attribution: AttributionParameters
    smoothing: Annotated[float, Field(ge=0, le=0.2)]
    tested_images: Annotated[int, Field(ge=2)]
    wrong_images: Annotated[int, Field(ge=0)]
    randomized_images: Annotated[int, Field(ge=1)]
    shaken_images: Annotated[int, Field(ge=2)]
    noise_levels: Annotated[float, Field(gt=0)]
    curve_points: Annotated[int, Field(ge=2)]
    replacement: Literal["black", "blurred", "mean"]
    border: Annotated[float, Field(gt=0, lt=0.5)]
    corner_width: Annotated[float, Field(gt=0, le=0.225)]
    corner_height: Annotated[float, Field(gt=0, le=0.35)]
    corner_alarm: Annotated[float, Field(gt=0)]
    largest_lesion: Share
    bootstrap_samples: Annotated[int, Field(ge=100)]
    seed: Seed


class Parameters(_Part):
    """The whole tree of conf/, with what ``--params`` adds."""

    radiographs_path: str | None = None
    process: ProcessParameters
    phantoms: PhantomParameters
    data_processing: DataProcessingParameters
    training: TrainingParameters
    interpretability: InterpretabilityParameters

    @model_validator(mode="after")
    def _images_do_not_grow_beyond_what_is_stored(self) -> Parameters:
        training, stored = self.training, self.data_processing.image_size
        if training.epochs_small and training.small_image_size > stored:
            raise ValueError(
                f"training.small_image_size is {training.small_image_size} px; "
                f"at most data_processing.image_size ({stored} px) is allowed"
            )
        return self


def check_parameters(raw: Mapping[str, Any], sources: Mapping[str, str]) -> Parameters:
    """Check the whole tree of parameters.

    Args:
        raw: The tree as Kedro loads it, ``--params`` merged in.
        sources: Where each dotted key was last set, such as ``conf/cpu/parameters/training.yml``.

    Raises:
        BadParameters: One sentence a mistake: the key, what was found, what is allowed, the file.
    """
    try:
        return Parameters.model_validate(dict(raw))
    except ValidationError as error:
        mistakes = [_mistake(detail, sources) for detail in _without_union_echoes(error)]
        raise BadParameters("\n".join(mistakes)) from error


def _without_union_echoes(error: ValidationError) -> list[Any]:
    # Pydantic reports a union ('auto' or a number) once a member, under one key of the tree.
    seen: dict[str, Any] = {}
    for detail in error.errors():
        seen.setdefault(_key(detail["loc"]), detail)
    return list(seen.values())


def _key(location: Iterable[int | str]) -> str:
    key, part = [], Parameters
    for step in location:
        fields = getattr(part, "model_fields", None)
        if fields is not None and step in fields:
            part = fields[str(step)].annotation
        elif fields is None and not isinstance(step, int):
            break
        key.append(str(step))
    return ".".join(key)


def _mistake(detail: Any, sources: Mapping[str, str]) -> str:
    key = _key(detail["loc"])
    place = _source(key, sources)
    if detail["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key.rpartition(".")[2], _siblings(detail["loc"]), n=1)
        advice = f"did you mean '{near[0]}'" if near else "leave it out"
        return f"Parameter '{key}'{place} is not known; {advice}."
    if detail["type"] == "missing":
        return f"Parameter '{key}' is missing; conf/base/parameters has its default."
    if not key:
        return f"{detail['msg'].removeprefix('Value error, ')}."
    found = "" if isinstance(detail["input"], Mapping) else f" is {detail['input']!r};"
    allowed = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"Parameter '{key}'{place}{found} {_allowed(key, allowed)}."


def _allowed(key: str, message: str) -> str:
    choices = _choices(key)
    return f"it should be {choices}" if choices else f"it {message}"


def _choices(key: str) -> str:
    """The alternatives of a key that takes 'auto' or something else, '' for other keys."""
    return {
        "process.threads": "'auto' or a whole number of at least 1",
        "training.backbone": "'auto', 'resnet18', 'resnet34', 'resnet50', 'resnet101' or "
        "'resnet152'",
    }.get(key, "")


def _siblings(location: tuple[int | str, ...]) -> list[str]:
    part: Any = Parameters
    for step in location[:-1]:
        part = part.model_fields[str(step)].annotation
    return list(part.model_fields)


def _source(key: str, sources: Mapping[str, str]) -> str:
    while key:
        if key in sources:
            return f" ({sources[key]})"
        key = key.rpartition(".")[0]
    return ""
