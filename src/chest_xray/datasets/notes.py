"""A person's notes as a catalog entry: a csv that may have been through Excel."""

from __future__ import annotations

from typing import Any

import pandas as pd
from kedro.io import AbstractDataset

from chest_xray.machine.atomic_files import AtomicFileSystem
from chest_xray.reporting.sheets import read_sheet, separator_of_file, write_sheet


class NotesDataset(AbstractDataset[pd.DataFrame, pd.DataFrame]):
    """A sheet that a person fills in between runs. Unversioned: there is one, and it is theirs.

    The same file is twice in the catalog, as what the person has left there and as what is written
    back with it. It is replaced at once, keeps its separator, and is never replaced where what
    stands in it can't be read (``BadNotes``).
    """

    def __init__(
        self, *, filepath: str, key: str = "image_id", metadata: dict[str, Any] | None = None
    ) -> None:
        self._filepath = filepath
        self._key = key
        self.metadata = metadata
        self._fs = AtomicFileSystem(auto_mkdir=True)

    def load(self) -> pd.DataFrame:
        """The sheet, all of it text; only the key's column, and no row, where there is none."""
        data = self._fs.cat_file(self._filepath) if self._exists() else b""
        return read_sheet(data, self._key, self._filepath)

    def save(self, data: pd.DataFrame) -> None:
        """Replace the sheet."""
        separator = ","
        if self._exists():
            separator = separator_of_file(self._fs.cat_file(self._filepath), self._filepath)
        with self._fs.open(self._filepath, "wb") as file:
            file.write(write_sheet(data, separator))

    def _exists(self) -> bool:
        return self._fs.exists(self._filepath)

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath}
