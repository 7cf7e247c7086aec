"""Patient ids from file names: applying the patterns, and checking that what they give is patients.

A pattern that was written for one folder can fit the names of another by chance: a viewer that
numbers the files by series writes ``IM-0003-0001.jpeg`` into every patient's folder. A split by
such "patients" leaks, and nothing in it shows that.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import pandas as pd

from chest_xray.errors import BadRadiographs
from chest_xray.machine.names import folded
from chest_xray.radiographs.class_names import PUBLISHED_FOLDERS, ClassNames
from chest_xray.radiographs.patients import ambiguous_ids, in_quotes
from chest_xray.radiographs.splitting import unknown_patients

# Fewer images or folders than this are no evidence: a split by patient needs twenty patients.
MIN_IMAGES = 20
MIN_FOLDERS = 10
# A folder of more images is a ward, a hospital or a part of a download rather than a patient.
MAX_PATIENT_FOLDER = 20
# Where a pattern may be right, only folders as many and as small as patients' contradict it.
MIN_PATIENT_FOLDERS = 20
MAX_MEDIAN_PATIENT_FOLDER = 10
# The share of images that must be in folders with several patients, none of them complete.
CROSSING_SHARE = 0.5
ALONE_SHARE = 0.9
# Folders of one "patient" alone, at the median image, where each folder holds one.
MANY_FOLDERS = 5
# Agreement of class within patients, of what chance leaves open: none, and some.
CHANCE_AGREEMENT = 0.2
WEAK_AGREEMENT = 0.5
MIN_MIXED = 5

_YEAR = re.compile(r"(?:1[34]|19|20)\d\d")
_DATE_WITH_MONTH = re.compile(
    rf"{_YEAR.pattern}[-_.]?(?:0?[1-9]|1[0-2])(?:[-_.]?(?:0?[1-9]|[12]\d|3[01]))?"
    rf"|\d{{1,2}}[-_.]\d{{1,2}}[-_.]{_YEAR.pattern}"
)
_DATE = re.compile(rf"{_YEAR.pattern}|{_DATE_WITH_MONTH.pattern}")
_DAY_OR_MONTH = re.compile(r"\d{1,2}")
_ADVICE = (
    "if a folder is a patient, data_processing.file_name_patterns needs a pattern with the folder, "
    "such as '/(?P<patient>[^/]+)/[^/]+$', or radiograph_table a patient_id; if the pattern is "
    "right, set data_processing.patterns_confirmed: true."
)

logger = logging.getLogger(__name__)


class Fit(NamedTuple):
    """What a pattern finds in a file's path.

    Attributes:
        pattern: Its number.
        patient: '' where its group took no part.
        subtype: Likewise.
        depth: Which part of the path the patient was found in, from 0; the last is the file's name.
    """

    pattern: int
    patient: str
    subtype: str
    depth: int


def fit(path: PurePosixPath, patterns: Sequence[re.Pattern[str]]) -> Fit | None:
    """The first pattern that fits a path, or the file's name where the pattern has no ``/``.

    Accents count as composed, however the file's name writes them.
    """
    name = unicodedata.normalize("NFC", path.name)
    whole = unicodedata.normalize("NFC", path.as_posix())
    for number, pattern in enumerate(patterns):
        # A pattern that begins with / is about any folder, those at the top included.
        texts = ((whole, 0), (f"/{whole}", -1)) if "/" in pattern.pattern else ((name, None),)
        for text, start in texts:
            if found := pattern.search(text):
                groups = found.groupdict()
                depth = len(path.parts) - 1
                if start is not None and groups["patient"]:
                    depth = text.count("/", 0, found.start("patient")) + start
                return Fit(number, groups["patient"] or "", groups.get("subtype") or "", depth)
    return None


def patient_doubts(
    images: pd.DataFrame, file_name_patterns: Sequence[str], classes: ClassNames
) -> list[dict[str, Any]]:
    """Reasons to doubt the patient ids of these images.

    Args:
        images: ``image_id, path, label, patient_id``.
        file_name_patterns: As ``list_radiographs`` takes them.
        classes: Whose folders are none of a patient.

    Returns:
        A dictionary per doubt, plain enough for JSON: ``kind``, ``message`` (one sentence),
        ``stops`` (whether no split should be made of such patients), and its numbers and examples.
        Kinds: ``unknown`` (no patient id is known), ``ambiguous_ids``, and of a pattern
        ``many_folders`` and ``both_classes`` (what it finds can hardly be patients) and
        ``folders_disagree`` (the folders look like other patients).
    """
    doubts = [*_unknown(images), *_ambiguous(images)]
    compiled = [re.compile(pattern) for pattern in file_name_patterns]
    matched = _matched_by_patterns(images, compiled, classes)
    for number, of_pattern in matched.groupby("pattern"):
        if len(of_pattern) >= MIN_IMAGES:
            doubts += _pattern_doubts(of_pattern, compiled[int(str(number))].pattern)
    return doubts


def refuse_doubtful_patients(doubts: Sequence[dict[str, Any]], patterns_confirmed: bool) -> None:
    """Log the doubts as warnings, and stop at one that leaves no split worth its name.

    Args:
        doubts: As ``patient_doubts`` gives them.
        patterns_confirmed: Whether a person has confirmed that the patterns are right.

    Raises:
        BadRadiographs: A pattern fits by chance, as far as folders and classes show.
    """
    for doubt in doubts:
        if doubt["stops"] and not patterns_confirmed:
            raise BadRadiographs(doubt["message"])
        logger.warning(doubt["message"])


def _unknown(images: pd.DataFrame) -> list[dict[str, Any]]:
    count = unknown_patients(images)
    if not count:
        return []
    message = (
        f"Nothing tells the patient of {count:,} of {len(images):,} images: each image counted as "
        "its own patient, so images of one patient may lie on both sides of the split, and "
        "intervals may be too narrow."
    )
    return [
        {
            "kind": "unknown",
            "message": message,
            "stops": False,
            "images": count,
            "of": len(images),
        }
    ]


def _ambiguous(images: pd.DataFrame) -> list[dict[str, Any]]:
    matched = images.loc[images["patient_id"] != images["image_id"], "patient_id"]
    groups = ambiguous_ids(matched)
    if not groups:
        return []
    example = " and ".join(map(in_quotes, groups[0][:2]))
    message = (
        f"{len(groups)} groups of patient ids may each be one patient, such as {example}; they "
        "count as different patients until radiograph_table or names write them in one way."
    )
    return [{"kind": "ambiguous_ids", "message": message, "stops": False, "groups": groups}]


def _matched_by_patterns(
    images: pd.DataFrame, patterns: Sequence[re.Pattern[str]], classes: ClassNames
) -> pd.DataFrame:
    """The images whose patient id comes from a pattern.

    Columns: ``path, label, patient, pattern, in_name, place``.

    ``place`` is the folder without what is no patient's: classes, the published folders, dates, and
    from the folder on that the pattern takes the patient from.
    """
    rows = []
    date = _DATE if _hold_years(images["path"]) else _DATE_WITH_MONTH
    for path, label, patient_id in zip(
        images["path"], images["label"], images["patient_id"], strict=True
    ):
        found = fit(PurePosixPath(path), patterns)
        # A table's id takes precedence over a pattern, and isn't checked here.
        if found and found.patient and folded(found.patient) == folded(patient_id):
            folders = PurePosixPath(path).parts[:-1]
            place = _without_dates(
                [
                    part
                    for part in folders[: found.depth]
                    if classes.of(part) is None and folded(part) not in PUBLISHED_FOLDERS
                ],
                date,
            )
            in_name = found.depth == len(folders)
            rows.append((path, label, patient_id, found.pattern, in_name, place))
    return pd.DataFrame(rows, columns=["path", "label", "patient", "pattern", "in_name", "place"])


def _hold_years(paths: Iterable[str]) -> bool:
    """Whether folders such as 1402 or 2019 are years; so many of them are numbers of patients."""
    folders = {folded(part) for path in paths for part in PurePosixPath(path).parts[:-1]}
    return len([name for name in folders if _YEAR.fullmatch(name)]) < MIN_PATIENT_FOLDERS


def _without_dates(folders: Sequence[str], date: re.Pattern[str]) -> str:
    """A path without folders named by a date, and without months and days below a year."""
    kept, dated = [], False
    for folder in folders:
        name = folded(folder)
        dated = bool(date.fullmatch(name) or (dated and _DAY_OR_MONTH.fullmatch(name)))
        if not dated:
            kept.append(folder)
    return "/".join(kept)


def _pattern_doubts(matched: pd.DataFrame, pattern: str) -> list[dict[str, Any]]:
    """The most serious doubt about one pattern, if any."""
    for doubt in (_many_folders(matched), _both_classes(matched), _folders_disagree(matched)):
        if doubt:
            beginning = f"The pattern '{pattern}' fits {len(matched):,} files, but "
            message = f"{beginning}{doubt['message']}; {_ADVICE}"
            return [doubt | {"message": message, "pattern": pattern, "images": len(matched)}]
    return []


def _many_folders(matched: pd.DataFrame) -> dict[str, Any] | None:
    """Patients that are scattered over folders, each with its share of several or one image."""
    sizes = matched["place"].value_counts()
    if len(sizes) < MIN_FOLDERS:
        return None
    spread = matched.groupby("patient")["place"].transform("nunique")
    alone = matched.groupby("place")["patient"].transform("nunique") == 1
    patients = matched["patient"].nunique()
    agreement = _agreement(matched)
    crossing = float(((spread > 1) & ~alone).mean())
    if (
        crossing >= CROSSING_SHARE
        and patients <= len(sizes)
        and sizes.median() <= MAX_PATIENT_FOLDER
    ):
        stops = True
    elif alone.mean() >= ALONE_SHARE and spread.median() >= MANY_FOLDERS:
        stops = agreement is None or agreement < WEAK_AGREEMENT
        if not stops and spread.median() < 2 * MANY_FOLDERS:
            return None
    else:
        return None
    example = str(matched["patient"].iloc[int(spread.argmax())])
    places = sorted(set(matched.loc[matched["patient"] == example, "place"]))
    message = (
        f"the {patients:,} patients it finds are scattered over {len(sizes):,} folders: "
        f"'{example}' lies in {len(places)} of them, such as '{places[0]}' and '{places[1]}'"
    )
    if matched.loc[matched["patient"] == example, "label"].nunique() > 1:
        message += ", and in both classes"
    return {
        "kind": "many_folders",
        "message": message,
        "stops": stops,
        "patients": patients,
        "folders": len(sizes),
        "example": example,
        "example_folders": len(places),
    }


def _both_classes(matched: pd.DataFrame) -> dict[str, Any] | None:
    """Patients whose films belong to both classes, about as often as by chance."""
    agreement = _agreement(matched)
    by_patient = matched.groupby("patient")["label"].agg(["size", "nunique"])
    several = by_patient[by_patient["size"] > 1]
    mixed = several.index[several["nunique"] > 1]
    if agreement is None or agreement >= WEAK_AGREEMENT or len(mixed) < MIN_MIXED:
        return None
    # Whose folder is the patient's joins at most two patients of one name, and that leaks nothing.
    stops = (
        agreement < CHANCE_AGREEMENT
        and len(mixed) >= len(several) / 2
        and bool(matched["in_name"].all())
    )
    of_example = matched[matched["patient"] == mixed[0]].drop_duplicates("label")["path"].tolist()
    message = (
        f"of {len(several):,} patients with several films it finds {len(mixed):,} in both classes, "
        f"about what chance would give: '{mixed[0]}' is in '{of_example[0]}' and '{of_example[1]}'"
    )
    return {
        "kind": "both_classes",
        "message": message,
        "stops": stops,
        "patients": len(several),
        "mixed": len(mixed),
        "example": str(mixed[0]),
    }


def _agreement(matched: pd.DataFrame) -> float | None:
    """How much more often than by chance two films of one patient are of one class, at most 1.

    As Cohen's kappa; None with one class, or with few patients of several films.
    """
    shares = matched["label"].value_counts(normalize=True)
    of_patient = matched.groupby("patient")["label"].transform("size")
    several = of_patient > 1
    if len(shares) < 2 or several.sum() < MIN_IMAGES:
        return None
    same = matched.groupby(["patient", "label"])["path"].transform("size")
    agreed = float(((same[several] - 1) / (of_patient[several] - 1)).mean())
    chance = float((shares**2).sum())
    return (agreed - chance) / (1 - chance)


def _folders_disagree(matched: pd.DataFrame) -> dict[str, Any] | None:
    """Many small folders, as of a patient each, most of which hold several patients."""
    by_place = matched.groupby("place")["patient"].agg(["size", "nunique"])
    larger = by_place[by_place["size"] > 1]
    mixed = larger.index[larger["nunique"] > 1]
    if (
        len(by_place) < MIN_PATIENT_FOLDERS
        or not 2 <= by_place["size"].median() <= MAX_MEDIAN_PATIENT_FOLDER
        or len(mixed) < len(larger) / 2
    ):
        return None
    patients = sorted(set(matched.loc[matched["place"] == mixed[0], "patient"]))
    message = (
        f"{len(mixed):,} of {len(by_place):,} folders hold several of the patients it finds, as if "
        f"a folder were a patient: '{mixed[0]}' holds '{patients[0]}' and '{patients[1]}'"
    )
    return {
        "kind": "folders_disagree",
        "message": message,
        "stops": False,
        "folders": len(by_place),
        "several": len(mixed),
        "example": str(mixed[0]),
    }
