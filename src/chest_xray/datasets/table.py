"""A csv that tells of the images, where there is one."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.errors import ParserWarning

from chest_xray.datasets.read_only import ReadOnlyDataset
from chest_xray.errors import BadRadiographs
from chest_xray.radiographs.tables import DICOM_KEYS, METADATA_COLUMNS

NO_TABLE = "none"


class TableDataset(ReadOnlyDataset):
    """Loads a csv, or None where its path is ``none``.

    What tells image, patient and class is text, so that a patient ``007`` stays one, and only an
    empty cell is empty, so that ``NA`` can be a patient or a label. Other tables (Excel, a
    database) need only another ``type`` in an environment's catalog.
    """

    def load(self) -> pd.DataFrame | None:
        """The table; ``BadRadiographs`` where it can't be read."""
        if self._filepath.name == NO_TABLE:
            return None
        try:
            return _read(self._filepath)
        except OSError as error:
            raise BadRadiographs(
                f"radiograph_table {self._filepath} can't be read ({error.strerror})."
            ) from error
        except ParserWarning as error:
            raise BadRadiographs(
                f"radiograph_table {self._filepath} has a row of more cells than its first line "
                "has names; a cell with a comma in it needs quotes."
            ) from error
        except ValueError as error:
            # Pandas' parser errors are ValueErrors, as is a text that is no UTF-8.
            raise BadRadiographs(
                f"radiograph_table {self._filepath} is no csv in UTF-8 "
                f"({str(error).strip().splitlines()[0]})."
            ) from error

    def _exists(self) -> bool:
        return self._filepath.is_file()


def _read(path: Path) -> pd.DataFrame:
    # Excel begins a csv with a byte order mark; other programs end each line with a comma, which
    # pandas would take for a column more, and warns of where anything stands behind it.
    options: dict[str, Any] = {"encoding": "utf-8-sig", "index_col": False, "low_memory": False}
    with warnings.catch_warnings():
        warnings.simplefilter("error", ParserWarning)
        table = pd.read_csv(path, **options)
        # Of columns of text it warns even where nothing stands behind the comma.
        warnings.simplefilter("ignore", ParserWarning)
        text = pd.read_csv(path, dtype="str", keep_default_na=False, **options)
    table.columns = text.columns = text.columns.str.strip()
    columns = [name for name in ("image", *DICOM_KEYS, *METADATA_COLUMNS) if name in table]
    return table.assign(**{name: text[name] for name in columns})
