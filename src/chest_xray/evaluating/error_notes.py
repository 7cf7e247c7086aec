"""A person's own reading of the misclassified images, kept over every rerun."""

from __future__ import annotations

import logging
import re
from collections.abc import Set

import pandas as pd

OURS = ("image_id", "label", "predicted", "probability", "error_types", "state")
CAUSE = "cause"
WRONG, RIGHT_NOW, GONE = "misclassified", "not misclassified now", "no such image now"

logger = logging.getLogger(__name__)


def keep_notes(images: pd.DataFrame, so_far: pd.DataFrame, known: Set[str]) -> pd.DataFrame:
    """The sheet again: every misclassified test image, and all that a person has ever filled in.

    Args:
        images: What ``describe_images`` gives.
        so_far: The sheet as the person left it, all of it text; columns may be missing or added.
        known: The image_ids of the index.

    Returns:
        ``image_id``, ``label``, ``predicted``, ``probability``, ``error_types``, ``state``,
        ``cause`` and the person's own columns, all of it text: the misclassified images, most
        confident first, then filled-in rows of other images with what has become of them.
    """
    theirs = [CAUSE, *(str(name) for name in so_far if name not in OURS and name != CAUSE)]
    filled = _one_row_per_image(so_far.reindex(columns=[*OURS, *theirs], fill_value=""), theirs)
    wrong = images[images["error"] & (images["part"] == "test")]
    wrong = wrong.sort_values("confidence", ascending=False, kind="stable")
    fresh = pd.DataFrame(
        {
            "image_id": wrong["image_id"],
            "label": wrong["label"],
            "predicted": wrong["predicted"],
            "probability": wrong["probability"].map("{:.4f}".format),
            "error_types": wrong["types"].map("; ".join),
            "state": WRONG,
        }
    ).merge(filled[["image_id", *theirs]], on="image_id", how="left")
    others = filled[~filled["image_id"].isin(fresh["image_id"])]
    others = others.assign(
        state=[RIGHT_NOW if image_id in known else GONE for image_id in others["image_id"]]
    )
    _say_what_became_of(others)
    return pd.concat([fresh, others], ignore_index=True)[[*OURS, *theirs]].fillna("").astype("str")


def _one_row_per_image(sheet: pd.DataFrame, theirs: list[str]) -> pd.DataFrame:
    """Rows with something filled in; what several rows say of one image is put in one."""
    filled = sheet[(sheet[theirs] != "").any(axis=1)]
    join = {name: _joined if name in theirs else "first" for name in sheet if name != "image_id"}
    return filled.groupby("image_id", sort=False, as_index=False).agg(join)


def _joined(cells: pd.Series) -> str:
    return "; ".join(dict.fromkeys(cell for cell in cells if cell))


def _say_what_became_of(others: pd.DataFrame) -> None:
    for state, message in (
        (RIGHT_NOW, "is no error any more"),
        (GONE, "is no longer in the index"),
    ):
        images = others.loc[others["state"] == state, "image_id"]
        if len(images):
            logger.warning(
                "A note is kept but not counted for %d images, since each %s: %s.",
                len(images),
                message,
                ", ".join(images[:5]),
            )


def causes_named(notes: pd.DataFrame) -> dict[str, list[str]]:
    """The causes that a person named, and the misclassified images of each.

    Several causes of an image are told apart by a semicolon, Latin or Persian; upper and lower
    case count as the same.
    """
    found: dict[str, list[str]] = {}
    counted = notes[notes["state"] == WRONG]
    for image_id, cell in zip(counted["image_id"], counted[CAUSE], strict=True):
        causes = (" ".join(cause.split()).casefold() for cause in re.split("[;؛]", cell))
        for cause in dict.fromkeys(cause for cause in causes if cause):
            found.setdefault(cause, []).append(image_id)
    return found
