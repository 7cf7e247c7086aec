"""A folder, handed on as its path."""

from __future__ import annotations

from pathlib import Path

from chest_xray.datasets.read_only import ReadOnlyDataset


class FolderDataset(ReadOnlyDataset):
    """Loads as the absolute path of a folder, or of a file that lists folders.

    Relative paths are relative to the project, as everywhere in the catalog. The folder need not
    exist: whoever reads it says what is missing in their own words.
    """

    def load(self) -> Path:
        """The folder's absolute path."""
        return self._filepath

    def _exists(self) -> bool:
        return self._filepath.exists()
