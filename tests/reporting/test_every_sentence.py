"""Whatever the results, each sentence of both languages is whole, and true of its numbers."""

import copy
import json
import re
from itertools import chain
from pathlib import Path

import pandas as pd
import pytest
from conftest import examples
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from reporting.edges import COUNTS, SHARES, intervals, redrawn
from reporting.test_facts import AUDIT, CARD, DOUBTS, METRICS, SHORTCUT
from reporting.test_quantization_facts import report_of

from chest_xray.evaluating.shortcuts import BASELINES
from chest_xray.reporting.baseline_facts import associations_table, baselines_table
from chest_xray.reporting.data_facts import (
    data_findings,
    data_method,
    folders_table,
    parts_table,
    sources_table,
)
from chest_xray.reporting.error_facts import EVIDENCE, error_findings
from chest_xray.reporting.explanation_facts import explanation_findings, explanation_method
from chest_xray.reporting.external_facts import (
    elsewhere_table,
    external_findings,
    lesion_findings,
    lesions_table,
    outside_baselines_table,
    outside_folder_findings,
    outside_verdict,
    subgroups_table,
)
from chest_xray.reporting.languages import LANGUAGES, language
from chest_xray.reporting.limit_facts import (
    data_limits,
    elsewhere_limits,
    measurement_limits,
    shortcut_limits,
)
from chest_xray.reporting.messages import message
from chest_xray.reporting.model_facts import (
    metrics_table,
    model_findings,
    training_findings,
    training_method,
)
from chest_xray.reporting.pooled_facts import pooled_findings, pooled_table
from chest_xray.reporting.quantization_facts import quantization_findings
from chest_xray.reporting.recalibration_facts import (
    recalibration_findings,
    recalibration_table,
    three_way_table,
)
from chest_xray.reporting.report_tables import class_accuracy_table, fidelity_table
from chest_xray.reporting.soup_facts import soup_finding, soup_table
from chest_xray.reporting.summary_facts import Provenance, Summarized, made_from, made_with, summary
from chest_xray.reporting.tuning_facts import (
    comparison_table,
    finalists_table,
    trials_table,
    tuning_findings,
)
from chest_xray.statistics.risk import risk

SAMPLES = Path(__file__).parent / "samples"
OUTSIDE, OUTSIDE_AUDIT, LESIONS = (
    json.loads((SAMPLES / f"external_{name}.json").read_text(encoding="utf8"))
    for name in ("metrics", "audit", "lesions")
)
# Shrinking so large a result takes minutes; the sentence that fails tells enough.
drawn = settings(max_examples=examples(10), deadline=None, phases=[Phase.explicit, Phase.generate])

# Sentences


def messages_in(value):
    """A message and all within it, and those of lists and tables."""
    if isinstance(value, dict):
        if "key" in value:
            yield value
            value = list(value["values"].values())
        else:
            return
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from messages_in(one)


BROKEN = {
    "a placeholder": r"[{}]",
    "a value of Python": r"\b(None(?! of)|nan|NaN|inf|Infinity|True|False)\b|∞",
    "a dash that stands for a number": r"(?:(?<=\s)|(?<=^)|(?<=\())[-–](?=[\s,.;:)]|$)",
    "two blanks": r"\S  ",
    "a blank before a mark": r"\S\s+[,.;:](?:\s|$)",
    "two marks": r"[.;:,؛،]\s?[.;,؛،](?:\s|$)",
}
ONE_OF_MANY = re.compile(r"(?<![\d.,%])\b1 (?:test |readable |tested )?([a-z]+s)\b")
MANY_OF_ONE = re.compile(
    r"(?<![\d.,])\b(?:0|[2-9]|\d[\d,]*\d) (?:test |readable )?"
    r"(image|film|patient|file|group|epoch|trial|training|split|subgroup|core)\b(?! number)"
)
NO_PLURALS = {"is", "was", "has", "holds", "raises", "occurs"}
# Names keep their Latin digits: F1, int8, IM-0117, 3.11.7, and what stands in code.
NAME = re.compile(r"`[^`]*`|CC BY 4\.0|[A-Za-z_][\w.:/+-]*|\d+(?:\.\d+){2,}|\d{4}-\d\d-\d\d")


