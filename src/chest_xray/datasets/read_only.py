"""What the datasets of a person's own files share: they are only read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

from kedro.io import AbstractDataset, DatasetError


class ReadOnlyDataset(AbstractDataset[Any, Any]):
    """A local path, which may begin with ``~``; subclasses load it and say whether it exists."""

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = _expanded(filepath)
        self.metadata = metadata

    def save(self, data: Any) -> NoReturn:
        """Refused: what lies there is a person's own."""
        raise DatasetError(f"{self._filepath} is only read.")

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}


def _expanded(filepath: str) -> Path:
    # Kedro has put the project's folder before every path.
    parts = Path(filepath).parts
    home = next((place for place, part in enumerate(parts) if part == "~"), 0)
    return Path(*parts[home:]).expanduser()
