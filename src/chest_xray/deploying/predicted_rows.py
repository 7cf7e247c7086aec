"""Rows of predicted files on disk, written as they come: a killed prediction continues.

One file of JSON lines per model and settings, a line per chunk, which only ever grows. What a kill
leaves at its end without a line break is no chunk, and is cut off before the next one is written.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chest_xray.deploying.rows import FILES_PER_CHUNK, Row
from chest_xray.errors import BadPrediction
from chest_xray.radiographs.decoded import UNREADABLE
from chest_xray.radiographs.files import FileKey, ListedFile, listed_files

if TYPE_CHECKING:
    from chest_xray.deploying.new_radiographs import BatchPredictor

_BLOCK = 1 << 16

logger = logging.getLogger(__name__)

# Predicts chunks, of which there are so many: pairs of a chunk and its rows, in any order.
PredictChunks = Callable[
    [Iterator[list[ListedFile]], int], Iterator[tuple[list[ListedFile], list[Row]]]
]


@dataclass(frozen=True)
class PredictedChunk:
    """Some files just predicted.

    Attributes:
        settings: The hash of all that their rows depend on beside the files
            (``BatchPredictor.settings_hash``).
        rows: By file.
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

    def has_others(self, settings: str) -> bool:
        """Whether there are rows, but none of this model and its settings."""
        return not self.path(settings).exists() and any(self.folder.glob("*.jsonl"))

    def read(self, settings: str) -> Iterator[tuple[FileKey, Row]]:
        """Each row of a model and its settings; of a file predicted twice, the newer comes later.

        Raises:
            BadPrediction: A line that is none of those that ``append`` writes.
        """
        path = self.path(settings)
        if not path.exists():
            return
        with path.open("rb") as file:
            end = _end_of_last_line(file)
            file.seek(0)
            while file.tell() < end:
                yield from _parse(path, file.readline())

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
            file.write(_line(chunk.rows))
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


def _line(rows: Mapping[FileKey, Row]) -> bytes:
    content = [
        {"path": path, "bytes": size, "modified": modified, **asdict(row)}
        for (path, size, modified), row in rows.items()
    ]
    return json.dumps(content).encode() + b"\n"


def _parse(path: Path, line: bytes) -> list[tuple[FileKey, Row]]:
    try:
        return [
            (
                (content.pop("path"), content.pop("bytes"), content.pop("modified")),
                Row(**content | {"warnings": tuple(content["warnings"])}),
            )
            for content in json.loads(line)
        ]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadPrediction(
            f"{path} is damaged ({error}); remove it, and the radiographs are predicted again."
        ) from error


def predict_files(
    predictor: BatchPredictor,
    listing: pd.DataFrame,
    predicted: PredictedRows,
    bits_stored: int | None = None,
    predict_chunks: PredictChunks | None = None,
) -> Iterator[PredictedChunk]:
    """Predict the files that were not predicted with this model and these settings before.

    A file counts as unchanged when its path, size and time of change are. What the system didn't
    let us read is tried again. The last digits of a probability depend on which files are scored
    together: each chunk has its place in the listing, and is kept whole or not at all, so a run
    that was killed ends with the rows of one that wasn't.

    Args:
        predictor: The model.
        listing: What ``files.list_new_files`` found.
        predicted: What was predicted before.
        bits_stored: What is stated of files of 16 bits (``decoding.decode``).
        predict_chunks: Who predicts; None for the threads of this process.

    Yields:
        The chunks; an empty one where nothing is left, as Kedro takes no generator that yields
        nothing.
    """
    settings = predictor.settings_hash(bits_stored)
    new = _new_positions(listing, predicted, settings)
    _log_known(len(listing) - len(new), len(listing), predicted, settings)
    if not len(new):
        yield PredictedChunk(settings, {})
        return
    chunks = _chunks(listing, new)
    total = len(np.unique(new // FILES_PER_CHUNK))
    predicting = (
        predictor.predict_chunks(chunks, total, bits_stored)
        if predict_chunks is None
        else predict_chunks(chunks, total)
    )
    for files, rows in predicting:
        yield PredictedChunk(
            settings,
            {file.key: row for file, row in zip(files, rows, strict=True)},
        )


def _new_positions(
    listing: pd.DataFrame, predicted: PredictedRows, settings: str
) -> NDArray[np.int64]:
    places = _places(listing)
    done = np.zeros(len(listing), dtype=bool)
    for key, row in predicted.read(settings):
        place = places.get(_digest(key))
        if place is not None:
            done[place] = not row.problem.startswith(UNREADABLE)
    return np.flatnonzero(~done)


def _log_known(known: int, files: int, predicted: PredictedRows, settings: str) -> None:
    if known:
        logger.info("%d of %d files were predicted before.", known, files)
    if predicted.has_others(settings):
        logger.info("Rows of another model or other settings in %s are not used.", predicted.folder)


def _chunks(listing: pd.DataFrame, new: NDArray[np.int64]) -> Iterator[list[ListedFile]]:
    for _, positions in groupby(new.tolist(), key=lambda position: position // FILES_PER_CHUNK):
        yield list(listed_files(listing.iloc[list(positions)]))


def _places(listing: pd.DataFrame) -> dict[bytes, int]:
    """Which row of a listing each file is, by a hash that takes less memory than its path."""
    return {_digest(file.key): place for place, file in enumerate(listed_files(listing))}


def _digest(key: FileKey) -> bytes:
    path, size, modified = key
    text = f"{size} {modified} {path}"
    return hashlib.blake2b(text.encode(errors="surrogateescape"), digest_size=16).digest()


def tabulate(listing: pd.DataFrame, predicted: PredictedRows, settings: str) -> pd.DataFrame:
    """``predictions_table``: the rows of the listed files, warnings joined by semicolons.

    A file that was predicted before is called as it is now asked for.

    Args:
        listing: What ``files.list_new_files`` found.
        predicted: What was predicted of them; others may be among them.
        settings: The model and its settings.

    Raises:
        BadPrediction: A listed file without a row.
    """
    places = _places(listing)
    found = np.zeros(len(listing), dtype=bool)
    numbers = {
        name: np.full(len(listing), np.nan) for name in ("probability", "margin", "distance")
    }
    texts = {name: [""] * len(listing) for name in ("decision", "warnings", "problem")}
    for key, row in predicted.read(settings):
        place = places.get(_digest(key))
        if place is None:
            continue
        found[place] = True
        for name, column in numbers.items():
            column[place] = getattr(row, name)
        for name, cells in texts.items():
            # The same few texts, millions of times.
            cells[place] = sys.intern(_text(getattr(row, name)))
    if not found.all():
        missing = listing["path"].iloc[int(np.argmin(found))]
        raise BadPrediction(
            f"{predicted.path(settings)} has no row of {missing}: it was removed or replaced while "
            "this run wrote it; give the same command again."
        )
    columns: dict[str, Any] = {"file": listing["file"], **numbers, **texts}
    order = ("file", "probability", "decision", "margin", "distance", "warnings", "problem")
    return pd.DataFrame({name: columns[name] for name in order})


def _text(cell: str | Sequence[str]) -> str:
    return cell if isinstance(cell, str) else "; ".join(cell)
