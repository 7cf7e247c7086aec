"""Files that are there whole or not at all.

Kedro's stock datasets open the file of the new version and write into it, so a run that is killed
while it saves leaves a broken file that the next load takes for the latest version. Every one of
them opens it through fsspec; this file system writes beside it and renames on a clean close.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import fsspec
from fsspec.implementations.local import LocalFileOpener, LocalFileSystem


class WholeFile(LocalFileOpener):
    """A local file being written: it takes its name when, and only when, it is complete."""

    def __init__(self, path: str, mode: str, **kwargs: Any) -> None:
        self._final_path = Path(path)
        self._partial_path = self._final_path.with_name(
            f".{self._final_path.name}.{os.getpid()}.partial"
        )
        super().__init__(str(self._partial_path), mode, **kwargs)

    def __enter__(self) -> WholeFile:
        self.f.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.f.close()
            self._partial_path.unlink(missing_ok=True)

    def close(self) -> None:
        """Make the bytes durable and give the file its name."""
        if self.f.closed:
            return
        self.f.flush()
        os.fsync(self.f.fileno())
        self.f.close()
        self._partial_path.replace(self._final_path)


class WholeFileSystem(LocalFileSystem):
    """fsspec's local file system, but a file that is written anew appears only when complete."""

    def _open(
        self, path: str, mode: str = "rb", block_size: int | None = None, **kwargs: Any
    ) -> IO[bytes]:
        if mode.strip("bt") != "w" or kwargs.get("compression"):
            return super()._open(path, mode, block_size, **kwargs)
        path = self._strip_protocol(path)
        if self.auto_mkdir:
            self.makedirs(self._parent(path), exist_ok=True)
        return WholeFile(path, mode, fs=self, **kwargs)


def register_whole_files() -> None:
    """Let every dataset of this process save whole files; called once, from ``settings.py``."""
    for protocol in ("file", "local"):
        fsspec.register_implementation(protocol, WholeFileSystem, clobber=True)
