"""Error types and what was found of them, in English and Persian."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from chest_xray.radiographs.unusual import FILM_TYPES, FilmLimits
from chest_xray.reporting.languages import in_persian_digits
from chest_xray.reporting.patient_words import unknown_patients_words

PERSON = "person: "
LABEL_DOUBT = "label_doubt"

# Name of the measure and its unit, as the figures have it.
MEASURE_WORDS = {
    "brightness": "brightness (bright grey level, 0 to 1)",
    "contrast": "contrast (0 to 1)",
    "sharpness": "sharpness (log fine/coarse detail)",
    "noise": "noise (0 to 1)",
    "tilt": "tilt (degrees, either side)",
    "cut": "closeness of the cut (0 to 1)",
    "shape": "width / height",
    "border": "black borders (share of area)",
    "marker": "marker contrast (0 to 1)",
    "side": "shorter side (px)",
    "jpeg_quality": "JPEG quality",
}

_WORDS: dict[str, tuple[str, str]] = {
    "missed": (
        "Pneumonia that the model called healthy.",
        "ذات‌الریه‌ای که مدل آن را سالم دانسته است.",
    ),
    "false_alarm": (
        "A healthy chest that the model called pneumonia.",
        "سینهٔ سالمی که مدل آن را ذات‌الریه دانسته است.",
    ),
    "near_threshold": (
        "The probability lies close to the decision threshold: the model was undecided.",
        "احتمال نزدیک آستانهٔ تصمیم است: مدل مردد بوده است.",
    ),
    "confident": (
        "The model was sure, and wrong.",
        "مدل مطمئن بوده و اشتباه کرده است.",
    ),
    "too_dark": (
        "The film is darker than usual; its bright parts stay below {limit:.2f} of white",
        "تصویر تاریک‌تر از معمول است؛ بخش‌های روشن آن از {limit:.2f} سفیدی کمتر است",
    ),
    "too_bright": (
        "The film is brighter than usual; its bright parts are above {limit:.2f} of white",
        "تصویر روشن‌تر از معمول است؛ بخش‌های روشن آن از {limit:.2f} سفیدی بیشتر است",
    ),
    "low_contrast": (
        "The film is pale: its greys span less than {limit:.2f} of the scale",
        "تصویر کم‌تضاد است: دامنهٔ خاکستری‌های آن از {limit:.2f} کمتر است",
    ),
    "blurred": (
        "The film has less fine detail than usual (sharpness below {limit:.2f})",
        "تصویر تار است و جزئیات ریز آن کمتر از معمول است (تیزی زیر {limit:.2f})",
    ),
    "noisy": (
        "The film is grainier than usual (noise above {limit:.3f})",
        "تصویر دانه‌دارتر از معمول است (نویز بالای {limit:.3f})",
    ),
    "tilted": (
        "The chest is tilted by more than {limit:.0f} degrees",
        "قفسهٔ سینه بیش از {limit:.0f} درجه کج است",
    ),
    "cropped": (
        "The film is closely cut: the body goes on beyond its left and right edges (grey above "
        "{limit:.2f} there)",
        "تصویر تنگ بریده شده و بدن از لبه‌های چپ و راست آن بیرون می‌زند (خاکستری لبه بالای "
        "{limit:.2f})",
    ),
    "tall_shape": (
        "The film is of an unusually tall shape (width over height below {limit:.2f})",
        "شکل تصویر از معمول بلندتر است (نسبت عرض به ارتفاع زیر {limit:.2f})",
    ),
    "wide_shape": (
        "The film is of an unusually wide shape (width over height above {limit:.2f})",
        "شکل تصویر از معمول پهن‌تر است (نسبت عرض به ارتفاع بالای {limit:.2f})",
    ),
    "black_borders": (
        "Black borders take more than {limit:.0%} of the film.",
        "حاشیهٔ سیاه بیش از {limit:.0%} تصویر را گرفته است.",
    ),
    "burnt_in_marker": (
        "A letter, marker or text is burnt into an upper corner.",
        "حرف، نشانه یا نوشته‌ای در گوشهٔ بالای تصویر حک شده است.",
    ),
    "small_original": (
        "The original file is small (shorter side below {limit:.0f} px)",
        "پروندهٔ اصلی کوچک است (ضلع کوتاه زیر {limit:.0f} پیکسل)",
    ),
    "low_jpeg_quality": (
        "The file was compressed strongly (JPEG quality below {limit:.0f})",
        "پرونده به‌شدت فشرده شده است (کیفیت JPEG زیر {limit:.0f})",
    ),
    "other_colour_mode": (
        "The file's colour mode is not {mode}, which most training files have.",
        "حالت رنگ پرونده {mode} نیست، که بیشتر پرونده‌های آموزش دارند.",
    ),
    "many_images": (
        "The patient has more images than those of {usual:.0f} % of the training images.",
        "بیمار تصویرهای بیشتری از بیمارِ {usual:.0f} درصد تصویرهای آموزش دارد.",
    ),
    "label_doubt": (
        "Most of the nearest training images, as this model sees them, have the other label: look "
        "at the label again. The model's own view is the source of both, so this is no "
        "independent evidence.",
        "بیشتر نزدیک‌ترین تصویرهای آموزش، از دید همین مدل، برچسب دیگری دارند: برچسب را دوباره "
        "ببینید. منبع هر دو خودِ مدل است، پس این شاهد مستقلی نیست.",
    ),
    "subtype_bacteria": (
        "The file's name says bacterial pneumonia.",
        "نام پرونده می‌گوید ذات‌الریهٔ باکتریایی.",
    ),
    "subtype_virus": (
        "The file's name says viral pneumonia.",
        "نام پرونده می‌گوید ذات‌الریهٔ ویروسی.",
    ),
    "virus_at_low_contrast": (
        "Viral pneumonia, by the file's name, on a pale film (both of these rows).",
        "ذات‌الریهٔ ویروسی، به گفتهٔ نام پرونده، روی تصویر کم‌تضاد (هر دو ردیف با هم).",
    ),
}

_PERCENTILE = (
    ", as the most extreme {percent:.0f} % of the training films are.",
    "؛ مانند {percent:.0f} درصد از تصویرهای آموزش که بیش از همه چنین‌اند.",
)


def explain(error_type: str, limits: FilmLimits) -> tuple[str, str]:
    """What a type means, in a plain sentence, English and Persian."""
    name, _, value = error_type.partition("_")
    if error_type.startswith(PERSON):
        cause = error_type.removeprefix(PERSON)
        return (
            f"A person who looked at the image gave the cause: {cause}.",
            f"کسی که تصویر را دیده علت را چنین نوشته است: {cause}.",
        )
    if error_type not in _WORDS:
        what = {"folder": ("The published folder is", "پوشهٔ منتشرشده")}.get(
            name, ("The file's name says the subtype", "نام پرونده می‌گوید زیرگروه")
        )
        return f"{what[0]} {value}.", f"{what[1]} {value} است."
    english, persian = _WORDS[error_type]
    limit = math.nan
    if error_type in FILM_TYPES:
        measure, side = FILM_TYPES[error_type]
        limit = (limits.low if side == "low" else limits.high).get(measure, math.nan)
    if not english.endswith("."):
        english, persian = english + _PERCENTILE[0], persian + _PERCENTILE[1]
    values = {
        "limit": limit, "mode": limits.mode, "percent": limits.percent,
        "usual": 100 - limits.percent,
    }  # fmt: skip
    return english.format(**values), in_persian_digits(persian.format(**values))


def error_findings(
    images: pd.DataFrame,
    table: pd.DataFrame,
    orders: Mapping[float, Sequence[str]],
    positive: str,
    min_errors: int,
    significance: float,
    note: str,
) -> dict[str, list[str]]:
    """What the table says, in sentences.

    Args:
        images: ``error, label``, of the test part.
        table: The error table.
        orders: By the cost of a missed pneumonia: the tested types, the most important first.
        positive: The class that is looked for.
        min_errors: Under so many, a type is an anecdote.
        significance: Of the corrected p values.
        note: What unknown patients mean for the intervals, '' where all are known.

    Returns:
        Sentences by language, ``en`` and ``fa``, in the same order.
    """
    wrong = images[images["error"]]
    missed = int((wrong["label"] == positive).sum())
    said: list[tuple[str, str]] = [_counted(len(wrong), len(images), missed)]
    if len(wrong):
        said += [
            _clear(table, min_errors, significance),
            *_first(table, orders),
            *_few(len(wrong), min_errors),
        ]
    theirs = table[table["error_type"].str.startswith(PERSON)]
    if len(theirs):
        said.append(_theirs(theirs))
    said += unknown_patients_words(note)
    return {
        "en": [english for english, _ in said],
        "fa": [in_persian_digits(persian) for _, persian in said],
    }


def _counted(errors: int, images: int, missed: int) -> tuple[str, str]:
    if not errors:
        return (
            f"None of the {images:,} test images is misclassified: there is nothing to explain.",
            f"هیچ‌یک از {images:,} تصویر تست اشتباه طبقه‌بندی نشده است: چیزی برای توضیح نیست.",
        )
    return (
        f"{errors:,} of {images:,} test images ({errors / images:.1%}) are misclassified: "
        f"{missed:,} missed pneumonias and {errors - missed:,} false alarms.",
        f"{errors:,} تصویر از {images:,} تصویر تست ({errors / images:.1%}) اشتباه طبقه‌بندی "
        f"شده‌اند: {missed:,} ذات‌الریهٔ ازدست‌رفته و {errors - missed:,} هشدار نادرست.",
    )


def _clear(table: pd.DataFrame, min_errors: int, significance: float) -> tuple[str, str]:
    clear = table.loc[table["evidence"] == "clear", "error_type"].tolist()
    if not clear:
        return (
            f"No type that is told independently of the model, with errors of {min_errors} "
            "patients or more, goes wrong more often than chance explains, all types taken "
            f"together (Holm, {significance:g}): the sizes below are leads to follow, not causes.",
            f"هیچ گروهی که مستقل از مدل تعریف شده باشد، با خطای دست‌کم {min_errors} بیمار، "
            "بیش از آنچه تصادف توضیح می‌دهد خطا ندارد (تصحیح هولم برای همهٔ گروه‌ها، "
            f"{significance:g}): اندازه‌های زیر سرنخ‌اند، نه علت.",
        )
    names = ", ".join(clear)
    return (
        f"More errors than chance explains, all types taken together, go with: {names}. That they "
        "go together doesn't yet make it the cause.",
        f"خطای بیش از آنچه تصادف توضیح می‌دهد، با احتساب همهٔ گروه‌ها، همراه است با: {names}. "
        "این همراهی هنوز به معنای علت نیست.",
    )


def _first(table: pd.DataFrame, orders: Mapping[float, Sequence[str]]) -> list[tuple[str, str]]:
    tested = table[table["importance"].fillna(0) > 0]
    if tested.empty:
        return []
    said = [_important(tested.iloc[0]), _order(orders)]
    independent = tested[tested["error_type"] != LABEL_DOUBT]
    if tested["error_type"].iloc[0] == LABEL_DOUBT and len(independent):
        # What is told from the model's own features can't be held against the model alone.
        said.append(
            _important(
                independent.iloc[0], "Leaving doubtful labels out, the", "جز برچسب‌های مشکوک، "
            )
        )
    return said


def _important(row: pd.Series, english: str = "The", persian: str = "") -> tuple[str, str]:
    numbers = (
        f"{row['risk_ratio']:.1f} ({row['risk_ratio_low']:.1f} - {row['risk_ratio_high']:.1f})"
    )
    return (
        f"{english} most important type is {row['error_type']} (errors: {row['count']}, risk ratio "
        f"with 95 % interval: {numbers}, {row['evidence']}): {row['recoverable']:.1f} errors would "
        "go away if it did as well as the rest.",
        f"{persian}مهم‌ترین گروه {row['error_type']} است (خطا: {row['count']}، نسبت خطر با بازهٔ "
        f"95%: {numbers}، {EVIDENCE_FA[row['evidence']]}): اگر به خوبی بقیه بود "
        f"{row['recoverable']:.1f} خطا از میان می‌رفت.",
    )


def _order(orders: Mapping[float, Sequence[str]]) -> tuple[str, str]:
    firsts = {cost: order[0] for cost, order in orders.items()}
    low, high = min(firsts), max(firsts)
    if len(set(firsts.values())) == 1:
        return (
            f"That holds whether a missed pneumonia costs {low:g} or {high:g} false alarms.",
            f"این برقرار است، چه هزینهٔ یک ذات‌الریهٔ ازدست‌رفته {low:g} هشدار نادرست باشد چه "
            f"{high:g}.",
        )
    said = ", ".join(f"{name} at {cost:g}" for cost, name in firsts.items())
    persian = "، ".join(f"{name} با هزینهٔ {cost:g}" for cost, name in firsts.items())
    return (
        "Which type comes first depends on the cost of a missed pneumonia in false alarms: "
        f"{said}.",
        "اینکه کدام گروه اول باشد به هزینهٔ ذات‌الریهٔ ازدست‌رفته (به هشدار نادرست) بستگی دارد: "
        f"{persian}.",
    )


def _theirs(theirs: pd.DataFrame) -> tuple[str, str]:
    named = ", ".join(
        f"{name.removeprefix(PERSON)} ({count})"
        for name, count in zip(theirs["error_type"], theirs["count"], strict=True)
    )
    return (
        f"A person who looked at the images named these causes: {named}.",
        f"کسی که تصویرها را دیده این علت‌ها را نوشته است: {named}.",
    )


def _few(errors: int, min_errors: int) -> list[tuple[str, str]]:
    if errors >= 4 * min_errors:
        return []
    return [
        (
            f"{errors} errors are few: the intervals are wide, and a type with fewer than "
            f"{min_errors} errors, or errors of fewer patients, is an anecdote.",
            f"{errors} خطا کم است: بازه‌ها پهن‌اند و گروهی با کمتر از {min_errors} خطا، یا "
            "خطاهایی از بیماران کمتر، تنها یک حکایت است.",
        )
    ]


EVIDENCE_FA = {
    "by definition": "بنا به تعریف",
    "a person's reading": "خوانش یک شخص",
    "nothing to compare with": "بدون گروه مقایسه",
    "anecdotal": "در حد حکایت",
    "clear": "روشن",
    "clear, not independent": "روشن ولی نامستقل",
    "suggestive": "نشانه‌دار",
    "fewer errors": "خطای کمتر",
    "not shown": "نشان داده نشده",
}
