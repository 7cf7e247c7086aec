"""Decoding a folder of radiographs into an index and pixels: in parallel, and only new files."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chest_xray.errors import BadPixels, BadRadiographs
from chest_xray.machine.atomic_files import AtomicFileSystem
from chest_xray.machine.cores import available_cores
from chest_xray.machine.progress import track
from chest_xray.machine.threads import single_threaded_workers
from chest_xray.parameters import IntensityNormalization
from chest_xray.radiographs.decoded import UNREADABLE, Decoded
from chest_xray.radiographs.decoding import DECODING, decode_for_index
from chest_xray.radiographs.files import FileKey, has_changed
from chest_xray.radiographs.grouping import first_of_same_pixels, group_ids
from chest_xray.radiographs.near_duplicates import NearDuplicateLimits, find_near_duplicates
from chest_xray.radiographs.pixels import PixelManifest, PixelMap, fingerprint
from chest_xray.radiographs.preprocessing import preprocessing_name, resize
from chest_xray.radiographs.tables import INDEX_COLUMNS

# Large enough that writing costs nothing, small enough that memory stays flat.
FILES_PER_CHUNK = 256


@dataclass(frozen=True)
class DecodedChunk:
    """Some files just read.

    Attributes:
        image_size: Side of the stored images, px.
        bits_stored: As ``decoding.decode`` took it.
        rows: One row per file: its absolute ``file``, ``bytes``, ``modified`` and facts; ``record``
            is its place in ``pixels``, or -1 where it can't be decoded.
        pixels: uint8 [decoded files, image_size, image_size].
    """

    image_size: int
    bits_stored: int | None
    rows: list[dict[str, Any]]
    pixels: NDArray[np.uint8]


# Reads chunks of files, in their order, at an image size and with ``bits_stored``.
ReadChunks = Callable[[Sequence[list[FileKey]], int, int | None], Iterator[DecodedChunk]]


class DecodedImages:
    """What has been read so far, on disk: a file of rows for each chunk, and one of grey levels.

    The file of grey levels only ever grows, and is written before the rows that name its records:
    what a killed run leaves at its end is named by no row, and never read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def pixels_path(self, image_size: int) -> Path:
        """The flat file of grey levels at a size: uint8 [records, image_size, image_size]."""
        return self.folder / f"pixels_{image_size}px.uint8"

    def _rows_paths(self, image_size: int) -> list[Path]:
        return sorted(self.folder.glob(f"rows_{image_size}px_*.json"))

    def rows(
        self, image_size: int, bits_stored: int | None = None
    ) -> dict[FileKey, dict[str, Any]]:
        """The rows of all files read at a size, by absolute path, bytes and time of change.

        Files that were read with another ``bits_stored`` aren't among them.
        """
        chunks = (_chunk_of_rows(path) for path in self._rows_paths(image_size))
        settings = decoding_settings(image_size, bits_stored)
        rows = {
            (row["file"], row["bytes"], row["modified"]): row
            for chunk in chunks
            if chunk | settings == chunk
            for row in chunk["rows"]
        }
        self._refuse_short_map(
            max((row["record"] for row in rows.values()), default=-1), image_size
        )
        return rows

    def _refuse_short_map(self, last: int, image_size: int) -> None:
        path = self.pixels_path(image_size)
        size = path.stat().st_size if path.is_file() else 0
        if size < (last + 1) * image_size**2:
            raise BadPixels(
                f"The map of pixels at {path} is shorter than what was read into it; remove the "
                f"folder {self.folder}, and the radiographs are read again."
            )

    def append(self, chunk: DecodedChunk) -> None:
        """Add the files of a chunk."""
        if not chunk.rows:
            return
        size = chunk.image_size
        self.folder.mkdir(parents=True, exist_ok=True)
        first = _append_records(self.pixels_path(size), chunk.pixels)
        rows = [
            row | {"record": row["record"] + first if row["record"] >= 0 else -1}
            for row in chunk.rows
        ]
        # One more than the last, as a file may be missing in between.
        numbers = [int(path.stem.rpartition("_")[2]) for path in self._rows_paths(size)]
        number = max(numbers, default=-1) + 1
        path = self.folder / f"rows_{size}px_{number:06d}.json"
        content = {**decoding_settings(size, chunk.bits_stored), "rows": rows}
        with AtomicFileSystem().open(str(path), "wb") as file:
            file.write(json.dumps(content).encode())


