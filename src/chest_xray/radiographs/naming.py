"""What the names of folders, files and labels mean."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath


def folded(name: str) -> str:
    """A name as it is compared: upper and lower case, and the two ways of writing an accent
    (macOS takes a letter and its mark apart), count as the same, and spaces around it don't count.
    """
    return unicodedata.normalize("NFC", name).casefold().strip()


def as_written(name: str) -> str:
    """A file's name as it can be written down: bytes that are not UTF-8 as ``\\xNN``."""
    return name.encode("utf8", "surrogateescape").decode("utf8", "backslashreplace")


class ClassNames:
    """The classes, and by which names they are called."""

    def __init__(
        self, class_names: Sequence[str], class_folders: Mapping[str, Sequence[str]]
    ) -> None:
        self._class_of = {
            folded(word): name
            for name in class_names
            for word in (name, *class_folders.get(name, ()))
        }

    def of(self, word: str) -> str | None:
        """The class that a word means, None for other words."""
        return self._class_of.get(folded(word))

    def of_folders(self, path: PurePosixPath) -> str | None:
        """The class of the nearest folder above a file that means one, None without any."""
        words = (self.of(part) for part in reversed(path.parts[:-1]))
        return next((name for name in words if name is not None), None)
