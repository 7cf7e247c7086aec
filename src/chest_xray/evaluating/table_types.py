"""Columns of ``radiograph_table`` as error types: values, and numbers in bands.

A column of few values gives a type per value (``table: view = AP``), one of many numbers a type per
band (``table: age < 18``, ``table: 18 <= age < 40``), and missing cells a type of their own
(``table: age is missing``). Constants, ids and free text give none.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from chest_xray.errors import BadParameters
from chest_xray.evaluating.bands import as_written, band_of, thirds
from chest_xray.parameters import ErrorAnalysisParameters
from chest_xray.radiographs.tables import INDEX_COLUMNS

PREFIX = "table: "
_MISSING = " is missing"
_NUMBER = r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
_BAND = re.compile(
    rf"(?:(?P<low>{_NUMBER}) <= )?(?P<column>.+?)"
    rf"(?: < (?P<high>{_NUMBER})| >= (?P<least>{_NUMBER}))?"
)
_IN_THE_INDEX = {*INDEX_COLUMNS, "modified", "record", "file"} - {"source"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TableType:
    """What the name of a type says.

    Attributes:
        column: Of the table.
        value: The cell's, '' for a band and for missing cells.
        low: Least number of a band, high: number that it stays below; '' where there is none.
    """

    column: str
    value: str = ""
    low: str = ""
    high: str = ""

    @property
    def name(self) -> str:
        """As the type is called."""
        if self.value:
            return f"{PREFIX}{self.column} = {self.value}"
        if self.low and self.high:
            return f"{PREFIX}{self.low} <= {self.column} < {self.high}"
        if self.low:
            return f"{PREFIX}{self.column} >= {self.low}"
        if self.high:
            return f"{PREFIX}{self.column} < {self.high}"
        return f"{PREFIX}{self.column}{_MISSING}"

    @property
    def is_missing(self) -> bool:
        """Whether it is of the images whose cell is missing."""
        return not (self.value or self.low or self.high)


def table_type(error_type: str) -> TableType | None:
    """What a type's name says; None for a type that is not the table's."""
    if not error_type.startswith(PREFIX):
        return None
    told = error_type.removeprefix(PREFIX)
    column, equals, value = told.partition(" = ")
    if equals:
        return TableType(column, value)
    if told.endswith(_MISSING):
        return TableType(told.removesuffix(_MISSING))
    band = _BAND.fullmatch(told)
    assert band is not None, error_type
    low = band["low"] or band["least"] or ""
    return TableType(band["column"], low=low, high=band["high"] or "")


def table_types(
    images: pd.DataFrame,
    index: pd.DataFrame,
    splits: pd.DataFrame,
    parameters: ErrorAnalysisParameters,
) -> pd.DataFrame:
    """Which images belong to which type of the table's columns.

    What a column is, and where its bands end, is told from the training part. A column that varies
    in one class only (the opacity of a lesion: healthy films have none, or 0) is of that class: its
    bands are of the training images of this class, and only images of this class belong to its
    types, so that ``error_table`` compares them with each other.

    Args:
        images: ``image_id, label``, those that are described.
        index: The table's columns beside the index's own.
        splits: ``image_id, label, patient_id, part``, of all parts.
        parameters: ``max_values, bands``.

    Returns:
        bool, by image (rows as in ``images``) and type.

    Raises:
        BadParameters: Bands of a column that holds text.
    """
    columns = [str(name) for name in index if name not in _IN_THE_INDEX]
    if "source" in columns and index["source"].nunique() < 2:
        columns.remove("source")
    for name in sorted(set(parameters.bands) - set(columns)) if columns else ():
        logger.info("error_analysis.bands: radiograph_table has no column '%s'.", name)
    cells = index.set_index("image_id")[columns]
    training = splits[splits["part"] == "train"]
    found: dict[str, pd.Series] = {}
    for name in columns:
        column = _Column.of(name, cells[name], training, parameters)
        if isinstance(column, str):
            logger.info("Column '%s' of radiograph_table is no error type: %s.", name, column)
        else:
            known = _plain(cells[name]).reindex(images["image_id"]).set_axis(images.index)
            found |= column.members(known, images["label"])
    return pd.DataFrame(found, index=images.index, dtype=bool)


@dataclass(frozen=True)
class _Column:
    """How a column is told as types: by ``edges``, or by value where there are none."""

    name: str
    label: str | None
    edges: tuple[str, ...]

    @classmethod
    def of(
        cls,
        name: str,
        cells: pd.Series,
        training: pd.DataFrame,
        parameters: ErrorAnalysisParameters,
    ) -> _Column | str:
        """The reason for a column that gives no types."""
        bands = parameters.bands.get(name, [])
        if bands and not _is_numeric(cells):
            raise BadParameters(
                f"error_analysis.bands has '{name}', which holds text in radiograph_table: only "
                "numbers have bands."
            )
        known = training.assign(cell=_plain(cells).reindex(training["image_id"]).to_numpy())
        known = known[known["cell"].notna()]
        varying = known.groupby("label")["cell"].nunique() > 1
        labels = varying.index[varying].tolist()
        if not labels:
            return "no two training images of one class differ in it"
        label = labels[0] if len(labels) == 1 else None
        if label is not None:
            known = known[known["label"] == label]
        if not bands and known["cell"].nunique() <= parameters.max_values:
            return cls(_plain_name(name), label, ())
        if not _is_numeric(cells):
            return f"it has more than {parameters.max_values} values, of text"
        if not bands and _are_ids(known):
            return "its whole numbers name each image or patient"
        edges = tuple(map(as_written, bands)) or thirds(known["cell"].astype(float))
        if not band_of(known["cell"], edges).nunique() > 1:
            return f"all of its numbers are in one band ({', '.join(edges)})"
        logger.info(
            "Column '%s' of radiograph_table is an error type in bands at %s%s.",
            name,
            ", ".join(edges),
            f", of {label} alone" if label is not None else "",
        )
        return cls(_plain_name(name), label, edges)

    def members(self, cells: pd.Series, labels: pd.Series) -> dict[str, pd.Series]:
        """bool [n] by type, of cells (missing ones among them) and their images' classes."""
        own = labels == self.label if self.label is not None else pd.Series(True, index=cells.index)
        missing = {TableType(self.name).name: own & cells.isna()}
        if not self.edges:
            shown = cells.map(as_written, na_action="ignore")
            values = sorted(set(shown[own].dropna()))
            return {
                TableType(self.name, one).name: own & (shown == one) for one in values
            } | missing
        place = band_of(cells, self.edges)
        ends = ("", *self.edges, "")
        return {
            TableType(self.name, low=low, high=high).name: own & (place == band)
            for band, (low, high) in enumerate(pairwise(ends))
        } | missing


def _is_numeric(cells: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells)


def _plain(cells: pd.Series) -> pd.Series:
    """Text without superfluous blanks, where blanks alone are missing; numbers as they are."""
    if _is_numeric(cells):
        return cells.replace([np.inf, -np.inf], np.nan)
    texts = cells.map(lambda cell: " ".join(str(cell).split()), na_action="ignore")
    return texts.where(texts != "")


def _plain_name(name: str) -> str:
    """A column's name without the signs that types are written with."""
    return " ".join(re.sub(r"[<>=]", " ", name).split()) or "?"


def _are_ids(known: pd.DataFrame) -> bool:
    """Whether whole numbers name each image, or each patient."""
    cells = known["cell"].astype(float)
    if not (cells % 1 == 0).all():
        return False
    pairs = known[["patient_id", "cell"]].drop_duplicates()
    return cells.is_unique or (pairs["patient_id"].is_unique and pairs["cell"].is_unique)
