"""File names in the manner of the published data set."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_FOLDERS = ("train", "val", "test")
_FOLDER_SHARES = (0.85, 0.05, 0.1)
# The share of healthy patients whose names begin with NORMAL2.
_SECOND_SERIES = 0.6


def name_files(films: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Give every film a file and a patient's name, in folders drawn by film and not by patient.

    Args:
        films: one row per film, numbered from 0, with `label`, `subtype`, `patient_seed` and
            `copy_of`, the row number of a duplicate's original (-1 elsewhere).
        random: decides numbers and folders.

    Returns:
        The films with `file`, `patient_id` and `duplicate_of`. What is filed under another class
        than the patient's other films, or copied, has a patient's name of its own.
    """
    patients = films.groupby(["patient_seed", "label", "copy_of"], sort=False)
    patient = patients.ngroup().to_numpy()
    pneumonia = films["label"].to_numpy() == "PNEUMONIA"
    patient_ids = _patient_ids(patient, pneumonia, random)
    nth_of_patient = patients.cumcount().to_numpy() + 1
    nth_infection = np.cumsum(pneumonia)
    # A healthy chest filed as pneumonia is given the commoner cause.
    causes = films["subtype"].replace("", "bacteria")
    names = [
        f"{patient_ids[row]}_{causes[row]}_{nth_infection[row]}"
        if pneumonia[row]
        else f"{patient_ids[row]}-{nth_of_patient[row]:04d}"
        for row in range(len(films))
    ]
    folders = random.choice(_FOLDERS, size=len(films), p=_FOLDER_SHARES)
    files = [
        f"{folder}/{label}/{name}.jpeg"
        for folder, label, name in zip(folders, films["label"], names, strict=True)
    ]
    originals = [files[row] if row >= 0 else "" for row in films["copy_of"]]
    return films.assign(file=files, patient_id=patient_ids, duplicate_of=originals)


def _patient_ids(
    patient: NDArray[np.integer[Any]], pneumonia: NDArray[np.bool_], random: np.random.Generator
) -> list[str]:
    """Name the patient of each film; distinct numbers with gaps, as the published ones have."""
    count = int(patient.max()) + 1
    numbers = 1 + random.choice(max(2000, 2 * count), size=count, replace=False)
    series = np.where(random.uniform(size=count) < _SECOND_SERIES, "NORMAL2-IM", "IM")
    return [
        f"person{numbers[who]}" if ill else f"{series[who]}-{numbers[who]:04d}"
        for who, ill in zip(patient, pneumonia, strict=True)
    ]
