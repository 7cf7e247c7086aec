"""Which files of a folder are radiographs, of which class and which patient."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

import pandas as pd

from chest_xray.errors import BadRadiographs
from chest_xray.machine.names import as_written, folded
from chest_xray.radiographs.class_names import PUBLISHED_FOLDERS, ClassNames
from chest_xray.radiographs.dicom_rule import DicomRule, dicom_films, with_hashes
from chest_xray.radiographs.files import walk_files
from chest_xray.radiographs.patients import join_spellings
from chest_xray.radiographs.patterns import fit
from chest_xray.radiographs.sources import SourceRule, log_shared_patients, source_folders
from chest_xray.radiographs.tables import ImageMetadata, look_up

_MAX_FOLDERS_NAMED = 8
_COMPARED_BYTES = 4096

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _File:
    """A file below its folder; ``source`` is of a folder in a list, whose name begins the path."""

    path: PurePosixPath
    bytes: int
    modified: int
    source: str = ""
    stored: str = ""


@dataclass(frozen=True)
class FoundRadiographs:
    """The radiographs of a folder.

    Attributes:
        listing: One row per file, as ``list_radiographs`` gives them.
        left_out: DICOM files that are no films to train on: ``path`` and ``reason`` (as
            ``dicom.films.DicomFilms.left_out``).
    """

    listing: pd.DataFrame
    left_out: pd.DataFrame


def list_radiographs(
    folder: Path,
    class_names: Sequence[str],
    file_name_patterns: Sequence[str],
    class_folders: Mapping[str, Sequence[str]] | None = None,
    left_out: Sequence[str] = (),
    table: pd.DataFrame | None = None,
    source_rule: SourceRule | None = None,
) -> pd.DataFrame:
    """List the radiographs below a folder, whatever its nesting; DICOM headers are not read.

    A file's class is the name of the nearest folder above it that means a class (ignoring case).
    Files are found as by ``files.walk_files``: hidden files and files of the operating system are
    skipped, and links to folders are followed, each folder once. The second copy of a tree that
    contains itself, as a Kaggle download can (``chest_xray/chest_xray``), is skipped too. All of
    this is logged.

    Args:
        folder: Where the radiographs are, or a list of several folders (``sources``).
        class_names: The two classes.
        file_name_patterns: Regular expressions with a group ``patient`` and, where the name has
            it, a group ``subtype``; the first that fits counts. One with a ``/`` is held against
            the path below ``folder``, with and without a ``/`` before it, the others against the
            file's name.
        class_folders: For a class, the folder names (and labels of the table) that mean it too.
        left_out: Files that are no radiographs to train on, as in a shell: ``*_lateral.png``,
            ``*/masks/*``; held against the name and against the path below ``folder``, with and
            without a ``/`` before it.
        table: One row per image: ``image``, and any of ``patient_id``, ``label``, ``subtype``,
            ``source``; what it has takes precedence over folder and file name. Its other columns
            are kept.
        source_rule: Gives the source of the others; None for the source ``inside``.

    Returns:
        One row per file, in order of ``image_id``: ``image_id`` (path below the tree's root, of
        several folders with the source before it), ``path`` (below ``folder``, of several folders
        the absolute one), ``folder`` (train, val, test or ''), ``label``, ``subtype`` ('' where
        unknown), ``source``, ``patient_id`` (the ``image_id`` where unknown; one spelling where it
        is written in several ways), ``bytes`` and ``modified`` (nanoseconds), then the table's
        other columns.

    Raises:
        BadRadiographs: No such folder, one that can't be listed, a class without any file, or a
            table that doesn't fit the files.
    """
    return find_radiographs(
        folder,
        class_names,
        file_name_patterns,
        class_folders,
        left_out,
        table,
        source_rule,
        dicom_rule=None,
    ).listing


def find_radiographs(
    folder: Path,
    class_names: Sequence[str],
    file_name_patterns: Sequence[str],
    class_folders: Mapping[str, Sequence[str]] | None,
    left_out: Sequence[str],
    table: pd.DataFrame | None,
    source_rule: SourceRule | None,
    dicom_rule: DicomRule | None,
) -> FoundRadiographs:
    """List the radiographs below a folder, and with a rule for DICOM leave out other DICOM files.

    A DICOM film's patient is then its keyed hash, where neither the table nor an only PatientID in
    the whole folder speaks against it, and its view, sex, age, maker and model are further columns
    (``dicom.films.DICOM_COLUMNS``), where the table has none of that name.

    Args and errors as ``list_radiographs`` and ``dicom.films.patient_hashes`` have them.
    """
    files = [
        file
        for source, one in source_folders(folder).items()
        for file in _files_of_source(source, one, left_out)
    ]
    paths = {image_id: Path(file.stored or folder / file.path) for image_id, file in files}
    films = dicom_films(paths, dicom_rule) if dicom_rule else None
    other = films.left_out if films else {}
    left_out_files = [(file.path.as_posix(), other[one]) for one, file in files if one in other]
    files = [(image_id, file) for image_id, file in files if image_id not in other]
    rule = source_rule or SourceRule()
    classes = ClassNames(class_names, class_folders or {})
    metadata = look_up(
        table,
        [(image_id, file.path) for image_id, file in files],
        classes,
        films.identifiers if films else None,
    )
    patterns = [re.compile(pattern) for pattern in file_name_patterns]
    rows = [_row(image_id, file, classes, patterns, metadata, rule) for image_id, file in files]
    listing = pd.DataFrame([row for row in rows if row is not None])
    _refuse_missing_classes(listing, folder, class_names, [file for _, file in files])
    _warn_of_files_without_class(len(rows) - len(listing), folder)
    _warn_of_contradicted_folders(files, listing, classes)
    if films and dicom_rule:
        listing["patient_id"] = with_hashes(listing, films, metadata, dicom_rule.key)
    patient_ids = join_spellings(listing["patient_id"])
    listing["patient_id"] = patient_ids.where(patient_ids != "", listing["image_id"])
    log_shared_patients(listing)
    listing = metadata.with_other_columns(listing.sort_values("image_id", ignore_index=True))
    if films and films.headers:
        added = films.columns()
        added = added.drop(columns=[name for name in added if name in listing])
        listing = listing.join(added, on="image_id")
    return FoundRadiographs(listing, pd.DataFrame(left_out_files, columns=["path", "reason"]))


def _files_of_source(source: str, folder: Path, left_out: Sequence[str]) -> list[tuple[str, _File]]:
    """Each file of a folder with its image_id."""
    _refuse_missing(folder)
    found = _without_left_out(_find(folder), left_out)
    files = _without_second_copies(found, folder)
    if not source:
        return files
    root = folder.resolve()
    return [
        (
            f"{source}/{image_id}",
            replace(file, path=source / file.path, source=source, stored=str(root / file.path)),
        )
        for image_id, file in files
    ]


def _refuse_missing(folder: Path) -> None:
    try:
        exists = folder.is_dir()
    except OSError as error:
        raise BadRadiographs(
            f"The folder of radiographs {folder} can't be reached ({error.strerror})."
        ) from error
    if not exists:
        raise BadRadiographs(
            f"There is no folder of radiographs at {folder}: `make data` fetches the published "
            "set, --params=radiographs_path=DIR names another folder, and `make demo` needs none."
        )


def _find(folder: Path) -> list[_File]:
    """The files below a folder; those whose names can't be written in an index are left out."""
    found, unnamed = [], []
    for path in walk_files(folder):
        if as_written(str(path)) != str(path):
            unnamed.append(as_written(str(path)))
        elif file := _file(path, folder):
            found.append(file)
    if unnamed:
        logger.warning(
            "%d files have names that are not UTF-8; left out, the first is %s.",
            len(unnamed),
            unnamed[0],
        )
    return found


def _file(path: Path, folder: Path) -> _File | None:
    """A file as it is listed; one whose status can't be read is reported when it is decoded."""
    below = PurePosixPath(path.relative_to(folder).as_posix())
    try:
        status = path.stat()
    except FileNotFoundError:
        # A link to nothing is listed; a file that has just been removed is not.
        return _File(below, 0, 0) if path.is_symlink() else None
    except OSError:
        return _File(below, 0, 0)
    return _File(below, status.st_size, status.st_mtime_ns)


def _without_left_out(files: list[_File], left_out: Sequence[str]) -> list[_File]:
    counts = dict.fromkeys(left_out, 0)
    kept = []
    for file in files:
        fits = next((one for one in left_out if _matches(file.path, one)), None)
        if fits is None:
            kept.append(file)
        else:
            counts[fits] += 1
    for pattern, count in counts.items():
        logger.log(
            logging.INFO if count else logging.WARNING,
            "data_processing.left_out: '%s' leaves out %d files.",
            pattern,
            count,
        )
    return kept


def _matches(path: PurePosixPath, pattern: str) -> bool:
    return any(fnmatchcase(text, pattern) for text in (path.name, *_paths(path)))


def _paths(path: PurePosixPath) -> tuple[str, str]:
    # A pattern that begins with / is about any folder, those at the top included.
    return path.as_posix(), f"/{path.as_posix()}"


def _without_second_copies(files: list[_File], folder: Path) -> list[tuple[str, _File]]:
    """Each file with its image_id, the path in which a folder inside its namesake counts once."""
    kept: dict[str, _File] = {}
    root_name, copies = folder.resolve().name, 0
    for file in sorted(files, key=lambda file: (len(file.path.parts), file.path)):
        image_id = _collapsed(file.path, root_name)
        if image_id not in kept:
            kept[image_id] = file
        elif _are_copies(kept[image_id], file, folder):
            copies += 1
        else:
            kept[file.path.as_posix()] = file
    if copies:
        logger.info(
            "The folder contains a copy of itself: skipped %d files of the inner copy.", copies
        )
    return list(kept.items())


def _are_copies(first: _File, second: _File, folder: Path) -> bool:
    """Whether two files are as large, and the same in their middle, where images differ."""
    if first.bytes != second.bytes or not first.bytes:
        return first.bytes == second.bytes
    middles = []
    for file in (first, second):
        try:
            with (folder / file.path).open("rb") as opened:
                opened.seek(max(0, file.bytes // 2 - _COMPARED_BYTES // 2))
                middles.append(opened.read(_COMPARED_BYTES))
        except OSError:
            # Decoding reports the reason; a file that can't be read is no copy of another.
            return False
    return middles[0] == middles[1]


def _collapsed(path: PurePosixPath, root_name: str) -> str:
    parts = [root_name]
    for part in path.parts:
        if part != parts[-1]:
            parts.append(part)
    return "/".join(parts[1:])


def _row(
    image_id: str,
    file: _File,
    classes: ClassNames,
    patterns: Sequence[re.Pattern[str]],
    metadata: ImageMetadata,
    rule: SourceRule,
) -> dict[str, object] | None:
    known = metadata.of(image_id)
    label = classes.of(known["label"]) if known["label"] else classes.of_folders(file.path)
    if label is None:
        return None
    found = fit(file.path, patterns)
    return {
        "image_id": image_id,
        "path": file.stored or file.path.as_posix(),
        "folder": next((part for part in _above(file.path) if part in PUBLISHED_FOLDERS), ""),
        "label": label,
        "subtype": known["subtype"] or (found.subtype if found else ""),
        "source": known["source"] or file.source or rule.of(file.path),
        "patient_id": known["patient_id"] or (found.patient if found else ""),
        "bytes": file.bytes,
        "modified": file.modified,
    }


def _above(path: PurePosixPath) -> list[str]:
    """The folders above a file, the nearest first, folded."""
    return [folded(part) for part in path.parts[:-1]][::-1]


def _refuse_missing_classes(
    listing: pd.DataFrame, folder: Path, class_names: Sequence[str], files: Sequence[_File]
) -> None:
    found = set(listing["label"]) if len(listing) else set()
    missing = [name for name in class_names if name not in found]
    if not missing:
        return
    if not files:
        raise BadRadiographs(f"The folder of radiographs {folder} is empty: no file lies below it.")
    folders = sorted({part for file in files for part in file.path.parts[:-1]})
    named = ", ".join(folders[:_MAX_FOLDERS_NAMED]) + (
        ", ..." if len(folders) > _MAX_FOLDERS_NAMED else ""
    )
    raise BadRadiographs(
        f"No file below {folder} is of class {' or '.join(missing)}: each class needs radiographs "
        "in a folder of its name (data_processing.class_names), in one that means it "
        f"(data_processing.class_folders; the folders with files in them are {named or 'none'}), "
        "or a label in radiograph_table."
    )


def _warn_of_files_without_class(count: int, folder: Path) -> None:
    if count:
        logger.warning("%d files below %s are of no class; left out.", count, folder)


def _warn_of_contradicted_folders(
    files: Sequence[tuple[str, _File]], listing: pd.DataFrame, classes: ClassNames
) -> None:
    by_folder = {image_id: classes.of_folders(file.path) for image_id, file in files}
    contradicted = [
        image_id
        for image_id, label in zip(listing["image_id"], listing["label"], strict=True)
        if by_folder[image_id] not in (None, label)
    ]
    if contradicted:
        logger.warning(
            "radiograph_table gives %d images another class than their folder, the first is %s; "
            "the table takes precedence.",
            len(contradicted),
            contradicted[0],
        )