def wrong_in(text, code, names):
    """What is wrong with a sentence; nothing where it is well formed."""
    bare = text
    for name in sorted(names, key=len, reverse=True):
        bare = bare.replace(name, "x")
    found = [what for what, pattern in BROKEN.items() if re.search(pattern, bare)]
    if code == "en":
        found += [
            f"a plural of one: {one[0]}"
            for one in ONE_OF_MANY.finditer(bare)
            if one[1] not in NO_PLURALS
        ]
        found += [f"a singular of many: {one[0]}" for one in MANY_OF_ONE.finditer(bare)]
        found += ["Persian letters"] if re.search("[\u06f0-\u06f9\u0600-\u06ef]", bare) else []
    else:
        found += ["Latin digits"] if re.search("[0-9]", NAME.sub("", bare)) else []
    return found


def names_in(found):
    return {
        one
        for part in messages_in(found)
        for value in part["values"].values()
        for one in (value if isinstance(value, list) else [value])
        if isinstance(one, str) and one
    }


# What the words of a sentence claim of the numbers in it, by its key.
CLAIMS = {
    "data-counts": lambda v: v["many_count"] > v["few_count"] > 0 and v["ratio"] > 1,
    "data-no-pixel-telling": lambda v: v["files"]["value"] > 0.6 and v["files"]["low"] > 0.5,
    "data-no-pixel-clean": lambda v: v["files"]["high"] <= 0.6,
    "limit-files-tell": lambda v: v["auc"]["value"] > 0.6 and v["auc"]["low"] > 0.5,
    "data-texture-tells-folders": lambda v: v["auc"]["low"] > 0.5,
    "curves-overfitted": lambda v: v["train"] - v["validation"] > 0.05,
    "curves-open": lambda v: v["train"] - v["validation"] > 0.05,
    "curves-validation-ahead": lambda v: v["validation"] > v["train"],
    "curves-close": lambda v: 0 <= v["train"] - v["validation"] <= 0.05,
    "model-learnt-more": lambda v: v["low"] > v["high"] and v["low"] > 0.5,
    "model-learning-not-shown": lambda v: round(v["low"], 3) <= round(v["high"], 3),
    "model-like-chance": lambda v: round(v["low"], 3) <= 0.5,
    "model-missed": lambda v: 0 < v["errors"] <= v["images"],
    "model-alarms": lambda v: 0 < v["errors"] <= v["images"],
    "limit-small-test": lambda v: v["width"] > 5,
    "limit-test": lambda v: v["width"] <= 5,
    "patients-few-in-test": lambda v: v["patients"] < v["fewest"],
    "errors-counted": lambda v: v["missed"] + v["alarms"] == v["errors"] > 0,
    "errors-first": lambda v: v["ratio"]["low"] <= v["ratio"]["value"] <= v["ratio"]["high"],
    "explanation-some-complete": lambda v: 0 < v["converged"] < 1,
    "explanation-baseline": lambda v: v["same_side"] > 0,
    "explanation-deletion-tells": lambda v: v["difference"]["high"] < 0,
    "explanation-insertion-agrees": lambda v: v["difference"]["low"] > 0,
    "explanation-insertion-disagrees": lambda v: v["difference"]["high"] < 0,
    "explanation-randomization-contrast": lambda v: v["absolute"] > v["signed"],
    "explanation-outcomes": lambda v: v["wrong"] and v["right"],
    "explanation-lesions": lambda v: v["images"] >= v["hits"],
    "soup-average": lambda v: v["models"] > 1,
    "soup-single": lambda v: v["tried"] > 1,
    "tuning-accuracy-rose": lambda v: v["after"] > v["before"],
    "tuning-accuracy-higher": lambda v: v["after"] > v["before"],
    "tuning-accuracy-fell": lambda v: v["after"] < v["before"],
    "tuning-accuracy-lower": lambda v: v["after"] < v["before"],
    "tuning-better": lambda v: v["points"]["low"] > 0,
    "tuning-worse": lambda v: v["points"]["high"] < 0,
    "pooled-better": lambda v: v["points"]["low"] > 0,
    "pooled-worse": lambda v: v["points"]["high"] < 0,
    "pooled-seen": lambda v: v["share"] > 0,
    "quantization-faster": lambda v: v["file"]["low"] > 1,
    "quantization-slower": lambda v: v["file"]["high"] < 1,
    "quantization-threads-at": lambda v: v["together"] > 0.9 * v["alone"],
    "quantization-disagreement": lambda v: v["p"] < 0.05,
    "quantization-agreement": lambda v: v["p"] >= 0.05 and v["first"] + v["second"] > 0,
    "external-told-without-disease": lambda v: v["auc"]["low"] > 0.5,
    "external-balanced-above-chance": lambda v: v["auc"]["low"] > 0.5,
    "external-balanced-below-chance": lambda v: v["auc"]["high"] < 0.5,
    "external-lesions-found": lambda v: v["pointing"]["low"] > v["pointing_chance"]["high"],
    "external-lesions-below-chance": lambda v: v["pointing"]["high"] < v["pointing_chance"]["low"],
}


