"""A versioned folder of files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kedro.io.core import get_filepath_str

from chest_xray.datasets.versioned_file import VersionedFileDataset
from chest_xray.machine.atomic_files import replacing


class FilesDataset(VersionedFileDataset):
    """Saves files by their names, slashes becoming folders; loads as their paths by name.

    A file can be given as bytes, or as a function that gives them when it is that file's turn. A
    version appears when all of its files are written, and not at all where one fails.
    """

    def load(self) -> dict[str, Path]:
        """Paths by name."""
        folder = Path(get_filepath_str(self._get_load_path(), "file"))
        files = (path for path in sorted(folder.rglob("*")) if path.is_file())
        return {path.relative_to(folder).as_posix(): path for path in files}

    def save(self, data: dict[str, bytes | Callable[[], bytes]]) -> None:
        """Write all files beside the version, then give it its name."""
        folder = Path(get_filepath_str(self._get_save_path(), "file"))
        folder.parent.mkdir(parents=True, exist_ok=True)
        with replacing(folder) as partial:
            partial.mkdir()
            for name, content in data.items():
                path = partial / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content() if callable(content) else content)
