"""What an explanation report says, in English and in Persian; every number is computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chest_xray.reporting.languages import LANGUAGES, in_persian_digits
from chest_xray.reporting.patient_words import unknown_patients_words

OURS = "integrated_gradients"
_LAST_STAGE = "stem"

# By subject and what was found; numbers are put in by name.
_ENGLISH = {
    "completeness": "{converged} of the heat maps add up to the difference in log-odds within "
    "{tolerance} (median {steps} steps); the others are marked.",
    "baseline": "The baseline itself has log-odds of {log_odds}, on the same side as {same_side} "
    "of the images: of those a map shows little of what speaks for their class, since the "
    "baseline has it already.",
    "fidelity_better": "Deleting pixels in the smoothed maps' order lowers the mean probability of "
    "the more probable class to {ours}, in a random order as smooth to {random} (difference {low} "
    "to {high}, 95 %): the order tells which regions matter. Grad-CAM: {grad_cam}, plain "
    "gradients: {gradient}.",
    "fidelity_not": "Deleting pixels in the smoothed maps' order lowers the mean probability of "
    "the more probable class to {ours}, in a random order as smooth to {random} (difference {low} "
    "to {high}, 95 %): that the order tells which regions matter is not shown. Grad-CAM: "
    "{grad_cam}, plain gradients: {gradient}.",
    "insertion_better": "Inserting them in that order gives {ours} against {random} "
    "({low} to {high}), which agrees.",
    "insertion_not": "Inserting them in that order gives {ours} against {random} "
    "({low} to {high}), which is no gain.",
    "randomization": "With all weights scrambled, maps agree with the true ones by a rank "
    "correlation of {signed} with their signs and {absolute} without: what is left without signs "
    "is the image's own contrast, not what was learnt.",
    "stability": "Noise of a few grey levels leaves a rank correlation of {noise}, a shift of one "
    "pixel {shift}; maps of different images have {other_image}.",
    "location": "Of the maps' mass {centre} lies in the centre (area {centre_area}), {border} on "
    "the border ({border_area}), {corners} in the corners ({corners_area}), {left} in the left "
    "half of the image and {right} in the right.",
    "outcomes": "Wrong against right answers: centre {wrong_centre} and {right_centre}, border "
    "{wrong_border} and {right_border}, corners {wrong_corners} and {right_corners} ({wrong} and "
    "{right} images).",
    "no_wrong": "None of the tested images was called wrong, so there is no comparison.",
    "alarm": "A marker or letter in a corner drives the decision: corners hold {mass} times the "
    "mass of any equal patch elsewhere, and covering them changes the log-odds {covered} times as "
    "much.",
    "no_alarm": "Nothing in the corners drives the decision: against equal patches elsewhere they "
    "hold {mass} times the largest mass, and covering them changes the log-odds {covered} times "
    "as much.",
    "lesions": "{subtype}: the highest value of the map lies in the lesion in {pointing} of "
    "{n} images with a small lesion (chance {chance}), and {mass} of the positive mass does "
    "(chance {mass_chance}).",
    "no_lesions": "Where the lesions are is not known, so the maps can't be held against them.",
}
_PERSIAN = {
    "completeness": "{converged} از نقشه‌های گرمایی با خطای حداکثر {tolerance} با اختلاف "
    "لگاریتم بخت (log-odds) جمع می‌شوند (میانه {steps} گام)؛ بقیه علامت خورده‌اند.",
    "baseline": "لگاریتم بخت خود تصویر مبنا {log_odds} است و {same_side} از تصویرها در همان سمت "
    "هستند: نقشهٔ آن‌ها از آنچه به سود کلاسشان است کم نشان می‌دهد، چون تصویر مبنا آن را از پیش دارد.",
    "fidelity_better": "حذف پیکسل‌ها به ترتیب نقشهٔ هموارشده، میانگین احتمال کلاس محتمل‌تر را به "
    "{ours} می‌رساند و به ترتیبی تصادفی با همان همواری به {random} (اختلاف {low} تا {high}، بازهٔ "
    "۹۵٪): این ترتیب نشان می‌دهد کدام ناحیه‌ها مهم‌اند. Grad-CAM: {grad_cam}، گرادیان ساده: "
    "{gradient}.",
    "fidelity_not": "حذف پیکسل‌ها به ترتیب نقشهٔ هموارشده، میانگین احتمال کلاس محتمل‌تر را به "
    "{ours} می‌رساند و به ترتیبی تصادفی با همان همواری به {random} (اختلاف {low} تا {high}، بازهٔ "
    "۹۵٪): نشان داده نشد که این ترتیب ناحیه‌های مهم را می‌شناسد. Grad-CAM: {grad_cam}، گرادیان "
    "ساده: {gradient}.",
    "insertion_better": "بازگرداندن آن‌ها به همان ترتیب {ours} می‌دهد در برابر {random} "
    "({low} تا {high}) که همین را تأیید می‌کند.",
    "insertion_not": "بازگرداندن آن‌ها به همان ترتیب {ours} می‌دهد در برابر {random} "
    "({low} تا {high}) که بهبودی نیست.",
    "randomization": "وقتی همهٔ وزن‌ها به هم ریخته شوند، همبستگی رتبه‌ای نقشه‌ها با نقشه‌های "
    "واقعی با علامت {signed} و بدون علامت {absolute} است: آنچه بدون علامت می‌ماند کنتراست خود "
    "تصویر است، نه آنچه آموخته شده.",
    "stability": "با نویزی به اندازهٔ چند سطح خاکستری همبستگی رتبه‌ای {noise} و با جابه‌جایی یک "
    "پیکسل {shift} می‌ماند؛ برای نقشه‌های تصویرهای متفاوت {other_image} است.",
    "location": "{centre} از جرم نقشه‌ها در مرکز است (مساحت {centre_area})، {border} در حاشیه "
    "({border_area})، {corners} در گوشه‌ها ({corners_area})، {left} در نیمهٔ چپ تصویر و {right} "
    "در نیمهٔ راست.",
    "outcomes": "پاسخ‌های نادرست در برابر درست: مرکز {wrong_centre} و {right_centre}، حاشیه "
    "{wrong_border} و {right_border}، گوشه‌ها {wrong_corners} و {right_corners} ({wrong} و "
    "{right} تصویر).",
    "no_wrong": "هیچ‌یک از تصویرهای آزموده نادرست پیش‌بینی نشده، پس مقایسه‌ای در کار نیست.",
    "alarm": "نشانه یا حرفی در گوشهٔ تصویر تصمیم را تعیین می‌کند: گوشه‌ها {mass} برابر هر ناحیهٔ "
    "هم‌اندازهٔ دیگر جرم دارند و پوشاندنشان لگاریتم بخت را {covered} برابر تغییر می‌دهد.",
    "no_alarm": "چیزی در گوشه‌ها تصمیم را تعیین نمی‌کند: در برابر ناحیه‌های هم‌اندازهٔ دیگر "
    "{mass} برابر بیشترین جرم را دارند و پوشاندنشان لگاریتم بخت را {covered} برابر تغییر "
    "می‌دهد.",
    "lesions": "{subtype}: در {pointing} از {n} تصویر با ضایعهٔ کوچک، بیشترین مقدار نقشه درون "
    "ضایعه است (تصادفی {chance}) و {mass} از جرم مثبت درون آن است (تصادفی {mass_chance}).",
    "no_lesions": "جای ضایعه‌ها معلوم نیست، پس نقشه‌ها را نمی‌توان با آن‌ها سنجید.",
}


def explanation_words(report: Mapping[str, Any], note: str) -> dict[str, dict[str, str]]:
    """Sentences by language (``en``, ``fa``) and subject, of an explanation report.

    Args:
        report: What ``explaining.report`` gives.
        note: What unknown patients mean for its intervals, '' where all are known.
    """
    found = _findings(report)
    words = {
        language: {
            subject: " ".join(
                templates[template].format(**_in_language(numbers, language))
                for template, numbers in sentences
            )
            for subject, sentences in found.items()
        }
        for language, templates in (("en", _ENGLISH), ("fa", _PERSIAN))
    }
    for unknown in unknown_patients_words(note):
        for language in LANGUAGES:
            words[language]["patients"] = unknown.of(language)
    return words


def _in_language(numbers: Mapping[str, str], language: str) -> Mapping[str, str]:
    if language == "en":
        return numbers
    return {name: in_persian_digits(text) for name, text in numbers.items()}


def _findings(report: Mapping[str, Any]) -> dict[str, list[tuple[str, dict[str, str]]]]:
    """By subject the sentences' names, with their numbers as text."""
    completeness = report["completeness"]
    scrambled = report["randomization"][OURS][_LAST_STAGE]
    return {
        "completeness": [
            (
                "completeness",
                {
                    "converged": _percent(completeness["converged"]),
                    "tolerance": _percent(completeness["tolerance"]),
                    "steps": f"{completeness['steps']['median']:.0f}",
                },
            ),
            (
                "baseline",
                {
                    "log_odds": f"{completeness['baseline']['log_odds']:.1f}",
                    "same_side": _percent(completeness["baseline"]["same_side"]),
                },
            ),
        ],
        "fidelity": [
            _compared(report["deletion"], "fidelity", lower_is_better=True),
            _compared(report["insertion"], "insertion", lower_is_better=False),
        ],
        "randomization": [
            ("randomization", {kind: _number(scrambled[kind]) for kind in ("signed", "absolute")})
        ],
        "stability": [
            ("stability", {k: _number(found) for k, found in report["stability"][OURS].items()})
        ],
        "location": [*_location(report["location"]["regions"]), _corners(report["location"])],
        "lesions": _lesions(report["location"]["lesions"]),
    }


