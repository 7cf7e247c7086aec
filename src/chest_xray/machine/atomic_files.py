"""Files that are there whole or not at all: written under another name, and then renamed."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, cast

from fsspec.implementations.local import LocalFileOpener, LocalFileSystem

PARTIAL = ".partial"


def _partial_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}{PARTIAL}")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside ``path`` for a file or folder, which takes its name when the block ends.

    Where the block fails, what it wrote is removed and ``path`` stays as it was. A kill leaves the
    old one too; a power cut may not, as nothing waits for the disk here (``AtomicFile`` does).
    """
    partial = _partial_path(path)
    try:
        yield partial
        partial.replace(path)
    finally:
        if partial.is_dir():
            shutil.rmtree(partial)
        else:
            partial.unlink(missing_ok=True)


class AtomicFile(LocalFileOpener):
    """A local file being written: it takes its name when, and only when, it is complete."""

    def __init__(self, path: str, mode: str, **kwargs: Any) -> None:
        self.failed = False
        self._final_path = Path(path)
        self._partial_path = _partial_path(self._final_path)
        super().__init__(str(self._partial_path), mode, **kwargs)

    def __enter__(self) -> AtomicFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.failed = self.failed or kind is not None
        self.close()

    def close(self) -> None:
        """Make the bytes durable and give the file its name; drop it where writing has failed."""
        if self.f.closed:
            return
        try:
            # Closing writes what a failed flush left in the buffer, and fails again.
            with self.f:
                self.f.flush()
                os.fsync(self.f.fileno())
        except OSError:
            self.failed = True
            raise
        finally:
            if self.failed:
                self._partial_path.unlink(missing_ok=True)
            else:
                self._partial_path.replace(self._final_path)


class AtomicText(io.TextIOWrapper):
    """The same for text: what fails in the text layer must not complete the file below it."""

    def __init__(self, file: AtomicFile, **kwargs: Any) -> None:
        self._file = file
        super().__init__(cast(IO[bytes], file), **kwargs)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.failed = self._file.failed or kind is not None
        self.close()

    def close(self) -> None:
        """Write what is still held back, then complete the file or drop it."""
        try:
            if not self.closed:
                self.flush()
        except OSError:
            self._file.failed = True
            raise
        finally:
            super().close()


class AtomicFileSystem(LocalFileSystem):
    """fsspec's local file system, but a file that is written again appears only when complete."""

    def open(self, path: str, mode: str = "rb", **kwargs: Any) -> Any:
        """Open a file; see ``fsspec.AbstractFileSystem.open``."""
        if mode not in ("w", "wt"):
            return super().open(path, mode, **kwargs)
        names = ("encoding", "errors", "newline")
        text = {name: kwargs.pop(name) for name in names if name in kwargs}
        return AtomicText(super().open(path, "wb", **kwargs), **text)

    def _open(
        self, path: str, mode: str = "rb", block_size: int | None = None, **kwargs: Any
    ) -> Any:
        if mode != "wb" or kwargs.get("compression"):
            return super()._open(path, mode, block_size, **kwargs)
        path = self._strip_protocol(path)
        if self.auto_mkdir:
            self.makedirs(self._parent(path), exist_ok=True)
        return AtomicFile(path, mode, fs=self, **kwargs)


def remove_partial_files(data_folder: Path) -> None:
    """Remove what a killed run was writing; only while no run writes into this folder.

    The folder of raw images is a person's own, and not looked into.
    """
    for layer in sorted(data_folder.glob("0[2-8]_*")):
        for path in sorted(layer.glob(f"**/.*{PARTIAL}")):
            if path.is_dir():
                shutil.rmtree(path)
            elif path.exists():
                path.unlink()
            else:
                # Gone with the folder that it was in.
                continue
            if not any(path.parent.iterdir()):
                # The version that never came to be.
                path.parent.rmdir()