def check(found, tables=()):
    """Every sentence of the findings, and every word of the tables, in every language."""
    cells = [
        cell
        for shown in tables
        for cell in [shown.caption, shown.note, *shown.columns, *chain(*shown.rows)]
    ]
    for one in [*found, *(cell for cell in cells if isinstance(cell, dict))]:
        for part in messages_in(one):
            claim = CLAIMS.get(part["key"])
            assert claim is None or claim(part["values"]), part
        for code in LANGUAGES:
            text = language(code).text(one)
            assert text.strip(), one
            assert not wrong_in(text, code, names_in(one)), text
    for cell in cells:
        assert not isinstance(cell, str) or not re.search(r"nan|None|inf|∞", cell), cell


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("There are 1 errors.", "en"),
        ("Of 2 image.", "en"),
        ("An AUC of - here.", "en"),
        ("It is nan.", "en"),
        ("For { $x }.", "en"),
        ("In all..", "en"),
        ("از 3 تصویر.", "fa"),
    ],
)
def test_what_is_malformed_is_seen(text, code):
    assert wrong_in(text, code, set())
    assert not wrong_in("There is 1 error of 12 images: 1 is far, 0.1 points.", "en", set())
    assert not wrong_in("فایل int8 و F1 از `a1` در ۳ تصویر.", "fa", set())


# Data


@st.composite
def audits(draw):
    audit = draw(
        redrawn({key: one for key, one in AUDIT.items() if key not in ("sizes", "split_method")})
    )
    counts = draw(
        st.sampled_from([(30, 30), (1, 1), (0, 5), (1, 1234), (100, 300)])
        | st.tuples(COUNTS, COUNTS)
    )
    names = ("NORMAL", "PNEUMONIA")
    left = draw(st.sampled_from([0, 1]))
    method = draw(st.sampled_from(["patient", "image", "published", "published_test", "source"]))
    folders = draw(
        st.sampled_from([("",), ("train",), ("train", "test"), ("train", "test", "val")])
    )
    same = {"min": 9, "25%": 9, "50%": 9, "75%": 9, "max": 9}
    sizes = draw(st.sampled_from([same, AUDIT["sizes"]["width"]]))
    audit |= {
        "counts": dict(zip(names, counts, strict=True)),
        "images": sum(counts),
        "counts_by_part": {
            f"train/{name}": max(count - left, 0) for name, count in zip(names, counts, strict=True)
        },
        "counts_by_folder": {f"{folder}/{name}": 1 for folder in folders for name in names},
        "sizes": {"width": sizes, "height": sizes},
        "split_method": method,
        "unreadable": [{"path": "a", "problem": "b"}] * draw(st.sampled_from([0, 1, 2])),
        "class_shortcuts": draw(st.sampled_from([[], [SHORTCUT]])),
        "patient_doubts": draw(st.sampled_from([[], DOUBTS, ONE_DOUBT])),
        "test_images_with_a_trained_patient": draw(st.sampled_from([0, 1, 7])),
        "dicom_left_out_counts": draw(
            st.sampled_from([{}, {"no_image": 1}, {"view: LL": 12, "modality: MR": 1}])
        ),
        "dicom_films_with_burnt_in_annotation": draw(st.sampled_from([[], ["a"], ["a", "b"]])),
        "patients_on_both_sides_of_the_published_folders": draw(st.sampled_from([0, 1, 12])),
        "duplicate_groups_with_conflicting_labels": [["a", "b"]] * draw(st.sampled_from([0, 1, 2])),
        "near_duplicates": [NEAR] * draw(st.sampled_from([0, 1, 2])),
    }
    for name in BASELINES:
        if draw(st.booleans()):
            found = dict.fromkeys(audit[f"{name}_baseline"])
            audit[f"{name}_baseline"] = found | {"tells_apart": [], "by_source": {}}
    return audit


ONE_DOUBT = [
    {"kind": "ambiguous_ids", "groups": [["007", "7"]]},
    {"kind": "many_folders", "patients": 1, "folders": 2, "example": "IM-1", "example_folders": 2},
    {"kind": "both_classes", "patients": 1, "mixed": 1, "example": "IM-1"},
    {"kind": "folders_disagree", "folders": 1, "several": 1, "example": "Patient-1"},
    {"kind": "unknown", "images": 1, "of": 1},
]
NEAR = {
    "files": ["a", "b"],
    "across_patients": True,
    "across_classes": False,
    "across_published_folders": False,
}


