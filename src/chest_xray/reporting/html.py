"""Figures, tables and findings as HTML that reads well in either direction, by ``templates/``.

Every block says its own direction, as it may stand in a notebook of the other one. Code is left to
right in every language; what is put into a sentence, and each number of a table, is isolated, as a
Latin name would draw the number after it to its other side.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from chest_xray.reporting.fonts import FONT_FOLDER, FONTS
from chest_xray.reporting.languages import Language
from chest_xray.reporting.messages import Message, message

if TYPE_CHECKING:
    from chest_xray.reporting.card_facts import Section
    from chest_xray.reporting.tables import Table

# What Fluent puts around each value of an isolated text, and `code`.
_OPEN, _CLOSE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_MARKS = {_OPEN: "open", _CLOSE: "close"}
_PIECE = re.compile(rf"`(?P<code>[^`]*)`|(?P<mark>[{''.join(_MARKS)}])")


def findings(messages: Sequence[Message], language: Language) -> str:
    """A list of findings."""
    return _rendered("findings", language, messages=messages)


def figure(png: str, caption: Message, language: Language) -> str:
    """A figure, base64 of its PNG, with a caption."""
    return _rendered("figure", language, png=png, caption=caption, alt=language.text(caption))


def table(shown: Table, language: Language) -> str:
    """A table in the language's direction and digits."""
    return _rendered("table", language, table=shown)


def section(shown: Section, language: Language) -> str:
    """A section of a model's card."""
    return _rendered("section", language, section=shown)


def summary(
    title: Message, messages: Sequence[Message], made: Sequence[Message], language: Language
) -> str:
    """The report's summary; ``made`` says what it was made from and with."""
    return _rendered("summary", language, title=title, messages=messages, made=made)


def source(name: str, code: str, language: Language) -> str:
    """The source of a function, folded, under its name."""
    highlighted = Markup(highlight(code, PythonLexer(), HtmlFormatter()))
    title = message("page-source", name=name)
    return _rendered("source", language, title=title, code=highlighted)


def heading(title: Message, language: Language) -> str:
    """The heading of a page."""
    return _rendered("heading", language, title=title)


def subheading(title: Message, language: Language, level: int) -> str:
    """A heading within a page; ``level`` is 2 to 6."""
    return _rendered("subheading", language, title=title, level=level)


def missing(name: str, command: str, language: Language) -> str:
    """That a result isn't there, and what makes it."""
    return _in_place(message("result-missing", name=name, command=command), language)


def stale(name: str, made_from: str, command: str, language: Language) -> str:
    """That a result was made from something else than what is there now, and what makes it again.

    Args:
        name: The result's catalog entry.
        made_from: The catalog entry that is another by now; '' where the result doesn't tell.
        command: What makes it again.
        language: Of the page.
    """
    return _in_place(stale_message(name, made_from, command), language)


def stale_message(name: str, made_from: str, command: str) -> Message:
    """The same as a message."""
    if not made_from:
        return message("result-of-unknown-origin", name=name, command=command)
    return message("result-stale", name=name, made_from=made_from, command=command)


def damaged(name: str, command: str, language: Language) -> str:
    """That a result can't be read, and what makes it again."""
    return _in_place(damaged_message(name, command), language)


def damaged_message(name: str, command: str) -> Message:
    """The same as a message."""
    return message("result-damaged", name=name, command=command)


def page(title: Message, body: str, language: Language, style: str = "") -> str:
    """A whole page in the direction of its language; ``body`` is HTML, ``style`` CSS."""
    own = Markup(_font_style(language.code) + style)
    return _rendered("page", language, title=title, body=Markup(body), style=own)


@cache
def _font_style(code: str) -> str:
    """CSS with the fonts of a language that not every browser has, '' where it needs none."""
    return "\n".join(
        _template("font").render(
            font=base64.b64encode((FONT_FOLDER / name).read_bytes()).decode(), weight=weight
        )
        for weight, name in FONTS.get(code, {}).items()
    )


def notebook_template() -> str:
    """nbconvert's template of a notebook as a page, with each cell's code folded."""
    return (files("chest_xray.reporting") / "templates" / "notebook.html.jinja").read_text("utf8")


def formula_picture(tex: str, svg: str, width: float, height: float) -> str:
    """A formula drawn as base64 of an SVG, so many em wide and high; its TeX is its text."""
    return _template("formula").render(tex=tex, svg=svg, width=width, height=height)


def formula_paragraph(picture: str) -> str:
    """A formula's picture on a line of its own."""
    return _template("formula_paragraph").render(picture=Markup(picture))


def _in_place(reason: Message, language: Language) -> str:
    return _rendered("in_place_of_a_result", language, reason=reason)


def _rendered(name: str, language: Language, **values: Any) -> str:
    return _template(name).render(language=language, **values)


def _template(name: str) -> Any:
    return _TEMPLATES.get_template(f"{name}.html.jinja")


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Kinds (``text, code, open, close``) and texts of an isolated text, one after another."""
    end = 0
    for found in _PIECE.finditer(text):
        yield "text", text[end : found.start()]
        if found["mark"]:
            yield _MARKS[found["mark"]], ""
        else:
            # Code is isolated as a whole.
            yield "code", found["code"].translate(dict.fromkeys(map(ord, _MARKS)))
        end = found.end()
    yield "text", text[end:]


def _inline(text: str, numbers: bool = False) -> Markup:
    """A text with its code and isolates as HTML; ``numbers`` stay on one line."""
    return Markup(_template("inline").render(pieces=_pieces(text), numbers=numbers))


@pass_context
def _in_table(context: Context, cell: str) -> Markup:
    """A cell that is the same in every language, but for the digits of its numbers."""
    language: Language = context["language"]
    pieces = list(language.pieces(cell))
    name = not any(is_number for _, is_number in pieces)
    return _inline(
        "".join(
            f"{_OPEN}{piece}{_CLOSE}" if is_number or (name and piece) else piece
            for piece, is_number in pieces
        ),
        numbers=not name,
    )


@pass_context
def _in_language(context: Context, value: Any) -> Any:
    """A message in the page's language; anything else as it is."""
    if isinstance(value, Mapping):
        language: Language = context["language"]
        return _inline(language.isolated_text({"key": value["key"], "values": value["values"]}))
    return value


_TEMPLATES = Environment(
    loader=PackageLoader("chest_xray.reporting"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_in_language,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["in_table"] = _in_table
