"""Defects planted in a set of phantoms, so that what detects them can be tested."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

# The ways in which an unreadable file is damaged; its image seed's remainder picks one.
DAMAGES = ("empty", "truncated", "text")

_BRIGHT = (1.3, 1.5)
_OTHER_LABEL = {"NORMAL": "PNEUMONIA", "PNEUMONIA": "NORMAL"}


@dataclass(frozen=True)
class PlantedDefects:
    """What is wrong with a set of phantoms, on purpose.

    Attributes:
        unreadable: files that hold no decodable image.
        duplicates: additional files, byte-identical to another, under another patient's name.
        flipped_labels: films filed, and named, under the class that they don't belong to.
        marker_with_class: probability that a film has a side marker if and only if its label on
            disk is PNEUMONIA, instead of by chance.
        brightness_with_class: probability that a film is brighter than all ordinary ones if and
            only if its label on disk is PNEUMONIA, instead of never.

    Raises:
        ValueError: a count below 0 or a probability outside 0 to 1.
    """

    unreadable: int = 0
    duplicates: int = 0
    flipped_labels: int = 0
    marker_with_class: float = 0.0
    brightness_with_class: float = 0.0

    def __post_init__(self) -> None:
        for name in ("unreadable", "duplicates", "flipped_labels"):
            if getattr(self, name) < 0:
                raise ValueError(
                    f"Planted defects: {name} is {getattr(self, name)}; "
                    "a number of images must be 0 or more."
                )
        for name in ("marker_with_class", "brightness_with_class"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(
                    f"Planted defects: {name} is {getattr(self, name)}; "
                    "a probability must be between 0 and 1."
                )


def plant_defects(
    films: pd.DataFrame, defects: PlantedDefects, random: np.random.Generator
) -> pd.DataFrame:
    """Plant defects in a plan that has no file names yet.

    Args:
        films: one row per film, with `label` as the truth has it and an empty `planted`.
        defects: what to plant.
        random: decides where.

    Returns:
        The films, changed, with one more row per duplicate at the end. The column `copy_of` has the
        row number of a duplicate's original, and -1 elsewhere.

    Raises:
        ValueError: more unreadable, duplicated and flipped films than there are films.
    """
    counted = defects.unreadable + defects.duplicates + defects.flipped_labels
    if counted > len(films):
        raise ValueError(
            f"Planted defects: {counted} unreadable, duplicated and flipped films are asked of "
            f"{len(films)} films, and each film can have one; ask for fewer or for more patients."
        )
    films = films.assign(copy_of=-1)
    order = random.permutation(len(films))
    # A patient with one film can change class as a whole, so that film and name still agree.
    films_per_patient = films.groupby("patient_seed")["patient_seed"].transform("size").to_numpy()
    order = order[np.argsort(films_per_patient[order] > 1, kind="stable")]
    flipped, rest = order[: defects.flipped_labels], order[defects.flipped_labels :]
    rest = random.permutation(rest)
    unreadable, copied = (
        rest[: defects.unreadable],
        rest[defects.unreadable :][: defects.duplicates],
    )
    _flip_labels(films, flipped)
    _follow_class(films, defects, random)
    _damage(films, unreadable)
    return _duplicate(films, copied)


def _add_name(films: pd.DataFrame, rows: np.ndarray, name: str) -> None:
    earlier = films.loc[rows, "planted"]
    films.loc[rows, "planted"] = np.where(earlier == "", name, earlier + ";" + name)


def _flip_labels(films: pd.DataFrame, rows: np.ndarray) -> None:
    films.loc[rows, "label"] = films.loc[rows, "label"].map(_OTHER_LABEL)
    _add_name(films, rows, "flipped_label")


def _follow_class(
    films: pd.DataFrame, defects: PlantedDefects, random: np.random.Generator
) -> None:
    pneumonia = films["label"].to_numpy() == "PNEUMONIA"
    marked = random.uniform(size=len(films)) < defects.marker_with_class
    films.loc[marked, "marker"] = pneumonia[marked]
    _add_name(films, np.flatnonzero(marked), "marker_with_class")
    lit = random.uniform(size=len(films)) < defects.brightness_with_class
    brightness = random.uniform(*_BRIGHT, size=len(films))
    films.loc[lit & pneumonia, "brightness"] = brightness[lit & pneumonia]
    _add_name(films, np.flatnonzero(lit), "brightness_with_class")


def _damage(films: pd.DataFrame, rows: np.ndarray) -> None:
    ways = len(DAMAGES)
    seeds = films.loc[rows, "image_seed"].to_numpy()
    films.loc[rows, "image_seed"] = seeds - seeds % ways + np.arange(len(rows)) % ways
    _add_name(films, rows, "unreadable")


def _duplicate(films: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    copies = films.loc[rows].assign(copy_of=rows).reset_index(drop=True)
    _add_name(copies, copies.index.to_numpy(), "duplicate")
    return pd.concat([films, copies], ignore_index=True)