@drawn
@given(audits())
def test_data(audit):
    tables = (parts_table, folders_table, sources_table, baselines_table, associations_table)
    check(
        [*data_findings(audit), *data_method(audit), *data_limits(audit)],
        [make(audit) for make in tables],
    )


# A model


@st.composite
def few(draw):
    """Notes on parts with few patients of a class."""
    counts = draw(st.lists(st.sampled_from([0, 1, 19]), max_size=2))
    parts = zip(("validation", "test"), counts, strict=False)
    return [
        {"part": part, "class_name": "NORMAL", "patients": count, "fewest": 20}
        for part, count in parts
    ]


@st.composite
def metrics_of_a_model(draw):
    found = draw(redrawn({**METRICS, "strongest_baseline": None}))
    several = st.sampled_from([0, 1, 30])
    cells = [draw(several) for _ in range(4)]
    cells[0] += not any(cells)
    strongest = draw(redrawn(METRICS["strongest_baseline"]))
    by_source = {"north": draw(redrawn({"n": 3, "accuracy": AREA, "auc": AREA}))}
    shared = {one: draw(redrawn(SHARED)) for one in ("with", "without")}
    return found | {
        "confusion_matrix": [cells[:2], cells[2:]],
        "n": sum(cells),
        "few_patients": draw(few()),
        "strongest_baseline": draw(st.sampled_from([None, strongest])),
        "by_source": draw(st.sampled_from([{}, by_source])),
        "shared_numbers": draw(st.sampled_from([{}, shared])),
    }


AREA = {"value": 0.9, "low": 0.8, "high": 1.0}
SHARED = {"n": 3, "sensitivity": AREA, "specificity": AREA}


@drawn
@given(metrics_of_a_model())
def test_a_model(metrics):
    check([*model_findings(metrics, CARD), *measurement_limits(metrics)], [metrics_table(metrics)])


@st.composite
def cards(draw):
    card, settings_of = copy.deepcopy(CARD), copy.deepcopy(CARD["parameters"])
    largest = draw(redrawn(settings_of["augmentation"]))
    off = dict.fromkeys(largest, 0) | {"jpeg_quality": 100, "mirror": False}
    quality = draw(st.sampled_from([1, 60, 100]))
    settings_of |= {
        "epochs": draw(st.sampled_from([1, 2, 12])),
        "epochs_frozen": draw(st.sampled_from([0, 1, 3])),
        "progressive_fraction": draw(st.sampled_from([0.0, 0.6])),
        "progressive_image_sizes": draw(st.sampled_from([[64], [64, 96], [160]])),
        "stage_decay": draw(st.sampled_from([1.0, 0.5])),
        "label_smoothing": draw(st.sampled_from([0.0, 0.1])),
        "ema_decay": draw(st.sampled_from([0.0, 0.995])),
        "balance_within_sources": draw(st.booleans()),
        "augmentation": draw(st.sampled_from([off, largest | {"jpeg_quality": quality}])),
        "style_mixing": draw(redrawn(settings_of["style_mixing"])),
        "early_stopping": {
            "metric": draw(st.sampled_from(["loss", "accuracy", "f1", "auc"])),
            "patience": draw(st.sampled_from([1, 4])),
        },
    }
    return card | {
        "initial_weights": draw(st.sampled_from(["random", "torchvision IMAGENET1K_V1"])),
        "head_sizes": draw(st.sampled_from([[], [128], [256, 64]])),
        "dropout": draw(st.sampled_from([0.0, 0.2])),
        "intensity_normalization": draw(
            st.sampled_from(["none", "percentiles", "equalize", "clahe"])
        ),
        "test_time_views": draw(st.sampled_from([1, 2, 5])),
        "threshold_policy": {
            "policy": draw(st.sampled_from(["half", "youden", "sensitivity"])),
            "sensitivity": 0.97,
        },
        "finished": draw(
            st.sampled_from(["all 3 epochs done", "no gain of 0.001 in validation loss since 2"])
        ),
        "soup": draw(st.none() | soups()),
        "parameters": settings_of,
    }


@drawn
@given(cards())
def test_how_a_model_was_trained(card):
    told = training_method(card)
    check(told)
    text = " ".join(map(language("en").text, told))
    assert ("Transfer learning" in text) == (card["initial_weights"] != "random")
    assert ("only the layers on top" in text) == bool(card["parameters"]["epochs_frozen"])
    assert ("moving average" in text) == bool(card["parameters"]["ema_decay"])
    assert ("times as long" in text) == (card["test_time_views"] > 1)
    assert ("greedy soup" in text) <= (card["soup"] is not None)


