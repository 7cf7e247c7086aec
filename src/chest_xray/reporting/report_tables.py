"""Tables of errors, quantization and heat maps as the report has them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from chest_xray.reporting.error_words import EVIDENCE_FA
from chest_xray.reporting.languages import Table, Words, both, bracketed, percent
from chest_xray.reporting.model_words import METRIC_WORDS

Report = Mapping[str, Any]

_SHOWN_TYPES = 15
_METHODS = (
    ("integrated_gradients", Words("Integrated Gradients (ours)", "گرادیان‌های تجمیعی (روش ما)")),
    ("grad_cam", Words("Grad-CAM", "Grad-CAM")),
    ("gradient", Words("plain gradient", "گرادیان ساده")),
    ("random", Words("random map", "نقشهٔ تصادفی")),
)


def errors_table(table: pd.DataFrame) -> Table:
    """The most important error types: what, how often, how much it matters, how sure."""
    columns = [
        Words("error type", "گونهٔ خطا"),
        Words("explanation", "توضیح"),
        Words("errors", "خطا"),
        Words("% of all errors", "درصد از کل خطاها"),
        Words("risk ratio (95 %)", "نسبت خطر (۹۵٪)"),
        Words("importance", "اهمیت"),
        Words("evidence", "قوت شاهد"),
    ]
    shown = table.head(_SHOWN_TYPES)
    rows: list[list[str | Words]] = [
        [
            f"`{row['error_type']}`",
            Words(row["explanation_en"], row["explanation_fa"]),
            str(row["count"]),
            f"{row['percent']:.1f}",
            _ratio(row),
            "" if pd.isna(row["importance"]) else f"{row['importance']:.2f}",
            Words(row["evidence"], EVIDENCE_FA[row["evidence"]]),
        ]
        for row in shown.to_dict("records")
    ]
    note = both(
        "An image can be of several types, so the percentages do not add up. {shown} of {all} "
        "types; the file `error_table` has them all.",
        "هر تصویر می‌تواند از چند گونه باشد، پس جمع درصدها صد نمی‌شود. {shown} گونه از {all} گونه؛ "
        "همه در پروندهٔ `error_table` هستند.",
        {"shown": str(len(shown)), "all": str(len(table))},
    )
    return Table(
        Words("Kinds of errors, the most important first", "گونه‌های خطا، مهم‌ترین در آغاز"),
        columns,
        rows,
        note,
    )


def _ratio(row: Mapping[Hashable, Any]) -> str:
    if pd.isna(row["risk_ratio"]):
        return ""
    return f"{row['risk_ratio']:.1f} [{row['risk_ratio_low']:.1f}, {row['risk_ratio_high']:.1f}]"


def size_and_speed_table(report: Report) -> Table:
    """Size, and mean and median time of one image, before and after."""
    size = report["size"]
    rows: list[list[str | Words]] = [
        [
            Words("file on disk, MB", "اندازهٔ پرونده، مگابایت"),
            "",
            f"{size['float'] / 1e6:.2f}",
            f"{size['int8'] / 1e6:.2f}",
            f"{1 / size['ratio']:.2f}",
        ]
    ]
    for row in report["latency"]:
        if row["batch"] != 1 or row["threads"] != 1:
            continue
        what = f"{row['what']}, {row['image']} px"
        for key, said in (
            ("mean_ms", Words("mean time, ms", "میانگین زمان، میلی‌ثانیه")),
            ("median_ms", Words("median time, ms", "میانهٔ زمان، میلی‌ثانیه")),
        ):
            after = row["int8"]
            rows.append(
                [
                    said,
                    f"{row['backend']}: {what}",
                    f"{row['float'][key]:.2f}",
                    "-" if after is None else f"{after[key]:.2f}",
                    "-" if after is None else f"{row['float'][key] / after[key]:.2f}",
                ]
            )
    return Table(
        Words("Size and speed before and after", "اندازه و سرعت، پیش و پس از کوانتیزه‌سازی"),
        [
            Words("measure", "سنجه"),
            Words("of what", "از چه"),
            Words("float", "اعشاری"),
            Words("int8", "int8"),
            Words("times less", "چند برابر کمتر"),
        ],
        rows,
        Words("One image, one thread.", "یک تصویر، یک رشته."),
    )


def class_accuracy_table(report: Report) -> Table:
    """Right decisions in each class, and the overall metrics, before and after."""
    classes: list[list[str | Words]] = [
        [
            Words(f"right of {name}", f"درست از {name}"),
            percent(row["float"]["value"]),
            percent(row["int8"]["value"]),
            f"{row['n']:,}",
            f"{row['lost']} / {row['gained']}",
        ]
        for name, row in report["per_class"].items()
        if name != "overall"
    ]
    overall: list[list[str | Words]] = [
        [METRIC_WORDS[name], bracketed(row["float"]), bracketed(row["int8"]), "", ""]
        for name, row in report["per_class"]["overall"].items()
        if name in METRIC_WORDS
    ]
    return Table(
        Words("Accuracy of each class before and after", "دقت هر دسته، پیش و پس از کوانتیزه‌سازی"),
        [
            Words("measure", "سنجه"),
            Words("float", "اعشاری"),
            Words("int8", "int8"),
            Words("images", "تصویر"),
            Words("lost / gained", "از دست رفته / به دست آمده"),
        ],
        [*classes, *overall],
    )


def fidelity_table(report: Report) -> Table:
    """Whether a map's order tells which pixels matter, ours beside the other methods'."""
    return Table(
        Words(
            "Do the maps show what matters to the model?",
            "آیا نقشه‌ها آنچه را برای مدل مهم است نشان می‌دهند؟",
        ),
        [
            Words("method", "روش"),
            Words("deletion area (lower is better)", "سطح حذف (کمتر بهتر)"),
            Words("insertion area (higher is better)", "سطح بازگرداندن (بیشتر بهتر)"),
        ],
        [
            [said, *(bracketed(report[test][method]["area"]) for test in ("deletion", "insertion"))]
            for method, said in _METHODS
        ],
        both(
            "{n} test images; mean probability of the more probable class while pixels are taken "
            "away, or put back, in the smoothed map's order.",
            "{n} تصویر تست؛ میانگین احتمال دستهٔ محتمل‌تر هنگامی که پیکسل‌ها به ترتیب نقشهٔ هموارشده "
            "حذف یا بازگردانده می‌شوند.",
            {"n": str(report["sample"]["images"])},
        ),
    )  # fmt: skip


def explained_table(images: pd.DataFrame) -> Table:
    """The explained images, a row each."""
    outcomes = {"wrong": Words("wrong", "نادرست"), "right": Words("right", "درست")}
    return Table(
        Words("The explained images", "تصویرهایی که توضیح داده شدند"),
        [
            Words("image", "تصویر"),
            Words("called", "پاسخ"),
            Words("label", "برچسب"),
            Words("probability", "احتمال"),
            Words("log-odds", "لگاریتم بخت"),
            Words("of the baseline image", "تصویر مبنا"),
            Words("steps", "گام"),
            Words("delta", "دلتا"),
        ],
        [
            [
                f"`{row['image_id']}`",
                outcomes.get(row["outcome"], row["outcome"]),
                row["label"],
                f"{row['probability']:.3f}",
                f"{row['log_odds']:+.2f}",
                f"{row['baseline_log_odds']:+.2f}",
                str(row["steps"]),
                f"{row['delta']:+.4f}",
            ]
            for row in images.to_dict("records")
        ],
    )
