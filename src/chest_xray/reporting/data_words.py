"""What the audit of a folder of radiographs says, as tables and in English and Persian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chest_xray.reporting.doubt_words import patient_doubt_words
from chest_xray.reporting.languages import Table, Words, both, interval, percent

Audit = Mapping[str, Any]

PARTS = (
    ("train", Words("train", "آموزش")),
    ("validation", Words("validation", "ارزیابی")),
    ("test", Words("test", "تست")),
)
# A classifier that sees no pixel and still reaches this is no sign of a clean data set.
_TELLING_AUC = 0.6
_SIDES = (("width", Words("width", "عرض")), ("height", Words("height", "ارتفاع")))
_FACTS = {
    "mode": Words("the colour mode", "حالت رنگ"),
    "format": Words("the file format", "قالب پرونده"),
    "bits": Words("the number of bits of a grey level", "شمار بیت‌های سطح خاکستری"),
    "size": Words("the size of the image (px)", "اندازهٔ تصویر (پیکسل)"),
    "darkest": Words("the darkest grey level", "تیره‌ترین سطح خاکستری"),
    "brightest": Words("the brightest grey level", "روشن‌ترین سطح خاکستری"),
    "jpeg_quality": Words("the JPEG quality", "کیفیت JPEG"),
}
_QUANTILES = ("min", "25%", "50%", "75%", "max")


def parts_table(audit: Audit) -> Table:
    """Images of each class in each part of the split."""
    classes = list(audit["counts"])
    rows: list[list[str | Words]] = []
    for part, said in PARTS:
        counts = [audit["counts_by_part"].get(f"{part}/{name}", 0) for name in classes]
        rows.append([said, *_counted(counts, audit["images"])])
    rows.append([Words("all", "همه"), *_counted(list(audit["counts"].values()), audit["images"])])
    return Table(
        Words("Images of each class after the split", "تصویرهای هر دسته پس از تقسیم"),
        [
            Words("part", "بخش"),
            *(Words(name, name) for name in classes),
            Words("together", "مجموع"),
            Words("share of all", "سهم از کل"),
        ],
        rows,
    )


def _counted(counts: list[int], images: int) -> list[str]:
    total = sum(counts)
    return [*(f"{count:,}" for count in counts), f"{total:,}", percent(total / max(images, 1))]


def folders_table(audit: Audit) -> Table:
    """Images of each class in each of the folders that were merged."""
    classes = list(audit["counts"])
    folders = dict.fromkeys(key.rpartition("/")[0] for key in audit["counts_by_folder"])
    return Table(
        Words("The folders that were merged", "پوشه‌هایی که ادغام شدند"),
        [Words("folder", "پوشه"), *(Words(name, name) for name in classes)],
        [
            [
                folder or Words("no folder", "بدون پوشه"),
                *(f"{audit['counts_by_folder'].get(f'{folder}/{name}', 0):,}" for name in classes),
            ]
            for folder in folders
        ],
    )


def sizes_table(audit: Audit) -> Table:
    """Width and height of the files, by quarters."""
    sizes = audit["sizes"]
    return Table(
        Words("Size of the images (px)", "اندازهٔ تصویرها (پیکسل)"),
        [
            Words("side", "ضلع"),
            Words("smallest", "کمترین"),
            Words("a quarter below", "چارک نخست"),
            Words("median", "میانه"),
            Words("a quarter above", "چارک سوم"),
            Words("largest", "بیشترین"),
        ],
        [
            [said, *(f"{sizes[side][name]:,.0f}" for name in _QUANTILES)]
            for side, said in _SIDES
        ],
    )  # fmt: skip


def data_findings(audit: Audit) -> list[Words]:
    """What there is, how unequal, what is wrong with it, and what gives the classes away."""
    return [
        *map(_shortcut, audit["class_shortcuts"]),
        _how_many(audit),
        *patient_doubt_words(audit["patient_doubts"]),
        _sizes(audit),
        _defects(audit),
        *_near_duplicates(audit),
        _split(audit),
        _no_pixel(audit),
    ]


def _shortcut(found: Audit) -> Words:
    fact = _FACTS[found["fact"]]
    values = {
        label: ", ".join(f"{value} ({count:,})" for value, count in counts.items())
        for label, counts in found["values"].items()
    }
    listed = "; ".join(f"{label}: {text}" for label, text in values.items())
    return both(
        f"Warning: {fact.en} alone tells the class, with a balanced accuracy of {{accuracy}} on "
        "patients that were held out. A model can learn this instead of the disease, and its "
        "results here then say nothing about other films. Images by value: {values}.",
        f"هشدار: {fact.fa} به‌تنهایی دسته را لو می‌دهد، با دقت متوازن {{accuracy}} روی بیماران "
        "کنارگذاشته‌شده. مدل می‌تواند به جای بیماری همین را بیاموزد، و آنگاه نتیجه‌های اینجا دربارهٔ "
        "تصویرهای دیگر چیزی نمی‌گویند. شمار تصویرها به تفکیک مقدار: {values}.",
        {"accuracy": f"{found['balanced_accuracy']:.3f}"},
        {"values": listed},
    )


def _how_many(audit: Audit) -> Words:
    counts = audit["counts"]
    many, few = max(counts, key=counts.get), min(counts, key=counts.get)
    return both(
        "{images} images of {patients} patients: {many_count} {many} and {few_count} {few}, "
        "{ratio} to one. Always answering {many} would be right for {share} of them, so accuracy "
        "alone says little, and the loss weighs each class by its rarity.",
        "{images} تصویر از {patients} بیمار: {many_count} تصویر {many} و {few_count} تصویر {few}، "
        "یعنی {ratio} به یک. مدلی که همیشه {many} بگوید برای {share} آن‌ها درست می‌گوید؛ پس دقت "
        "به‌تنهایی گویا نیست و تابع خطا هر دسته را به نسبت کمیابی‌اش وزن می‌دهد.",
        {
            "images": f"{audit['images']:,}",
            "patients": f"{audit['patients']:,}",
            "many_count": f"{counts[many]:,}",
            "few_count": f"{counts[few]:,}",
            "ratio": f"{counts[many] / max(counts[few], 1):.1f}",
            "share": percent(counts[many] / max(sum(counts.values()), 1)),
        },
        {"many": many, "few": few},
    )


def _sizes(audit: Audit) -> Words:
    sides = [audit["sizes"][side] for side in ("width", "height")]
    numbers = {
        "width": f"{sides[0]['50%']:,.0f}",
        "height": f"{sides[1]['50%']:,.0f}",
        "smallest": f"{min(side['min'] for side in sides):,.0f}",
        "largest": f"{max(side['max'] for side in sides):,.0f}",
    }
    if all(side["min"] == side["max"] for side in sides):
        return both(
            "All files are {width} x {height} px: somebody has resized them before.",
            "همهٔ پرونده‌ها {width} در {height} پیکسل‌اند: کسی پیش‌تر اندازهٔ آن‌ها را یکسان کرده است.",
            numbers,
        )
    return both(
        "Files differ in size: sides from {smallest} to {largest} px, the median file "
        "{width} x {height}. All are stretched to one square.",
        "اندازهٔ پرونده‌ها یکسان نیست: ضلع‌ها از {smallest} تا {largest} پیکسل‌اند و میانه {width} در "
        "{height} است. همه به یک مربع کشیده می‌شوند.",
        numbers,
    )


def _defects(audit: Audit) -> Words:
    # Only where that is what was found, and what was done.
    both_sides = audit["patients_on_both_sides_of_the_published_folders"]
    again = Words("", "")
    if both_sides and audit["split_method"] != "published":
        again = Words(
            " For that reason the folders were merged and split anew.",
            " به همین دلیل پوشه‌ها ادغام و از نو تقسیم شدند.",
        )
    return both(
        "Unreadable files: {unreadable}; groups of identical images: {duplicates} (with "
        "conflicting labels: {conflicting}); patients on both sides of the published train and "
        f"test folders: {{both_sides}}.{again.en}",
        "پرونده‌های ناخوانا: {unreadable}؛ گروه‌های تصویر یکسان: {duplicates} (با برچسب متناقض: "
        "{conflicting})؛ بیمارانی که در هر دو سوی پوشه‌های منتشرشدهٔ آموزش و تست‌اند: "
        f"{{both_sides}}.{again.fa}",
        {
            "unreadable": f"{len(audit['unreadable']):,}",
            "duplicates": f"{audit['duplicate_groups']:,}",
            "conflicting": f"{len(audit['duplicate_groups_with_conflicting_labels']):,}",
            "both_sides": f"{both_sides:,}",
        },
    )


def _near_duplicates(audit: Audit) -> list[Words]:
    groups = audit["near_duplicates"]
    if not groups:
        return []
    counts = {
        name: sum(group[f"across_{name}"] for group in groups)
        for name in ("patients", "classes", "published_folders")
    }
    return [
        both(
            "{groups} films are there several times, saved again at another quality or size "
            "({files} files): {patients} of them under the names of several patients, who then "
            "count as one, {classes} in both classes, {published_folders} in several of the "
            "published folders.",
            "{groups} تصویر چند بار و با کیفیت یا اندازهٔ دیگری ذخیره شده‌اند ({files} پرونده): "
            "{patients} تای آن‌ها به نام چند بیمار است که یک بیمار شمرده می‌شوند، {classes} تا در هر "
            "دو دسته و {published_folders} تا در چند پوشهٔ منتشرشده‌اند.",
            {
                "groups": f"{len(groups):,}",
                "files": f"{sum(len(group['files']) for group in groups):,}",
                **{name: f"{count:,}" for name, count in counts.items()},
            },
        )
    ]


def _split(audit: Audit) -> Words:
    leaked = audit["test_images_with_a_trained_patient"]
    numbers = {"leaked": f"{leaked:,}"}
    names = {"method": audit["split_method"]}
    if leaked:
        return both(
            "The split by `{method}` leaks: {leaked} test images are of patients that were learnt "
            "from, so results on test are too good.",
            "تقسیم به روش `{method}` نشت دارد: {leaked} تصویر تست از بیمارانی است که مدل از آن‌ها "
            "آموخته، پس نتیجه‌های تست بیش از اندازه خوب‌اند.",
            numbers,
            names,
        )
    return both(
        "The split is by `{method}`, and no test image is of a patient that was learnt from.",
        "تقسیم به روش `{method}` است و هیچ تصویر تستی از بیماری نیست که مدل از او آموخته باشد.",
        numbers,
        names,
    )


def _no_pixel(audit: Audit) -> Words:
    found = audit["no_pixel_baseline"]
    files, size = found["size_mode_and_jpeg_header"], found["size_and_mode"]
    if not files or files["auc"]["value"] is None:
        return Words(
            "How far one gets without a look at any pixel could not be measured: a class has "
            "fewer than two patients.",
            "اینکه بدون نگاه به پیکسل‌ها تا کجا می‌توان رفت سنجیدنی نبود: یکی از دسته‌ها کمتر از دو "
            "بیمار دارد.",
        )
    area = files["auc"]
    numbers = {"area": interval(area), "size": interval(size["auc"])}
    if area["value"] > _TELLING_AUC:
        return both(
            "Without a look at any pixel, size and colour mode alone reach an AUC of {size}, with "
            "the JPEG header {area}: part of any accuracy here may come from how files were saved "
            "and not from the lungs.",
            "بدون نگاه به حتی یک پیکسل، اندازه و حالت رنگ به AUC برابر {size} و با سرایند JPEG به "
            "{area} می‌رسند: بخشی از هر دقتی در اینجا ممکن است از شیوهٔ ذخیرهٔ پرونده‌ها باشد، نه از "
            "ریه‌ها.",
            numbers,
        )
    if area["high"] > _TELLING_AUC:
        return both(
            "Without a look at any pixel, size, colour mode and JPEG header reach an AUC of "
            "{area}: there are too few patients to say whether the files give the classes away.",
            "بدون نگاه به حتی یک پیکسل، اندازه، حالت رنگ و سرایند JPEG به AUC برابر {area} می‌رسند: "
            "بیماران کمتر از آن‌اند که بتوان گفت پرونده‌ها دسته‌ها را لو می‌دهند یا نه.",
            numbers,
        )
    return both(
        "Without a look at any pixel, size, colour mode and JPEG header reach an AUC of {area}: "
        "the files give the classes away hardly or not at all.",
        "بدون نگاه به حتی یک پیکسل، اندازه، حالت رنگ و سرایند JPEG به AUC برابر {area} می‌رسند: "
        "پرونده‌ها دسته‌ها را لو نمی‌دهند یا اندکی لو می‌دهند.",
        numbers,
    )
