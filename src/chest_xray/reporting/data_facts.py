"""What the audit of a folder of radiographs found, as tables and messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chest_xray.reporting.baseline_facts import BASELINES, cross_validated
from chest_xray.reporting.messages import Message, Value, interval, message
from chest_xray.reporting.numbers import number, percent
from chest_xray.reporting.patient_facts import patient_doubts
from chest_xray.reporting.tables import Cell, Table

Audit = Mapping[str, Any]

PARTS = {"train": "part-train", "validation": "part-validation", "test": "part-test"}
# A classifier that sees no pixel and still reaches this is no sign of a clean data set.
TELLING_AUC = 0.6
_BY_CHANCE = 0.5
# Beside texture and thumbnail, which look at pixels.
_OF_PIXELS = ("texture", "thumbnail")
_PLACES = {"folder": "data-texture-tells-folders", "source": "data-texture-tells-sources"}
_SIDES = {"width": "sizes-width", "height": "sizes-height"}
_FACTS = {
    "mode": "fact-mode",
    "format": "fact-format",
    "bits": "fact-bits",
    "size": "fact-size",
    "darkest": "fact-darkest",
    "brightest": "fact-brightest",
    "jpeg_quality": "fact-jpeg-quality",
    "source": "fact-source",
    "folder": "fact-folder",
}
_METHODS = {
    "patient": "data-method-patient",
    "image": "data-method-image",
    "published": "data-method-published",
    "published_test": "data-method-published-test",
    "source": "data-method-source",
}
# Those that take no notice of the published folders.
_MERGING_METHODS = ("patient", "image", "source")
_QUANTILES = ("min", "25%", "50%", "75%", "max")


def parts_table(audit: Audit) -> Table:
    """Images of each class in each part of the split, and those in none."""
    classes, images = list(audit["counts"]), audit["images"]
    rows: list[list[Cell]] = []
    left = dict(audit["counts"])
    for part, key in PARTS.items():
        counts = [audit["counts_by_part"].get(f"{part}/{name}", 0) for name in classes]
        left = {name: left[name] - count for name, count in zip(classes, counts, strict=True)}
        rows.append([message(key), *_counted(counts, images)])
    note = None
    if any(left.values()):
        rows.append([message("parts-none"), *_counted(list(left.values()), images)])
        note = _left_out(audit, sum(left.values()))
    rows.append([message("parts-all"), *_counted(list(audit["counts"].values()), images)])
    return Table(
        message("parts-table"),
        [message("parts-part"), *classes, message("parts-together"), message("parts-share")],
        rows,
        note,
    )


def _left_out(audit: Audit, images: int) -> Message:
    """Why images are in no part: they can't be read, or stand for a film that is in another."""
    unreadable = len(audit["unreadable"])
    if images <= unreadable:
        return message("parts-unreadable", images=images)
    return message("parts-left-out", unreadable=unreadable, images=images - unreadable)


def _counted(counts: list[int], images: int) -> list[str]:
    total = sum(counts)
    return [*map(number, counts), number(total), percent(total / max(images, 1))]


def folders_table(audit: Audit) -> Table:
    """Images of each class in each of the folders that were merged."""
    classes, counts = list(audit["counts"]), audit["counts_by_folder"]
    folders = dict.fromkeys(key.rpartition("/")[0] for key in counts)
    return Table(
        message("folders-table"),
        [message("folders-folder"), *classes],
        [
            [
                folder or message("folders-none"),
                *(number(counts.get(f"{folder}/{name}", 0)) for name in classes),
            ]
            for folder in folders
        ],
    )


def sources_table(audit: Audit) -> Table:
    """Images of each class in each source."""
    classes, counts = list(audit["counts"]), audit["counts_by_source"]
    sources = dict.fromkeys(key.rpartition("/")[0] for key in counts)
    return Table(
        message("sources-table"),
        [message("sources-source"), *classes],
        [
            [source, *(number(counts.get(f"{source}/{name}", 0)) for name in classes)]
            for source in sources
        ],
    )


def sizes_table(audit: Audit) -> Table:
    """Width and height of the files, by quartiles."""
    sizes = audit["sizes"]
    return Table(
        message("sizes-table"),
        [
            message("sizes-side"),
            message("sizes-smallest"),
            message("sizes-first-quartile"),
            message("sizes-median"),
            message("sizes-third-quartile"),
            message("sizes-largest"),
        ],
        [
            [message(key), *(number(sizes[side][name]) for name in _QUANTILES)]
            for side, key in _SIDES.items()
        ],
    )


def data_findings(audit: Audit) -> list[Message]:
    """What there is, how unequal, what is wrong with it, and what gives the classes away."""
    return [
        *shortcuts(audit),
        _counts(audit),
        *patient_doubts(audit["patient_doubts"]),
        _sizes(audit),
        *_defects(audit),
        *_dicom(audit),
        *_near_duplicates(audit),
        *(leak(audit) or [_split(audit)]),
        _no_pixel(audit),
        *_of_pixels(audit),
        *_texture_tells(audit),
    ]


def shortcuts(audit: Audit) -> list[Message]:
    """Each fact about files that alone tells the class."""
    return list(map(_shortcut, audit["class_shortcuts"]))


def _shortcut(found: Mapping[str, Any]) -> Message:
    classes = [
        message(
            "data-shortcut-class",
            label=label,
            values=[
                message("data-shortcut-value", value=value, count=count)
                for value, count in counts.items()
            ],
        )
        for label, counts in found["values"].items()
    ]
    return message(
        "data-shortcut",
        fact=message(_FACTS[found["fact"]]),
        accuracy=found["balanced_accuracy"],
        classes=classes,
    )


