"""A model's card as a person reads it, in English and Persian."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chest_xray.reporting.data_words import data_findings
from chest_xray.reporting.languages import Table, Words, both
from chest_xray.reporting.limit_words import (
    NOT_A_DEVICE,
    data_limits,
    measurement_limits,
    shortcut_limits,
    source_words,
)
from chest_xray.reporting.model_words import metrics_table, model_findings, training_method

_NO_MAPS = Words(
    "Heat maps of this model were not tested, so shortcuts were not looked for: `{pipeline}` does.",
    "نقشه‌های گرمایی این مدل آزموده نشده‌اند و راه‌های میان‌بر جست‌وجو نشده‌اند: `{pipeline}` این کار را "
    "می‌کند.",
)


@dataclass(frozen=True)
class Section:
    """A heading, with sentences, tables and code below it; code is the same in both languages."""

    heading: Words
    sentences: list[Words]
    table: Table | None = None
    code: str = ""


def card_sections(
    model: str,
    card: Mapping[str, Any],
    metrics: Mapping[str, Any],
    audit: Mapping[str, Any],
    explained: Mapping[str, Any] | None,
    drawn: bool,
    data_folder: str,
) -> list[Section]:
    """The card, from what was recorded and measured.

    Args:
        model: ``baseline`` or ``tuned``.
        card: ``{model}_card``; ``metrics`` and ``audit`` likewise.
        metrics: Of the test part.
        audit: Of the data.
        explained: ``{model}_explanation_report``, or None where there is none.
        drawn: Whether the radiographs are phantoms.
        data_folder: Where the environment's results are, for the lines that load the model.
    """
    return [
        Section(Words("Intended use", "کاربرد"), [_use(card), NOT_A_DEVICE]),
        Section(Words("Data", "دادگان"), [source_words(drawn), *data_findings(audit)]),
        Section(Words("Training", "آموزش مدل"), training_method(card)),
        Section(
            Words("Measured on test", "سنجش روی بخش تست"),
            model_findings(metrics, card),
            metrics_table(metrics),
        ),
        Section(
            Words("Shortcuts and limits", "راه‌های میان‌بر و محدودیت‌ها"),
            [*_shortcuts(model, explained), *data_limits(audit), *measurement_limits(metrics)],
        ),
        Section(
            Words("How to load it", "شیوهٔ بارگذاری"),
            [_facts(card)],
            code=_code(model, data_folder),
        ),
    ]


def _use(card: Mapping[str, Any]) -> Words:
    negative, positive = card["class_names"]
    return both(
        "It takes a frontal chest radiograph and gives the probability of `{positive}` (against "
        "`{negative}`), to teach and to study how such a model is built, measured and questioned.",
        "یک تصویر روبه‌روی قفسهٔ سینه می‌گیرد و احتمال `{positive}` را (در برابر `{negative}`) می‌دهد، "
        "برای آموختن و پژوهیدن اینکه چنین مدلی چگونه ساخته، سنجیده و وارسی می‌شود.",
        names={"negative": negative, "positive": positive},
    )


def _shortcuts(model: str, explained: Mapping[str, Any] | None) -> list[Words]:
    if explained is not None:
        return shortcut_limits(explained)
    pipeline = "interpretability" if model == "tuned" else f"interpretability_{model}"
    command = f"kedro run --pipelines={pipeline}"
    return [Words(*(said.format(pipeline=command) for said in _NO_MAPS))]


def _facts(card: Mapping[str, Any]) -> Words:
    return both(
        "Probability at temperature {temperature}; from {threshold} on the answer is "
        "`{positive}`. Weights `{weights}`, data `{data}` (first characters of their hashes).",
        "احتمال با دمای {temperature} حساب می‌شود؛ از {threshold} به بالا پاسخ `{positive}` است. "
        "وزن‌ها `{weights}` و داده‌ها `{data}` (آغاز چکیدهٔ آن‌ها).",
        {"temperature": f"{card['temperature']:.3f}", "threshold": f"{card['threshold']:.3f}"},
        {
            "positive": card["class_names"][1],
            "weights": card["weights_hash"][:12],
            "data": card["data_hash"][:12],
        },
    )


def _code(model: str, data_folder: str) -> str:
    return "\n".join(
        [
            "from chest_xray.explaining import heat_map, load_model",
            "",
            f"model = load_model({json.dumps(data_folder)}, {json.dumps(model)})",
            'explained = heat_map(model, "radiograph.jpeg")',
            "explained.probability, explained.values  # float32 [image_size, image_size]",
        ]
    )
