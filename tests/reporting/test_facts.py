"""Other results give other sentences, and they are true of them."""

import copy
import json
from pathlib import Path

import pandas as pd
import pytest

from chest_xray.reporting.baseline_facts import associations_table, baselines_table
from chest_xray.reporting.card_facts import Elsewhere, card_sections
from chest_xray.reporting.data_facts import (
    data_findings,
    data_method,
    parts_table,
    sizes_table,
    sources_table,
)
from chest_xray.reporting.languages import LANGUAGES, in_every_language, language
from chest_xray.reporting.limit_facts import data_limits, measurement_limits
from chest_xray.reporting.messages import message
from chest_xray.reporting.model_facts import (
    metrics_table,
    model_findings,
    training_findings,
    training_method,
)
from chest_xray.reporting.tuning_facts import (
    comparison_table,
    trials_table,
    tuning_findings,
    verdict,
)

SIDE = {"min": 900, "25%": 1000, "50%": 1200, "75%": 1400, "max": 2000}
AUDIT = {
    "class_shortcuts": [],
    "images": 400,
    "patients": 200,
    "counts": {"NORMAL": 100, "PNEUMONIA": 300},
    "counts_by_part": {
        "train/NORMAL": 80,
        "train/PNEUMONIA": 240,
        "validation/PNEUMONIA": 59,
        "test/NORMAL": 20,
    },
    "sizes": {"width": SIDE, "height": SIDE},
    "unreadable": [{"path": "broken.png", "problem": "empty file"}],
    "dicom_left_out_counts": {"view: LL": 2},
    "dicom_films_with_burnt_in_annotation": ["a.dcm"],
    "duplicate_groups": 3,
    "near_duplicates": [],
    "patient_doubts": [],
    "duplicate_groups_with_conflicting_labels": [],
    "patients_on_both_sides_of_the_published_folders": 12,
    "test_images_with_a_trained_patient": 0,
    "split_method": "patient",
    "counts_by_folder": {"train/NORMAL": 80, "train/PNEUMONIA": 240, "test/NORMAL": 20},
    "counts_by_source": {"kermany/NORMAL": 100, "kermany/PNEUMONIA": 300},
    "associations": [
        {
            "column": "folder",
            "auc": 0.55,
            "balanced_accuracy": 0.54,
            "values": 3,
            "in_one_class": False,
        },
        {
            "column": "width",
            "auc": 0.71,
            "balanced_accuracy": 0.66,
            "values": 212,
            "in_one_class": False,
        },
    ],
    "texture_baseline": {
        "cross_validated": {
            "accuracy": {"value": 0.9, "low": 0.88, "high": 0.92},
            "auc": {"value": 0.96, "low": 0.94, "high": 0.97},
        },
        "test_part": {
            "accuracy": {"value": 0.72, "low": 0.66, "high": 0.78},
            "auc": {"value": 0.8, "low": 0.74, "high": 0.85},
        },
        "by_source": {},
        "tells_apart": [
            {
                "column": "folder",
                "label": "NORMAL",
                "values": ["test", "train"],
                "auc": {"value": 0.82, "low": 0.78, "high": 0.86},
            },
            {
                "column": "folder",
                "label": "PNEUMONIA",
                "values": ["test", "train"],
                "auc": {"value": 0.56, "low": 0.51, "high": 0.61},
            },
        ],
    },
    "thumbnail_baseline": {
        "cross_validated": None,
        "test_part": None,
        "by_source": {},
        "tells_apart": [],
    },
    "no_pixel_baseline": {
        "size_and_mode": {"auc": {"value": 0.7, "low": 0.65, "high": 0.75}},
        "size_mode_and_jpeg_header": {
            "accuracy": {"value": 0.8, "low": 0.75, "high": 0.85},
            "auc": {"value": 0.9, "low": 0.85, "high": 0.93},
        },
        "test_part": None,
    },
}
SHORTCUT = {
    "fact": "format",
    "balanced_accuracy": 0.983,
    "values": {"NORMAL": {"png": 100}, "PNEUMONIA": {"jpeg": 290, "png": 10}},
}
EMPTY = {"value": None, "low": None, "high": None}
METRICS = {
    **{
        name: {"value": 0.9, "low": 0.85, "high": 0.95}
        for name in (
            "accuracy",
            "f1",
            "macro_f1",
            "auc",
            "sensitivity",
            "specificity",
            "brier",
            "ece",
        )
    },
    "confusion_matrix": [[18, 2], [3, 57]],
    "n": 80,
    "patients": 40,
    "images_counted_as_their_own_patient": 0,
    "patient_doubts": [],
    "few_patients": [],
    "strongest_baseline": {
        "name": "texture",
        "accuracy": {"value": 0.75, "low": 0.7, "high": 0.8},
        "auc": {"value": 0.6, "low": 0.5, "high": 0.7},
    },
}
CARD = {
    "backbone": "resnet18",
    "initial_weights": "IMAGENET1K_V1",
    "head_sizes": [128],
    "test_time_views": 5,
    "dropout": 0.2,
    "image_size": 128,
    "intensity_normalization": "none",
    "class_names": ["NORMAL", "PNEUMONIA"],
    "temperature": 1.5,
    "threshold": 0.4,
    "threshold_policy": {"policy": "youden", "sensitivity": 0.97},
    "best_epoch": 2,
    "finished": "all 3 epochs done",
    "weights_hash": "c" * 64,
    "data_hash": "d" * 64,
    "parameters": {
        "epochs": 3,
        "epochs_frozen": 1,
        "progressive_fraction": 0.0,
        "progressive_image_sizes": [64],
        "learning_rate": 0.0003,
        "head_learning_rate": 0.001,
        "stage_decay": 0.9,
        "label_smoothing": 0.0,
        "ema_decay": 0.995,
        "balance_within_sources": True,
        "seed": 7,
        "early_stopping": {"metric": "loss", "patience": 4},
        "augmentation": {
            "rotation_degrees": 10.0,
            "translation": 0.05,
            "scale": 0.1,
            "brightness": 0.1,
            "gain": 0.2,
            "mean_contrast": 0.1,
            "gamma": 0.3,
            "blur": 1.0,
            "sharpening": 0.5,
            "noise": 0.02,
            "jpeg_quality": 60,
            "mirror": False,
        },
        "style_mixing": {"amplitude": 0.5, "other_class_texture": 0.25, "features": 0.0},
    },
}


