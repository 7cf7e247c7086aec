"""What speaks against the patients that names and tables tell, in English and Persian."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chest_xray.reporting.languages import Words, both
from chest_xray.reporting.patient_words import unknown_patients_words

Doubt = Mapping[str, Any]


def patient_doubt_words(doubts: Sequence[Doubt]) -> list[Words]:
    """A sentence for each of ``patterns.patient_doubts``."""
    return [_WORDS[doubt["kind"]](doubt) for doubt in doubts]


def _unknown(doubt: Doubt) -> Words:
    return unknown_patients_words(doubt["message"])[0]


def _ambiguous_ids(doubt: Doubt) -> Words:
    one, other, *_ = doubt["groups"][0]
    return both(
        "{groups} groups of patient ids may each be one patient written in two ways, such as {one} "
        "and {other}. They count as different patients; where they are one, test images may show a "
        "patient who was learnt from.",
        "{groups} گروه از شناسه‌های بیماران ممکن است هر یک شناسهٔ یک بیمار به دو شکل باشد، مانند "
        "{one} و {other}. آن‌ها بیماران جداگانه شمرده شده‌اند؛ اگر یکی باشند، تصویرهای تست ممکن است "
        "از بیماری باشد که مدل از او آموخته است.",
        {"groups": f"{len(doubt['groups']):,}"},
        {"one": f"`{one}`", "other": f"`{other}`"},
    )


def _many_folders(doubt: Doubt) -> Words:
    return both(
        "A pattern of file names tells {patients} patients scattered over {folders} folders, "
        "{example} alone over {example_folders}: it may fit by chance, and then test images show "
        "patients who were learnt from.",
        "یک الگوی نام پرونده {patients} بیمار را در {folders} پوشهٔ پراکنده می‌یابد و {example} "
        "به‌تنهایی در {example_folders} پوشه است: شاید الگو تصادفی جور درآمده باشد و در این صورت "
        "تصویرهای تست از بیمارانی است که مدل از آن‌ها آموخته است.",
        {name: f"{doubt[name]:,}" for name in ("patients", "folders", "example_folders")},
        {"example": f"`{doubt['example']}`"},
    )


def _both_classes(doubt: Doubt) -> Words:
    return both(
        "Of {patients} patients with several films that a pattern of file names tells, {mixed} are "
        "in both classes, about as by chance: it may not tell patients at all, and then test "
        "images show patients who were learnt from.",
        "از {patients} بیمار با چند تصویر که یک الگوی نام پرونده می‌یابد، {mixed} بیمار در هر دو "
        "دسته‌اند، نزدیک به حد تصادف: شاید الگو اصلاً بیمار را نشان نمی‌دهد و در این صورت تصویرهای "
        "تست از بیمارانی است که مدل از آن‌ها آموخته است.",
        {name: f"{doubt[name]:,}" for name in ("patients", "mixed")},
    )


def _folders_disagree(doubt: Doubt) -> Words:
    return both(
        "{several} of {folders} folders hold several of the patients that a pattern of file names "
        "tells. Where a folder is a patient, test images show patients who were learnt from.",
        "{several} پوشه از {folders} پوشه چند بیمار از بیمارانی را دارند که یک الگوی نام پرونده "
        "می‌یابد. اگر هر پوشه یک بیمار باشد، تصویرهای تست از بیمارانی است که مدل از آن‌ها آموخته "
        "است.",
        {name: f"{doubt[name]:,}" for name in ("several", "folders")},
    )


_WORDS: dict[str, Callable[[Doubt], Words]] = {
    "unknown": _unknown,
    "ambiguous_ids": _ambiguous_ids,
    "many_folders": _many_folders,
    "both_classes": _both_classes,
    "folders_disagree": _folders_disagree,
}
