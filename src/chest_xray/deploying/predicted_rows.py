"""Rows of predicted files on disk, written as they come: a killed prediction continues.

One file of JSON lines per model and settings, which only ever grows. What a kill leaves at its end
without a line break is no row, and is cut off before the next one is written.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pandas as pd

from chest_xray.errors import BadPrediction
from chest_xray.radiographs.decoded import UNREADABLE
from chest_xray.radiographs.files import FileKey, NamedFile, has_changed

if TYPE_CHECKING:
    from chest_xray.deploying.new_radiographs import BatchPredictor, Row

_BLOCK = 1 << 16

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PredictedChunk:
    """Some files just predicted.

    Attributes:
        settings: The hash of all that their rows depend on beside the files
            (``BatchPredictor.settings_hash``).
        rows: By file. ``Row.file`` is the file's name below what was asked for.
    """

    settings: str
    rows: Mapping[FileKey, Row]


class PredictedRows:
    """What was predicted so far, below ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, settings: str) -> Path:
        """The file of the rows of one model and its settings."""
        return self.folder / f"{settings}.jsonl"

    def load(self, settings: str) -> dict[FileKey, Row]:
        """All rows of a model and its settings; of a file that was predicted twice, the newer.

        Raises:
            BadPrediction: A line that is none of those that ``append`` writes.
        """
        path = self.path(settings)
        if not path.exists():
            return {}
        with path.open("rb") as file:
            whole = _end_of_last_line(file)
            file.seek(0)
            return dict(_parse(path, line) for line in _lines(file, whole))

    def append(self, chunk: PredictedChunk) -> None:
        """Add a chunk, durable when this returns."""
        if not chunk.rows:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.path(chunk.settings)
        path.touch()
        with path.open("r+b") as file:
            file.truncate(_end_of_last_line(file))
            file.seek(0, os.SEEK_END)
            file.writelines(_line(key, row) for key, row in chunk.rows.items())
            file.flush()
            os.fsync(file.fileno())


def _end_of_last_line(file: IO[bytes]) -> int:
    """The position after the last line break, 0 where there is none."""
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - _BLOCK)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _lines(file: IO[bytes], end: int) -> Iterator[bytes]:
    position = 0
    while position < end:
        line = file.readline()
        position += len(line)
        yield line


def _line(key: FileKey, row: Row) -> bytes:
    path, size, modified = key
    content = {"path": path, "bytes": size, "modified": modified, **asdict(row)}
    return json.dumps(content).encode() + b"\n"


def _parse(path: Path, line: bytes) -> tuple[FileKey, Row]:
    from chest_xray.deploying.new_radiographs import Row

    try:
        content = json.loads(line)
        key = content.pop("path"), content.pop("bytes"), content.pop("modified")
        return key, Row(**content | {"warnings": tuple(content["warnings"])})
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadPrediction(
            f"{path} is damaged ({error}); remove it, and the radiographs are predicted again."
        ) from error


def predict_files(
    predictor: BatchPredictor,
    listing: pd.DataFrame,
    predicted: PredictedRows,
    bits_stored: int | None = None,
) -> Iterator[PredictedChunk]:
    """Predict the files that were not predicted with this model and these settings before.

    A file counts as unchanged when its path, size and time of change are. What the system didn't
    let us read is tried again.

    Args:
        predictor: The model.
        listing: What ``files.list_new_files`` found.
        predicted: What was predicted before.
        bits_stored: What is stated of files of 16 bits (``decoding.decode``).

    Yields:
        Chunks in the order of the listing; an empty one where nothing is left, as Kedro takes no
        generator that yields nothing.
    """
    settings = predictor.settings_hash(bits_stored)
    known = predicted.load(settings)
    new = [(key, name) for key, name in keys_and_names(listing) if _is_new(key, known)]
    if len(new) < len(listing):
        logger.info("%d of %d files were predicted before.", len(listing) - len(new), len(listing))
    if not new:
        yield PredictedChunk(settings, {})
    files = [NamedFile(Path(key[0]), name) for key, name in new]
    keys = iter(key for key, _ in new)
    for rows in predictor.chunks(files, bits_stored):
        # The rows first: a key that is taken when there is no row for it would be lost.
        yield PredictedChunk(
            settings, {key: _checked(key, row) for row, key in zip(rows, keys, strict=False)}
        )


def keys_and_names(listing: pd.DataFrame) -> Iterator[tuple[FileKey, str]]:
    """Of each file of a listing, in its order, the key and the name it is reported by."""
    columns = (listing[name].tolist() for name in ("path", "bytes", "modified", "file"))
    for path, size, modified, name in zip(*columns, strict=True):
        yield (path, size, modified), name


def _is_new(key: FileKey, known: Mapping[FileKey, Row]) -> bool:
    return key not in known or known[key].problem.startswith(UNREADABLE)


def _checked(key: FileKey, row: Row) -> Row:
    if row.problem.startswith(UNREADABLE) or not has_changed(key):
        return row
    return type(row)(row.file, problem=f"{UNREADABLE}: it changed while it was read")


def tabulate(listing: pd.DataFrame, rows: Mapping[FileKey, Row]) -> pd.DataFrame:
    """``predictions_table``: the rows of the listed files, warnings joined by semicolons.

    Args:
        listing: What ``files.list_new_files`` found.
        rows: What was predicted of them; others may be among them.
    """
    from chest_xray.deploying.new_radiographs import Row

    # A file that was predicted before is called as it is now asked for.
    named = (replace(rows[key], file=name) for key, name in keys_and_names(listing))
    return pd.DataFrame(map(_cells, named), columns=[field.name for field in fields(Row)])


def _cells(row: Row) -> dict[str, Any]:
    return asdict(row) | {"warnings": "; ".join(row.warnings)}
