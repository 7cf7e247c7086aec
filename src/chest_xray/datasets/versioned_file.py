"""What the versioned datasets of a single local file share."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from kedro.io.core import AbstractVersionedDataset, Version, get_filepath_str

from chest_xray.machine.atomic_files import AtomicFileSystem


class VersionedFileDataset(AbstractVersionedDataset[Any, Any]):
    """A versioned file on this machine; subclasses load and save it."""

    def __init__(
        self,
        *,
        filepath: str,
        version: Version | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        self.metadata = metadata
        self._fs = AtomicFileSystem(auto_mkdir=True)
        super().__init__(
            filepath=PurePosixPath(filepath),
            version=version,
            exists_function=self._fs.exists,
            glob_function=self._fs.glob,
        )

    def _exists(self) -> bool:
        return self._fs.exists(get_filepath_str(self._get_load_path(), "file"))

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath, "version": self._version}
