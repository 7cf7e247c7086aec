"""Patient ids: joining the spellings of one id, and finding ids that may be one patient's."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable

import pandas as pd

from chest_xray.machine.names import folded, is_invisible

_WHOLE_NUMBER = re.compile(r"(-?\d+)[.,\u066b]0+")
_LETTERS_OR_DIGITS = re.compile(r"\d+|[^\W\d_]+")
# Letters that are often, but not always, written for each other.
_SIMILAR = str.maketrans({"\u0629": "\u0647", "\u06c3": "\u0647", "\u06be": "\u0647"})

logger = logging.getLogger(__name__)


def join_spellings(patient_ids: pd.Series) -> pd.Series:
    """Give the ids that are one id written in several ways (``names.folded``) one spelling.

    Args:
        patient_ids: From file names or a table, '' where unknown.

    Returns:
        The same; ids with a single spelling stay as they are written. Of several spellings, the
        first in the order of code points is taken, without invisible marks and doubled spaces.
    """
    spellings = _by_key(patient_ids, folded)
    joined = {
        one: min(map(_tidy, written))
        for written in spellings.values()
        if len(written) > 1
        for one in written
    }
    if joined:
        several = [written for written in spellings.values() if len(written) > 1]
        logger.info(
            "%d patients are written in several ways and joined, the first: %s.",
            len(several),
            " and ".join(map(in_quotes, several[0])),
        )
    return patient_ids.map(lambda one: joined.get(one, one))


def ambiguous_ids(patient_ids: pd.Series) -> list[list[str]]:
    """Ids that may or may not be one patient's, such as 7, 007 and 7.0, or pat-7 and pat 7.

    They differ by leading zeros, a decimal of zero, the separators between letters and digits,
    accents or vowel marks, or by hamza, madda or teh marbuta.

    Returns:
        The ids of each group, sorted; by their first id.
    """
    return sorted(
        written for written in _by_key(patient_ids, _loosely).values() if len(written) > 1
    )


def in_quotes(text: str) -> str:
    """A text in quotes, with everything that doesn't show as ``\\u200c``."""
    shown = "".join(
        one.encode("unicode_escape").decode() if is_invisible(one) else one for one in text
    )
    return f"'{shown}'"


def _by_key(patient_ids: pd.Series, key: Callable[[str], str]) -> dict[str, list[str]]:
    found = defaultdict(list)
    for one in sorted(set(patient_ids) - {""}):
        found[key(one)].append(one)
    return found


def _tidy(text: str) -> str:
    visible = "".join(one for one in unicodedata.normalize("NFC", text) if not is_invisible(one))
    return " ".join(visible.split())


def _loosely(text: str) -> str:
    """Letters and numbers of an id; letters that follow each other after a separator are joined."""
    plain = unicodedata.normalize("NFD", folded(text).translate(_SIMILAR))
    plain = "".join(one for one in plain if unicodedata.category(one) != "Mn")
    whole = _WHOLE_NUMBER.fullmatch(plain)
    parts = _LETTERS_OR_DIGITS.findall(whole[1] if whole else plain)
    words: list[str] = []
    for part in (part.lstrip("0") or "0" if part.isdigit() else part for part in parts):
        if words and not part.isdigit() and not words[-1].isdigit():
            words[-1] += part
        else:
            words.append(part)
    return " ".join(words)
