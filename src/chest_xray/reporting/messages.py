"""Messages without words: a key of the text files and the values that stand in the sentence.

A message is plain JSON, so that a pipeline can keep it in the catalog; the sentence is made when a
page is made (``languages``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, Union

# Texts are names and stay as they are in every language; None is what could not be measured.
Value = Union[str, int, float, None, "Interval", "Message", Sequence["str | int | Message"]]


class Interval(TypedDict):
    """A value with its 95 % interval, as the metrics have it."""

    value: float | None
    low: float | None
    high: float | None


class Message(TypedDict):
    """A sentence, a heading or a part of either, in no language."""

    key: str
    values: dict[str, Value]


def message(key: str, **values: Value) -> Message:
    """A message by its key in the text files, with a value for each of its variables."""
    # As JSON gives it back: a list, whatever kind of sequence it was.
    plain = {name: list(one) if isinstance(one, tuple) else one for name, one in values.items()}
    return {"key": key, "values": plain}


def interval(found: Interval) -> Interval:
    """A metric's value and interval alone, without what else stands beside them."""
    return {"value": found["value"], "low": found["low"], "high": found["high"]}
