"""Manifests of pixels: small versioned files over one large memory map."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from kedro.io.core import get_filepath_str

from chest_xray.datasets.versioned_file import VersionedFileDataset
from chest_xray.errors import BadPixels
from chest_xray.radiographs.pixels import PixelManifest, PixelMap


class PixelsDataset(VersionedFileDataset):
    """Saves a ``PixelManifest`` as json; loads a ``PixelMap``, a handle that reads rows on demand.

    The memory map itself was streamed by the ``decoded_images`` entry; a manifest names it and the
    records that it uses, so versions share one file and none is copied.
    """

    def load(self) -> PixelMap:
        """The handle; raises ``BadPixels`` where the memory map is missing or too short."""
        path = get_filepath_str(self._get_load_path(), "file")
        fields = json.loads(self._fs.cat_file(path))
        try:
            fields["map_path"] = str((self._root / fields["map_path"]).resolve())
            return PixelMap(PixelManifest(**fields))
        except (KeyError, TypeError) as error:
            raise BadPixels(
                f"{path} is no manifest of pixels ({error}); a run of the data_processing "
                "pipeline writes it again."
            ) from error

    def save(self, data: PixelManifest) -> None:
        """Write the manifest, the map's path relative to it, so that the data folder can move."""
        fields = asdict(data)
        fields["map_path"] = Path(os.path.relpath(data.map_path, self._root)).as_posix()
        with self._fs.open(get_filepath_str(self._get_save_path(), "file"), "w") as file:
            json.dump(fields, file)

    @property
    def _root(self) -> Path:
        return Path(self._filepath).parent
