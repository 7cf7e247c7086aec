"""Where machines leave files for each other: a folder that all see, or a bucket at an address.

Either way a file is there whole or not at all. Needs neither torch nor Ray, and pyarrow only for a
bucket.
"""

from __future__ import annotations

import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from chest_xray.errors import BadStorage
from chest_xray.machine.atomic_files import replacing

_SCHEME_END = "://"


class Storage(ABC):
    """A place for files; as a text, what a person calls it."""

    @abstractmethod
    def below(self, name: str) -> Storage:
        """A place of its own within this one."""

    @abstractmethod
    def make(self) -> None:
        """See to it that files can be written, where a place has to be made for that."""

    @abstractmethod
    def names(self) -> set[str]:
        """The names of the files in it."""

    @abstractmethod
    def read(self, name: str) -> bytes | None:
        """A file's content; None where there is no such file."""

    @abstractmethod
    def write(self, name: str, content: bytes | memoryview) -> None:
        """Write a file, in the place of one that has this name."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""

    @abstractmethod
    def clear(self) -> None:
        """Remove all that is in it."""

    @abstractmethod
    def for_ray(self) -> dict[str, Any]:
        """It, as the arguments of ``ray.tune.RunConfig``."""


@dataclass(frozen=True)
class Folder(Storage):
    """A folder, of this machine or one that all of them have mounted."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    def below(self, name: str) -> Folder:
        return Folder(self.path / name)

    def make(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)

    def names(self) -> set[str]:
        if not self.path.is_dir():
            return set()
        # Not asked of each path: network drives remember for a while what wasn't there.
        with os.scandir(self.path) as entries:
            return {entry.name for entry in entries if entry.is_file()}

    def read(self, name: str) -> bytes | None:
        path = self.path / name
        return path.read_bytes() if path.is_file() else None

    def write(self, name: str, content: bytes | memoryview) -> None:
        # A kill leaves the file before.
        with replacing(self.path / name) as partial:
            partial.write_bytes(content)

    def remove(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)

    def clear(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)

    def for_ray(self) -> dict[str, Any]:
        return {"name": self.path.name, "storage_path": str(self.path.parent)}


@dataclass(frozen=True)
class Bucket(Storage):
    """A place in an object store, where a file appears with its last byte.

    Attributes:
        address: As ``pyarrow.fs.FileSystem.from_uri`` takes it: bucket, path, and after a question
            mark, how the store is reached. Its keys are where that library looks for them: in the
            environment, a file of the store's own tools, or the machine's role.
        inside: The path below that of the address.
    """

    address: str
    inside: str = ""

    def __str__(self) -> str:
        whole = self.address.partition("?")[0].rstrip("/")
        return f"{whole}/{self.inside}".rstrip("/")

    def below(self, name: str) -> Bucket:
        return replace(self, inside=f"{self.inside}/{name}".lstrip("/"))

    def make(self) -> None:
        # Paths are names of files there; a bucket is the store's to make.
        pass

    def names(self) -> set[str]:
        from pyarrow.fs import FileSelector, FileType

        with self._explained():
            files, path = self._found()
            found = files.get_file_info(FileSelector(path, allow_not_found=True))
        return {one.base_name for one in found if one.type == FileType.File}

    def read(self, name: str) -> bytes | None:
        with self._explained():
            files, path = self._found()
            try:
                with files.open_input_file(f"{path}/{name}") as file:
                    return file.read()
            except FileNotFoundError:
                return None

    def write(self, name: str, content: bytes | memoryview) -> None:
        with self._explained():
            files, path = self._found()
            with files.open_output_stream(f"{path}/{name}") as file:
                file.write(content)

    def remove(self, name: str) -> None:
        with self._explained(), suppress(FileNotFoundError):
            files, path = self._found()
            files.delete_file(f"{path}/{name}")

    def clear(self) -> None:
        with self._explained(), suppress(FileNotFoundError):
            files, path = self._found()
            files.delete_dir(path)

    def for_ray(self) -> dict[str, Any]:
        with self._explained():
            files, path = self._found()
        above, _, name = path.rpartition("/")
        return {"name": name, "storage_path": above, "storage_filesystem": files}

    def _found(self) -> tuple[Any, str]:
        files, path = _file_system(self.address)
        return files, f"{path}/{self.inside}".rstrip("/")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Raise ``BadStorage`` with the store's reason."""
        from pyarrow import ArrowException

        try:
            yield
        except (OSError, ArrowException) as error:
            raise BadStorage(f"{self} can't be used ({_reason(error)}).") from error


@lru_cache
def _file_system(address: str) -> tuple[Any, str]:
    from pyarrow.fs import FileSystem

    files, path = FileSystem.from_uri(address)
    return files, path.rstrip("/")


def _reason(error: BaseException) -> str:
    """What a store says, on one line, without what only its keeper can read."""
    text = " ".join(str(error).split())
    return text.rpartition("operation: ")[2].partition(" (Request ID")[0].rstrip(".")


def storage_at(place: str, folder: Path) -> Storage:
    """The storage that a parameter names.

    Args:
        place: A bucket's address (``s3://bucket/path``), or a folder's path.
        folder: That a relative path begins at.
    """
    if _SCHEME_END in place:
        return Bucket(place)
    return Folder(folder / Path(place).expanduser())