@drawn
@given(SHARES, SHARES, st.sampled_from([0, 1, 6, 97]))
def test_curves(train, validation, images):
    history = pd.DataFrame(
        {"epoch": [2, 2], "part": ["train", "validation"], "accuracy": [train, validation]}
    )
    counts = {"train/NORMAL": 300, "validation/NORMAL": images}
    check(training_findings(history, CARD, {"counts_by_part": counts}))


# Errors


@st.composite
def error_tables(draw):
    rows = []
    for name in draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=4, unique=True)):
        inside, outside = draw(st.sampled_from([0, 1, 5])), draw(st.sampled_from([0, 1, 9]))
        one = risk(draw(st.integers(0, inside)), inside, draw(st.integers(0, outside)), outside)
        rows.append(
            {
                "error_type": name,
                "count": draw(st.sampled_from([0, 1, 3])),
                "risk_ratio": one.ratio,
                "risk_ratio_low": one.low,
                "risk_ratio_high": one.high,
                "recoverable": draw(SHARES),
                "importance": 0.0 if pd.isna(one.ratio) else draw(SHARES),
                "evidence": draw(st.sampled_from(sorted(EVIDENCE))),
            }
        )
    table = pd.DataFrame(rows).sort_values("importance", ascending=False, ignore_index=True)
    first, last = table["error_type"].iloc[0], table["error_type"].iloc[-1]
    orders = draw(st.sampled_from([{1.0: [first]}, {1.0: [first], 10.0: [last]}]))
    return table, orders


TYPES = ["too_dark", "label_doubt", "missed", "person: a cause", "table: age >= 60"]


@drawn
@given(
    error_tables(),
    st.lists(st.sampled_from(["NORMAL", "PNEUMONIA"]), max_size=40),
    COUNTS,
    st.sampled_from([1, 5]),
    st.sampled_from([0, 1]),
)
def test_errors(table_and_orders, wrong, right, fewest, unknown):
    table, orders = table_and_orders
    images = pd.DataFrame(
        {
            "error": [True] * len(wrong) + [False] * right,
            "label": [*wrong, *["NORMAL"] * right],
        }
    )
    check(error_findings(images, table, orders, "PNEUMONIA", fewest, 0.05, unknown))


# Tuning


@st.composite
def soups(draw):
    tried = draw(st.sampled_from([1, 2, 6]))
    models = draw(st.integers(1, tried))
    ingredients = [
        {
            "name": draw(st.sampled_from(["baseline", "trial 1", "trial 12"])),
            "seed": draw(st.sampled_from([0, 1, 7])),
            "alone": draw(SHARES),
            "soup": draw(SHARES),
            "kept": place < models,
        }
        for place in range(tried)
    ]
    return {
        "models": models,
        "ingredients": ingredients,
        "left_out": ingredients[: draw(st.sampled_from([0, 1]))],
        "criterion": draw(st.sampled_from(["loss", "auc"])),
        "alone": draw(SHARES),
        "score": draw(SHARES),
    }


DIFFERENCES = intervals(st.sampled_from([-0.5, -0.01, 0.0, 0.01, 0.5]) | st.floats(-1, 1))


def outcome_of(difference):
    low, high = difference["low"], difference["high"]
    if low is not None and low > 0:
        return "better"
    return "worse" if high is not None and high < 0 else "not told apart"


@st.composite
def comparisons(draw):
    kinds = ("accuracy", "f1", "auc")
    test = {model: {name: draw(intervals()) for name in kinds} for model in ("baseline", "tuned")}
    for model in ("baseline", "tuned"):
        test[model]["accuracy"]["value"] = draw(SHARES)
    difference = {name: draw(DIFFERENCES) for name in kinds}
    seeds = draw(st.sampled_from([1, 3]))
    failed = draw(st.sampled_from([[], [{"seed": 8, "problem": "It broke."}]]))
    row = {"chosen": True, "failed": [], "mean": draw(SHARES), "spread": draw(st.none() | SHARES)}
    others = [
        {**row, "name": f"trial {n}", "chosen": False, "values": [0.5] * seeds, "failed": failed}
        for n in range(1, 1 + draw(st.sampled_from([0, 1, 3])))
    ]
    return {
        "criterion": {"metric": draw(st.sampled_from(["loss", "auc"]))},
        "search": {
            "trials": draw(st.sampled_from([1, 2, 24])),
            "epochs": draw(st.sampled_from([1, 2, 96])),
            "seconds": draw(st.sampled_from([0.4, 60.0, 9000.0])),
            "better_than_chance": draw(st.booleans()),
        },
        "settings": [{**row, "name": "baseline", "values": [0.5] * seeds}, *others],
        "chosen": draw(st.sampled_from(["baseline", "trial 1"])),
        "soup": draw(st.none() | soups()),
        "weights_hash": {"baseline": "a", "tuned": draw(st.sampled_from("ab"))},
        "outcome": outcome_of(difference["accuracy"]),
        "test": {
            **test,
            "n": draw(COUNTS),
            "patients": draw(COUNTS),
            "difference": difference,
            "mcnemar": {"p": draw(st.sampled_from([1.0, 0.5, 2.4e-5, 1e-300]))},
            "images_counted_as_their_own_patient": draw(st.sampled_from([0, 1])),
            "few_patients": draw(few()),
        },
    }


