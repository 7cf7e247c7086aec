"""Metadata of the images from a table: patients, classes, and any other columns."""

from __future__ import annotations

import hashlib
import logging
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath

import pandas as pd

from chest_xray.errors import BadRadiographs
from chest_xray.radiographs.class_names import ClassNames

METADATA_COLUMNS = ("patient_id", "label", "subtype", "source")
INDEX_COLUMNS = [
    "image_id",
    "path",
    "folder",
    "label",
    "subtype",
    "source",
    "patient_id",
    "group_id",
    "width",
    "height",
    "mode",
    "bytes",
    "jpeg_quality",
    "sha256",
    "pixel_hash",
    "mean",
    "std",
    "problem",
    "duplicate_of",
    "bits",
    "darkest",
    "brightest",
    "near_duplicate_of",
    "near_duplicate_correlation",
]
# What a row may name its images by, the first that the table has. Those of DICOM files are numbers
# of a patient: they are never kept, nor repeated in a message.
DICOM_KEYS = ("SOPInstanceUID", "AccessionNumber", "StudyInstanceUID")
_NEVER_KEPT = {
    *DICOM_KEYS,
    *("PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate", "StudyDate"),
}
# Names that a table's other columns may not have, as they are added to the index.
_TAKEN = {*INDEX_COLUMNS, "modified", "record", "file"} - set(METADATA_COLUMNS)
_UNKNOWN = dict.fromkeys(METADATA_COLUMNS, "")

logger = logging.getLogger(__name__)


class ImageMetadata:
    """The rows of a table, by image_id."""

    def __init__(self, rows: dict[str, dict[str, str]], others: pd.DataFrame | None) -> None:
        self._rows = rows
        self._others = others

    def of(self, image_id: str) -> dict[str, str]:
        """``METADATA_COLUMNS`` of an image, each '' where unknown."""
        return self._rows.get(image_id, _UNKNOWN)

    def with_other_columns(self, listing: pd.DataFrame) -> pd.DataFrame:
        """The listing with the table's other columns; cells are missing where it has no row."""
        return listing if self._others is None else listing.join(self._others, on="image_id")


def look_up(
    table: pd.DataFrame | None,
    files: Sequence[tuple[str, PurePosixPath]],
    classes: ClassNames,
    identifiers: Callable[[str], Mapping[str, Sequence[str]]] | None = None,
) -> ImageMetadata:
    """Find the rows of a table that belong to the given files.

    An ``image`` is a path below the folder of radiographs or, where only one file is called so, a
    file's name. A table without that column may have one of ``DICOM_KEYS``, and a row then belongs
    to all images of its study.

    Args:
        table: ``image`` or a DICOM key, any of ``METADATA_COLUMNS``, and more; or None.
        files: ``image_id`` and path of each file.
        classes: What its labels can mean.
        identifiers: Gives the ``image_id`` of DICOM films by the values of an element.

    Raises:
        BadRadiographs: A table without a column that names images, with a column of the index or
            one that is misspelt or duplicated; one that names no file, names one that could be
            several, or contradicts itself.
    """
    if table is None:
        return ImageMetadata({}, None)
    _refuse_columns(table)
    key = next(name for name in ("image", *DICOM_KEYS) if name in table)
    if key == "image":
        images = table["image"].map(_path)
        named = {one: [image_id] for one, image_id in _image_ids(images, files).items()}
    else:
        images = table[key].map(lambda value: "" if pd.isna(value) else str(value).strip())
        named = {one: [*ids] for one, ids in (identifiers(key) if identifiers else {}).items()}
    image_ids = images.map(named)
    found = table[image_ids.notna()].assign(image_id=image_ids.dropna()).explode("image_id")
    if found.empty:
        raise BadRadiographs(_why_no_file(key, images, files))
    dropped = [name for name in found if name == "image" or name in _NEVER_KEPT]
    found = found.drop(columns=dropped).drop_duplicates().set_index("image_id")
    _refuse_contradictions(found)
    _log_coverage(len(files), found, int(image_ids.isna().sum()), classes)
    columns = {name: _text(found, name) for name in METADATA_COLUMNS}
    rows = {
        image_id: dict(zip(METADATA_COLUMNS, row, strict=True))
        for image_id, *row in zip(found.index, *columns.values(), strict=True)
    }
    others = found.drop(columns=[name for name in METADATA_COLUMNS if name in found])
    # Whole numbers beyond 64 bits, and cells of several kinds, fit no other column of the index.
    mixed = [name for name in others if others[name].dtype == object]
    return ImageMetadata(rows, others.astype(dict.fromkeys(mixed, "str")))