def comparison(before, after):
    def each(value):
        return {
            name: {"value": value, "low": -0.1, "high": 0.1} for name in ("accuracy", "f1", "auc")
        }

    found = {
        "criterion": {"metric": "loss"},
        "search": {"trials": 5, "epochs": 20, "seconds": 120, "better_than_chance": True},
        "chosen": "trial 3",
        "test": {
            "n": 80,
            "patients": 40,
            "baseline": each(before),
            "tuned": each(after),
            "difference": each(after - before),
            "mcnemar": {"p": 0.5},
            "images_counted_as_their_own_patient": 0,
            "few_patients": [],
        },
        "outcome": "not told apart",
        "settings": [{"name": "trial 3", "chosen": True}],
        "weights_hash": {"baseline": "a", "tuned": "b"},
    }
    return found | {"verdict": verdict(found)}


def english(messages):
    return in_every_language(messages)["en"]


def persian(message):
    return language("fa").text(message)


def test_the_audit_is_told_as_it_is():
    text = english(data_findings(AUDIT))
    assert "2 DICOM files are no film to train on and left out (`view: LL`: 2" in text
    assert "1 film says that text is burnt into the pixels" in text
    assert "400 images of 200 patients: 300 PNEUMONIA and 100 NORMAL, 3.0 to one" in text
    assert "how files were saved" in text
    clean = copy.deepcopy(AUDIT)
    clean["class_shortcuts"] = [SHORTCUT]
    clean["no_pixel_baseline"]["size_mode_and_jpeg_header"]["auc"] = {
        "value": 0.5,
        "low": 0.45,
        "high": 0.55,
    }
    clean["test_images_with_a_trained_patient"] = 7
    other = english(data_findings(clean))
    assert "hardly or not at all" in other
    assert "leaks: 7 test images" in other
    assert "Warning" not in text
    assert other.startswith("- Warning: the file format alone tells the class")
    assert "NORMAL: png (100); PNEUMONIA: jpeg (290), png (10)" in other
    warning = persian(data_findings(clean)[0])
    assert warning.startswith("هشدار: قالب پرونده")
    assert "۰٫۹۸۳" in warning
    assert [row[-1] for row in parts_table(AUDIT).rows] == [
        "80.0%",
        "14.8%",
        "5.0%",
        "0.2%",
        "100.0%",
    ]
    assert sizes_table(AUDIT).rows[0][3] == "1,200"


