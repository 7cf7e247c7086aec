"""Parameters of the external_validation pipelines."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from chest_xray.parameters.data_processing import PatientPattern
from chest_xray.parameters.fields import BitsStored, FolderName, ParameterGroup, Seed, Share, Text


def _ascending(ends: list[float]) -> list[float]:
    if any(second <= first for first, second in pairwise(ends)):
        raise ValueError("should have numbers in ascending order, each of them once")
    return ends


Ends = Annotated[list[float], Field(min_length=1), AfterValidator(_ascending)]


class ExternalValidationParameters(ParameterGroup):
    """The films of another hospital, and how finished models are measured on them."""

    radiographs_path: Text
    """Folder of the other hospital's films; ``none`` where none is named."""
    table: Text
    """A csv file with ``image, label, patient_id`` and any other columns, or ``none``."""
    name: FolderName
    """Of the other hospital: its results lie below ``external/{name}``."""
    lesion_masks: Text
    """Folder of PNG masks (255 inside the lesion) named like the images, or ``none``."""
    model: Literal["all", "baseline", "tuned", "quantized"]
    """Which finished models are measured."""
    bits_stored: BitsStored
    """As ``data_processing.bits_stored``, for these films."""
    file_name_patterns: list[PatientPattern]
    """As ``data_processing.file_name_patterns``, for these films."""
    sensitivity: Annotated[Share, Field(gt=0)]
    """Sensitivity that the local threshold, chosen on these films, is to reach."""
    bands: dict[Text, Ends]
    """Lower ends of the bands of numeric columns of the table; others are cut into thirds."""
    max_values: Annotated[int, Field(ge=2)]
    """Most values of a column, not numeric or without bands, whose subgroups are measured."""
    min_patients: Annotated[int, Field(ge=2)]
    """Smallest number of patients of a subgroup that is measured."""
    bootstrap_samples: Annotated[int, Field(ge=100)]
    """Draws of patients behind the intervals."""
    seed: Seed
    """Seed of the draws."""