def _compared(
    test: Mapping[str, Any], name: str, *, lower_is_better: bool
) -> tuple[str, dict[str, str]]:
    difference = test["random"]["ours_minus_this"]
    low, high = difference["low"], difference["high"]
    # A single patient has no interval, and shows nothing.
    better = low is not None and (high < 0 if lower_is_better else low > 0)
    numbers = {
        "ours": _number(test[OURS]["area"]),
        "low": _number(difference | {"value": low}),
        "high": _number(difference | {"value": high}),
        **{other: _number(test[other]["area"]) for other in ("random", "grad_cam", "gradient")},
    }
    return (f"{name}_better" if better else f"{name}_not"), numbers


def _location(regions: Mapping[str, Any]) -> list[tuple[str, dict[str, str]]]:
    everywhere = {name: _percent(found[OURS]["value"]) for name, found in regions.items()}
    areas = {f"{name}_area": _percent(found["area"]) for name, found in regions.items()}
    wrong, right = (regions["centre"][outcome]["n"] for outcome in ("wrong", "right"))
    if not wrong or not right:
        return [("location", everywhere | areas), ("no_wrong", {})]
    by_outcome = {
        f"{outcome}_{name}": _percent(regions[name][outcome]["value"])
        for outcome in ("wrong", "right")
        for name in ("centre", "border", "corners")
    }
    counts = {"wrong": str(wrong), "right": str(right)}
    return [("location", everywhere | areas), ("outcomes", by_outcome | counts)]


def _corners(location: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    corners = location["corners"]
    ratios = corners["ratio_to_the_largest_elsewhere"]
    numbers = {kind: f"{ratio:.2f}" for kind, ratio in ratios.items()}
    return ("alarm" if corners["alarm"] else "no_alarm"), numbers


def _lesions(lesions: Mapping[str, Any] | None) -> list[tuple[str, dict[str, str]]]:
    if lesions is None:
        return [("no_lesions", {})]
    return [
        (
            "lesions",
            {
                "subtype": subtype,
                "pointing": _percent(found[OURS]["pointing"]["value"]),
                "n": str(found[OURS]["pointing"]["n"]),
                "chance": _percent(found["chance"]["pointing"]["value"]),
                "mass": _percent(found[OURS]["mass_inside"]["value"]),
                "mass_chance": _percent(found["chance"]["mass_inside"]["value"]),
            },
        )
        for subtype, found in lesions.items()
    ]


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _number(found: Mapping[str, Any]) -> str:
    return "-" if found["value"] is None else f"{found['value']:.2f}"
