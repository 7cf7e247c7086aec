"""Figures, tables and sentences as HTML that reads well in either direction.

Every block says its own direction, as it may stand in a notebook of the other one. Tables and code
are left to right in both languages; what is between `backticks`, and a number with its sign, is
kept left to right inside a Persian sentence.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from chest_xray.reporting.card_words import Section
from chest_xray.reporting.languages import Language, Table, Words

DIRECTION = {"en": "ltr", "fa": "rtl"}

# In a Persian sentence a Latin name would draw the number after it to its other side, and a number
# would have its sign there.
_KEPT = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|(?P<latin>[A-Za-z](?:[A-Za-z0-9_./:+-]*[A-Za-z0-9_])?"
    r"(?:[ -]+[A-Za-z](?:[A-Za-z0-9_./:+-]*[A-Za-z0-9_])?)*(?: [0-9]+(?:\.[0-9]+)*)?)"
    r"|(?<![\w.)])(?P<signed>[+\-−][\d.,٫٬]*\d[%٪]?)"
)
_CODE = re.compile(r"`(?P<code>[^`]+)`")


def sentences(said: Sequence[Words], language: Language) -> str:
    """A list of findings."""
    items = "".join(f"<li>{_inline(words.of(language), language)}</li>" for words in said)
    return f'<ul class="findings" {_direction(language)}>{items}</ul>'


def figure(png: str, caption: Words, language: Language) -> str:
    """A figure, base64 of its PNG, with a caption."""
    said = caption.of(language)
    return (
        f'<figure dir="{DIRECTION[language]}" lang="{language}">'
        f'<img style="max-width: 100%" alt="{html.escape(said)}" src="data:image/png;base64,{png}">'
        f"<figcaption>{_inline(said, language)}</figcaption></figure>"
    )


def table(shown: Table, language: Language) -> str:
    """A table, left to right; its caption, and cells of words, in the language's direction."""
    head = "".join(f"<th>{_cell(words, language)}</th>" for words in shown.columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(cell, language)}</td>" for cell in row) + "</tr>"
        for row in shown.rows
    )
    note = shown.note.of(language)
    return (
        f'<table class="report" dir="ltr"><caption {_direction(language)}>'
        f"{_inline(shown.caption.of(language), language)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        + (f'<p class="note" {_direction(language)}>{_inline(note, language)}</p>' if note else "")
    )


def missing(name: str, command: str, language: Language) -> str:
    """That a result isn't there, and what makes it."""
    said = Words(
        f"`{name}` is missing; this makes it: `{command}`",
        f"`{name}` هنوز نیست؛ این فرمان آن را می‌سازد: `{command}`",
    )
    return _in_place_of_a_result(said, language)


def stale(name: str, made_from: str, command: str, language: Language) -> str:
    """That a result was made from something else than what is there now, and what makes it again.

    Args:
        name: The result's catalog entry.
        made_from: The catalog entry that is another by now; '' where the result doesn't tell.
        command: What makes it again.
        language: Of the page.
    """
    if made_from:
        words = Words(
            f"`{name}` is not shown: it was made from another `{made_from}` than the newest; this "
            f"makes it again: `{command}`",
            f"`{name}` نشان داده نمی‌شود: از `{made_from}` دیگری جز تازه‌ترین ساخته شده است؛ "
            f"این فرمان آن را دوباره می‌سازد: `{command}`",
        )
    else:
        words = Words(
            f"`{name}` is not shown: nothing tells which radiographs, splits and model it was made "
            f"from; this makes it again: `{command}`",
            f"`{name}` نشان داده نمی‌شود: معلوم نیست از کدام تصویرها، تقسیم و مدل ساخته شده است؛ "
            f"این فرمان آن را دوباره می‌سازد: `{command}`",
        )
    return _in_place_of_a_result(words, language)


def damaged(name: str, command: str, language: Language) -> str:
    """That a result can't be read, and what makes it anew."""
    said = Words(
        f"The newest `{name}` is damaged; this makes it anew: `{command}`",
        f"تازه‌ترین `{name}` خراب است؛ این فرمان آن را از نو می‌سازد: `{command}`",
    )
    return _in_place_of_a_result(said, language)


def _in_place_of_a_result(said: Words, language: Language) -> str:
    return f'<p class="missing" {_direction(language)}>{_inline(said.of(language), language)}</p>'


def section(shown: Section, language: Language) -> str:
    """A section of a model's card."""
    code = f'<pre dir="ltr">{html.escape(shown.code)}</pre>' if shown.code else ""
    return (
        f"<h3 {_direction(language)}>{html.escape(shown.heading.of(language))}</h3>"
        + sentences(shown.sentences, language)
        + (table(shown.table, language) if shown.table else "")
        + code
    )


def _direction(language: Language) -> str:
    return f'dir="{DIRECTION[language]}" lang="{language}"'


def _cell(cell: str | Words, language: Language) -> str:
    if isinstance(cell, Words):
        said = _inline(cell.of(language), language)
        return f"<span {_direction(language)}>{said}</span>"
    return _inline(cell, "en")


def _inline(text: str, language: Language) -> str:
    pattern, pieces, end = _KEPT if language == "fa" else _CODE, [], 0
    for found in pattern.finditer(text):
        tag = "code" if found["code"] else "bdi"
        kept = html.escape(found["code"] or found[0])
        pieces += [html.escape(text[end : found.start()]), f'<{tag} dir="ltr">{kept}</{tag}>']
        end = found.end()
    return "".join([*pieces, html.escape(text[end:])])
