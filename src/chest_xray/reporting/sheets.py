"""Sheets that a person fills in: read whatever Excel made of them, written so that Excel reads it.

Excel saves a csv in the code page of its Windows (for Persian and Arabic cp1256), as UTF-8 with a
mark or as UTF-16 with tabs, and between cells with a comma or, where that is the decimal mark,
with a semicolon.
"""

from __future__ import annotations

import codecs
import csv
import io
import logging

import pandas as pd

from chest_xray.errors import BadNotes

_SEPARATORS = (",", ";", "\t")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

logger = logging.getLogger(__name__)


def read_sheet(data: bytes, key: str, place: str) -> pd.DataFrame:
    """Read a sheet of text.

    Args:
        data: The file's bytes.
        key: The column that it must have.
        place: Where the file is, for error messages.

    Returns:
        A row per filled line, every cell a string without blanks around it, '' where empty. Columns
        without a name are left out where they are empty, and called ``column 7`` otherwise.

    Raises:
        BadNotes: A workbook, or no column of the key's name.
    """
    text = _decoded(data, place)
    separator = separator_of(text)
    lines = [
        [cell.strip() for cell in line]
        for line in csv.reader(io.StringIO(_without_hint(text), newline=""), delimiter=separator)
        if any(cell.strip() for cell in line)
    ]
    if not lines:
        return pd.DataFrame({key: pd.Series(dtype="str")})
    names = [name.casefold() if name.casefold() == key else name for name in lines[0]]
    if key not in names:
        raise BadNotes(
            f"{place} has no column '{key}' in its first line ({separator.join(lines[0])[:80]}); "
            "give it that name again, or move the file away and a new one is written."
        )
    width = max(len(line) for line in lines)
    names += [""] * (width - len(names))
    names = [name or f"column {number}" for number, name in enumerate(names, start=1)]
    cells = [line + [""] * (width - len(line)) for line in lines[1:]]
    sheet = pd.DataFrame(cells, columns=_distinct(names), dtype="str")
    invented = [name for name in sheet if str(name).startswith("column ") and not any(sheet[name])]
    return sheet.drop(columns=invented)


def write_sheet(sheet: pd.DataFrame, separator: str) -> bytes:
    """The bytes of a sheet, in UTF-8 with the mark by which Excel knows it."""
    return sheet.to_csv(index=False, sep=separator, lineterminator="\r\n").encode("utf-8-sig")


def separator_of(text: str) -> str:
    """What stands between the cells of the first line; a comma where nothing does."""
    if text.lower().startswith("sep=") and text[4:5].strip("\r\n"):
        return text[4]
    first = text.lstrip().splitlines()[0] if text.strip() else ""
    return max(_SEPARATORS, key=first.count)


def separator_of_file(data: bytes, place: str) -> str:
    """The separator of a sheet's bytes."""
    return separator_of(_decoded(data, place))


def _decoded(data: bytes, place: str) -> str:
    if data.startswith(b"PK"):
        raise BadNotes(
            f"{place} is an Excel workbook under a csv's name; save it from Excel as "
            "'CSV UTF-8 (comma delimited)' under the same name."
        )
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding)
    if b"\0" in data[:2]:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # All 256 bytes are letters of this page, and those of French are where cp1252 has them.
        logger.warning("%s is not in UTF-8; read in Excel's code page cp1256.", place)
        return data.decode("cp1256")


def _without_hint(text: str) -> str:
    # Excel's own first line 'sep=;' names the separator and is no row.
    return text.partition("\n")[2] if text.lower().startswith("sep=") else text


def _distinct(names: list[str]) -> list[str]:
    return [
        name if name not in names[:place] else f"{name} ({place + 1})"
        for place, name in enumerate(names)
    ]