def test_a_model_that_beats_the_strongest_baseline_only_by_luck_is_not_praised():
    text = english(model_findings(METRICS, CARD))
    assert "has learnt more from the images" in text
    # Right below the accuracy of the model.
    measured, strongest = text.split("\n")[:2]
    assert "accuracy is 0.900" in measured
    assert "By texture (fine detail, nothing of the anatomy) alone" in strongest
    assert "accuracy of 0.750 (0.700 to 0.800)" in strongest
    shown = metrics_table(METRICS)
    assert "texture" in language("en").text(shown.columns[-1])
    beside = {row[0]["key"]: row[-1] for row in shown.rows}
    assert beside["metric-accuracy"] == "0.750 [0.700, 0.800]"
    assert beside["metric-brier"] == ""
    # Above what texture tells, and not above what it could.
    luck = METRICS | {"auc": {"value": 0.75, "low": 0.65, "high": 0.8}}
    assert "is not shown" in english(model_findings(luck, CARD))
    guessing = METRICS | {"auc": {"value": 0.8, "low": 0.5, "high": 1.0}}
    guessing["strongest_baseline"] = METRICS["strongest_baseline"] | {
        "auc": {"value": 0.4, "low": 0.3, "high": 0.444}
    }
    assert "is not above 0.5, which guessing gives" in english(model_findings(guessing, CARD))
    assert "Of 60 images of PNEUMONIA, 3 were missed" in english(model_findings(METRICS, CARD))
    assert len(metrics_table(METRICS).rows) == 8


def test_where_patients_are_not_known_every_model_s_findings_say_so():
    # Also where it is only trained images whose patients nothing tells.
    doubt = {"kind": "unknown", "images": 5, "of": 400}
    unknown = METRICS | {"patient_doubts": [doubt]}
    found = comparison(0.9, 0.9)
    assert "Nothing tells" not in english(model_findings(METRICS, CARD) + tuning_findings(found))
    found["test"]["images_counted_as_their_own_patient"] = 5
    for text in (model_findings(unknown, CARD), tuning_findings(found)):
        assert "each image counted as its own patient" in english(text[-1:])
        assert "بیمار جداگانه‌ای" in persian(text[-1])


@pytest.mark.parametrize("nothing", [None, {"accuracy": EMPTY, "auc": EMPTY}])
def test_where_files_could_not_be_measured_the_report_says_so_and_claims_nothing(nothing):
    unmeasured = METRICS | {"strongest_baseline": nothing and {"name": "no_pixel", **nothing}}
    text = english(model_findings(unmeasured, CARD))
    assert "could not be measured" in text
    assert "from the images" not in text
    assert len(metrics_table(unmeasured).rows) == 8
    audit = AUDIT | {"no_pixel_baseline": dict.fromkeys(AUDIT["no_pixel_baseline"], nothing)}
    audit["no_pixel_baseline"]["size_mode_and_jpeg_header"] = nothing
    assert "could not be measured" in english(data_findings(audit))
    assert "tell the classes apart" not in english(data_limits(audit))


def test_of_few_patients_it_stays_open_whether_files_give_the_classes_away():
    audit = copy.deepcopy(AUDIT)
    audit["no_pixel_baseline"]["size_mode_and_jpeg_header"]["auc"] = {
        "value": 0.5,
        "low": 0.2,
        "high": 0.8,
    }
    text = english(data_findings(audit))
    assert "0.500 (0.200 to 0.800): there are too few patients to say" in text
    assert "hardly or not at all" not in text


def test_few_patients_are_said_with_every_number_that_rests_on_them_in_both_languages():
    few = [
        {"part": "validation", "class_name": "PNEUMONIA", "patients": 1, "fewest": 20},
        {"part": "test", "class_name": "PNEUMONIA", "patients": 2, "fewest": 20},
    ]
    found = comparison(0.9, 0.9)
    found["test"]["few_patients"] = few
    noted = METRICS | {"few_patients": few}
    for text in (model_findings(noted, CARD), measurement_limits(noted), tuning_findings(found)):
        assert "validation part has only 1 patient of PNEUMONIA, fewer than 20" in english(text)
        assert "every number that rests on them is uncertain" in english(text[-1:])
        assert "۲ بیمار از دستهٔ PNEUMONIA" in persian(text[-1])


