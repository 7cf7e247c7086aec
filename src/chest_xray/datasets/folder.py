"""A folder, handed on as its path."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

from kedro.io import AbstractDataset, DatasetError


def expanded(filepath: str) -> Path:
    """A path with ``~`` made the home folder; Kedro has put the project's before every one."""
    parts = Path(filepath).parts
    home = next((place for place, part in enumerate(parts) if part == "~"), 0)
    return Path(*parts[home:]).expanduser()


class FolderDataset(AbstractDataset[Any, Path]):
    """Loads as the absolute path of a folder, or of a file that lists folders.

    Relative paths are relative to the project, as everywhere in the catalog. The folder need not
    exist: whoever reads it says what is missing in their own words.
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = expanded(filepath)
        self.metadata = metadata

    def load(self) -> Path:
        """The folder's absolute path."""
        return self._filepath

    def save(self, data: Any) -> NoReturn:
        """Refused: nothing is ever written into this folder."""
        raise DatasetError(f"{self._filepath} is only read.")

    def _exists(self) -> bool:
        return self._filepath.exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}
