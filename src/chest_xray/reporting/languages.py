"""Sentences in each language, from its one text file ``texts/{language}.ftl`` (Project Fluent).

A text file can use, beside Fluent's own syntax:

    { $count }                          a whole number or a name
    { NUM($value, digits: 3) }          also sign: "+", which writes a plus
    { PERCENT($share, digits: 1) }      a share of one
    { SIGNIFICANT($p, digits: 2) }
    { INTERVAL($auc, digits: 3) }       a value with its 95 % interval, by the message `interval`;
                                        also sign: "+"
    { LIST($names, separator: ", ") }
    { PLURAL($count) -> [one] ... }     the CLDR category of a whole number

What is between `backticks` is code. Numbers are written in the language's digits, its message
`digits`; one that could not be measured is the message `not-measured`. A text takes in another one
that has its variables: { n-images } is "1 image" or "2 images".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal, cast

from babel import Locale
from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import FluentType
from fluent.syntax.ast import TextElement
from fluent.syntax.visitor import Transformer

from chest_xray.errors import OtherVersion
from chest_xray.reporting import numbers
from chest_xray.reporting.messages import Interval, Message, Value

TEXTS = files("chest_xray.reporting") / "texts"
LANGUAGES: tuple[str, ...] = tuple(
    sorted(path.name.removesuffix(".ftl") for path in TEXTS.iterdir() if path.name.endswith(".ftl"))
)

# A number in a table's cell, and what may stand between several, as in 0.968 [0.952, 0.982].
_NUMBER = re.compile(r"[+-]?\d+(?:,\d{3})*(?:\.\d+)?(?:E[+-]?\d+)?%?")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_BETWEEN_NUMBERS = re.compile(r"[\s\[\](),/|…]*")


class Language:
    """One language: what it says, and in which direction.

    Attributes:
        code: Its two letters, as the text file is called.
        direction: ``ltr`` or ``rtl``.
    """

    def __init__(self, code: str, texts: Traversable = TEXTS) -> None:
        """Read its text file.

        Args:
            code: Its two letters.
            texts: The folder of the text files; another page than the report has its own.
        """
        self.code = code
        self._texts = texts
        locale = Locale.parse(code)
        self.direction: str = locale.text_direction
        self._plural = locale.plural_form
        self._marked, self._plain = (self._bundle(isolating) for isolating in (True, False))
        symbols = locale.number_symbols[locale.default_numbering_system]
        digits = self.text({"key": "digits", "values": {}})
        self._digits = str.maketrans("0123456789%", digits + symbols["percentSign"])
        self._separators = str.maketrans(",.", symbols["group"] + symbols["decimal"])

    def text(self, message: Message) -> str:
        """A message in this language, as plain text.

        Raises:
            KeyError: The text file has no such key.
            ValueError: A variable of the text has no value, or one of another kind.
        """
        return self._format(self._plain, message)

    def can_say(self, message: Message) -> bool:
        """Whether the text file has this message, with the values that it is given."""
        try:
            self.text(message)
        except (KeyError, ValueError):
            return False
        return True

    def isolated_text(self, message: Message) -> str:
        """The same, with Unicode's isolates around what was put in: for a page's templates."""
        return self._format(self._marked, message)

    def isolated(self, text: str) -> str:
        """A text in its own direction, to stand where everything else runs left to right.

        A right-to-left one gets Unicode's isolate around it (UAX 9), as TensorBoard shows plain
        characters and knows no direction.
        """
        return f"\u2067{text}\u2069" if self.direction == "rtl" else text

    def _bundle(self, isolating: bool) -> FluentBundle:
        functions: dict[str, Callable[..., str]] = {
            "NUM": lambda value, digits, sign="": self._written(
                value, lambda plain: numbers.number(plain, int(digits), self.code, sign)
            ),
            "PERCENT": lambda value, digits: self._written(
                value, lambda plain: numbers.percent(plain, int(digits), self.code)
            ),
            "SIGNIFICANT": lambda value, digits: self._written(
                value, lambda plain: numbers.significant(plain, int(digits), self.code)
            ),
            "INTERVAL": lambda value, digits, sign="": self._interval(
                bundle, value, int(digits), sign
            ),
            "LIST": lambda value, separator: value.joined(separator),
            "PLURAL": lambda value: self._plural(value.value),
        }
        bundle = FluentBundle(
            [self.code], cast("dict[str, Callable[[Any], FluentType]]", functions), isolating
        )
        text = (self._texts / f"{self.code}.ftl").read_text(encoding="utf8")
        bundle.add_resource(_OneLine().visit(FluentResource(text)))
        return bundle

    def _format(self, bundle: FluentBundle, message: Message) -> str:
        key = message["key"]
        if not bundle.has_message(key):
            raise KeyError(f"{self.code}.ftl has no text '{key}'")
        values = {name: self._argument(bundle, one) for name, one in message["values"].items()}
        pattern = bundle.get_message(key).value
        if pattern is None:
            raise KeyError(f"{self.code}.ftl has only attributes of '{key}'")
        text, errors = bundle.format_pattern(pattern, values)
        if errors:
            raise ValueError(f"'{key}' of {self.code}.ftl: {errors[0]}")
        return str(text)

    def _argument(self, bundle: FluentBundle, value: Value) -> str | FluentType:
        if isinstance(value, str):
            return value
        if value is None or isinstance(value, (int, float)):
            return _Number(value, self)
        if isinstance(value, Mapping):
            if "key" in value:
                return self._format(bundle, cast(Message, value))
            return _Interval(value)
        return _List([self._item(bundle, one) for one in value])

    def _item(self, bundle: FluentBundle, item: str | int | Message) -> str:
        if isinstance(item, str):
            return item
        if isinstance(item, int):
            return self.whole(item)
        return self._format(bundle, item)

    def _written(self, value: _Number, write: Callable[[float | None], str]) -> str:
        text = write(value.value)
        return self._not_measured() if text == numbers.NOTHING else self.in_own_digits(text)

    def _not_measured(self) -> str:
        return self.text({"key": "not-measured", "values": {}})

    def whole(self, value: int | None) -> str:
        """A whole number; that it is not known, for None."""
        if value is None:
            return self._not_measured()
        return self.in_own_digits(numbers.number(value, 0, self.code))

    def in_own_digits(self, text: str) -> str:
        """A number's text in this language's digits; 2.4E-5 as 2.4 × 10⁻⁵."""
        mantissa, exponential, exponent = text.partition("E")
        if exponential:
            power = exponent.translate(_SUPERSCRIPTS)
            text = f"{mantissa.translate(self._separators)} × 10{power}"
        return text.translate(self._digits)

    def pieces(self, cell: str) -> Iterator[tuple[str, bool]]:
        """A table's cell in this language's digits, piece by piece, and which are numbers.

        A cell that holds anything but numbers is a name, and stays as it is.
        """
        between = _NUMBER.split(cell)
        found = _NUMBER.findall(cell)
        if not found or not all(map(_BETWEEN_NUMBERS.fullmatch, between)):
            yield cell, False
            return
        comma = self.text({"key": "list-comma", "values": {}})
        for place, text in enumerate(between):
            yield text.replace(",", comma), False
            if place < len(found):
                yield self.in_own_digits(self._with_separators(found[place])), True

    def _with_separators(self, number: str) -> str:
        return number if "E" in number else number.translate(self._separators)

    def _interval(
        self, bundle: FluentBundle, value: _Interval, digits: int, sign: Literal["", "+"]
    ) -> str:
        found = value.found
        digits = numbers.digits_apart(found, digits)
        value_text, low, high = (
            numbers.number(found[end], digits, self.code, sign) for end in ("value", "low", "high")
        )
        if value_text == numbers.NOTHING:
            return self._not_measured()
        value_text, low, high = map(self.in_own_digits, (value_text, low, high))
        if numbers.NOTHING in (low, high):
            return value_text
        whole: Message = {
            "key": "interval",
            "values": {"value": value_text, "low": low, "high": high},
        }
        return self._format(bundle, whole)


class _OneLine(Transformer):
    """Makes one line of each text; Fluent keeps the line breaks of its file."""

    def visit_TextElement(self, node: TextElement) -> TextElement:
        """Called for each piece of text."""
        node.value = node.value.replace("\n", " ")
        return node


class _Number(FluentType):
    """A number as a text file gets it: whole ones can be written without a function."""

    def __init__(self, value: float | None, language: Language) -> None:
        self.value = value
        self.language = language

    def format(self, locale: Locale) -> str:
        if isinstance(self.value, float):
            raise ValueError(f"{self.value} has no number of digits: NUM, PERCENT or SIGNIFICANT")
        return self.language.whole(self.value)


class _Interval(FluentType):
    def __init__(self, found: Interval) -> None:
        self.found = found

    def format(self, locale: Locale) -> str:
        raise ValueError("an interval has no number of digits: INTERVAL")


class _List(FluentType):
    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts

    def joined(self, separator: str) -> str:
        """The texts with a separator between them."""
        return separator.join(self.texts)

    def format(self, locale: Locale) -> str:
        raise ValueError("a list has no separator: LIST")


@cache
def language(code: str) -> Language:
    """The language of a text file; made once.

    Raises:
        ValueError: There is no such text file.
    """
    if code not in LANGUAGES:
        raise ValueError(f"There is no language {code}; there are {', '.join(LANGUAGES)}.")
    return Language(code)


def in_every_language(messages: Sequence[Message]) -> dict[str, str]:
    """The messages as Markdown, a list, by language.

    Raises:
        OtherVersion: They were kept by a version of this project that says something else.
    """
    try:
        return {
            code: "\n".join(f"- {own.isolated(own.text(one))}" for one in messages)
            for code, own in ((code, language(code)) for code in LANGUAGES)
        }
    except (KeyError, ValueError) as error:
        raise OtherVersion(f"These findings are of another version: {error}") from error
