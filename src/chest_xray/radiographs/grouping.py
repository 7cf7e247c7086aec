"""Groups of images that belong together: of one patient, or showing one film."""

from __future__ import annotations

import pandas as pd
from scipy.cluster.hierarchy import DisjointSet


def first_of_same_pixels(index: pd.DataFrame) -> pd.Series:
    """For each image, the first readable one with the same pixels; '' for that one and others.

    Args:
        index: ``image_id, pixel_hash, problem``.
    """
    readable = index[index["problem"] == ""]
    first = readable.groupby("pixel_hash")["image_id"].transform("first")
    return first.where(first != readable["image_id"], "").reindex(index.index, fill_value="")


def group_ids(index: pd.DataFrame) -> pd.Series:
    """Images joined by patient, by identical pixels, and as near-duplicates.

    Args:
        index: ``image_id, patient_id, duplicate_of, near_duplicate_of``.

    Returns:
        For each image the first, in the order of code points, of the patients of its group.
    """
    joined = DisjointSet(index["patient_id"].unique())
    patient_of = dict(zip(index["image_id"], index["patient_id"], strict=True))
    for column in ("duplicate_of", "near_duplicate_of"):
        linked = index[index[column] != ""]
        for patient_id, other in zip(linked["patient_id"], linked[column], strict=True):
            joined.merge(patient_id, patient_of[other])
    names = {patient: min(group) for group in joined.subsets() for patient in group}
    return index["patient_id"].map(names)
