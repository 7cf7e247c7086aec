"""What the comparison of an exported file with PyTorch found, in English and Persian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chest_xray.reporting.languages import Words, both


def export_words(check: Mapping[str, Any]) -> Words:
    """By how much the two differ at most.

    Args:
        check: ``export_check``'s findings of the sizes ``stored`` and ``original``.
    """
    stored, original = check["stored"], check["original"]
    english = (
        "On {n} validation and test images the float file and PyTorch differ by at most "
        "{probability} in probability ({log_odds} in log-odds)"
    )
    persian = (
        "پروندهٔ اعشاری و PyTorch روی {n} تصویر ارزیابی و تست حداکثر {probability} در احتمال "
        "({log_odds} در لگاریتم بخت) تفاوت دارند"
    )
    if original["images"]:
        english += (
            "; on {m} of them at their original size, which the file resizes by itself, by at most "
            "{of_original} ({log_odds_of_original})."
        )
        persian += (
            "؛ روی {m} تصویر از آن‌ها در اندازهٔ اصلی، که خود پرونده کوچکشان می‌کند، حداکثر "
            "{of_original} ({log_odds_of_original})."
        )
    else:
        english += "; original sizes were left out."
        persian += "؛ اندازهٔ اصلی مقایسه نشد."
    numbers = {
        "n": str(stored["images"]),
        "m": str(original["images"]),
        "probability": f"{stored['probability']:.6f}",
        "log_odds": f"{stored['log_odds']:.6f}",
        "of_original": f"{original.get('probability', 0):.6f}",
        "log_odds_of_original": f"{original.get('log_odds', 0):.6f}",
    }
    return both(english, persian, numbers)
