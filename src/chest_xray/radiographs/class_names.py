"""Names of folders and labels, mapped to the classes that they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from chest_xray.machine.names import folded

PUBLISHED_FOLDERS = ("train", "val", "test")


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
