"""What a search found, as tables and in English and Persian."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from chest_xray.reporting.languages import Table, Words, both, bracketed, in_persian_digits
from chest_xray.reporting.model_words import METRIC_WORDS
from chest_xray.reporting.patient_words import few_patients_words, unknown_patients_words

Comparison = Mapping[str, Any]
Card = Mapping[str, Any]

_COMPARED = ("accuracy", "f1", "auc")
_SHOWN_TRIALS = 8
_OWN = Words("the baseline's own", "تنظیم مدل نخست")


def settings_table(trials: pd.DataFrame, baseline: Card, tuned: Card) -> Table:
    """Every hyperparameter that was searched: what was tried, and what was taken."""
    columns = trials.columns.tolist()
    names = columns[columns.index("problem") + 1 :]
    return Table(
        Words("Hyperparameters", "ابرپارامترها"),
        [
            Words("hyperparameter", "ابرپارامتر"),
            Words("tried in the search", "آزموده در جست‌وجو"),
            Words("first model", "مدل نخست"),
            Words("tuned model", "مدل تنظیم‌شده"),
        ],
        [
            [
                f"`{name}`",
                _tried(trials[name]),
                _setting(baseline, name),
                _setting(tuned, name),
            ]
            for name in names
        ],
    )  # fmt: skip


def _tried(values: pd.Series) -> str:
    if pd.api.types.is_numeric_dtype(values) and values.nunique() > 4:
        return f"{values.min():.3g} … {values.max():.3g}"
    return " | ".join(sorted({_plain(value) for value in values}))


def _setting(card: Card, name: str) -> str:
    value: Any = card["parameters"]
    for part in name.split("."):
        value = value[part]
    return _plain(json.dumps(value) if isinstance(value, list) else value)


def _plain(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def trials_table(trials: pd.DataFrame) -> Table:
    """The best trials of the search on validation."""
    criterion = trials["criterion"].iloc[0]
    best = trials.dropna(subset="value").sort_values("value", ascending=criterion == "loss")
    return Table(
        Words("The best trials, on validation", "بهترین آزمایش‌ها روی بخش ارزیابی"),
        [
            Words("trial", "آزمایش"),
            Words(f"best {criterion}", f"بهترین {criterion}"),
            METRIC_WORDS["accuracy"],
            Words("AUC", "AUC"),
            Words("epochs", "دوره"),
            Words("seconds", "ثانیه"),
            Words("finalist", "راه‌یافته به پایان"),
        ],
        [
            [
                str(row["trial"]),
                f"{row['value']:.4f}",
                f"{row['accuracy']:.3f}",
                f"{row['auc']:.3f}",
                str(row["epochs"]),
                f"{row['seconds']:.0f}",
                Words("yes", "بله") if row["finalist"] else Words("no", "خیر"),
            ]
            for row in best.head(_SHOWN_TRIALS).to_dict("records")
        ],
    )


def finalists_table(comparison: Comparison) -> Table:
    """The finalists over the same seeds, on validation."""
    metric = comparison["criterion"]["metric"]
    return Table(
        Words(
            "Finalists, trained in full, on validation",
            "راه‌یافتگان، با آموزش کامل، روی ارزیابی",
        ),
        [
            Words("setting", "تنظیم"),
            Words("trainings", "شمار آموزش"),
            Words(f"mean {metric}", f"میانگین {metric}"),
            Words("standard deviation", "انحراف معیار"),
            Words("taken", "برگزیده"),
        ],
        [
            [
                _OWN if row["name"] == "baseline" else row["name"],
                _trainings(row),
                _number(row["mean"]),
                _number(row["spread"]),
                Words("yes", "بله") if row["chosen"] else "",
            ]
            for row in comparison["settings"]
        ],
    )  # fmt: skip


def _trainings(row: Mapping[str, Any]) -> str | Words:
    done, failed = str(len(row["values"])), len(row.get("failed", []))
    if not failed:
        return done
    return both(
        "{done}, {failed} failed", "{done}، {failed} ناموفق", {"done": done, "failed": str(failed)}
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def comparison_table(comparison: Comparison) -> Table:
    """Both models on the same test images, and their difference."""
    test = comparison["test"]
    return Table(
        Words("First and tuned model on test", "مدل نخست و مدل تنظیم‌شده روی بخش تست"),
        [
            Words("metric", "معیار"),
            Words("first model", "مدل نخست"),
            Words("tuned model", "مدل تنظیم‌شده"),
            Words("difference", "اختلاف"),
        ],
        [
            [
                METRIC_WORDS[name],
                *(bracketed(test[model][name]) for model in ("baseline", "tuned", "difference")),
            ]
            for name in _COMPARED
        ],
        both(
            "{n} test images of {patients} patients, the same for both; 95 % intervals with "
            "patients as the units.",
            "{n} تصویر تست از {patients} بیمار، برای هر دو یکسان؛ بازه‌های ۹۵٪ با بیمار به‌عنوان "
            "واحد.",
            {"n": f"{test['n']:,}", "patients": f"{test['patients']:,}"},
        ),
    )


def tuning_findings(comparison: Comparison) -> list[Words]:
    """How much was searched, who won, and whether accuracy on test really rose."""
    search, test = comparison["search"], comparison["test"]
    said = [
        both(
            "{trials} trials of {epochs} epochs altogether took {minutes} minutes. By its rule, "
            "the {metric} on validation, `{chosen}` was taken.",
            "{trials} آزمایش با {epochs} دوره روی هم {minutes} دقیقه طول کشید. طبق قاعده ({metric} "
            "روی ارزیابی) `{chosen}` برگزیده شد.",
            {
                "trials": str(search["trials"]),
                "epochs": str(search["epochs"]),
                "minutes": f"{search['seconds'] / 60:.1f}",
            },
            {"metric": comparison["criterion"]["metric"], "chosen": comparison["chosen"]},
        )
    ]
    if not search["better_than_chance"]:
        said.append(
            Words(
                "No trial was better than chance: the trials were too short, or there is too "
                "little data, for the search to tell settings apart.",
                "هیچ آزمایشی از تصادف بهتر نبود: آزمایش‌ها کوتاه‌تر یا داده‌ها کمتر از آن بود که "
                "جست‌وجو بتواند تنظیم‌ها را از هم بازشناسد.",
            )
        )
    said.append(Words(comparison["verdict_en"], in_persian_digits(comparison["verdict_fa"])))
    said.append(_accuracy(test))
    # A comparison that was kept before it had notes has none.
    return [
        *said,
        *unknown_patients_words(test.get("note", "")),
        *few_patients_words(test.get("few_patients", [])),
    ]


def _accuracy(test: Mapping[str, Any]) -> Words:
    before, after = (test[model]["accuracy"]["value"] for model in ("baseline", "tuned"))
    numbers = {"before": f"{before:.3f}", "after": f"{after:.3f}"}
    if after > before:
        return both(
            "The measured accuracy rose from {before} to {after}.",
            "دقت اندازه‌گیری‌شده از {before} به {after} رسید.",
            numbers,
        )
    if after == before:
        return both(
            "The measured accuracy stayed at {after}: tuning brought no higher accuracy here.",
            "دقت اندازه‌گیری‌شده {after} ماند: تنظیم در اینجا دقت بالاتری نیاورد.",
            numbers,
        )
    return both(
        "The measured accuracy fell from {before} to {after}: the choice was made on validation, "
        "and test did not follow it.",
        "دقت اندازه‌گیری‌شده از {before} به {after} افت کرد: انتخاب روی ارزیابی انجام شد و تست با آن "
        "همراه نبود.",
        numbers,
    )
