"""What it means for every number that nothing tells the patients of some images."""

from __future__ import annotations

from chest_xray.reporting.languages import Words


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