def _counts(audit: Audit) -> Message:
    counts = audit["counts"]
    many, few = max(counts, key=counts.get), min(counts, key=counts.get)
    totals = {"images": audit["images"], "patients": audit["patients"]}
    if len(counts) < 2 or not counts[few]:
        return message("data-one-class", **totals, label=many)
    if counts[many] == counts[few]:
        return message("data-equal-counts", **totals, classes=list(counts), count=counts[many])
    return message(
        "data-counts",
        **totals,
        many=many,
        few=few,
        many_count=counts[many],
        few_count=counts[few],
        ratio=counts[many] / counts[few],
        share=counts[many] / sum(counts.values()),
    )


def _sizes(audit: Audit) -> Message:
    width, height = (audit["sizes"][side] for side in _SIDES)
    median = {"width": round(width["50%"]), "height": round(height["50%"])}
    if all(side["min"] == side["max"] for side in (width, height)):
        return message("data-one-size", **median)
    return message(
        "data-sizes",
        smallest=round(min(width["min"], height["min"])),
        largest=round(max(width["max"], height["max"])),
        **median,
    )


def _defects(audit: Audit) -> list[Message]:
    found = [
        message(
            "data-defects",
            unreadable=len(audit["unreadable"]),
            duplicates=audit["duplicate_groups"],
            conflicting=len(audit["duplicate_groups_with_conflicting_labels"]),
        )
    ]
    folders, several = _folders(audit), audit["patients_on_both_sides_of_the_published_folders"]
    if len(folders) > 1:
        key = "data-patients-in-several-folders" if several else "data-patients-in-one-folder"
        values: dict[str, Value] = {"patients": several} if several else {}
        found.append(message(key, folders=[f"`{one}`" for one in folders], **values))
    return found


def _dicom(audit: Audit) -> list[Message]:
    """What DICOM files alone tell: those that were left out, and text in the pixels of others."""
    found = []
    # An audit of a version that did not train on DICOM has neither.
    if counts := audit.get("dicom_left_out_counts"):
        reasons = [
            message("data-dicom-reason", reason=f"`{reason}`", count=count)
            for reason, count in counts.items()
        ]
        found.append(message("data-dicom-left-out", files=sum(counts.values()), reasons=reasons))
    if marked := audit.get("dicom_films_with_burnt_in_annotation"):
        found.append(message("data-dicom-burnt-in", films=len(marked)))
    return found


def _folders(audit: Audit) -> list[str]:
    """The published folders there are."""
    folders = dict.fromkeys(key.rpartition("/")[0] for key in audit["counts_by_folder"])
    return [folder for folder in folders if folder]


def data_method(audit: Audit) -> list[Message]:
    """How the images became train, validation and test."""
    folders, method = _folders(audit), audit["split_method"]
    found = []
    if len(folders) > 1 and method in _MERGING_METHODS:
        found.append(message("data-merged", folders=[f"`{one}`" for one in folders]))
    return [*found, message(_METHODS[method])]


def _near_duplicates(audit: Audit) -> list[Message]:
    groups = audit["near_duplicates"]
    if not groups:
        return []
    counts = {
        name: sum(group[f"across_{name}"] for group in groups)
        for name in ("patients", "classes", "published_folders")
    }
    files = sum(len(group["files"]) for group in groups)
    return [message("data-near-duplicates", groups=len(groups), files=files, **counts)]


def leak(audit: Audit) -> list[Message]:
    """That test images show patients who were learnt from, where they do."""
    leaked, method = audit["test_images_with_a_trained_patient"], audit["split_method"]
    return [message("data-split-leaks", method=method, leaked=leaked)] if leaked else []


def _split(audit: Audit) -> Message:
    method = audit["split_method"]
    if method == "published_test":
        shared = audit["patients_on_both_sides_of_the_published_folders"]
        return message("data-split-published-test", shared=shared)
    return message("data-split", method=method)


def _no_pixel(audit: Audit) -> Message:
    found = audit["no_pixel_baseline"]
    files, size = found["size_mode_and_jpeg_header"], found["size_and_mode"]
    if not files or files["auc"]["value"] is None:
        return message("data-no-pixel-unknown")
    area = interval(files["auc"])
    if telling(files["auc"]):
        return message("data-no-pixel-telling", files=area, size=interval(size["auc"]))
    high = files["auc"]["high"]
    if high is None or high > TELLING_AUC:
        return message("data-no-pixel-open", files=area)
    return message("data-no-pixel-clean", files=area)


def _of_pixels(audit: Audit) -> list[Message]:
    """What texture and a thumbnail tell of the class."""
    found = []
    for name in _OF_PIXELS:
        whole, test = cross_validated(audit, name), audit[f"{name}_baseline"]["test_part"]
        if not whole or whole["auc"]["value"] is None:
            found.append(message("data-baseline-unknown", baseline=BASELINES[name]))
            continue
        values: dict[str, Value] = {"baseline": BASELINES[name], "auc": interval(whole["auc"])}
        if test and test["auc"]["value"] is not None:
            values["test"] = interval(test["auc"])
            found.append(message("data-baseline-on-test", **values))
        else:
            found.append(message("data-baseline", **values))
    return found


def _texture_tells(audit: Audit) -> list[Message]:
    """Where folders or sources can be told by their texture among films of one class."""
    return [
        message(
            _PLACES[one["column"]],
            label=one["label"],
            one=one["values"][0],
            others=[f"`{value}`" for value in one["values"][1:]],
            auc=interval(one["auc"]),
        )
        for one in audit["texture_baseline"]["tells_apart"]
        if telling(one["auc"])
    ]


def telling(area: Mapping[str, float | None]) -> bool:
    """Whether an AUC is one that tells classes apart, and not by the luck of few patients."""
    value, low = area["value"], area["low"]
    return value is not None and value > TELLING_AUC and low is not None and low > _BY_CHANCE