def _why_no_file(key: str, images: pd.Series, files: Sequence[tuple[str, PurePosixPath]]) -> str:
    if key != "image":
        return (
            f"radiograph_table names none of the {len(files)} files by its column '{key}': no "
            "DICOM file that is taken has such a value."
        )
    return (
        f"radiograph_table names none of the {len(files)} files: its first image is "
        f"'{images.iloc[0] if len(images) else ''}', and the first file is "
        f"{files[0][1] if files else 'missing'}; a path below the folder, or a file's name, "
        "is needed."
    )


def _refuse_columns(table: pd.DataFrame) -> None:
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise BadRadiographs(f"radiograph_table has two columns '{twice[0]}'; one is needed.")
    for name in map(str, table.columns):
        meant = name.strip().casefold()
        if meant in ("image", *METADATA_COLUMNS) and meant != name:
            raise BadRadiographs(
                f"radiograph_table has a column '{name}', which would not be read as '{meant}'; "
                f"call it '{meant}', or something else."
            )
    if "image" not in table and not any(name in table for name in DICOM_KEYS):
        raise BadRadiographs(
            "radiograph_table needs a column 'image' (or, of DICOM files, "
            f"{', '.join(DICOM_KEYS)}), and may have patient_id, label, subtype, "
            f"source and more; it has {', '.join(map(str, table.columns))}."
        )
    taken = sorted(_TAKEN & set(table.columns))
    if taken:
        raise BadRadiographs(
            f"radiograph_table has a column '{taken[0]}', which the index fills itself; give it "
            "another name."
        )


def _path(image: object) -> str:
    text = unicodedata.normalize("NFC", str(image)).strip().replace("\\", "/")
    return text.removeprefix("./")


def _image_ids(images: pd.Series, files: Sequence[tuple[str, PurePosixPath]]) -> dict[str, str]:
    """The image_id that each image of a table means, where it means one."""
    by_path: dict[str, str] = {}
    by_name = defaultdict(list)
    for image_id, path in files:
        by_path[_path(path)] = image_id
        by_path.setdefault(_path(image_id), image_id)
        by_name[_path(path.name)].append(image_id)
    meant = {}
    for image in set(images):
        candidates = [by_path[image]] if image in by_path else by_name.get(image, [])
        if len(candidates) > 1:
            raise BadRadiographs(
                f"radiograph_table's image '{image}' could be {' or '.join(candidates[:2])}; "
                "where names come twice, it needs the path below the folder."
            )
        if candidates:
            meant[image] = candidates[0]
    return meant


def _refuse_contradictions(found: pd.DataFrame) -> None:
    twice = found.index[found.index.duplicated()]
    if len(twice):
        raise BadRadiographs(
            f"radiograph_table has rows for {twice[0]} that contradict each other; one is needed."
        )


def _text(found: pd.DataFrame, name: str) -> list[str]:
    if name not in found:
        return [""] * len(found)
    return ["" if pd.isna(value) else str(value).strip() for value in found[name]]


def _log_coverage(files: int, found: pd.DataFrame, nameless: int, classes: ClassNames) -> None:
    logger.info(
        "radiograph_table has rows for %d of %d files; %d of its rows name no file.",
        len(found),
        files,
        nameless,
    )
    unknown = sorted({label for label in _text(found, "label") if label and not classes.of(label)})
    if unknown:
        logger.warning(
            "radiograph_table has labels that mean no class (data_processing.class_folders): %s.",
            ", ".join(unknown),
        )


def index_hash(index: pd.DataFrame) -> str:
    """The hash that identifies an index by its readable files: content, classes and groups.

    Args:
        index: ``image_id, sha256, label, group_id, problem``.
    """
    readable = index[index["problem"] == ""]
    columns = [readable[name] for name in ("image_id", "sha256", "label", "group_id")]
    digest = hashlib.sha256()
    for row in sorted(zip(*columns, strict=True)):
        digest.update("\0".join(row).encode() + b"\n")
    return digest.hexdigest()
