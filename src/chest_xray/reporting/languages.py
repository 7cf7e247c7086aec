"""Sentences in each language, from its one text file ``texts/{language}.ftl`` (Project Fluent).

A text file can use, beside Fluent's own syntax:

    { $count }                          a whole number or a name
    { NUM($value, digits: 3) }          also sign: "+", which writes a plus
    { PERCENT($share, digits: 1) }      a share of one
    { SIGNIFICANT($p, digits: 2) }
    { INTERVAL($auc, digits: 3) }       a value with its 95 % interval, by the message `interval`
    { LIST($names, separator: ", ") }
    { PLURAL($count) -> [one] ... }     the CLDR category of a whole number

What is between `backticks` is code. Numbers are written in the language's digits, its message
`digits`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, cast

from babel import Locale
from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import FluentType
from fluent.syntax.ast import TextElement
from fluent.syntax.visitor import Transformer

from chest_xray.reporting import numbers
from chest_xray.reporting.messages import Interval, Message, Value

TEXTS = files("chest_xray.reporting") / "texts"
LANGUAGES: tuple[str, ...] = tuple(
    sorted(path.name.removesuffix(".ftl") for path in TEXTS.iterdir() if path.name.endswith(".ftl"))
)


class Language:
    """One language: what it says, and in which direction.

    Attributes:
        code: Its two letters, as the text file is called.
        direction: ``ltr`` or ``rtl``.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        locale = Locale.parse(code)
        self.direction: str = locale.text_direction
        self._plural = locale.plural_form
        self._marked, self._plain = (self._bundle(isolating) for isolating in (True, False))
        symbols = locale.number_symbols[locale.default_numbering_system]
        digits = self.text({"key": "digits", "values": {}})
        self._digits = str.maketrans("0123456789%", digits + symbols["percentSign"])

    def text(self, message: Message) -> str:
        """A message in this language, as plain text.

        Raises:
            KeyError: The text file has no such key.
            ValueError: A variable of the text has no value, or one of another kind.
        """
        return self._format(self._plain, message)

    def isolated_text(self, message: Message) -> str:
        """The same, with Unicode's isolates around what was put in: for a page's templates."""
        return self._format(self._marked, message)

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
            "INTERVAL": lambda value, digits: self._interval(bundle, value, int(digits)),
            "LIST": lambda value, separator: value.joined(separator),
            "PLURAL": lambda value: self._plural(value.value),
        }
        bundle = FluentBundle(
            [self.code], cast("dict[str, Callable[[Any], FluentType]]", functions), isolating
        )
        text = (TEXTS / f"{self.code}.ftl").read_text(encoding="utf8")
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
            return self.in_own_digits(numbers.number(item, 0, self.code))
        return self._format(bundle, item)

    def _written(self, value: _Number, write: Callable[[float | None], str]) -> str:
        return self.in_own_digits(write(value.value))

    def in_own_digits(self, text: str) -> str:
        """A number's text in this language's digits; one with an exponent stays as it is."""
        return text if "E" in text else text.translate(self._digits)

    def _interval(self, bundle: FluentBundle, value: _Interval, digits: int) -> str:
        found = value.found
        digits = numbers.digits_apart(found, digits)
        value_text, low, high = (
            self.in_own_digits(numbers.number(found[name], digits, self.code))
            for name in ("value", "low", "high")
        )
        if "-" in (low, high):
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
        return self.language.in_own_digits(numbers.number(self.value, 0, self.language.code))

    def joined(self, separator: str) -> str:
        """What is not there instead of a list."""
        if self.value is not None:
            raise ValueError(f"{self.value} is no list")
        return "-"


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
    """The messages as Markdown, a paragraph each, by language: for TensorBoard."""
    return {code: "\n\n".join(map(language(code).text, messages)) for code in LANGUAGES}
