"""Every number that changes a result, typed: one model, a part for each pipeline.

The whole tree is checked before the first node of any pipeline runs (``hooks.ParameterHooks``).
Kedro hands each node its part as an instance of the class the node's argument is annotated with.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, TypeVar, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from chest_xray.errors import BadParameters
from chest_xray.radiographs.naming import folded
from chest_xray.renamed import new_name
from chest_xray.search_checks import search_mistakes
from chest_xray.search_space import Hyperparameter

Backbone = Literal["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]
Share = Annotated[float, Field(ge=0, le=1)]
Model = TypeVar("Model", bound=BaseModel)
Seed = Annotated[int, Field(ge=0, lt=2**32)]
# Of the grey levels in a file of 16 bits; None where they have to fill them.
BitsStored = Annotated[int, Field(ge=8, le=16)] | None


Text = Annotated[str, Field(min_length=1)]


def _tells_a_patient(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groupindex
    except re.error as error:
        raise ValueError(f"should be a regular expression ({error})") from error
    if "patient" not in groups:
        raise ValueError("should have a group (?P<patient>...)")
    return pattern


PatientPattern = Annotated[str, AfterValidator(_tells_a_patient)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _yes_is_no_number(cls, value: Any, info: ValidationInfo) -> Any:
        # YAML reads yes and on as true, which Python takes for 1.
        if (
            isinstance(value, bool)
            and cls.model_fields[str(info.field_name)].annotation is not bool
        ):
            raise ValueError("should be neither true nor false (YAML also reads yes and no so)")
        return value


class Globals(_Part):
    """What conf/*/globals.yml hold: every environment's other files refer to it."""

    data_root: Text
    radiographs_path: Text
    radiograph_table: Text
    lesion_masks: Text
    seed: Seed
    image_size: int
    class_names: list[str]


class ProcessParameters(_Part):
    """How a run uses the machine; nothing here is learnt from."""

    device: Literal["auto", "cpu", "cuda", "mps"]
    precision: Literal["auto", "float32", "bfloat16"]
    threads: Literal["auto"] | Annotated[int, Field(ge=1, le=1024)]


class PhantomParameters(_Part):
    """How many radiographs are drawn, and what is planted in them."""

    patients: Annotated[int, Field(ge=10)]
    image_size: Annotated[int, Field(ge=32, le=4096)]
    seed: Seed
    unreadable: Annotated[int, Field(ge=0)]
    duplicates: Annotated[int, Field(ge=0)]
    flipped_labels: Annotated[int, Field(ge=0)]
    marker_with_class: Share
    brightness_with_class: Share


class NearDuplicateParameters(_Part):
    """From which correlations on two films are one film that was saved again."""

    frequencies: Annotated[float, Field(ge=0.9, le=1)]
    pixels: Annotated[float, Field(ge=0.9, le=1)]


class DataProcessingParameters(_Part):
    """How a folder becomes an index, pixels and splits."""

    image_size: Annotated[int, Field(ge=32, le=1024)]
    class_names: Annotated[list[Text], Field(min_length=2, max_length=2)]
    class_folders: dict[str, list[Text]]
    file_name_patterns: list[PatientPattern]
    patterns_confirmed: bool
    left_out: list[Text]
    bits_stored: BitsStored
    near_duplicates: NearDuplicateParameters
    split_method: Literal["patient", "image", "published"]
    seed: Seed
    largest_unreadable_share: Share
    shortcut_alarm: Annotated[float, Field(gt=0.5, le=1)]
    film_warning_percent: Annotated[float, Field(ge=0, lt=50)]
    samples_shown: Annotated[int, Field(ge=2, le=64, multiple_of=2)]
    bootstrap_samples: Annotated[int, Field(ge=100)]

    @model_validator(mode="after")
    def _each_name_means_one_class(self) -> DataProcessingParameters:
        strange = sorted(set(self.class_folders) - set(self.class_names))
        if strange:
            raise ValueError(
                f"class_folders speaks of {strange[0]}, which is none of class_names "
                f"({', '.join(self.class_names)})"
            )
        first, second = (
            {folded(word) for word in (name, *self.class_folders.get(name, ()))}
            for name in self.class_names
        )
        if first & second:
            raise ValueError(
                f"class_names and class_folders let '{min(first & second)}' mean both "
                f"{self.class_names[0]} and {self.class_names[1]}"
            )
        return self


class AugmentationParameters(_Part):
    """The largest change of each kind; every image draws its own, uniformly."""

    rotation_degrees: Annotated[float, Field(ge=0, le=180)]
    translation: Annotated[float, Field(ge=0, le=0.5)]
    scale: Annotated[float, Field(ge=0, lt=1)]
    brightness: Annotated[float, Field(ge=0, lt=1)]
    gain: Annotated[float, Field(ge=0, lt=1)]
    mean_contrast: Annotated[float, Field(ge=0, lt=1)]
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
    small_share: Annotated[float, Field(ge=0, lt=1)]
    small_image_sizes: Annotated[list[Annotated[int, Field(ge=32)]], Field(min_length=1)]
    batch_size: Annotated[int, Field(ge=2)]
    learning_rate: Annotated[float, Field(gt=0)]
    head_learning_rate: Annotated[float, Field(gt=0)]
    stage_decay: Annotated[float, Field(gt=0, le=1)]
    warm_up_epochs: Annotated[float, Field(ge=0)]
    weight_decay: Annotated[float, Field(ge=0)]
    label_smoothing: Annotated[float, Field(ge=0, lt=1)]
    weight_average: Annotated[float, Field(ge=0, lt=1)]
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

    @field_validator("small_image_sizes")
    @classmethod
    def _images_grow(cls, value: list[int]) -> list[int]:
        if value != sorted(value):
            raise ValueError("should grow from the first to the last")
        return value

    def image_size(self, epoch: int, full_size: int) -> int:
        """Side at which an epoch, from 1, sees images that are stored at ``full_size``, px.

        The first ``small_share`` of the epochs is shared evenly by ``small_image_sizes``, as a step
        on small images costs a fraction and what is learnt carries over (progressive resizing:
        Tan and Le, 2021, https://arxiv.org/abs/2104.00298). The last epoch sees the full size.
        """
        small = min(self.epochs - 1, round(self.small_share * self.epochs))
        if epoch > small:
            return full_size
        return self.small_image_sizes[(epoch - 1) * len(self.small_image_sizes) // small]


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
    fewest_patients: Annotated[int, Field(ge=1)]


class TuningParameters(_Part):
    """What is searched, within which budget, and by what the winner is chosen."""

    space: dict[str, Hyperparameter | None]
    searcher: Literal["tpe", "random", "grid"]
    scheduler: Literal["asha", "none"]
    grace_epochs: Annotated[int, Field(ge=1)]
    reduction_factor: Annotated[float, Field(gt=1)]
    trials: Annotated[int, Field(ge=1)]
    minutes: Annotated[float, Field(gt=0)]
    trial_changes: dict[str, Any]
    trial_image_size: Literal["stored"] | Annotated[int, Field(ge=32)]
    criterion: Literal["loss", "accuracy", "f1", "auc"]
    finalists: Annotated[int, Field(ge=1)]
    seeds: Annotated[int, Field(ge=1)]
    concurrent_trials: Literal["auto"] | Annotated[int, Field(ge=1)]
    memory_share: Annotated[float, Field(gt=0, le=1)]
    attempt: Annotated[int, Field(ge=0)]
    seed: Seed
    ray_address: str | None
    storage_path: str | None
    dashboard: bool

    @property
    def searched(self) -> dict[str, Hyperparameter]:
        """The space without the lines that an environment took out (``name: null``)."""
        return {name: line for name, line in self.space.items() if line is not None}


class ErrorAnalysisParameters(_Part):
    """What counts as an error type, what an error costs, and from when on a type is believed."""

    rare_percent: Annotated[float, Field(gt=0, lt=50)]
    border_share: Share
    marker_contrast: Share
    neighbours: Annotated[int, Field(ge=1)]
    doubtful_share: Annotated[float, Field(gt=0, le=1)]
    near_threshold: Share
    confident: Share
    missed_cost: Annotated[float, Field(gt=0)]
    missed_costs_compared: Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=1)]
    caution: Annotated[float, Field(ge=0)]
    fewest_errors: Annotated[int, Field(ge=1)]
    significance: Annotated[float, Field(gt=0, lt=1)]
    errors_a_page: Annotated[int, Field(ge=4, le=24, multiple_of=4)]
    pages_in_one_figure: Annotated[int, Field(ge=1, le=40)]


class TimingParameters(_Part):
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


class QuantizationParameters(_Part):
    """How a model becomes int8, and what it may lose."""

    licence: Annotated[str, Field(min_length=1)]
    originals_compared: Annotated[int, Field(ge=0)]
    calibration_images: Annotated[int, Field(ge=2, multiple_of=2)]
    methods: Annotated[list[Literal["minmax", "percentile", "entropy"]], Field(min_length=1)]
    percentile: Annotated[float, Field(gt=50, le=100)]
    reduced_range: bool
    largest_class_loss: Share
    layer_cost_images: Annotated[int, Field(ge=2, multiple_of=2)]
    seed: Seed
    timing: TimingParameters
    pytorch_int8_seconds: Annotated[int, Field(ge=0)]


class AttributionParameters(_Part):
    """How a heat map is made; the defaults, for use without conf/, are those of conf/base."""

    baseline: Literal["black", "blurred", "mean", "several"] = "mean"
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


class PredictionParameters(_Part):
    """Which new radiographs are judged, and by which model."""

    images: str
    model: Literal["baseline", "tuned", "quantized"]
    overlays: Annotated[int, Field(ge=0)]
    bits_stored: BitsStored


class FamiliarityParameters(_Part):
    """What a finished model keeps of what its training images look like to it."""

    directions: Annotated[int, Field(ge=1)]
    rare_percent: Annotated[float, Field(ge=0, lt=50)]


class Parameters(_Part):
    """The whole tree of conf/, with what ``--params`` adds."""

    # Only --params gives these here; left out, those of globals.yml count.
    radiographs_path: Text = ""
    radiograph_table: Text = ""
    lesion_masks: Text = ""
    process: ProcessParameters
    phantoms: PhantomParameters
    data_processing: DataProcessingParameters
    training: TrainingParameters
    tuning: TuningParameters
    error_analysis: ErrorAnalysisParameters
    quantization: QuantizationParameters
    interpretability: InterpretabilityParameters
    prediction: PredictionParameters
    familiarity: FamiliarityParameters

    @model_validator(mode="after")
    def _images_do_not_grow_beyond_what_is_stored(self) -> Parameters:
        training, stored = self.training, self.data_processing.image_size
        largest = training.small_image_sizes[-1]
        if training.small_share and largest > stored:
            raise ValueError(
                f"training.small_image_sizes has {largest} px; "
                f"at most data_processing.image_size ({stored} px) is allowed"
            )
        return self


def check_globals(raw: Mapping[str, Any], sources: Mapping[str, str]) -> Globals:
    """Check what the environments share, as ``check_parameters`` does.

    Raises:
        BadParameters: One sentence a mistake.
    """
    return _checked(Globals, raw, sources)


def check_parameters(raw: Mapping[str, Any], sources: Mapping[str, str]) -> Parameters:
    """Check the whole tree of parameters.

    Args:
        raw: The tree as Kedro loads it, ``--params`` merged in.
        sources: Where each dotted key was last set, such as ``conf/cpu/parameters/training.yml``.

    Raises:
        BadParameters: One sentence a mistake: the key, what was found, what is allowed, the file.
    """
    parameters = _checked(Parameters, raw, sources)
    mistakes = [
        f"Parameter '{key}'{_source(key, sources)} {said}."
        for key, said in search_mistakes(parameters)
    ]
    if mistakes:
        raise BadParameters("\n".join(mistakes))
    return parameters


def _checked(model: type[Model], raw: Mapping[str, Any], sources: Mapping[str, str]) -> Model:
    try:
        return model.model_validate(dict(raw))
    except ValidationError as error:
        # Pydantic reports a union ('auto' or a number) once a member, under one key of the tree.
        details = {_key(model, detail["loc"]): detail for detail in reversed(error.errors())}
        mistakes = [_mistake(model, key, details[key], sources) for key in reversed(details)]
        raise BadParameters("\n".join(mistakes)) from error


def _key(model: type[BaseModel], location: Iterable[int | str]) -> str:
    key: list[str] = []
    part: Any = model
    for step in location:
        fields = getattr(part, "model_fields", None)
        if fields is not None and step in fields:
            part = fields[str(step)].annotation
        elif get_origin(part) is dict:
            # A mapping's own names are keys too; what lies below them is not.
            part = None
        elif fields is None and not isinstance(step, int):
            break
        key.append(str(step))
    return ".".join(key)


def _mistake(model: type[BaseModel], key: str, detail: Any, sources: Mapping[str, str]) -> str:
    place = _source(key, sources)
    above, _, name = key.rpartition(".")
    if detail["type"] in ("extra_forbidden", "invalid_key"):
        if said := new_name(key):
            return f"Parameter '{key}'{place} {said}."
        near = difflib.get_close_matches(name, _fields(model, above), n=1)
        advice = f"did you mean '{near[0]}'" if near else "leave it out"
        return f"Parameter '{key}'{place} is not known; {advice}."
    if detail["type"] == "missing":
        return f"Parameter '{key}' is missing; conf/base has its default."
    # Pydantic begins with what it speaks of (Input, List, String), as ours begins with the key.
    said = re.sub(r"^\w+ (?=should )", "", detail["msg"].removeprefix("Value error, "))
    if detail["type"] == "model_type":
        said = f"should hold {', '.join(_fields(model, key))}"
    if not key:
        return f"{said}."
    if isinstance(detail["input"], Mapping):
        return f"Parameters of '{key}'{place}: {said}."
    choices = _choices(model, key)
    allowed = f"should be {choices}" if choices else said
    return f"Parameter '{key}'{place} is {detail['input']!r}; it {allowed}."


def _fields(model: type[BaseModel], key: str) -> list[str]:
    """The names of the fields of a part, given by its dotted key."""
    part: Any = model
    for step in key.split(".") if key else ():
        field = getattr(part, "model_fields", {}).get(step)
        # A name with a dot in it is no path.
        part = None if field is None else field.annotation
    return list(getattr(part, "model_fields", {}))


def _choices(model: type[BaseModel], key: str) -> str:
    """The alternatives of a key that takes one thing or another, '' for other keys."""
    schema: Any = model.model_json_schema()
    definitions = schema.get("$defs", {})
    for step in key.split("."):
        schema = definitions.get(schema.get("$ref", "").rpartition("/")[2], schema)
        schema = schema.get("properties", {}).get(step, {})
    alternatives = [text for one in schema.get("anyOf", ()) for text in _alternatives(one)]
    return ", ".join(alternatives[:-1]) + " or " + alternatives[-1] if alternatives else ""


def _alternatives(schema: Mapping[str, Any]) -> list[str]:
    if "const" in schema or "enum" in schema:
        return [f"'{value}'" for value in schema.get("enum", [schema.get("const")])]
    kinds = {"integer": "a whole number", "number": "a number", "string": "text", "null": "nothing"}
    limits = f" of at least {schema['minimum']}" if "minimum" in schema else ""
    if "maximum" in schema:
        limits += f" and at most {schema['maximum']}"
    return [kinds[schema["type"]] + limits]


def _source(key: str, sources: Mapping[str, str]) -> str:
    while key:
        if key in sources:
            return f" ({sources[key]})"
        key = key.rpartition(".")[0]
    return ""