NO_MIXING = {"other_class_texture": 0.0, "features": 0.0}
DOUBTS = [
    {"kind": "ambiguous_ids", "groups": [["007", "7"], ["12", "12.0"]]},
    {
        "kind": "many_folders",
        "patients": 27,
        "folders": 60,
        "example": "IM-1",
        "example_folders": 9,
    },
    {"kind": "both_classes", "patients": 50, "mixed": 48, "example": "IM-1"},
    {"kind": "folders_disagree", "folders": 60, "several": 55, "example": "Patient-1"},
]


@pytest.mark.parametrize(
    ("doubt", "english_part", "persian_part"),
    [
        (DOUBTS[0], "2 groups of patient ids may each be one patient", "۲ گروه از شناسه‌ها"),
        (
            DOUBTS[1],
            "27 patients scattered over 60 folders, `IM-1` alone over 9",
            "۲۷ بیمار را در ۶۰ پوشه",
        ),
        (DOUBTS[2], "Of 50 patients with several films", "از ۵۰ بیمار"),
        (DOUBTS[3], "tells: 55 of 60.", "۵۵ پوشه از ۶۰ پوشه"),
    ],
    ids=[doubt["kind"] for doubt in DOUBTS],
)
def test_doubts_of_the_patients_stand_in_audit_and_findings(doubt, english_part, persian_part):
    text = [
        *data_findings(AUDIT | {"patient_doubts": [doubt]}),
        *model_findings(METRICS | {"patient_doubts": [doubt]}, CARD),
    ]
    assert english(text).count(english_part) == 2
    assert " ".join(map(persian, text)).count(persian_part) == 2


def test_films_that_were_saved_again_are_counted():
    across = {"across_patients": True, "across_classes": False, "across_published_folders": True}
    groups = [{"files": ["a", "b", "c"], **across}, {"files": ["d", "e"], **across}]
    text = english(data_findings(AUDIT | {"near_duplicates": groups}))
    assert "2 films are there several times" in text
    assert "(5 files). Under the names of several patients, who then count as one: 2;" in text
    assert "in both classes: 0; in several of the published folders: 2." in text
    text = english(data_findings(AUDIT | {"near_duplicates": groups[:1]}))
    assert "1 film is there several times" in text


@pytest.mark.parametrize(
    ("train", "validation", "images", "verdict"),
    [
        (0.99, 0.8, 59, "the model overfits"),
        (0.99, 0.8, 6, "whether the model overfits is not shown"),
        (0.8, 0.9, 59, "no sign of overfitting"),
        (0.9, 0.89, 59, "Both are close"),
    ],
)
def test_curves_are_judged_at_the_kept_epoch_and_by_the_number_of_images(
    train, validation, images, verdict
):
    history = pd.DataFrame(
        {
            "epoch": [1, 1, 2, 2],
            "part": ["train", "validation"] * 2,
            "accuracy": [0.5, 0.5, train, validation],
        }
    )
    counts = AUDIT["counts_by_part"] | {"validation/PNEUMONIA": images}
    text = english(training_findings(history, CARD, AUDIT | {"counts_by_part": counts}))
    assert verdict in text
    assert f"on validation ({images} images)" in text


def changed(**settings):
    return CARD | {"parameters": CARD["parameters"] | settings}


def test_the_method_is_told_as_it_was_and_nothing_else():
    text = english(training_method(CARD))
    assert "the backbone `resnet18` starts from the weights of `IMAGENET1K_V1`" in text
    assert "In the first epoch only the layers on top are trained" in text
    assert "at 90% of the rate of the one above" in text
    assert "rotation by up to 10°" in text
    assert "It ran to the end, and the weights of epoch 2" in text
    assert "Youden's index" in text
    assert "one training (seed 7)" in text
    assert "mirrored" not in text
    other = english(training_method(CARD | {"initial_weights": "random", "head_sizes": []}))
    assert "nothing is transferred" in other
    assert "Transfer learning" not in other
    assert "On top of it is one linear layer" in other
    plain = english(training_method(changed(epochs_frozen=0, stage_decay=1.0, ema_decay=0.0)))
    assert "All layers are trained from the first epoch on" in plain
    assert "for every stage of the backbone" in plain
    assert "moving average" not in plain
    none = dict.fromkeys(CARD["parameters"]["augmentation"], 0) | {"jpeg_quality": 100}
    off = changed(augmentation=none, style_mixing=dict.fromkeys(("amplitude",), 0.0) | NO_MIXING)
    assert "no augmentation" in english(training_method(off))
    assert "take from each other" not in english(training_method(off))


