"""What it means for every number that patients are unknown, or few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chest_xray.reporting.languages import Words, both

_PARTS = {"validation": Words("validation", "ارزیابی"), "test": Words("test", "تست")}


def unknown_patients_words(note: str) -> list[Words]:
    """A sentence where the ``note`` beside what was measured isn't '', nothing otherwise.

    The note is ``splitting.unknown_patients``'s, of all parts: what was trained on counts too.
    """
    if not note:
        return []
    return [
        Words(
            "Nothing tells the patients of some or all images: each image counted as its own "
            "patient, so images of one patient may lie on both sides of the split, and intervals "
            "may be too narrow.",
            "بیمارِ برخی یا همهٔ تصویرها معلوم نیست: هر تصویر بیمار جداگانه‌ای شمرده شده است، پس "
            "تصویرهای یک بیمار ممکن است در هر دو سوی تقسیم باشند و بازه‌ها بیش از اندازه باریک "
            "باشند.",
        )
    ]


def few_patients_words(few: Sequence[Mapping[str, Any]]) -> list[Words]:
    """A sentence for each class of which a part has few patients (``metrics.few_patients``)."""
    said = []
    for one in few:
        part, patients = _PARTS[one["part"]], "patient" if one["patients"] == 1 else "patients"
        chosen = one["part"] == "validation"
        what = Words(
            "what was chosen on it (epoch, calibration, threshold, setting)"
            if chosen
            else "every number that rests on them",
            "هرچه روی آن انتخاب شده (دوره، کالیبراسیون، آستانه، تنظیم)"
            if chosen
            else "هر عددی که بر آن‌ها تکیه دارد",
        )
        said.append(
            both(
                f"The {part.en} part has only {{patients}} {patients} of {{name}}, fewer than "
                f"{{fewest}}: {what.en} is uncertain.",
                f"بخش {part.fa} تنها {{patients}} بیمار از دستهٔ {{name}} دارد، کمتر از {{fewest}}: "
                f"{what.fa} نامطمئن است.",
                {"patients": str(one["patients"]), "fewest": str(one["fewest"])},
                {"name": one["class_name"]},
            )
        )
    return said
