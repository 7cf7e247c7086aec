"""File names in the manner of the published data set."""

import numpy as np
import pandas as pd

_FOLDERS = ("train", "val", "test")
_FOLDER_SHARES = (0.85, 0.05, 0.1)
# The share of healthy patients whose names begin with NORMAL2.
_SECOND_SERIES = 0.6


def name_files(films: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Give every film a file and a patient's name, in folders drawn by film and not by patient.

    Args:
        films: one row a film, with `label`, `subtype`, `patient_seed` and `copy_of`.
        random: decides numbers and folders.

    Returns:
        The films with `file`, `patient_id` and `duplicate_of`. What is filed under another class
        than the patient's other films, or copied, has a patient's name of its own.
    """
    folders = random.choice(_FOLDERS, size=len(films), p=_FOLDER_SHARES)
    numbers = _patient_numbers(len(films), random)
    infections = 0
    patient_ids: dict[tuple[int, str, int], str] = {}
    film_counts: dict[str, int] = {}
    named: list[tuple[str, str]] = []
    for folder, film in zip(folders, films.itertuples(), strict=True):
        key = (film.patient_seed, film.label, film.copy_of)
        if key not in patient_ids:
            patient_ids[key] = _patient_id(film.label, int(numbers[len(patient_ids)]), random)
        patient_id = patient_ids[key]
        film_counts[patient_id] = film_counts.get(patient_id, 0) + 1
        if film.label == "PNEUMONIA":
            infections += 1
            # A healthy chest filed as pneumonia is given the commoner cause.
            name = f"{patient_id}_{film.subtype or 'bacteria'}_{infections}"
        else:
            name = f"{patient_id}-{film_counts[patient_id]:04d}"
        named.append((f"{folder}/{film.label}/{name}.jpeg", patient_id))
    files = [file for file, _ in named]
    return films.assign(
        file=files,
        patient_id=[patient_id for _, patient_id in named],
        duplicate_of=[files[row] if row >= 0 else "" for row in films["copy_of"]],
    )


def _patient_numbers(count: int, random: np.random.Generator) -> np.ndarray:
    """Distinct numbers with gaps, as the published ones have."""
    return 1 + random.choice(max(2000, 2 * count), size=count, replace=False)


def _patient_id(label: str, number: int, random: np.random.Generator) -> str:
    if label == "PNEUMONIA":
        return f"person{number}"
    series = "NORMAL2-IM" if random.uniform() < _SECOND_SERIES else "IM"
    return f"{series}-{number:04d}"
