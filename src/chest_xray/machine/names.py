"""Names of files, folders, labels and patients as people write them."""

from __future__ import annotations

import unicodedata

# What Unicode keeps apart and people don't: letters of Arabic and Persian keyboards, dashes (the
# other dashes have a category of their own), quotation marks and the line that stretches a word.
_SAME = str.maketrans(
    {
        "\u064a": "\u06cc",  # Arabic yeh, Persian yeh
        "\u0649": "\u06cc",  # alef maksura
        "\u0643": "\u06a9",  # Arabic kaf, Persian kaf
        "\u06aa": "\u06a9",  # swash kaf
        "\u06d5": "\u0647",  # ae, heh
        "\u06c1": "\u0647",  # heh goal
        "\u0640": "",  # tatweel
        "\u2212": "-",  # minus
        "\u02d7": "-",  # modifier minus
        "\u2043": "-",  # hyphen bullet
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
    }
)
# Marks that only choose how the letter before them is drawn, and Hangul letters that show nothing
# (Default_Ignorable_Code_Point).
_INVISIBLE_MARKS = frozenset(
    {"\u034f", "\u115f", "\u1160", "\u3164", "\uffa0", *map(chr, range(0xFE00, 0xFE10))}
)


def folded(name: str) -> str:
    """A name as it is compared: what looks the same, or differs by case only, is the same.

    Not counted are upper and lower case, the ways of writing an accent (macOS takes a letter and
    its mark apart), compatibility forms such as full-width letters, the script of digits, letters
    that Arabic and Persian keyboards write differently (yeh, kaf, heh), the kind of dash, invisible
    marks (zero-width joiners, directions, soft hyphens), and spaces around or doubled. Other
    letters stay apart: teh marbuta from heh, an alef with hamza or madda from one without.

    Follows Unicode's compatibility caseless matching (The Unicode Standard, 3.13, D146).
    """
    if name.isascii() and name.isprintable():
        return " ".join(name.casefold().split())
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    text = "".join(map(_folded_character, apart.translate(_SAME)))
    return " ".join(unicodedata.normalize("NFC", text).split())


def _folded_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd":
        return "-"
    return "" if is_invisible(character) else character


def is_invisible(character: str) -> bool:
    """Whether a character shows nothing and takes no room; a space is not one."""
    category = unicodedata.category(character)
    return (
        category == "Cf"
        or (category == "Cc" and not character.isspace())
        or character in _INVISIBLE_MARKS
    )


def as_written(name: str) -> str:
    """A file's name as it can be written down: bytes that are not UTF-8 as ``\\xNN``."""
    return name.encode("utf8", "surrogateescape").decode("utf8", "backslashreplace")
