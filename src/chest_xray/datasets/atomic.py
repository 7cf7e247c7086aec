"""Kedro's stock datasets, but what they save appears only when it is complete.

A stock dataset opens the file of the new version and writes into it, so that a run which is killed
meanwhile leaves a broken file that the next load takes for the latest version. They open it by
their ``_fs``, which they choose by the path's protocol, without an argument for another one; a
protocol of its own would have paths be relative to the working directory instead of the project.
So these subclasses set it. An entry with a stock ``type`` works as well, and isn't protected.
"""

from __future__ import annotations

import numpy as np
from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem
from kedro_datasets import json, matplotlib, pandas, pillow, text
from kedro_datasets._typing import TablePreview

from chest_xray.machine.atomic_files import AtomicFileSystem


class AtomicSave:
    """Before a stock dataset of local files in the order of bases: lets it save atomically."""

    _chosen_fs: AbstractFileSystem

    @property
    def _fs(self) -> AbstractFileSystem:
        return self._chosen_fs

    # No __init__ of its own: Kedro writes a dataset's configuration from that one's arguments.
    @_fs.setter
    def _fs(self, chosen: AbstractFileSystem) -> None:
        local = isinstance(chosen, LocalFileSystem)
        self._chosen_fs = AtomicFileSystem(auto_mkdir=True) if local else chosen


class CSVDataset(AtomicSave, pandas.CSVDataset):
    """``pandas.CSVDataset``."""


class ImageDataset(AtomicSave, pillow.ImageDataset):
    """``pillow.ImageDataset``."""


class JSONDataset(AtomicSave, json.JSONDataset):
    """``json.JSONDataset``."""


class MatplotlibDataset(AtomicSave, matplotlib.MatplotlibDataset):
    """``matplotlib.MatplotlibDataset``."""


class ParquetDataset(AtomicSave, pandas.ParquetDataset):
    """``pandas.ParquetDataset``."""

    def preview(self, nrows: int = 5) -> TablePreview:
        """The first rows for Kedro-Viz, which can't write the arrays that lists are loaded as."""
        shown = super().preview(nrows)
        rows = [
            [cell.tolist() if isinstance(cell, np.ndarray) else cell for cell in row]
            for row in shown["data"]
        ]
        return TablePreview({**shown, "data": rows})


class TextDataset(AtomicSave, text.TextDataset):
    """``text.TextDataset``."""
