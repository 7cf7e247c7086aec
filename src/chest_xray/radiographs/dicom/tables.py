"""Lookup tables of DICOM files: Modality LUT, VOI LUT and palettes (PS3.3 C.11 and C.7.9).

pydicom's ``apply_modality_lut``, ``apply_voi`` and ``apply_color_lut`` look up as well, but fail
or give other levels for tables of 12 bits (Modality LUT), packed ones, tables of 8 bits with more
than 256 entries, first values of the other sign, an odd number of entries or big endian palettes,
so tables are read here. tests/radiographs/test_dicom_tables.py shows each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.pixels import apply_color_lut

from chest_xray.radiographs.dicom.elements import (
    PYDICOM_ERRORS,
    UnsupportedDicom,
    named,
    stored_bytes,
    words,
)

_MAX_ENTRIES = 65536
_MAX_BITS_STORED = 16


@dataclass(frozen=True)
class LookupTable:
    """``entries``, int64 [n], for the values from ``first`` on; ``white`` is full scale."""

    first: int
    entries: NDArray[np.int64]
    white: int

    def of(self, values: NDArray[np.generic]) -> NDArray[np.int64]:
        """The entries of values, which are rounded; beyond the ends, those at the ends."""
        places = np.rint(values).astype(np.int64) - self.first
        return self.entries[places.clip(0, len(self.entries) - 1)]


def read_table(item: pydicom.Dataset, possible: tuple[float, float]) -> LookupTable:
    """The table of an item of a Modality or VOI LUT Sequence.

    Full scale is what its bits can hold, as its descriptor has them. Where the entries are of
    fewer or more bits than that, the highest of them is white: some readers write 16 for 12.

    Args:
        item: With ``LUTDescriptor`` and ``LUTData``.
        possible: The lowest and highest value that can be looked up.

    Raises:
        UnsupportedDicom: It is missing, damaged, or of another size than its descriptor states.
    """
    table, bits = _read(item, "LUTDescriptor", "LUTData", possible)
    highest = int(table.entries.max())
    if highest == 0:
        raise UnsupportedDicom(f"{named('LUTData')} holds zeros only")
    white = 2**bits - 1 if highest.bit_length() == bits else highest
    return LookupTable(table.first, table.entries, white)


def read_palette(dataset: pydicom.Dataset, possible: tuple[float, float]) -> list[LookupTable]:
    """The tables of red, green and blue (PS3.3 C.7.9).

    Entries of 8 bits that are stored in words of 16 are recognized by their size, whatever the
    descriptor states.

    Raises:
        UnsupportedDicom: As of ``read_table``.
    """
    if "RedPaletteColorLookupTableData" not in dataset and (
        "SegmentedRedPaletteColorLookupTableData" in dataset
    ):
        return _segmented(dataset, possible)
    tables, bits = [], 0
    for colour in ("Red", "Green", "Blue"):
        descriptor = f"{colour}PaletteColorLookupTableDescriptor"
        table, bits = _read(dataset, descriptor, f"{colour}PaletteColorLookupTableData", possible)
        if bits not in (8, 16):
            raise UnsupportedDicom(
                f"{named(descriptor)} has entries of {bits} bits where 8 or 16 can be"
            )
        tables.append(table)
    highest = max(int(table.entries.max()) for table in tables)
    if 8 < highest.bit_length() < _MAX_BITS_STORED:
        raise UnsupportedDicom(
            f"{named('RedPaletteColorLookupTableData')} and those of green and blue have entries "
            f"up to {highest}, of 8 bits or of 16, and nothing says what white is"
        )
    white = 255 if highest <= 255 else 65535
    return [LookupTable(table.first, table.entries, white) for table in tables]


def _read(
    item: pydicom.Dataset, descriptor: str, data: str, possible: tuple[float, float]
) -> tuple[LookupTable, int]:
    count, first, bits = _descriptor(item, descriptor, possible)
    entries = _entries(item, data, count, bits, descriptor)
    return LookupTable(first, entries.astype(np.int64), 0), bits


def _descriptor(
    item: pydicom.Dataset, keyword: str, possible: tuple[float, float]
) -> tuple[int, int, int]:
    """The number of entries, the first value that is looked up, and the bits of an entry."""
    found = [int(word) for word in words(item, keyword)]
    if len(found) != 3:
        raise UnsupportedDicom(f"{named(keyword)} has {len(found)} values where three are needed")
    count, first, bits = found
    if not 1 <= bits <= _MAX_BITS_STORED:
        raise UnsupportedDicom(f"{named(keyword)} has entries of {bits} bits where 8 to 16 can be")
    # 65536 does not fit and is stored as 0.
    count = count or _MAX_ENTRIES
    _, representation, _ = stored_bytes(item, keyword)
    return count, _first_value(first, count, representation == "SS", possible), bits


def _first_value(word: int, count: int, signed: bool, possible: tuple[float, float]) -> int:
    """A word as a number with or without a sign.

    It has one where the values looked up can have one (PS3.3 C.11.1.1.1 and C.11.2.1.1). Files
    break that rule in both directions; then the reading counts by which the table is of any use.
    """
    negative = word - 65536 if word >= 32768 else word
    candidates = (negative, word) if signed or possible[0] < 0 else (word, negative)
    lowest, highest = possible
    useful = (first for first in candidates if first <= highest and first + count > lowest)
    return next(useful, candidates[0])


def _entries(
    item: pydicom.Dataset, keyword: str, count: int, bits: int, descriptor: str
) -> NDArray[np.uint16] | NDArray[np.uint8]:
    data, representation, _ = stored_bytes(item, keyword)
    if len(data) == 2 * count:
        return words(item, keyword)
    if bits <= 8 and len(data) in (count, count + count % 2):
        if representation != "OB" and len(data) % 2 == 0:
            # Two entries in a word, the first of them in its low byte, also in big endian files.
            data = words(item, keyword).astype("<u2").tobytes()
        return np.frombuffer(data, np.uint8)[:count]
    raise UnsupportedDicom(
        f"{named(keyword)} holds {len(data):,} bytes where {named(descriptor)} has "
        f"{count:,} entries of {bits} bits"
    )


def _segmented(dataset: pydicom.Dataset, possible: tuple[float, float]) -> list[LookupTable]:
    """Segmented palettes (PS3.3 C.7.9.2), which pydicom expands."""
    count, first, bits = _descriptor(dataset, "RedPaletteColorLookupTableDescriptor", possible)
    try:
        # Its own reading of the first value, so that the whole table comes back.
        start = int(dataset.RedPaletteColorLookupTableDescriptor[1])
        expanded = apply_color_lut(np.arange(start, start + count), dataset)
    except PYDICOM_ERRORS as error:
        raise UnsupportedDicom(
            f"damaged: {named('SegmentedRedPaletteColorLookupTableData')} and those of green and "
            "blue can't be expanded"
        ) from error
    columns = expanded[:, :3].astype(np.int64).T
    return [LookupTable(first, entries, 2**bits - 1) for entries in columns]
