"""Numbers as text, by Babel; tables have Latin digits in every language, sentences their own."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from babel.numbers import format_decimal, format_scientific

if TYPE_CHECKING:
    from chest_xray.reporting.messages import Interval

TABLES = "en"
# What stands in a table for what could not be measured.
NOTHING = "-"
_MAX_DIGITS = 9
# Below it, a number is written with an exponent.
_SMALL = 1e-4


def number(
    value: float | None, digits: int = 0, locale: str = TABLES, sign: Literal["", "+"] = ""
) -> str:
    """A number with so many digits after the point, as 1,234.50; a dash for None.

    The digits are Latin, the separators those of the locale; ``sign`` says whether a plus is
    written. What is no number or infinite is a dash too.
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    if sign:
        pattern = f"+{pattern};-{pattern}"
    # The exact binary value is rounded, as Python's own formatting does; never to minus zero.
    exact = Decimal(value)
    shown = exact if round(exact, digits) else Decimal(0)
    return format_decimal(shown, pattern, locale, numbering_system="default")


def percent(share: float | None, digits: int = 1, locale: str = TABLES) -> str:
    """A share of one, as 96.8%; a dash for None."""
    if share is None or not math.isfinite(share):
        return NOTHING
    return f"{number(100 * share, digits, locale)}%"


def significant(value: float | None, digits: int, locale: str = TABLES) -> str:
    """A number with at most so many significant digits, as 0.69 or 2.4E-5; a dash for None."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if 0 < abs(value) < _SMALL:
        return format_scientific(Decimal(value), "0." + "#" * (digits - 1) + "E0", TABLES)
    if value == 0:
        return number(0, 0, locale)
    pattern = "@" + "#" * (digits - 1)
    return format_decimal(Decimal(value), pattern, locale, numbering_system="default")


def digits_apart(found: Interval, digits: int) -> int:
    """How many digits to write, so that an interval that has a width shows it."""
    low, high = found["low"], found["high"]
    if low is not None and high is not None and low < high:
        while number(low, digits) == number(high, digits) and digits < _MAX_DIGITS:
            digits += 1
    return digits


def ends(found: Interval, digits: int = 3) -> tuple[str, str, str]:
    """Value, low and high, each a dash where it is not defined."""
    digits = digits_apart(found, digits)
    return (
        number(found["value"], digits),
        number(found["low"], digits),
        number(found["high"], digits),
    )


def bracketed(found: Interval, digits: int = 3) -> str:
    """A value with its interval for a table, as 0.968 [0.952, 0.982]; alone where it has none."""
    value, low, high = ends(found, digits)
    return value if NOTHING in (low, high) else f"{value} [{low}, {high}]"
