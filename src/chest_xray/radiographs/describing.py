"""The data audit: counts, sizes, duplicates, unreadable files and patients of an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from chest_xray.radiographs.splitting import leaked, unknown_patients


def describe(
    index: pd.DataFrame, splits: pd.DataFrame, patient_doubts: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Counts, sizes, duplicates, unreadable files and patients of an index.

    Args:
        index: One row per file, as ``collect_decoded_images`` gives it.
        splits: As ``split`` gives them.
        patient_doubts: As ``patterns.patient_doubts`` gives them.
    """
    readable = index[index["problem"] == ""]
    return {
        "images": len(index),
        "patients": int(index["patient_id"].nunique()),
        "groups": int(index["group_id"].nunique()),
        "images_counted_as_their_own_patient": unknown_patients(index),
        # The numbers alone: their message was logged.
        "patient_doubts": [
            {name: value for name, value in doubt.items() if name != "message"}
            for doubt in patient_doubts
        ],
        "counts": _counts(index, ["label"]),
        "counts_by_subtype": _counts(index, ["label", "subtype"]),
        "counts_by_folder": _counts(index, ["folder", "label"]),
        "counts_by_source": _counts(index, ["source", "label"]),
        "counts_by_part": _counts(splits, ["part", "label"]),
        "modes_by_class": _counts(readable, ["label", "mode"]),
        "sizes": {
            side: {name: float(value) for name, value in readable[side].describe().items()}
            for side in ("width", "height")
        },
        "brightness_and_shape_by_class": {
            label: {
                "mean_grey_level": float(rows["mean"].mean()),
                "mean_width_over_height": float((rows["width"] / rows["height"]).mean()),
            }
            for label, rows in readable.groupby("label")
        },
        "unreadable": index.loc[index["problem"] != "", ["path", "problem"]].to_dict("records"),
        **_duplicates(readable),
        "near_duplicates": _near_duplicates(readable),
        "patients_on_both_sides_of_the_published_folders": _on_both_sides(readable),
        "test_images_with_a_trained_patient": leaked(splits),
        "split_method": splits["method"].iloc[0],
    }


def describe_dicom(index: pd.DataFrame, left_out: pd.DataFrame) -> dict[str, Any]:
    """What DICOM files alone tell: those that were left out, and what the films say of themselves.

    Args:
        index: With the columns of ``dicom.films.DICOM_COLUMNS`` where there are such films.
        left_out: ``path, reason``.
    """
    is_dicom = index["mode"].str.startswith("DICOM")
    films = index[is_dicom]
    views = films.get("view", pd.Series(dtype=str))
    burnt_in = films.get("burnt_in", pd.Series(dtype=str))
    return {
        "dicom_films": len(films),
        "dicom_left_out_counts": _counts(left_out, ["reason"]),
        "dicom_left_out": left_out.to_dict("records"),
        "dicom_films_without_a_view": int(views.isna().sum()),
        "dicom_films_with_burnt_in_annotation": films.loc[burnt_in == "YES", "path"].tolist()
        if len(burnt_in)
        else [],
    }


def _counts(table: pd.DataFrame, by: list[str]) -> dict[str, int]:
    counts = table.groupby(by).size()
    return {
        "/".join(key) if isinstance(key, tuple) else str(key): int(count)
        for key, count in counts.items()
    }


def _duplicates(readable: pd.DataFrame) -> dict[str, Any]:
    groups = readable[readable.groupby("pixel_hash")["image_id"].transform("size") > 1]
    by_pixels = groups.groupby("pixel_hash")
    conflicting = by_pixels["label"].nunique() > 1
    return {
        "duplicate_groups": int(by_pixels.ngroups),
        "duplicate_files": len(groups),
        "duplicate_groups_across_patients": int((by_pixels["patient_id"].nunique() > 1).sum()),
        "duplicate_groups_with_conflicting_labels": [
            by_pixels["image_id"].apply(list)[pixel_hash]
            for pixel_hash in conflicting.index[conflicting]
        ],
    }


def _near_duplicates(readable: pd.DataFrame) -> list[dict[str, Any]]:
    """The groups of films that were saved again, identical copies of them included."""
    members = readable[readable["near_duplicate_correlation"].notna()]
    first = members["near_duplicate_of"].where(
        members["near_duplicate_of"] != "", members["image_id"]
    )
    return [
        {
            "files": group["path"].tolist(),
            "lowest_correlation": float(group["near_duplicate_correlation"].min()),
            "across_patients": group["patient_id"].nunique() > 1,
            "across_classes": group["label"].nunique() > 1,
            "across_published_folders": group["folder"].nunique() > 1,
        }
        for _, group in members.groupby(first)
    ]


def _on_both_sides(readable: pd.DataFrame) -> int:
    folders = readable[readable["folder"] != ""].groupby("patient_id")["folder"].nunique()
    return int((folders > 1).sum())
