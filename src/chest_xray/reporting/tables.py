"""A table before it is in a language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chest_xray.reporting.messages import Message

# A text is the same in every language: a number, a name, or `code`.
Cell = str | Message


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        caption: What it shows.
        columns: Their headings.
        rows: A cell per column.
        note: What one must know to read it, or nothing.
    """

    caption: Message
    columns: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    note: Message | None = None