@pytest.mark.parametrize(
    ("method", "sentence"),
    [
        ("patient", "Patients, and not images, are split"),
        ("image", "Images are split whoever they show"),
        ("published", "as they are"),
        ("published_test", "The test part is the published folder `test`"),
        ("source", "films of other sources"),
    ],
)
def test_the_split_is_told_by_its_method(method, sentence):
    text = english(data_method(AUDIT | {"split_method": method}))
    assert sentence in text
    assert ("`train`, `test` were merged" in text) == (not method.startswith("published"))
    one_folder = AUDIT | {"split_method": method, "counts_by_folder": {"/NORMAL": 400}}
    assert "merged" not in english(data_method(one_folder))


def test_two_classes_of_one_size_or_one_class_are_told_as_they_are():
    equal = english(data_findings(AUDIT | {"counts": {"NORMAL": 30, "PNEUMONIA": 30}}))
    assert "NORMAL and PNEUMONIA are equally frequent (30 each)" in equal
    single = english(data_findings(AUDIT | {"counts": {"NORMAL": 30}}))
    assert "all of the class NORMAL" in single


def test_images_in_no_part_are_counted_and_explained():
    shown = parts_table(AUDIT)
    assert shown.rows[-2][1:4] == ["0", "1", "1"]
    assert "can't be read" in language("en").text(shown.note)
    left_out = parts_table(AUDIT | {"unreadable": []})
    assert "a film of the test part (1)" in language("en").text(left_out.note)
    whole = {f"{part}/NORMAL": 0 for part in ("train", "test")} | {
        "train/NORMAL": 100,
        "train/PNEUMONIA": 300,
    }
    assert parts_table(AUDIT | {"counts_by_part": whole}).note is None


@pytest.mark.parametrize(
    ("after", "verdict"),
    [(0.95, "higher, by no more"), (0.9, "no higher accuracy"), (0.85, "lower, by no more")],
)
def test_tuning_claims_no_more_than_was_measured(after, verdict):
    found = comparison(0.9, after)
    assert verdict in english(tuning_findings(found))
    points = {0.95: "+۵٫۰", 0.9: "+۰٫۰", 0.85: "-۵٫۰"}[after]
    assert points in persian(tuning_findings(found)[1])
    assert len(comparison_table(found).rows) == 3


@pytest.mark.parametrize(
    ("outcome", "after", "sentences"),
    [
        ("better", 0.95, ("is better than the first one", "rose from 0.900 to 0.950")),
        ("worse", 0.85, ("is worse than the first one", "fell from 0.900 to 0.850")),
    ],
)
def test_a_difference_that_is_told_apart_is_said_to_be_one(outcome, after, sentences):
    text = english(tuning_findings(comparison(0.9, after) | {"outcome": outcome}))
    assert all(sentence in text for sentence in sentences)


def test_a_tuned_model_that_is_the_first_one_is_not_compared_with_it():
    same = comparison(0.9, 0.9) | {"weights_hash": {"baseline": "a", "tuned": "a"}}
    text = english(tuning_findings(same))
    assert "is the first model itself" in text
    assert "not told apart" not in text
    assert "stayed at" not in text


def test_trials_without_an_epoch_are_counted_and_not_listed():
    trials = pd.DataFrame(
        {
            "trial": [1, 2, 3],
            "epochs": [2, 2, 0],
            "criterion": ["auc"] * 3,
            "value": [0.8, 0.9, float("nan")],
            "accuracy": [0.7, 0.8, float("nan")],
            "auc": [0.8, 0.9, float("nan")],
            "seconds": [10.0, 10.0, 0.0],
            "finalist": [False, True, False],
        }
    )
    shown = trials_table(trials)
    assert [row[0] for row in shown.rows] == ["2", "1"]
    note = language("en").text(shown.note)
    assert note.startswith("Trials shown, the best first: 2 of 3.")
    assert note.endswith("so not here: 1.")


