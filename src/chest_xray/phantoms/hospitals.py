"""Two hospitals: which patients are whose, and how each one's films look."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

NORTH, SOUTH = "north", "south"

# What is drawn here is drawn from a stream of its own, so that the rest of a plan stays as it is.
_STREAM = 1


@dataclass(frozen=True)
class _Look:
    """What a hospital does to a film that would have been one of the north's.

    Attributes:
        brightness, contrast, noise: factors of the film's own.
        detector_blur: factor of the detector's blur.
        marker_style: of the side markers: plain, or boxed (in a frame, in a lower corner).
        ages: youngest and oldest patient, years.
    """

    brightness: float
    contrast: float
    noise: float
    detector_blur: float
    marker_style: str
    ages: tuple[int, int]


_LOOKS: Mapping[str, _Look] = {
    NORTH: _Look(1.0, 1.0, 1.0, 1.0, "plain", (1, 5)),
    SOUTH: _Look(1.3, 0.8, 2.5, 0.6, "boxed", (20, 85)),
}


def assign_hospitals(
    films: pd.DataFrame, hospitals: int, hospital_with_class: float, seed: int
) -> pd.DataFrame:
    """Give every patient a hospital, and every film its hospital's look.

    Args:
        films: one row per film, with `patient_seed`, `true_label`, `brightness`, `contrast` and
            `noise`.
        hospitals: 1 or 2; one alone is the north, whose films stay as they are.
        hospital_with_class: probability that a patient is in the south if and only if they have
            pneumonia, instead of by chance.
        seed: of the plan.

    Returns:
        The films with `source`, `age`, `detector_blur` and `marker_style`, the same `source` and
        `age` for all films of a patient, and the south's with another brightness, contrast and
        noise.
    """
    random = np.random.default_rng([_STREAM, seed])
    patients = films.drop_duplicates("patient_seed").set_index("patient_seed")
    ill = (patients["true_label"] == "PNEUMONIA").to_numpy()
    follows = random.uniform(size=len(patients)) < hospital_with_class
    by_chance = random.uniform(size=len(patients)) < 0.5
    south = np.where(follows, ill, by_chance) & (hospitals == 2)
    places = random.uniform(size=len(patients))
    sources = [SOUTH if one else NORTH for one in south]
    ages = [_age(_LOOKS[one], place) for one, place in zip(sources, places, strict=True)]
    hospital_of = dict(zip(patients.index, sources, strict=True))
    age_of = dict(zip(patients.index, ages, strict=True))
    source = [hospital_of[one] for one in films["patient_seed"]]
    looks = [_LOOKS[one] for one in source]
    return films.assign(
        source=source,
        age=[age_of[one] for one in films["patient_seed"]],
        detector_blur=[look.detector_blur for look in looks],
        marker_style=[look.marker_style for look in looks],
        **{
            name: films[name] * [getattr(look, name) for look in looks]
            for name in ("brightness", "contrast", "noise")
        },
    )


def _age(look: _Look, place: float) -> int:
    youngest, oldest = look.ages
    return youngest + int(place * (oldest - youngest + 1))