def decoding_settings(image_size: int, bits_stored: int | None) -> dict[str, Any]:
    """How files were decoded: rows with other settings are of other pixels."""
    return {
        # What is stored is only resized.
        "preprocessing": preprocessing_name(image_size, "none"),
        "decoding": DECODING,
        "bits_stored": bits_stored,
    }


def _chunk_of_rows(path: Path) -> dict[str, Any]:
    try:
        chunk = json.loads(path.read_bytes())
        # The first version of the decoding had no number.
        settings = {name: chunk.get(name) for name in ("decoding", "bits_stored")}
        return settings | {name: chunk[name] for name in ("preprocessing", "rows")}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadPixels(
            f"{path} is damaged ({error}); remove the folder {path.parent}, and the radiographs "
            "are read again."
        ) from error


def _append_records(path: Path, pixels: NDArray[np.uint8]) -> int:
    """Append images to a flat file, and return the number of records before them."""
    record = pixels.shape[1] * pixels.shape[2]
    with path.open("ab") as file:
        before = file.tell() // record
        file.truncate(before * record)
        file.write(pixels.tobytes())
        file.flush()
        os.fsync(file.fileno())
    return before


def read_radiographs(
    folder: Path,
    listing: pd.DataFrame,
    decoded_images: DecodedImages,
    image_size: int,
    bits_stored: int | None = None,
    read_chunks: ReadChunks | None = None,
) -> Iterator[DecodedChunk]:
    """Read and decode the files that were not read before, or have changed since.

    A file counts as unchanged when its path, size and time of change are, as for ``make``. What
    the system didn't let us read (no permission, a network drive that was away) is tried again.

    Args:
        folder: Where the radiographs are.
        listing: What ``list_radiographs`` found there.
        decoded_images: What was read before.
        image_size: Side of the stored images, px.
        bits_stored: As ``decoding.decode`` takes it.
        read_chunks: Who reads; None for the threads of this process.

    Yields:
        Chunks of files in the order of the listing; an empty one where nothing is new, as Kedro
        takes no generator that yields nothing.
    """
    known = decoded_images.rows(image_size, bits_stored)
    keys = _keys(folder, listing)
    new = [place for place, key in enumerate(keys) if _is_new(key, known)]
    if not new:
        yield as_chunk([], image_size, bits_stored)
    # By their places in the listing, so that a run that goes on has the same chunks.
    chunks = [
        [keys[place] for place in places]
        for _, places in groupby(new, key=lambda place: place // FILES_PER_CHUNK)
    ]
    yield from (read_chunks or _read_chunks)(chunks, image_size, bits_stored)


def _read_chunks(
    chunks: Sequence[list[FileKey]], image_size: int, bits_stored: int | None
) -> Iterator[DecodedChunk]:
    with single_threaded_workers(available_cores()) as pool:
        reads = (
            pool.map(lambda key: read_file(key, image_size, bits_stored), keys) for keys in chunks
        )
        # One chunk is decoded ahead, so that no worker is idle while a chunk is saved.
        pending = deque(islice(reads, 2))
        for _ in track(chunks, "Reading radiographs", len(chunks)):
            read = list(pending.popleft())
            pending.extend(islice(reads, 1))
            yield as_chunk(read, image_size, bits_stored)


def _is_new(key: FileKey, known: dict[FileKey, dict[str, Any]]) -> bool:
    return key not in known or known[key]["problem"].startswith(UNREADABLE)


def _keys(folder: Path, listing: pd.DataFrame) -> list[FileKey]:
    root = folder.resolve()
    columns = (listing["path"], listing["bytes"], listing["modified"])
    return [
        (str(root / path), int(size), int(modified))
        for path, size, modified in zip(*columns, strict=True)
    ]


def read_file(
    key: FileKey, image_size: int, bits_stored: int | None
) -> tuple[dict[str, Any], NDArray[np.uint8] | None]:
    """A file's row, without its ``record``, and its pixels, uint8 [image_size, image_size]."""
    file, size, modified = key
    decoded = decode_for_index(Path(file), bits_stored)
    if not decoded.problem.startswith(UNREADABLE) and has_changed(key):
        decoded = Decoded(None, problem=f"{UNREADABLE}: it changed while it was read")
    facts = {name: fact for name, fact in decoded.facts.items() if name in INDEX_COLUMNS}
    row = {"file": file, "bytes": size, "modified": modified, **facts}
    pixels = None if decoded.grey is None else resize(decoded.grey, image_size)
    return row | {"problem": decoded.problem}, pixels


def as_chunk(
    read: Sequence[tuple[dict[str, Any], NDArray[np.uint8] | None]],
    image_size: int,
    bits_stored: int | None,
) -> DecodedChunk:
    """Put together what ``read_file`` gives of some files."""
    rows: list[dict[str, Any]] = []
    pixels: list[NDArray[np.uint8]] = []
    for row, image in read:
        rows.append(row | {"record": -1 if image is None else len(pixels)})
        if image is not None:
            pixels.append(image)
    empty = np.empty((0, image_size, image_size), dtype=np.uint8)
    return DecodedChunk(image_size, bits_stored, rows, np.stack(pixels) if pixels else empty)


def collect_decoded_images(
    folder: Path,
    listing: pd.DataFrame,
    decoded_images: DecodedImages,
    image_size: int,
    max_unreadable_share: float,
    bits_stored: int | None = None,
    near_duplicates: NearDuplicateLimits | None = None,
    intensity_normalization: IntensityNormalization = "none",
) -> tuple[pd.DataFrame, PixelManifest]:
    """Build the index and the manifest of pixels from what was read of the listed files.

    Images whose decoded grey levels are the same are duplicates, and belong, with all images of
    their patients, to one group; so do near-duplicates, where limits are given.

    Args:
        folder: Where the radiographs are.
        listing: What ``list_radiographs`` found there.
        decoded_images: What was read of them.
        image_size: Side of the stored images, px.
        max_unreadable_share: More than this share of files that can't be decoded is refused.
        near_duplicates: From which correlations on two files show one film; None to look for none.
        intensity_normalization: What networks are to see of the stored pixels.

    Returns:
        The index, one row per file, with the columns ``INDEX_COLUMNS`` and those that a table added
        to the listing; and the manifest of the pixels of its readable files.

    Raises:
        BadRadiographs: More than the stated share of files can't be decoded, or a whole class.
    """
    rows = decoded_images.rows(image_size, bits_stored)
    facts = pd.DataFrame([rows[key] for key in _keys(folder, listing)], index=listing.index)
    index = listing.join(facts.drop(columns=["file", "bytes", "modified"]))
    _refuse_unreadable(index, folder, max_unreadable_share)
    index = index.fillna({"sha256": "", "pixel_hash": "", "mode": ""}).fillna(
        dict.fromkeys(("width", "height", "jpeg_quality", "bits"), 0)
    )
    index = index.astype(dict.fromkeys(("width", "height", "jpeg_quality", "bits"), int))
    readable = index[index["problem"] == ""]
    manifest = _manifest(readable, decoded_images, image_size, intensity_normalization)
    index["duplicate_of"] = first_of_same_pixels(index)
    index["near_duplicate_of"], index["near_duplicate_correlation"] = "", np.nan
    if near_duplicates is not None:
        found = find_near_duplicates(PixelMap(manifest), readable, near_duplicates)
        index.loc[found.index, list(found)] = found
    index["group_id"] = group_ids(index)
    added = [name for name in listing if name not in INDEX_COLUMNS and name != "modified"]
    return index[[*INDEX_COLUMNS, *added]], manifest


def _manifest(
    readable: pd.DataFrame,
    decoded_images: DecodedImages,
    image_size: int,
    kind: IntensityNormalization,
) -> PixelManifest:
    name = preprocessing_name(image_size, kind)
    return PixelManifest(
        image_ids=readable["image_id"].tolist(),
        records=readable["record"].astype(int).tolist(),
        image_size=image_size,
        intensity_normalization=kind,
        preprocessing=name,
        fingerprint=fingerprint(readable, name),
        map_path=str(decoded_images.pixels_path(image_size)),
    )


def _refuse_unreadable(index: pd.DataFrame, folder: Path, max_share: float) -> None:
    bad = index[index["problem"] != ""]
    if len(bad) > max_share * len(index):
        first = bad.iloc[0]
        raise BadRadiographs(
            f"{len(bad)} of {len(index)} files below {folder} can't be read, more than the share "
            f"of {max_share:g} that data_processing.max_unreadable_share allows; the "
            f"first is {first['path']} ({first['problem']})."
        )
    for label, problems in index.groupby("label")["problem"]:
        if (problems != "").all():
            raise BadRadiographs(
                f"None of the {len(problems)} files of class {label} below {folder} can be read "
                f"(the first: {problems.iloc[0]}); both classes are needed."
            )


def stored_as(index: pd.DataFrame) -> dict[str, tuple[str, int]]:
    """By ``image_id`` the path of a file and the bits it was read with."""
    files = zip(index["path"], index["bits"].tolist(), strict=True)
    return dict(zip(index["image_id"], files, strict=True))