def test_the_verdict_says_which_finalists_are_not_compared():
    found = comparison(0.9, 0.9)
    failed = [{"seed": 8, "problem": "It broke."}]
    found["settings"] = [
        {"name": "baseline", "chosen": True, "failed": []},
        {"name": "trial 1", "chosen": False, "failed": failed},
    ]
    text = english([verdict(found)])
    assert "Only 1 of 2 finalists was compared" in text
    assert "trial 1 (seed 8: It broke)." in text
    assert "found no setting that is better" not in text
    assert "تنها ۱ از ۲" in persian(verdict(found)) and "آزمایش ۱ (" in persian(verdict(found))
    found["settings"][1]["failed"] = []
    text = english([verdict(found)])
    assert "found no setting that is better" in text
    assert "finalists" not in text


def test_texture_that_tells_folders_of_one_class_apart_is_a_finding():
    text = english(data_findings(AUDIT))
    assert "Among films of NORMAL alone, texture tells the folder `test` from `train`" in text
    assert "Among films of PNEUMONIA" not in text
    assert "is predicted with an AUC of 0.960 (0.940 to 0.970); learnt on" in text
    assert "is 0.800 (0.740 to 0.850)" in text
    assert "large lesions show too) alone tells of the class could not be measured" in text
    by_source = copy.deepcopy(AUDIT)
    by_source["texture_baseline"]["tells_apart"][0]["column"] = "source"
    assert "texture tells the source" in english(data_findings(by_source))


def test_what_is_told_without_the_disease_stands_in_tables():
    rows = baselines_table(AUDIT).rows
    assert rows[0][1:] == ["0.800 [0.750, 0.850]", "0.900 [0.850, 0.930]", "", ""]
    assert rows[1][3:] == ["0.720 [0.660, 0.780]", "0.800 [0.740, 0.850]"]
    assert rows[2][1:] == [""] * 4
    assert associations_table(AUDIT).rows[1] == ["`width`", "212", "0.710", "0.660"]
    several = AUDIT["counts_by_source"] | {"nih/NORMAL": 7}
    assert sources_table(AUDIT | {"counts_by_source": several}).rows == [
        ["kermany", "100", "300"],
        ["nih", "7", "0"],
    ]
    assert "All parts come from one source" in english(data_limits(AUDIT))
    told = english(data_limits(AUDIT | {"counts_by_source": several}))
    assert "All parts come from one source" not in told


def test_limits_follow_the_data():
    assert "another hospital" in english(data_limits(AUDIT))
    assert "small (80 images" in english(measurement_limits(METRICS))


def test_a_card_says_what_a_model_is_not_for_and_how_to_load_it():
    untested = message("limit-no-heat-maps", command="kedro run --pipelines=interpretability")
    elsewhere = Elsewhere([], "kedro run --pipelines=external_validation")
    sections = card_sections(
        "tuned", CARD, METRICS, AUDIT, [untested], elsewhere, False, "data/demo"
    )
    for code in LANGUAGES:
        text = " ".join(language(code).text(one) for part in sections for one in part.findings)
        assert {"en": "not a medical device", "fa": "ابزار پزشکی نیست"}[code] in text
        assert "kedro run --pipelines=interpretability" in text
        assert "kedro run --pipelines=external_validation" in text
        assert "CC BY 4.0" in text
    assert 'load_model("data/demo", "tuned")' in sections[-1].code


def test_a_card_has_a_section_for_each_folder_elsewhere():
    path = Path(__file__).parent / "samples" / "external_metrics.json"
    outside = json.loads(path.read_text(encoding="utf8"))
    elsewhere = Elsewhere([outside], "kedro run")
    sections = card_sections("tuned", CARD, METRICS, AUDIT, [], elsewhere, False, "data/demo")
    named = {language("en").text(section.heading): section for section in sections}
    section = named["Measured elsewhere: nih_adults"]
    assert "worse than chance" in english(section.findings)
    assert section.table
    limits = english(named["Shortcuts and limits"].findings)
    assert "Tuned model, elsewhere, on 491 films" in limits
    assert "kedro run" not in limits
