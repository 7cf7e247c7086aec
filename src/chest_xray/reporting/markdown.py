"""Findings and tables as Markdown: for TensorBoard, which shows no HTML."""

from __future__ import annotations

from collections.abc import Sequence

from chest_xray.reporting.languages import LANGUAGES, Language, in_every_language, language
from chest_xray.reporting.messages import Message
from chest_xray.reporting.tables import Cell, Table


def texts(name: str, findings: Sequence[Message], *tables: Table) -> dict[str, str]:
    """Findings as a list and the tables below it, in every language.

    Args:
        name: Of what they tell, such as ``errors``.
        findings: May be none.
        tables: In their order.

    Returns:
        By ``name/language``: TensorBoard's tags.

    Raises:
        OtherVersion: The findings were kept by a version of this project that says something else.
    """
    told = in_every_language(findings)
    return {
        f"{name}/{code}": "\n\n".join(
            [told[code], *(_table(one, language(code)) for one in tables)]
        ).strip()
        for code in LANGUAGES
    }


def _table(table: Table, own: Language) -> str:
    head, *rows = (
        "| " + " | ".join(_cell(cell, own) for cell in row) + " |"
        for row in (table.columns, *table.rows)
    )
    lines = [head, "|" + " --- |" * len(table.columns), *rows]
    note = [own.isolated(own.text(table.note))] if table.note else []
    return "\n\n".join([f"**{own.isolated(own.text(table.caption))}**", "\n".join(lines), *note])


def _cell(cell: Cell, own: Language) -> str:
    if isinstance(cell, str):
        text = "".join(piece for piece, _ in own.pieces(cell))
    else:
        text = own.text(cell)
    return own.isolated(text.replace("|", "\\|"))
