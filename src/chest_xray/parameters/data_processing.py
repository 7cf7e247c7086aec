"""Parameters of the pipeline data_processing."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from chest_xray.machine.names import folded
from chest_xray.parameters.fields import BitsStored, ParameterGroup, Seed, Share, Text


def _tells_a_patient(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groupindex
    except re.error as error:
        raise ValueError(f"should be a regular expression ({error})") from error
    if "patient" not in groups:
        raise ValueError("should have a group (?P<patient>...)")
    return pattern


PatientPattern = Annotated[str, AfterValidator(_tells_a_patient)]


class NearDuplicateParameters(ParameterGroup):
    """From which correlations on two films are one film that was saved again."""

    frequencies: Annotated[float, Field(ge=0.9, le=1)]
    pixels: Annotated[float, Field(ge=0.9, le=1)]


class DataProcessingParameters(ParameterGroup):
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
    max_unreadable_share: Share
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