@drawn
@given(comparisons())
def test_tuning(comparison):
    tables = [make(comparison) for make in (finalists_table, soup_table, comparison_table)]
    soup = comparison["soup"]
    check([*tuning_findings(comparison), *([soup_finding(soup)] if soup else [])], tables)


@drawn
@given(st.lists(st.sampled_from([(0, None), (1, 0.5), (4, 0.9)]), min_size=1, max_size=12))
def test_trials(ran):
    trials = pd.DataFrame(
        [
            {
                "trial": number,
                "epochs": epochs,
                "criterion": "auc",
                "value": value,
                "accuracy": value,
                "auc": value,
                "seconds": 1.0,
                "finalist": False,
            }
            for number, (epochs, value) in enumerate(ran)
        ]
    ).astype({"value": float, "accuracy": float, "auc": float})
    shown = trials_table(trials)
    check([], [shown])
    assert all(row[4] != "0" for row in shown.rows)


@drawn
@given(st.data())
def test_several_splits(data):
    difference = {name: data.draw(DIFFERENCES) for name in ("accuracy", "f1", "auc")}
    row = {"n": data.draw(COUNTS), "patients": data.draw(COUNTS), "difference": difference}
    comparison = {
        "splits": [{**row, "split": number, "own": not number} for number in range(2)],
        "pooled": row,
        "outcome": outcome_of(difference["accuracy"]),
        "seen_before": data.draw(SHARES),
        "settings": {"baseline": data.draw(st.sampled_from([{}, {"dropout": 0.1}]))},
        "epochs": 5,
        "image_size": 128,
    }
    check(pooled_findings(comparison), [pooled_table(comparison)])


# Quantization


@st.composite
def quantization_reports(draw):
    report = draw(redrawn(report_of()))
    speeds = intervals(st.sampled_from([0.5, 1.0, 1.00001, 3.0])).filter(lambda one: one["value"])
    for row in report["latency"]:
        row |= {"threads": 1, "batch": 1}
        for name in ("ratio", "ratio_over_onnxruntime_int8"):
            row[name] = row[name] and draw(speeds)
    several = copy.deepcopy(report["latency"][0]) | {"threads": 2}
    several["int8"]["median_ms"] = draw(st.sampled_from([0.1, 10.0]))
    report["latency"] += draw(st.sampled_from([[], [several]]))
    first, second = (draw(st.sampled_from([0, 1, 9])) for _ in range(2))
    p = draw(st.sampled_from([1.0, 0.05, 0.049, 1e-9]))
    report["agreement"]["mcnemar"] = {
        "only_first_right": first,
        "only_second_right": second,
        "p": p if first + second else 1.0,
    }
    share = draw(intervals().filter(lambda one: one["value"] is not None))
    report["agreement"]["share"] = share
    report["size"]["ratio"] = 0.25
    report["export_check"]["original"]["images"] = draw(st.sampled_from([0, 1, 120]))
    report["machine"]["int8_instructions"] = draw(st.sampled_from([[], ["avx512_vnni"]]))
    report["choice"]["layers_in_float"] = draw(st.sampled_from([[], ["layer1"]]))
    report["choice"]["trials"] = [{}] * draw(st.sampled_from([1, 2]))
    reasons = ["left out", "other processor", "no compiler", "failed"]
    report["pytorch_int8"] = {"reason": draw(st.sampled_from(reasons)), "detail": "g++"}
    return report


@drawn
@given(quantization_reports())
def test_quantization(report):
    check(quantization_findings(report), [class_accuracy_table(report)])


# Heat maps


