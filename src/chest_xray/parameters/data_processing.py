"""Parameters of the pipeline data_processing."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from chest_xray.machine.names import folded
from chest_xray.parameters.fields import (
    BitsStored,
    IntensityNormalization,
    ParameterGroup,
    Seed,
    Share,
    Text,
    Workers,
    refuse_unused_address,
)


def _has_patient_group(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groupindex
    except re.error as error:
        raise ValueError(f"should be a regular expression ({error})") from error
    if "patient" not in groups:
        raise ValueError("should have a group (?P<patient>...)")
    return pattern


def _has_source_group(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groupindex
    except re.error as error:
        raise ValueError(f"should be a regular expression ({error})") from error
    if pattern and "source" not in groups:
        raise ValueError("should have a group (?P<source>...)")
    return pattern


PatientPattern = Annotated[str, AfterValidator(_has_patient_group)]


class NearDuplicateParameters(ParameterGroup):
    """From which correlations on two films are one film that was saved again."""

    frequencies: Annotated[float, Field(ge=0.9, le=1)]
    """Least correlation of the 255 lowest spatial frequencies, tested first."""
    pixels: Annotated[float, Field(ge=0.9, le=1)]
    """Least correlation of all pixels, tested on the pairs that the first test leaves."""


class DataProcessingParameters(ParameterGroup):
    """How a folder becomes an index, pixels and splits."""

    image_size: Annotated[int, Field(ge=32, le=1024)]
    """Side of the square, in px, that every radiograph is resized to."""
    intensity_normalization: IntensityNormalization
    """What a film's grey levels are brought to before a network sees it: ``none`` leaves them as
    they are, ``percentiles`` stretches the 1st to the 99th percentile, ``equalize`` equalizes the
    histogram, ``clahe`` the same locally, with a limited slope. Stored pixels stay as they are.
    """
    class_names: Annotated[list[Text], Field(min_length=2, max_length=2)]
    """The two classes, also the names of their folders; probabilities are of the second."""
    class_folders: dict[str, list[Text]]
    """Other folder names that mean a class: ``NORMAL: [healthy, no finding]``."""
    file_name_patterns: list[PatientPattern]
    """Regular expressions with a group ``patient`` and optionally ``subtype``; the first that fits
    a file's path or name gives its patient.
    """
    patterns_confirmed: bool
    """Whether a pattern that seems to fit by chance only warns instead of stopping the run."""
    left_out: list[Text]
    """Files to leave out, as shell patterns."""
    bits_stored: BitsStored
    """Bits of a 16-bit file that hold grey levels; with ``null`` the levels must fill all 16."""
    near_duplicates: NearDuplicateParameters
    """From which correlations on two films count as one film that was saved again."""
    source_pattern: Annotated[str, AfterValidator(_has_source_group)]
    """Regular expression with a group ``source``, held against a file's path, where the table has
    no column ``source``; ``''`` for none.
    """
    source_name: Text
    """Source of the films that neither the table, a list of folders nor the pattern gives one."""
    split_method: Literal["patient", "image", "published", "published_test", "source"]
    """How images are assigned: by patient, by image (leaks patients), as the published folders,
    with the published test folder as test part, or with ``test_sources`` as test part.
    """
    test_sources: list[Text]
    """The sources that are the test part, for the split method ``source``."""
    seed: Seed
    """Seed of the split."""
    max_unreadable_share: Share
    """Largest share of unreadable files; more of them stop the run."""
    shortcut_alarm: Annotated[float, Field(gt=0.5, le=1)]
    """Balanced accuracy from which on a file property that predicts the class is warned of."""
    film_warning_percent: Annotated[float, Field(ge=0, lt=50)]
    """Percentage of training films beyond each end of a film measure's range; new films outside it
    are warned of.
    """
    samples_shown: Annotated[int, Field(ge=2, le=64, multiple_of=2)]
    """Images in ``sample_grid_figure``."""
    bootstrap_samples: Annotated[int, Field(ge=100)]
    """Draws of patients behind the intervals of ``no_pixel_baseline``."""
    workers: Workers
    """Processes of one core each that read on Ray; ``auto`` takes all cores of the cluster, or of
    this machine; 0 reads in threads of this process, without Ray.
    """
    ray_address: str | None
    """Ray cluster to join (``auto`` or ``HOST:PORT``); ``null`` starts a Ray for the run."""
    storage_path: str | None
    """Folder through which resized radiographs come back from other machines, seen by all of them;
    ``null`` is below the data folder.
    """

    @model_validator(mode="after")
    def _a_cluster_is_used(self) -> DataProcessingParameters:
        refuse_unused_address(self.workers, self.ray_address)
        return self

    @model_validator(mode="after")
    def _test_sources_belong_to_their_method(self) -> DataProcessingParameters:
        if bool(self.test_sources) != (self.split_method == "source"):
            raise ValueError(
                f"test_sources is {self.test_sources or 'empty'} and split_method "
                f"'{self.split_method}'; the method 'source', and no other, needs the sources that "
                "are the test part"
            )
        return self

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
