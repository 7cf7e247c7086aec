"""Which error types each image belongs to, whether or not it is an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from chest_xray.errors import BadSplit
from chest_xray.evaluating.table_types import table_types
from chest_xray.parameters import ErrorAnalysisParameters
from chest_xray.radiographs.film_tables import unusual_films
from chest_xray.radiographs.unusual import FilmLimits

# Types that only errors can belong to: nothing outside of them to compare with.
OUTCOMES = ("missed", "false_alarm", "near_threshold", "confident")
MANY_IMAGES = "many_images"
LABEL_DOUBT = "label_doubt"
# Before the cause that a person who looked at the images gave.
PERSON = "person: "
FAINT_VIRUS = "virus_at_low_contrast"


def describe_images(
    predictions: pd.DataFrame,
    index: pd.DataFrame,
    splits: pd.DataFrame,
    films: pd.DataFrame,
    limits: FilmLimits,
    neighbours: pd.DataFrame,
    card: dict[str, Any],
    parameters: ErrorAnalysisParameters,
) -> pd.DataFrame:
    """Everything that is known of each predicted image, and the types it belongs to.

    Args:
        predictions: ``image_id, part, label, probability, predicted``.
        index: ``image_id, subtype, folder``, and the columns of ``radiograph_table``.
        splits: ``image_id, label, patient_id, group_id, part``, of all parts.
        films: What ``measure_films`` gives for these images, or more.
        limits: What is usual in the training part.
        neighbours: What ``nearest_labels`` gives for these images.
        card: ``threshold, class_names``.
        parameters: Limits of the other types.

    Returns:
        The predictions with ``subtype, folder, patient_id, group_id``, the film measures,
        ``images_of_patient``, ``neighbours_disagreeing``, ``nearest``, ``error``, ``confidence``
        (0 at the threshold, 1 at a probability of 0 or 1) and ``types``: a list of names, empty
        where an image belongs to none.

    Raises:
        BadSplit: The predictions are of other radiographs.
        BadParameters: Bands of a column that holds text.
    """
    counts = splits.groupby("patient_id")["image_id"].size()
    known = (
        index[["image_id", "subtype", "folder"]],
        splits[["image_id", "patient_id", "group_id"]],
        films,
        neighbours,
    )
    images = _joined(predictions, known)
    images["images_of_patient"] = images["patient_id"].map(counts)
    images["error"] = images["label"] != images["predicted"]
    images["confidence"] = _confidence(images["probability"], card["threshold"])
    members = pd.concat(
        [
            _outcomes(images, card["class_names"][1], parameters),
            unusual_films(images, limits),
            _of_the_patient(images, splits, limits.percent),
            pd.DataFrame(
                {LABEL_DOUBT: images["neighbours_disagreeing"] >= parameters.doubtful_share}
            ),
            _named("folder", images["folder"]),
            table_types(images, index, splits, parameters),
        ],
        axis=1,
    )
    if "subtype_virus" in members:
        members[FAINT_VIRUS] = members["subtype_virus"] & members["low_contrast"]
    images["types"] = _names_of(members)
    return images


def _joined(predictions: pd.DataFrame, known: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The predictions with what else is known of each image, by its ``image_id``."""
    images = predictions
    for columns in known:
        images = images.merge(columns, on="image_id")
    if len(images) < len(predictions):
        raise BadSplit(
            f"{len(predictions) - len(images)} of {len(predictions)} predicted images are not "
            "among these radiographs; run the training pipeline, which predicts them again."
        )
    return images


def _names_of(members: pd.DataFrame) -> pd.Series:
    """For each image, a row of bool, the names of the types that it belongs to."""
    names = np.array([str(name) for name in members], dtype=object)
    found = [list(names[row]) for row in members.to_numpy(dtype=bool)]
    return pd.Series(found, index=members.index, dtype=object)


def members_of(images: pd.DataFrame) -> pd.DataFrame:
    """The types as bool, a row per image, a column for each type that any image belongs to.

    Raises:
        BadSplit: The images were described by an earlier version, which joined the names.
    """
    if images["types"].map(lambda names: isinstance(names, str)).any():
        raise BadSplit(
            "The described images are of an earlier version, whose types can't be told apart for "
            "certain; run the pipeline error_analysis from its start."
        )
    own = [set(names) for names in images["types"]]
    found = sorted(set().union(*own))
    return pd.DataFrame(
        {name: [name in names for names in own] for name in found}, index=images.index, dtype=bool
    )


def _confidence(probability: pd.Series, threshold: float) -> pd.Series:
    above = (probability - threshold) / max(1 - threshold, 1e-9)
    below = (threshold - probability) / max(threshold, 1e-9)
    return above.where(probability >= threshold, below).clip(0, 1)


def _outcomes(
    images: pd.DataFrame, positive: str, parameters: ErrorAnalysisParameters
) -> pd.DataFrame:
    error, ill = images["error"], images["label"] == positive
    return pd.DataFrame(
        {
            "missed": error & ill,
            "false_alarm": error & ~ill,
            "near_threshold": error & (images["confidence"] < parameters.near_threshold),
            "confident": error & (images["confidence"] > parameters.confident),
        }
    )


def _of_the_patient(images: pd.DataFrame, splits: pd.DataFrame, percent: float) -> pd.DataFrame:
    training = splits[splits["part"] == "train"]
    sizes = training.groupby("patient_id")["image_id"].transform("size")
    many = images["images_of_patient"] > np.percentile(sizes, 100 - percent)
    return pd.DataFrame({MANY_IMAGES: many}).join(_named("subtype", images["subtype"]))


def _named(prefix: str, names: pd.Series) -> pd.DataFrame:
    """A column for each name that tells some images from others; '' and blanks are no name.

    Names are a person's: any run of blanks and line breaks in them counts as one blank.
    """
    plain = names.fillna("").map(lambda name: " ".join(str(name).split()))
    found = sorted(set(plain) - {""}) if plain.nunique() > 1 else []
    return pd.DataFrame({f"{prefix}_{name}": plain == name for name in found}, index=names.index)
