"""What is said is said twice, in English and in Persian."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Language = Literal["en", "fa"]
LANGUAGES: tuple[Language, ...] = ("en", "fa")

# A number that is no part of a Latin word such as int8 or trial_3.
_NUMBER = re.compile(
    r"(?<![A-Za-z_\d.:/])(?<![A-Za-z\d]-)\d[\d,]*(?:\.\d+)?%?(?![A-Za-z_\d]|-\d|\.\d|:\d)"
)
_MAX_DIGITS = 9
_DIGITS = str.maketrans("0123456789.,%", "۰۱۲۳۴۵۶۷۸۹٫٬٪")


class Words(NamedTuple):
    """The same in both languages."""

    en: str
    fa: str

    def of(self, language: Language) -> str:
        """In one of them."""
        return self.en if language == "en" else self.fa


@dataclass(frozen=True)
class Table:
    """A table in both languages.

    Attributes:
        caption: What it shows.
        columns: Their headings.
        rows: A cell a column; plain text is the same in both languages.
        note: What one must know to read it, or nothing.
    """

    caption: Words
    columns: Sequence[Words]
    rows: Sequence[Sequence[str | Words]]
    note: Words = field(default=Words("", ""))


def in_persian_digits(text: str) -> str:
    """A Persian sentence with its numbers in Persian digits; names such as int8 stay."""
    return _NUMBER.sub(lambda found: found[0].translate(_DIGITS), text).replace("%", "٪")


def both(
    english: str,
    persian: str,
    numbers: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> Words:
    """A sentence in both languages from its templates.

    Args:
        english: With a place ``{name}`` for every number and name.
        persian: Likewise.
        numbers: As text; in Persian they get Persian digits, and ``to`` between two is ``تا``.
        names: What stays as it is, such as file and class names.
    """
    kept = dict(names or {})
    in_persian = {
        name: in_persian_digits(text.replace(" to ", " تا "))
        for name, text in (numbers or {}).items()
    }
    return Words(english.format(**(numbers or {}), **kept), persian.format(**in_persian, **kept))


def percent(share: float, digits: int = 1) -> str:
    """A share of one, as 96.8%."""
    return f"{share:.{digits}%}"


def interval(found: Mapping[str, float | None], digits: int = 3) -> str:
    """A value with its 95 % interval, as 0.968 (0.952 to 0.982); a dash where there is none."""
    return _written(found, digits, "{} ({} to {})")


def bracketed(found: Mapping[str, float | None], digits: int = 3) -> str:
    """The same for a table, without a word: 0.968 [0.952, 0.982]."""
    return _written(found, digits, "{} [{}, {}]")


def ends(found: Mapping[str, float | None], digits: int = 3) -> tuple[str, str, str]:
    """Value, low and high as text, a dash for what is not defined.

    More digits are written where an interval that has a width would look as if it had none.
    """
    low, high = found["low"], found["high"]
    if low is not None and high is not None and low < high:
        while f"{low:.{digits}f}" == f"{high:.{digits}f}" and digits < _MAX_DIGITS:
            digits += 1
    value, low_text, high_text = (
        "-" if found[name] is None else f"{found[name]:.{digits}f}"
        for name in ("value", "low", "high")
    )
    return value, low_text, high_text


def _written(found: Mapping[str, float | None], digits: int, pattern: str) -> str:
    value, low, high = ends(found, digits)
    if "-" in (low, high):
        return value
    return pattern.format(value, low, high)
