"""A secret key in a file of its own, where there is one."""

from __future__ import annotations

from chest_xray.datasets.read_only import ReadOnlyDataset
from chest_xray.errors import BadParameters

MIN_LENGTH = 16


class KeyDataset(ReadOnlyDataset):
    """Loads the text of a file, without spaces around it, or None where there is no file.

    It is only read: a key that was made silently could get lost as silently.
    """

    def load(self) -> str | None:
        """The key; ``BadParameters`` where it can't be read, or could be guessed."""
        if not self._filepath.exists():
            return None
        try:
            key = self._filepath.read_text(encoding="utf8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadParameters(
                f"The key {self._filepath} can't be read as text ({type(error).__name__}); "
                f"`openssl rand -hex 32 > {self._filepath}` makes one."
            ) from error
        if len(key) < MIN_LENGTH:
            raise BadParameters(
                f"The key {self._filepath} has {len(key)} characters, and could be guessed; it "
                f"needs {MIN_LENGTH} or more: `openssl rand -hex 32` gives 64."
            )
        return key

    def _exists(self) -> bool:
        return self._filepath.exists()
