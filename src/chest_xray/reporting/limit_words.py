"""What the results don't show, in English and Persian; from the results themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chest_xray.reporting.languages import Words, both, interval
from chest_xray.reporting.patient_words import few_patients_words

Audit = Mapping[str, Any]

# Interval wider than this, and a comparison of two good models is a matter of luck.
_WIDE = 0.05
_TELLING_AUC = 0.6

NOT_A_DEVICE = Words(
    "Research and teaching; this is not a medical device, and nothing here may decide about a "
    "patient.",
    "برای پژوهش و آموزش است؛ این یک ابزار پزشکی نیست و هیچ‌چیز آن نباید دربارهٔ بیماری تصمیم بگیرد.",
)


def source_words(drawn: bool) -> Words:
    """Whose radiographs these are."""
    if drawn:
        return Words(
            "These radiographs are drawn (phantoms): their truth is known, and no number here "
            "speaks of patients.",
            "این تصویرها رسم‌شده‌اند (فانتوم): حقیقتشان دانسته است و هیچ عددی در اینجا دربارهٔ "
            "بیماران نیست.",
        )
    return Words(
        "A folder of radiographs was measured as it is. If it is the published set (Kermany and "
        "others, doi:10.17632/rscbjbr9sj.2, CC BY 4.0), it holds children of one hospital.",
        "پوشه‌ای از تصویرها همان‌گونه که هست سنجیده شده است. اگر دادگان منتشرشده باشد (Kermany و "
        "دیگران، doi:10.17632/rscbjbr9sj.2، پروانهٔ CC BY 4.0)، از کودکان یک بیمارستان است.",
    )


def data_limits(audit: Audit) -> list[Words]:
    """What the data leave open."""
    said = []
    files = audit["no_pixel_baseline"]["size_mode_and_jpeg_header"]
    if files and files["auc"]["value"] is not None and files["auc"]["value"] > _TELLING_AUC:
        said.append(
            both(
                "The files themselves tell the classes apart (AUC {area} without a pixel), so no "
                "accuracy here speaks of another hospital.",
                "خودِ پرونده‌ها دسته‌ها را از هم جدا می‌کنند (AUC برابر {area} بدون پیکسل)، پس هیچ "
                "دقتی در اینجا دربارهٔ بیمارستان دیگری نیست.",
                {"area": interval(files["auc"])},
            )
        )
    if audit["duplicate_groups_with_conflicting_labels"]:
        said.append(
            both(
                "{count} groups of identical images have conflicting labels: some labels are "
                "wrong.",
                "{count} گروه از تصویرهای یکسان برچسب متناقض دارند: برخی برچسب‌ها نادرست‌اند.",
                {"count": str(len(audit["duplicate_groups_with_conflicting_labels"]))},
            )
        )
    said.append(
        Words(
            "All parts come from one source: the test part tells of new patients of that source, "
            "not of other machines, ages or countries.",
            "همهٔ بخش‌ها از یک منبع‌اند: بخش تست از بیماران تازهٔ همان منبع می‌گوید، نه از دستگاه‌ها، "
            "سن‌ها یا کشورهای دیگر.",
        )
    )
    return said


def measurement_limits(metrics: Mapping[str, Any]) -> list[Words]:
    """How far the test part carries."""
    few = few_patients_words(metrics.get("few_patients", []))
    accuracy = metrics["accuracy"]
    if accuracy["low"] is None:
        return few
    width = accuracy["high"] - accuracy["low"]
    numbers = {
        "n": f"{metrics['n']:,}",
        "patients": f"{metrics['patients']:,}",
        "width": f"{100 * width:.1f}",
    }
    if width > _WIDE:
        return [
            both(
                "The test part is small ({n} images of {patients} patients): the 95 % interval of "
                "accuracy is {width} points wide, and differences smaller than that are not shown.",
                "بخش تست کوچک است ({n} تصویر از {patients} بیمار): بازهٔ ۹۵٪ دقت {width} واحد درصد "
                "پهنا دارد و تفاوت‌های کوچک‌تر از آن نشان داده نمی‌شوند.",
                numbers,
            ),
            *few,
        ]
    return [
        both(
            "With {n} test images of {patients} patients the 95 % interval of accuracy is {width} "
            "points wide: smaller differences between models are not shown.",
            "با {n} تصویر تست از {patients} بیمار، بازهٔ ۹۵٪ دقت {width} واحد درصد پهنا دارد: "
            "تفاوت‌های کوچک‌تر میان مدل‌ها نشان داده نمی‌شوند.",
            numbers,
        ),
        *few,
    ]


def shortcut_limits(report: Mapping[str, Any]) -> list[Words]:
    """Whether the heat maps found the model looking at what is no lung."""
    corners = report["location"]["corners"]
    numbers = {
        kind: f"{ratio:.2f}" for kind, ratio in corners["ratio_to_the_largest_elsewhere"].items()
    }
    if corners["alarm"]:
        return [
            both(
                "A shortcut was found: the corners, where letters and markers are, drive the "
                "decision more than any equal patch elsewhere (mass {mass} times, effect "
                "{covered} times).",
                "راه میان‌بری یافت شد: گوشه‌ها، که جای حروف و نشانه‌هاست، بیش از هر ناحیهٔ هم‌اندازهٔ "
                "دیگر تصمیم را می‌سازند (جرم {mass} برابر، اثر {covered} برابر).",
                numbers,
            )
        ]
    return [
        both(
            "No shortcut in the corners was found (mass {mass} times, effect {covered} times the "
            "largest equal patch elsewhere); other shortcuts were not looked for by heat maps.",
            "راه میان‌بری در گوشه‌ها یافت نشد (جرم {mass} برابر و اثر {covered} برابر بزرگ‌ترین ناحیهٔ "
            "هم‌اندازهٔ دیگر)؛ راه‌های میان‌بر دیگر با نقشه‌ها جست‌وجو نشد.",
            numbers,
        )
    ]
