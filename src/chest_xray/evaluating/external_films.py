"""The films of another hospital: which of them count, and what they are like."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from chest_xray.errors import BadExternalFilms, MixedResults
from chest_xray.evaluating.auditing import baselines
from chest_xray.evaluating.external import refuse_too_few
from chest_xray.parameters import ExternalValidationParameters
from chest_xray.radiographs.class_shortcuts import associations
from chest_xray.radiographs.film_tables import measure_films, unusual_films
from chest_xray.radiographs.near_duplicates import NearDuplicateLimits, find_copies
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.tables import INDEX_COLUMNS
from chest_xray.radiographs.unusual import FILM_TYPES, FilmRanges

FILM_COLUMNS = ["image_id", "source", "label", "patient_id", "group_id"]
WARNINGS = "film_warnings"
# What is added to the columns of the table, here and where a model answers.
_ADDED = (
    WARNINGS,
    "texture_score",
    "probability",
    "decision",
    "distance",
    "warnings",
    "weights_hash",
)
# What conf/ has where no folder is named.
NO_FOLDER = "none"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OwnFilms:
    """What a study knows of its own films.

    Attributes:
        splits: ``image_id, part``.
        pixels: Of all of its images.
        film_measures: Of all of its films (``film_tables.measure_films``).
        film_ranges: Of its training films.
        class_names: The two classes.
        near_duplicates: From which correlations on two films are one.
    """

    splits: pd.DataFrame
    pixels: PixelMap
    film_measures: pd.DataFrame
    film_ranges: FilmRanges
    class_names: list[str]
    near_duplicates: NearDuplicateLimits


def refuse_no_folder(folder: Path, name: str) -> None:
    """Refuse a folder of films that was not named, or that doesn't exist.

    Raises:
        BadExternalFilms: One of both.
    """
    if not folder.exists():
        what = "is not set" if folder.name == NO_FOLDER else f"is {folder}, which doesn't exist"
        raise BadExternalFilms(
            f"external_validation.radiographs_path {what}; --params=external_validation."
            f"radiographs_path=DIR,external_validation.name={name} names the folder of another "
            "hospital's films and what its results are called."
        )


def refuse_taken_columns(table: pd.DataFrame | None) -> None:
    """Refuse a table with a column that the predictions are to have.

    Raises:
        BadExternalFilms: It has one.
    """
    taken = [name for name in _ADDED if table is not None and name in table]
    if taken:
        raise BadExternalFilms(
            f"external_validation.table has a column '{taken[0]}', which the predictions fill "
            "themselves; give it another name."
        )


def audit_films(
    index: pd.DataFrame, pixels: PixelMap, study: OwnFilms, parameters: ExternalValidationParameters
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Leave out the films that the study has too, and audit the others as it audits its own.

    Args:
        index: Of the other hospital's files, as ``reading.collect_decoded_images`` gives it.
        pixels: Of its readable images, of the same size as the study's.
        study: Whose models are to be measured on them.
        parameters: ``name, bootstrap_samples, seed``.

    Returns:
        The films, one row each: ``image_id, source, label, patient_id, group_id``,
        ``film_warnings`` (names of ``unusual.FILM_TYPES``, joined by '; '), ``texture_score`` (the
        cross-validated probability of the positive class from texture alone, NaN where a class has
        too few patients) and the columns of the table. And the audit: ``name, images, readable,
        patients, counts, unreadable, copies, associations, film_measures, columns`` and the three
        baselines.

    Raises:
        BadExternalFilms: Too few films are left, or of one class only.
        MixedResults: The pixels are of another size than the study's.
    """
    _refuse_other_size(pixels, study.pixels)
    readable = index[index["problem"] == ""]
    copies = _copies(readable, pixels, study)
    kept = readable[~readable["image_id"].isin(copies["image_id"])].reset_index(drop=True)
    refuse_too_few(kept["label"], study.class_names, parameters.name)
    columns = [str(name) for name in kept.columns.difference(INDEX_COLUMNS, sort=False)]
    measures = measure_films(pixels, kept["image_id"].tolist(), kept)
    positive, draws, seed = study.class_names[1], parameters.bootstrap_samples, parameters.seed
    found, texture_scores = baselines(kept, pixels, None, positive, draws, seed)
    films = kept[FILM_COLUMNS].assign(
        film_warnings=_film_warnings(measures, study.film_ranges),
        texture_score=np.nan if texture_scores is None else texture_scores,
    )
    films = films.join(kept[columns])
    audit = {
        "name": parameters.name,
        "images": len(index),
        "readable": len(readable),
        "patients": int(kept["patient_id"].nunique()),
        "counts": {str(label): int(n) for label, n in kept["label"].value_counts().items()},
        "unreadable": index.loc[index["problem"] != "", ["path", "problem"]].to_dict("records"),
        "copies": copies.to_dict("records"),
        "columns": columns,
        "associations": associations(kept, positive, seed),
        "film_measures": _against_training(measures, study),
        **found,
    }
    return films, audit


def _refuse_other_size(pixels: PixelMap, own: PixelMap) -> None:
    one, other = pixels.manifest, own.manifest
    if one.preprocessing != other.preprocessing:
        raise MixedResults(
            f"The other hospital's films are stored as '{one.preprocessing}', and this study's "
            f"as '{other.preprocessing}'; `kedro run --pipelines=data_processing` (with the same "
            "--env) makes these again."
        )


def _copies(readable: pd.DataFrame, pixels: PixelMap, study: OwnFilms) -> pd.DataFrame:
    """Films that models learned from or were chosen by."""
    used = study.splits.loc[study.splits["part"] != "test", "image_id"].tolist()
    copies = find_copies(
        pixels, readable["image_id"].tolist(), study.pixels, used, study.near_duplicates
    )
    if len(copies):
        logger.warning(
            "%d films are (nearly) the same as a film of the training or validation part and are "
            "left out, the first: %s.",
            len(copies),
            copies["image_id"].iloc[0],
        )
    return copies


def _film_warnings(measures: pd.DataFrame, ranges: FilmRanges) -> list[str]:
    unusual = unusual_films(measures, ranges.limits)[list(FILM_TYPES)]
    return ["; ".join(unusual.columns[row]) for row in unusual.to_numpy(dtype=bool)]


def _against_training(measures: pd.DataFrame, study: OwnFilms) -> dict[str, Any]:
    """By film measure the share beyond the training films' range, and how far the means differ."""
    trained = study.splits.loc[study.splits["part"] == "train", "image_id"]
    training = study.film_measures[study.film_measures["image_id"].isin(trained)]
    unusual = unusual_films(measures, study.film_ranges.limits)
    found: dict[str, Any] = {}
    for name, (measure, _) in FILM_TYPES.items():
        column = "tilt_degrees" if measure == "tilt" else measure
        own, theirs = measures[column], training[column]
        spread = float(theirs.std())
        difference = float(own.mean() - theirs.mean()) / spread if spread > 0 else None
        one = found.setdefault(measure, {"outside_share": 0.0, "difference": difference})
        one["outside_share"] += float(unusual[name].mean())
    return {name: one | {"difference": _finite(one["difference"])} for name, one in found.items()}


def _finite(number: float | None) -> float | None:
    return number if number is not None and np.isfinite(number) else None
