"""Which files of a folder are radiographs, of which class and which patient."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from chest_xray.errors import BadRadiographs

PUBLISHED_FOLDERS = ("train", "val", "test")
LITTER_FOLDERS = frozenset({"__MACOSX", ".ipynb_checkpoints", "@eaDir"})
LITTER_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _File:
    path: PurePosixPath
    bytes: int
    modified: int


def list_radiographs(
    folder: Path, class_names: Sequence[str], file_name_patterns: Sequence[str]
) -> pd.DataFrame:
    """List the radiographs below a folder, whatever its nesting, without opening them.

    A file's class is the name of the nearest folder above it that is called like a class (upper
    and lower case count as the same). Litter of macOS and Windows is passed over, and so is the
    second copy of a tree that holds itself, as a Kaggle download can (``chest_xray/chest_xray``);
    both are logged.

    Args:
        folder: Where the radiographs are.
        class_names: The two classes.
        file_name_patterns: Regular expressions with a group ``patient`` and, where the name tells
            it, a group ``subtype``; the first that fits counts.

    Returns:
        One row a file, in order of ``image_id``: ``image_id`` (path below the tree's root),
        ``path`` (below ``folder``), ``folder`` (train, val, test or ''), ``label``, ``subtype``
        ('' where not told), ``patient_id``, ``bytes`` and ``modified`` (nanoseconds).

    Raises:
        BadRadiographs: No such folder, or a class without any file.
    """
    if not folder.is_dir():
        raise BadRadiographs(
            f"There is no folder of radiographs at {folder}: `make data` fetches the published "
            "set, --params=radiographs_path=DIR names another folder, and `make demo` needs none."
        )
    files = _without_second_copies(list(_walk(folder)), folder.resolve().name)
    patterns = [re.compile(pattern) for pattern in file_name_patterns]
    rows = [_row(image_id, file, class_names, patterns) for image_id, file in files]
    listing = pd.DataFrame([row for row in rows if row is not None])
    _refuse_missing_classes(listing, folder, class_names)
    _say_unclassed(len(rows) - len(listing), folder)
    return listing.sort_values("image_id", ignore_index=True)


def _walk(folder: Path) -> Iterator[_File]:
    litter = 0
    for parent, folders, names in os.walk(folder):
        litter += sum(name in LITTER_FOLDERS for name in folders)
        folders[:] = [name for name in folders if name not in LITTER_FOLDERS]
        for name in names:
            if name in LITTER_FILES or name.startswith("._"):
                litter += 1
                continue
            path = Path(parent, name)
            status = path.lstat() if path.is_symlink() and not path.exists() else path.stat()
            yield _File(
                PurePosixPath(path.relative_to(folder).as_posix()),
                status.st_size,
                status.st_mtime_ns,
            )
    if litter:
        logger.info("Passed over %d files and folders of litter (such as .DS_Store).", litter)


def _without_second_copies(files: list[_File], root_name: str) -> list[tuple[str, _File]]:
    """Each file with its image_id, the path in which a folder inside its namesake counts once."""
    kept: dict[str, _File] = {}
    copies = 0
    for file in sorted(files, key=lambda file: (len(file.path.parts), file.path)):
        image_id = _collapsed(file.path, root_name)
        if image_id not in kept:
            kept[image_id] = file
        elif kept[image_id].bytes == file.bytes:
            copies += 1
        else:
            kept[file.path.as_posix()] = file
    if copies:
        logger.info("The tree holds itself twice: %d files of the inner copy passed over.", copies)
    return list(kept.items())


def _collapsed(path: PurePosixPath, root_name: str) -> str:
    parts = [root_name]
    for part in path.parts:
        if part != parts[-1]:
            parts.append(part)
    return "/".join(parts[1:])


def _row(
    image_id: str, file: _File, class_names: Sequence[str], patterns: Sequence[re.Pattern[str]]
) -> dict[str, object] | None:
    above = [part.casefold() for part in file.path.parts[:-1]][::-1]
    by_name = {name.casefold(): name for name in class_names}
    label = next((by_name[part] for part in above if part in by_name), None)
    if label is None:
        return None
    patient, subtype = _patient(file.path.name, patterns)
    return {
        "image_id": image_id,
        "path": file.path.as_posix(),
        "folder": next((part for part in above if part in PUBLISHED_FOLDERS), ""),
        "label": label,
        "subtype": subtype,
        "patient_id": patient or image_id,
        "bytes": file.bytes,
        "modified": file.modified,
    }


def _patient(name: str, patterns: Sequence[re.Pattern[str]]) -> tuple[str, str]:
    for pattern in patterns:
        if fit := pattern.search(name):
            groups = fit.groupdict()
            return groups["patient"], groups.get("subtype") or ""
    return "", ""


def _refuse_missing_classes(
    listing: pd.DataFrame, folder: Path, class_names: Sequence[str]
) -> None:
    found = set(listing["label"]) if len(listing) else set()
    missing = [name for name in class_names if name not in found]
    if missing:
        raise BadRadiographs(
            f"No file below {folder} lies in a folder called {' or '.join(missing)}: each class "
            "needs a folder of its name (data_processing.class_names) with radiographs in it."
        )


def _say_unclassed(count: int, folder: Path) -> None:
    if count:
        logger.warning("%d files below %s lie in no folder of a class; left out.", count, folder)


def say_unknown_patients(listing: pd.DataFrame) -> None:
    """Warn of images whose name tells no patient, before anything is split."""
    count = int((listing["patient_id"] == listing["image_id"]).sum())
    if count:
        logger.warning(
            "The names of %d of %d images tell no patient: each image counted as its own patient, "
            "so images of one patient may lie on both sides of the split.",
            count,
            len(listing),
        )
