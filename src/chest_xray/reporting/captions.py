"""What each figure of the catalog shows, in a sentence, English and Persian."""

from __future__ import annotations

from chest_xray.reporting.languages import Words

_DATA = {
    "class_counts": Words(
        "How many images each class has, by subtype and by published folder.",
        "شمار تصویرهای هر دسته، به تفکیک زیرگروه و پوشهٔ منتشرشده.",
    ),
    "image_sizes": Words("Width and height of every file.", "عرض و ارتفاع همهٔ پرونده‌ها."),
    "sample_grid": Words(
        "Some radiographs of both classes as the model sees them.",
        "چند تصویر از هر دو دسته، آن‌گونه که مدل می‌بیند.",
    ),
    "tuning": Words(
        "The search: best so far against time, which hyperparameters mattered, and the setting of "
        "every trial.",
        "جست‌وجو: بهترین نتیجه تا هر زمان، ابرپارامترهای مؤثر، و تنظیم هر آزمایش.",
    ),
    "quantization": Words(
        "Size, latency, throughput and quality, float beside int8.",
        "اندازه، تأخیر، گذردهی و کیفیت؛ نسخهٔ اعشاری در کنار int8.",
    ),
}
_OF_A_MODEL = {
    "curves": Words(
        "Loss and accuracy on train and validation; the dotted line is the epoch that was kept.",
        "خطا و دقت روی آموزش و ارزیابی؛ خط نقطه‌چین دورهٔ برگزیده است.",
    ),
    "confusion_matrix": Words("Confusion matrix of the test part.", "ماتریس درهم‌ریختگی بخش تست."),
    "ranking": Words(
        "ROC and precision-recall curves on test.",
        "منحنی ROC و منحنی دقت-فراخوانی روی بخش تست.",
    ),
    "reliability": Words(
        "Do predicted probabilities come true? On the diagonal they do.",
        "آیا احتمال‌های پیش‌بینی‌شده درست از آب درمی‌آیند؟ روی قطر آری.",
    ),
    "misclassified": Words(
        "Every misclassified test image, the most confident first, with the types it belongs to.",
        "همهٔ تصویرهای تست که مدل اشتباه گفته است، مطمئن‌ترین در آغاز، با گونه‌های خطای هر یک.",
    ),
    "error_types": Words(
        "Error types by importance, and how their order hangs on the cost of a missed pneumonia.",
        "گونه‌های خطا به ترتیب اهمیت، و وابستگی این ترتیب به هزینهٔ ذات‌الریهٔ ازدست‌رفته.",
    ),
    "error_rates": Words(
        "How often the model errs as a film gets darker, paler, blurred, tilted and so on.",
        "بسامد خطای مدل هنگامی که تصویر تاریک‌تر، کم‌تضادتر، تارتر، کج‌تر و مانند آن می‌شود.",
    ),
    "confidence": Words(
        "How sure the model was where it was right and where it was wrong.",
        "اطمینان مدل آنجا که درست گفته و آنجا که اشتباه کرده است.",
    ),
    "explanations": Words(
        "Images called wrong and right: the original, the heat map, and the map laid over the "
        "original.",
        "تصویرهایی که مدل نادرست و درست گفته است: اصل تصویر، نقشهٔ گرمایی، و نقشه بر روی اصل.",
    ),
    "fidelity": Words(
        "What happens when pixels are taken away or put back in the order of a map, and when the "
        "weights are scrambled.",
        "آنچه رخ می‌دهد وقتی پیکسل‌ها به ترتیب نقشه حذف یا بازگردانده شوند، و وقتی وزن‌ها به هم ریخته "
        "شوند.",
    ),
}
_MODELS = {
    "baseline": Words("First model", "مدل نخست"),
    "tuned": Words("Tuned model", "مدل تنظیم‌شده"),
}


def caption(figure: str) -> Words:
    """Of a catalog entry such as ``baseline_curves_figure``.

    Raises:
        KeyError: No figure of the study is called so.
    """
    name = figure.removesuffix("_figure")
    if name in _DATA:
        return _DATA[name]
    model, _, kind = name.partition("_")
    whose, shown = _MODELS[model], _OF_A_MODEL[kind]
    return Words(f"{whose.en}. {shown.en}", f"{whose.fa}. {shown.fa}")


ONE_HEAT_MAP = Words(
    "What moved the answer for one image: orange for pneumonia, blue against it.",
    "آنچه پاسخ را برای یک تصویر جابه‌جا کرده است: نارنجی به سود ذات‌الریه و آبی به زیان آن.",
)