METHODS = ("integrated_gradients", "gradient", "grad_cam", "random")
EXPLAINED = {
    "sample": {"images": 3, "attribution": {"baseline": "mean"}},
    "completeness": {
        "tolerance": 0.01,
        "converged": 0.9,
        "steps": {"median": 16.0},
        "baseline": {"log_odds": 0.5, "same_side": 0.5},
    },
    **{
        test: {method: {"area": AREA, "ours_minus_this": AREA} for method in METHODS}
        for test in ("deletion", "insertion")
    },
    "randomization": {"integrated_gradients": {"stem": {"signed": AREA, "absolute": AREA}}},
    "stability": {"integrated_gradients": {"noise": AREA, "shift": AREA, "other_image": AREA}},
    "location": {
        "regions": {
            name: {"area": 0.3, "integrated_gradients": AREA, "wrong": AREA, "right": AREA}
            for name in ("centre", "border", "corners", "left", "right")
        },
        "corners": {
            "alarm": True,
            "ratio_to_the_largest_elsewhere": {"mass": 0.3, "covered": 0.4},
        },
    },
}


@st.composite
def explanation_reports(draw):
    report = draw(redrawn(EXPLAINED))
    for test in ("deletion", "insertion"):
        report[test]["random"]["ours_minus_this"] = draw(DIFFERENCES)
    report["sample"]["attribution"]["baseline"] = draw(
        st.sampled_from(["black", "blurred", "mean", "several"])
    )
    for outcome in ("wrong", "right"):
        images = draw(st.sampled_from([0, 1, 8]))
        for region in report["location"]["regions"].values():
            region[outcome]["n"] = images
    lesion = {"pointing": AREA | {"n": 3}, "mass_inside": AREA}
    found = {
        subtype: draw(redrawn({"integrated_gradients": lesion, "chance": lesion}))
        for subtype in ("", "bacteria", "other")
    }
    for one in found.values():
        images = draw(st.sampled_from([0, 1, 8]))
        hits = draw(st.integers(0, images))
        value = hits / images if images else None
        one["integrated_gradients"]["pointing"] |= {"n": images, "value": value}
    report["location"]["lesions"] = draw(st.sampled_from([None, found]))
    return report


@drawn
@given(explanation_reports(), st.sampled_from([0, 1]))
def test_heat_maps(report, unknown):
    check(
        [
            *explanation_findings(report, unknown),
            *explanation_method(report),
            *shortcut_limits(report),
        ],
        [fidelity_table(report)],
    )


# Elsewhere


@st.composite
def outside_metrics(draw):
    fixed = ("roc", "reliability", "decision_curve", "confusion_matrix")
    metrics = draw(redrawn({key: one for key, one in OUTSIDE.items() if key not in fixed}))
    metrics["balanced_auc"] = draw(st.sampled_from([None, metrics["balanced_auc"]]))
    metrics["strongest_baseline"] = draw(st.sampled_from([None, metrics["strongest_baseline"]]))
    metrics["subgroups"] = metrics["subgroups"][: draw(st.sampled_from([0, 1, 9]))]
    metrics["local_threshold"] = draw(st.sampled_from([None, metrics["local_threshold"]]))
    metrics["few_patients"] = draw(st.sampled_from([[], ["NORMAL"]]))
    metrics["copies_left_out"] = draw(st.sampled_from([0, 1, 2]))
    for side in ("warned", "not_warned"):
        metrics["warned"][side] = draw(st.sampled_from([None, metrics["warned"][side]]))
    return metrics


@drawn
@given(outside_metrics(), st.sampled_from(["baseline", "tuned", "quantized"]))
def test_elsewhere(metrics, model):
    tables = (elsewhere_table, outside_baselines_table, subgroups_table)
    check(
        [*external_findings(metrics), *elsewhere_limits({model: [metrics]}, "kedro run")],
        [make(metrics) for make in tables],
    )


@drawn
@given(outside_metrics())
def test_the_verdict_on_another_hospital_follows_from_the_intervals(metrics):
    _, inside, chance, baseline = (one["key"] for one in outside_verdict(metrics))
    low, high = metrics["auc"]["low"], metrics["auc"]["high"]
    if low is None:
        assert (inside, chance) == ("external-inside-unknown", "external-chance-unknown")
        assert baseline == "external-baseline-unknown"
        return
    assert (chance == "external-above-chance") == (low > 0.5)
    assert (chance == "external-below-chance") == (high < 0.5)
    other = metrics["inside"]["auc"]
    if other["low"] is not None:
        assert (inside == "external-lower-than-inside") == (high < other["low"])
        assert (inside == "external-higher-than-inside") == (low > other["high"])
    strongest = metrics["strongest_baseline"]
    if strongest and strongest["auc"]["low"] is not None:
        assert (baseline == "external-above-baseline") == (low > strongest["auc"]["high"])
        assert (baseline == "external-below-baseline") == (high < strongest["auc"]["low"])


