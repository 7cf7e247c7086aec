"""All versions of one catalog entry together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kedro.io import DatasetError

from chest_xray.datasets.read_only import ReadOnlyDataset


class EveryVersionDataset(ReadOnlyDataset):
    """Loads all versions of a versioned JSON entry: ``{version: content}``, the oldest first.

    ``filepath`` is that entry's. Without any version it is empty.
    """

    def load(self) -> dict[str, Any]:
        """The content of each version.

        Raises:
            DatasetError: One of the files is no JSON; it is named.
        """
        found = {}
        for path in self._versions():
            try:
                found[path.parent.name] = json.loads(path.read_text(encoding="utf8"))
            except (UnicodeDecodeError, json.JSONDecodeError) as error:
                raise DatasetError(
                    f"{path} is damaged and can't be read ({error}); remove the folder "
                    f"{path.parent}, and the other versions are compared."
                ) from error
        return found

    def _exists(self) -> bool:
        """Whether there is any version."""
        return bool(self._versions())

    def _versions(self) -> list[Path]:
        return sorted(self._filepath.glob(f"*/{self._filepath.name}"))
