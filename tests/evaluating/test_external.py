"""What a model does on another hospital's films is measured whole, with its controls."""

import json
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from configured import TREES
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from chest_xray.errors import BadExternalFilms, MixedResults
from chest_xray.evaluating.external import measure_external
from chest_xray.parameters import check_parameters
from chest_xray.statistics.metrics import METRICS

PARAMETERS = check_parameters(TREES["base"], {}).external_validation.model_copy(
    update={"bootstrap_samples": 100, "name": "there"}
)
CARD = {
    "class_names": ["NORMAL", "PNEUMONIA"],
    "threshold": 0.4,
    "weights_hash": "w",
    "splits_hash": "s",
}
SHARE = {"value": 0.9, "low": 0.8, "high": 0.95}
INSIDE = {
    **dict.fromkeys(("accuracy", "auc", "sensitivity", "specificity", "brier", "ece"), SHARE),
    "n": 100,
    "patients": 60,
    "split_method": "patient",
    "weights_hash": "w",
    "f1": SHARE,
}
WORSE = {"value": 0.6, "low": 0.5, "high": 0.7}
AUDIT = {
    "copies": [{"image_id": "x", "training_image_id": "y", "correlation": 0.99}],
    "no_pixel_baseline": {"size_mode_and_jpeg_header": None, "test_part": None},
    "texture_baseline": {"cross_validated": {"accuracy": SHARE, "auc": SHARE}, "by_source": {}},
    "thumbnail_baseline": {"cross_validated": {"accuracy": WORSE, "auc": WORSE}},
}


def films(count=240, seed=0, **columns):
    random = np.random.default_rng(seed)
    labels = random.random(count) < 0.5
    patient = [f"p{number // 2}" for number in range(count)]
    return pd.DataFrame(
        {
            "image_id": [f"i{number}" for number in range(count)],
            "source": "there",
            "label": np.where(labels, "PNEUMONIA", "NORMAL"),
            "patient_id": patient,
            "group_id": patient,
            "probability": expit(random.normal(labels * 2.0 - 1, 1)),
            "decision": "",
            "distance": 0.5,
            "warnings": np.where(np.arange(count) % 3 == 0, "unlike_training_images; too_dark", ""),
            "texture_score": random.random(count),
            "weights_hash": "w",
            "view": random.choice(["AP", "PA"], count),
            **columns,
        }
    )


def measured(table, **changes):
    parameters = PARAMETERS.model_copy(update=changes)
    return measure_external(table, CARD, INSIDE, AUDIT, parameters)


def test_everything_is_there_and_fits_in_json():
    table = films()
    found = json.loads(json.dumps(measured(table), allow_nan=False))
    labels, called = table["label"] == "PNEUMONIA", table["probability"] >= 0.4
    assert (found["name"], found["n"], found["patients"]) == ("there", 240, 120)
    assert found["positives"] == labels.sum()
    assert found["ppv"]["value"] == pytest.approx(labels[called].mean())
    assert found["npv"]["value"] == pytest.approx((~labels[~called]).mean())
    assert found["prevalence"]["value"] == pytest.approx(labels.mean())
    for name in {*METRICS, "ppv", "npv", "prevalence"} - {"ece"}:
        assert found[name]["low"] < found[name]["value"] < found[name]["high"], name
    assert np.sum(found["confusion_matrix"]) == 240
    assert found["calibration"]["slope"]["low"] < found["calibration"]["slope"]["high"]
    assert found["few_patients"] == []
    assert found["copies_left_out"] == 1
    assert found["baselines"]["no_pixel"] is None
    assert found["strongest_baseline"] == {"name": "texture", "accuracy": SHARE, "auc": SHARE}
    assert found["inside"] == {
        name: one for name, one in INSIDE.items() if name not in ("f1", "weights_hash")
    }
    assert (found["weights_hash"], found["splits_hash"]) == ("w", "s")
    assert {one["column"] for one in found["subgroups"]} == {"view"}
    assert found["balanced_auc"]["over"] == ["texture", "view"]
    assert measured(table) == measured(table)


