"""The texts of figures: in the language in which a page draws them, in English everywhere else.

    with drawn_in(language("fa")):
        figure = curves_figure(history, best_epoch)
        png = png_of(figure)

Matplotlib shapes and orders Persian text by itself (libraqm), given a font that has the letters.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import as_file
from io import BytesIO

from matplotlib import font_manager, rc_context
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import Formatter

from chest_xray.reporting.fonts import FONT_FOLDER, FONTS
from chest_xray.reporting.languages import Language, language
from chest_xray.reporting.messages import Message, Value, message
from chest_xray.reporting.style import plain

_MINUS = "\N{MINUS SIGN}"

# The language in which pipelines draw.
DRAWN_IN = "en"
_drawn_in: ContextVar[str] = ContextVar("drawn_in", default=DRAWN_IN)


def say(key: str, **values: Value) -> str:
    """A text of a figure by its key, in which dollars begin no formula."""
    return told(message(key, **values))


def told(one: Message) -> str:
    """A message as a text of a figure."""
    return plain(language(_drawn_in.get()).text(one))


@contextmanager
def drawn_in(own: Language) -> Iterator[None]:
    """Figures that are made and written within have their texts in this language."""
    before = _drawn_in.set(own.code)
    try:
        with rc_context({"font.family": [*_families(own.code), "DejaVu Sans"]}):
            yield
    finally:
        _drawn_in.reset(before)


def png_of(figure: Figure) -> str:
    """A figure as base64 of a PNG, its numbers in the digits of the language drawn in."""
    own = language(_drawn_in.get())
    for text in figure.findobj(Text):
        text.set_text(_in_own_digits(text.get_text(), own))
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(_OwnDigits(axis.get_major_formatter(), own))
    picture = BytesIO()
    figure.savefig(picture, format="png")
    return base64.b64encode(picture.getvalue()).decode()


def _in_own_digits(text: str, own: Language) -> str:
    """What holds nothing but numbers; anything else is a name or already in its language."""
    return "".join(piece for piece, _ in own.pieces(text.replace(_MINUS, "-")))


class _OwnDigits(Formatter):
    """Ticks as another formatter writes them, in a language's digits."""

    def __init__(self, of: Formatter, own: Language) -> None:
        self._of = of
        self._own = own

    def __call__(self, x: float, pos: int | None = None) -> str:
        return self._written(x, self._of(x, pos))

    def format_ticks(self, values: list[float]) -> list[str]:
        """All ticks of an axis."""
        return list(map(self._written, values, self._of.format_ticks(values)))

    def get_offset(self) -> str:
        """What is written at the end of the axis."""
        return self._of.get_offset()

    def _written(self, value: float, text: str) -> str:
        # A power of ten is a formula, whose font has Latin digits only.
        return _in_own_digits(f"{value:g}" if text.startswith("$") else text, self._own)


@cache
def _families(code: str) -> list[str]:
    """The names of a language's fonts, which matplotlib knows from then on."""
    names = []
    for name in FONTS.get(code, {}).values():
        with as_file(FONT_FOLDER / name) as path:
            font_manager.fontManager.addfont(path)
            names.append(font_manager.FontProperties(fname=path).get_name())
    return list(dict.fromkeys(names))
