"""Streams: unversioned entries that a generator node feeds while it still works.

What they keep survives ``kill -9`` at any moment. The same file is there a second time in the
catalog, as the node's input (``*_resume_point``), so that an interrupted node can go on.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedro.io import AbstractDataset

from chest_xray.errors import BadSearch
from chest_xray.machine.atomic_files import AtomicFileSystem

if TYPE_CHECKING:
    from chest_xray.deploying.predicted_rows import PredictedChunk, PredictedRows
    from chest_xray.learning.state import StreamedState, TrainingState
    from chest_xray.radiographs.reading import DecodedChunk, DecodedImages


class DecodedImagesDataset(AbstractDataset["DecodedChunk", "DecodedImages"]):
    """What has been read of a folder of radiographs: rows and pixels, appended chunk by chunk."""

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> DecodedImages:
        """Everything read so far; empty where nothing was."""
        from chest_xray.radiographs.reading import DecodedImages

        return DecodedImages(self._filepath)

    def save(self, data: DecodedChunk) -> None:
        """Append a chunk."""
        from chest_xray.radiographs.reading import DecodedImages

        DecodedImages(self._filepath).append(data)

    def _exists(self) -> bool:
        return self._filepath.is_dir()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}


class PredictedRowsDataset(AbstractDataset["PredictedChunk", "PredictedRows"]):
    """What was predicted of new radiographs: rows by model and settings, appended by chunks."""

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> PredictedRows:
        """Everything predicted so far; empty where nothing was."""
        from chest_xray.deploying.predicted_rows import PredictedRows

        return PredictedRows(self._filepath)

    def save(self, data: PredictedChunk) -> None:
        """Append a chunk."""
        from chest_xray.deploying.predicted_rows import PredictedRows

        PredictedRows(self._filepath).append(data)

    def _exists(self) -> bool:
        return self._filepath.is_dir()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}


class _StreamFileDataset(AbstractDataset[Any, Any]):
    """A stream in one file, replaced at once, never half written."""

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = filepath
        self.metadata = metadata
        self._fs = AtomicFileSystem(auto_mkdir=True)

    def _exists(self) -> bool:
        return self._fs.exists(self._filepath)

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath}


class TrainingStateDataset(_StreamFileDataset):
    """The last whole epoch of a training."""

    def load(self) -> TrainingState | None:
        """The state, or None where no training was begun; ``BadWeights`` for a damaged file."""
        from chest_xray.learning.state import read_state

        if not self._fs.exists(self._filepath):
            return None
        with self._fs.open(self._filepath, "rb") as file:
            return read_state(file, self._filepath)

    def save(self, data: StreamedState) -> None:
        """Replace the state."""
        from chest_xray.learning.state import write_state

        with self._fs.open(self._filepath, "wb") as file:
            write_state(data.state, file)


class JsonStreamDataset(_StreamFileDataset):
    """Plain values as json; loads empty where there is no file."""

    def load(self) -> dict[str, Any]:
        """The values; raises ``BadSearch`` for a file that is no json."""
        if not self._fs.exists(self._filepath):
            return {}
        try:
            return json.loads(self._fs.cat_file(self._filepath))
        except ValueError as error:
            raise BadSearch(
                f"{self._filepath} is damaged ({error}); remove it, and what it remembers of the "
                "search is made again."
            ) from error

    def save(self, data: dict[str, Any]) -> None:
        """Replace the values."""
        with self._fs.open(self._filepath, "w") as file:
            json.dump(data, file)