def test_the_roc_has_at_most_200_points_between_both_corners():
    table = films(3000)
    roc = np.array(measured(table, bootstrap_samples=100)["roc"])
    assert len(roc) <= 200
    assert roc[0].tolist() == [0, 0] and roc[-1].tolist() == [1, 1]
    area = np.trapezoid(roc[:, 1], roc[:, 0])
    true = roc_auc_score(table["label"] == "PNEUMONIA", table["probability"])
    assert area == pytest.approx(true, abs=0.01)


@settings(max_examples=examples(10), deadline=None)
@given(st.integers(0, 1000), st.floats(0.5, 1.0))
def test_the_local_threshold_reaches_the_sensitivity(seed, wanted):
    table = films(80, seed).drop(columns=["view", "texture_score"])
    found = measured(table, sensitivity=wanted)
    local = found["local_threshold"]
    positives = table.loc[table["label"] == "PNEUMONIA", "probability"]
    others = table.loc[table["label"] == "NORMAL", "probability"]
    assert (positives >= local["threshold"]).mean() == local["sensitivity_reached"]["value"]
    assert local["sensitivity_reached"]["value"] >= wanted
    assert (others < local["threshold"]).mean() == local["specificity"]["value"]
    assert local["sensitivity"] == wanted and local["chosen_on_these_films"] is True


def test_what_a_warning_is_worth_is_measured():
    table = films(600)
    warned = table["warnings"] != ""
    # Where it warns, the model only guesses.
    guess = np.random.default_rng(5).random(600)
    table["probability"] = table["probability"].where(~warned, guess)
    found = measured(table)["warned"]
    assert found["share"]["value"] == pytest.approx(1 / 3)
    assert found["by"] == {"too_dark": pytest.approx(1 / 3), "unlike_training_images": 1 / 3}
    assert found["warned"]["n"] + found["not_warned"]["n"] == 600
    assert found["warned"]["auc"]["high"] < found["not_warned"]["auc"]["low"]
    assert found["warned"]["called_positive"]["value"] == pytest.approx(0.6, abs=0.1)
    nothing = measured(table.assign(warnings=""))["warned"]
    assert nothing["warned"] is None and nothing["by"] == {} and nothing["not_warned"]["n"] == 600


def test_a_folder_without_a_table_or_texture_is_measured():
    found = measured(films().drop(columns=["view", "texture_score"]))
    assert found["balanced_auc"] is None
    assert found["subgroups"] == [] and found["columns_left_out"] == []


def test_few_patients_of_a_class_are_named(caplog):
    table = films(60)
    positive = table["label"] == "PNEUMONIA"
    table["group_id"] = table["group_id"].where(~positive, "one")
    found = measured(table)
    assert found["few_patients"] == ["PNEUMONIA"]
    assert "1 of PNEUMONIA" in caplog.text
    assert found["sensitivity"]["high"] - found["sensitivity"]["low"] > 0.3


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        (lambda table: table.iloc[:0], r"There is no film in 'there'"),
        (lambda table: table[table["label"] == "NORMAL"], r"All \d+ films of 'there' .* NORMAL; "),
        (
            lambda table: pd.concat(
                [table[table["label"] == "NORMAL"], table[table["label"] == "PNEUMONIA"].iloc[:9]]
            ),
            r"There are 9 films of PNEUMONIA in 'there' .* at least 10 of each class",
        ),
        (lambda table: table.replace({"NORMAL": "COVID"}), r"'COVID'; NORMAL and PNEUMONIA are"),
    ],
)
def test_too_few_films_are_refused_in_one_sentence(kept, message):
    with pytest.raises(BadExternalFilms, match=message) as error:
        measured(kept(films()))
    assert "\n" not in str(error.value) and str(error.value).endswith(".")


def test_many_films_take_little_memory():
    table = films(4000)
    tracemalloc.start()
    measured(table)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 400 << 20


def test_films_or_metrics_of_another_model_are_refused():
    with pytest.raises(MixedResults, match="predictions of the other hospital's films"):
        measured(films(weights_hash="other"))
    with pytest.raises(MixedResults, match="The metrics inside are of a model"):
        measure_external(films(), CARD, INSIDE | {"weights_hash": "other"}, AUDIT, PARAMETERS)
