"""Which files lie below a folder: one walk for the radiographs of training and for new ones."""

from __future__ import annotations

import glob
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pandas as pd

from chest_xray.errors import BadPrediction, BadRadiographs
from chest_xray.machine.names import as_written

# What macOS, Windows and network drives leave in folders; hidden files are left out too.
_SYSTEM_NAMES = frozenset({"__MACOSX", "@eaDir", "Thumbs.db", "desktop.ini"})

# A file's absolute path, its bytes and its time of change in ns: what tells, as for ``make``,
# whether it is the file of before. -1 where the system tells no size or time.
FileKey = tuple[str, int, int]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class NamedFile:
    """A file to open, and the name it is reported by.

    Attributes:
        path: Where it is.
        name: Its path below the folder that was asked for, in characters that can be written.
    """

    path: Path
    name: str

    def has_changed(self) -> bool:
        """Whether it is another file than the one that was listed, where that is known."""
        return False


@dataclass(frozen=True)
class ListedFile(NamedFile):
    """A file of a listing, with its ``key`` of then."""

    key: FileKey

    def has_changed(self) -> bool:
        """Whether it is another file than the one that was listed, or gone."""
        return has_changed(self.key)


def walk_files(folder: Path) -> Iterator[Path]:
    """All files below a folder, each folder once.

    Hidden files and what operating systems leave in folders are skipped, and logged. Links to
    folders are followed after everything else, so a file that can be reached without a link has
    the path without it; a folder that was listed already is skipped, so circles of links end.
    Links to nothing and names that are not UTF-8 are among the files.

    Raises:
        BadRadiographs: A folder that can't be listed.
    """
    seen: set[tuple[int, int]] = set()
    starts = [folder]
    hidden, again = 0, 0
    for start in starts:
        for parent, folders, names in os.walk(start, onerror=_refuse_folder):
            status = _status(parent)
            if (status.st_dev, status.st_ino) in seen:
                folders.clear()
                again += 1
                continue
            seen.add((status.st_dev, status.st_ino))
            visible = [name for name in folders if not _is_hidden(name)]
            files = [name for name in names if not _is_hidden(name)]
            hidden += len(folders) + len(names) - len(visible) - len(files)
            links = [name for name in visible if Path(parent, name).is_symlink()]
            starts += [Path(parent, name) for name in sorted(links)]
            folders[:] = [name for name in visible if name not in links]
            yield from (Path(parent, name) for name in files)
    if hidden:
        logger.info("Skipped %d hidden files and folders and system files (.DS_Store).", hidden)
    if again:
        logger.info("Skipped %d links to folders that were listed already.", again)


def find_files(images: str, folder: Path) -> list[NamedFile]:
    """The files that a person asks for, in order of their paths.

    Args:
        images: A folder (all that ``walk_files`` finds below it), a file, or a glob (whose
            wildcards fit no hidden files).
        folder: What a relative one is relative to.

    Raises:
        BadPrediction: Nothing is asked for, or nothing is there.
        BadRadiographs: A folder that can't be listed.
    """
    if not images:
        raise BadPrediction(
            "No images are named: --params=prediction.images=... takes a folder, a file or a glob."
        )
    try:
        asked = (folder / Path(images).expanduser()).absolute()
        if asked.is_file():
            return [NamedFile(asked, as_written(asked.name))]
        if asked.is_dir():
            root, found = asked, list(walk_files(asked))
        else:
            root = _fixed_part(asked)
            found = _match(root, asked.relative_to(root))
    # An unknown home, a pattern that is none, a name that no file can have.
    except (RuntimeError, ValueError, OSError) as error:
        raise BadPrediction(
            f"prediction.images '{images[:80]}' names no files ({error}): a folder, a file or a "
            "glob is needed."
        ) from error
    if not found:
        raise BadPrediction(f"There is no file at {asked}: a folder, a file or a glob is needed.")
    return [
        NamedFile(path, as_written(path.relative_to(root).as_posix())) for path in sorted(found)
    ]


def list_new_files(images: str, folder: Path) -> pd.DataFrame:
    """``find_files`` as a table: ``file`` (the name), ``path, bytes, modified`` (``FileKey``)."""
    found = find_files(images, folder)
    keys = pd.DataFrame(
        [_file_key(file.path) for file in found], columns=["path", "bytes", "modified"]
    )
    return keys.assign(file=[file.name for file in found])


def listed_files(listing: pd.DataFrame) -> Iterator[ListedFile]:
    """The files of what ``list_new_files`` gives, in its order."""
    columns = listing[["path", "bytes", "modified", "file"]]
    for path, size, modified, name in columns.itertuples(index=False, name=None):
        yield ListedFile(Path(path), name, (path, size, modified))


def _file_key(path: Path) -> FileKey:
    try:
        status = path.stat()
    except OSError:
        return str(path), -1, -1
    return str(path), status.st_size, status.st_mtime_ns


def has_changed(key: FileKey) -> bool:
    """Whether a file is another one than when its key was taken, or is gone."""
    return _file_key(Path(key[0])) != key


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name in _SYSTEM_NAMES


def _match(root: Path, pattern: Path) -> list[Path]:
    """The files that fit a glob; hidden ones only where it names them, as in a shell.

    Links to nothing are among them, and reported as unreadable later.
    """
    return [
        path
        for path in root.glob(pattern.as_posix())
        if (path.is_file() or (path.is_symlink() and not path.exists()))
        and not any(
            _is_hidden(part) and part not in pattern.parts for part in path.relative_to(root).parts
        )
    ]


def _fixed_part(pattern: Path) -> Path:
    """The folder above the first part of a path that has a wildcard."""
    parts = pattern.parts
    wild = next((i for i, part in enumerate(parts[:-1]) if glob.has_magic(part)), len(parts) - 1)
    return Path(*parts[:wild])


def _status(folder: str) -> os.stat_result:
    try:
        return Path(folder).stat()
    except OSError as error:
        _refuse_folder(error)


def _refuse_folder(error: OSError) -> NoReturn:
    raise BadRadiographs(
        f"The folder {error.filename} can't be listed ({error.strerror}), so nobody could say "
        "which files are missing."
    ) from error
