"""The pixels of all radiographs as a handle on a memory map, never as one array."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chest_xray.errors import BadPixels
from chest_xray.parameters import IntensityNormalization


@dataclass(frozen=True)
class PixelManifest:
    """What a map of pixels is made of.

    Attributes:
        image_ids: The images, in the order of the index.
        records: Which record of the memory map each image is.
        image_size: Side of an image, px.
        preprocessing: How files become what networks see (``preprocessing.preprocessing_name``).
        fingerprint: Hash of the files' hashes, their order, and the preprocessing.
        map_path: The memory map: uint8 [records, image_size, image_size], no header.
        intensity_normalization: What networks are to see: the map itself holds resized levels.
            Manifests of before there was a choice lack it; ``preprocessing`` says the same.
    """

    image_ids: list[str]
    records: list[int]
    image_size: int
    preprocessing: str
    fingerprint: str
    map_path: str
    intensity_normalization: IntensityNormalization = "none"

    @property
    def shape(self) -> tuple[int, int, int]:
        """Images, height, width."""
        return len(self.image_ids), self.image_size, self.image_size


def fingerprint(index: pd.DataFrame, preprocessing: str) -> str:
    """The hash that ties pixels to the readable files of an index (``image_id, sha256, bits``)."""
    digest = hashlib.sha256(preprocessing.encode())
    columns = (index[name] for name in ("image_id", "sha256", "bits"))
    for image_id, sha256, bits in zip(*columns, strict=True):
        # The same file gives other pixels where another white was stated.
        stated = f"\0{bits} bits" if 8 < bits < 16 else ""
        digest.update(f"{image_id}\0{sha256}{stated}\n".encode())
    return digest.hexdigest()


class PixelMap:
    """Reads rows of the memory map on demand; small to copy and to send to another process."""

    def __init__(self, manifest: PixelManifest) -> None:
        """Check that the map is there and long enough.

        Raises:
            BadPixels: The memory map is missing or shorter than the manifest says.
        """
        self.manifest = manifest
        path = Path(manifest.map_path)
        needed = (max(manifest.records, default=-1) + 1) * manifest.image_size**2
        found = path.stat().st_size if path.is_file() else 0
        if found < needed:
            raise BadPixels(
                f"The map of pixels at {path} has {found:,} of {needed:,} bytes; remove the "
                f"folder {path.parent}, and a run of the data_processing pipeline reads the "
                "radiographs again."
            )

    def __len__(self) -> int:
        return len(self.manifest.image_ids)

    def rows(self, image_ids: Iterable[str]) -> NDArray[np.int64]:
        """The rows of the given images.

        Raises:
            BadPixels: An image that is not in this map.
        """
        try:
            return np.array([self._row_of[image_id] for image_id in image_ids], dtype=np.int64)
        except KeyError as error:
            raise BadPixels(
                f"The pixels hold no image {error}: they belong to other radiographs than the "
                "splits; run the data_processing pipeline, which writes both."
            ) from error

    def read(self, rows: Sequence[int] | NDArray[np.int64]) -> NDArray[np.uint8]:
        """Grey levels as they were resized, uint8 [len(rows), image_size, image_size].

        What is measured of films and shown of them; networks see ``prepared``.
        """
        return self._map[self._records[np.asarray(rows, dtype=np.int64)]]

    def prepared(self, rows: Sequence[int] | NDArray[np.int64]) -> NDArray[np.uint8]:
        """The same after the manifest's ``intensity_normalization``, as networks see them.

        Deployable files and scorers do this themselves: they are given what ``read`` gives.
        """
        # Needs torch, which a catalog is opened without.
        from chest_xray.radiographs.preprocessing import prepare

        return prepare(self.read(rows), self.manifest.intensity_normalization)

    def refuse_other_index(self, index: pd.DataFrame) -> None:
        """Raise ``BadPixels`` unless the readable files of this index are what was read."""
        readable = index[index["problem"] == ""]
        if fingerprint(readable, self.manifest.preprocessing) != self.manifest.fingerprint:
            raise BadPixels(
                f"The pixels were not made from these {len(readable)} radiographs; run the "
                "data_processing pipeline, which writes index and pixels together."
            )

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {image_id: row for row, image_id in enumerate(self.manifest.image_ids)}

    @cached_property
    def _records(self) -> NDArray[np.int64]:
        return np.asarray(self.manifest.records, dtype=np.int64)

    @cached_property
    def _map(self) -> NDArray[np.uint8]:
        size = self.manifest.image_size
        flat = np.memmap(self.manifest.map_path, dtype=np.uint8, mode="r")
        return flat[: len(flat) // size**2 * size**2].reshape(-1, size, size)

    def __getstate__(self) -> dict[str, object]:
        # A pickled memory map is the whole array: only the path travels.
        return {"manifest": self.manifest}