@drawn
@given(redrawn(OUTSIDE_AUDIT), redrawn(LESIONS), st.sampled_from([0, 1, 2]))
def test_another_folder_and_its_lesions(audit, lesions, several):
    copies = [{"image_id": "film", "training_image_id": "t", "correlation": 1.0}] * several
    unreadable = OUTSIDE_AUDIT["unreadable"][:several]
    found = audit | {"copies": copies, "unreadable": unreadable}
    check([*outside_folder_findings(found), *lesion_findings(lesions)], [lesions_table(lesions)])


ADAPTED = {
    "name": "north",
    "recalibration": {
        "n": 3,
        "patients": 2,
        "auc": AREA,
        "before": dict.fromkeys(
            ("ece", "brier", "intercept", "slope", "sensitivity", "specificity"), AREA
        ),
        "after": dict.fromkeys(
            ("ece", "brier", "intercept", "slope", "sensitivity", "specificity"), AREA
        ),
        "fit": {"shift": 0.1, "temperature": 1.0, "threshold": 0.5},
        "refused": False,
        "doubtful": True,
        "curve": [{"films": 10}],
        "films_needed": 10,
    },
    "prevalence": {
        "estimate": AREA,
        "labelled": AREA,
        "calibrated_to": 0.5,
        "warned_share": AREA,
        "fit": {"distance": 0.1, "p": 0.4},
        "stated": 0.4,
        "metrics": {name: {"brier": 0.1} for name in ("as_they_are", "estimate", "stated")},
    },
    "three_way": {
        "npv": 0.9,
        "ppv": 0.9,
        "thresholds": {"negative": 0.1, "positive": 0.9},
        **{
            part: {
                **dict.fromkeys(("n", "negative", "to_a_person", "positive"), 3),
                **dict.fromkeys(("npv", "ppv", "right", "decided"), AREA),
            }
            for part in ("validation", "inside", "outside")
        },
    },
}


@st.composite
def adaptations(draw):
    found = draw(redrawn(ADAPTED))
    recalibration = found["recalibration"]
    recalibration["curve"] = draw(st.sampled_from([[], [{"films": 1}], [{"films": 100}]]))
    recalibration["films_needed"] = draw(st.sampled_from([None, 1, 100]))
    found["prevalence"]["unsafe"] = draw(
        st.sampled_from([[], ["scores"], ["warned"], ["scores", "warned"]])
    )
    found["prevalence"] = draw(st.sampled_from([None, found["prevalence"]]))
    for side in ("negative", "positive"):
        found["three_way"]["thresholds"][side] = draw(st.none() | SHARES)
    return found


@drawn
@given(adaptations())
def test_a_model_fitted_to_another_hospital(adaptation):
    check(
        recalibration_findings(adaptation),
        [recalibration_table(adaptation), three_way_table(adaptation)],
    )


# The summary


@drawn
@given(audits(), metrics_of_a_model(), st.lists(outside_metrics(), max_size=2), st.booleans())
def test_the_summary(audit, metrics, elsewhere, phantoms):
    found = Summarized("tuned", metrics, audit, elsewhere, "kedro run", phantoms)
    told = summary(found)
    check(told)
    caveat = told[-1]["values"]["caveat"]["key"]
    if phantoms:
        assert caveat == "source-phantoms"
    elif audit["test_images_with_a_trained_patient"]:
        assert caveat == "data-split-leaks"
    assert (any(one["key"] == "limit-not-elsewhere" for one in told)) == (not elsewhere)


@pytest.mark.parametrize(("commit", "changed"), [("", False), ("a1b2c3d4e5", False), ("a1", True)])
def test_a_page_says_with_what_it_was_made(commit, changed):
    card = CARD | {
        "run": "baseline/2026-11-28T18.09.41-fe286f",
        "hardware": {"device": "cpu", "precision": "bfloat16"},
        "splits_hash": "8c40b5c4f5cd7c9e",
    }
    found = Provenance("2026-11-28", commit, changed, "Intel Xeon", 1, {"torch": "2.14.1"})
    told = [*made_with(found), *made_from({"baseline": card})]
    check(told)
    text = " ".join(map(language("en").text, told))
    assert "1 core)" in text
    assert "torch 2.14.1" in text
    assert ("at commit" in text) == bool(commit)
    assert ("changes that are not in it" in text) == changed
    assert language("fa").text(message("summary-heading")) == "خلاصه"
