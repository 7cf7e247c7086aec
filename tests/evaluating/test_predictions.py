"""What is measured says how it may be read."""

import logging

import numpy as np
import pandas as pd
import pytest
from configured import load

from chest_xray.errors import MixedResults
from chest_xray.evaluating.predictions import measure, predictions_table
from chest_xray.parameters import check_parameters
from chest_xray.radiographs.splitting import splits_hash

CARD = {
    "class_names": ["NORMAL", "PNEUMONIA"],
    "threshold": 0.5,
    "run": "baseline/first",
    "weights_hash": "w",
}

PARAMETERS = check_parameters(load("base"), {}).training.model_copy(
    update={"bootstrap_samples": 100, "min_patients": 6}
)


AUDIT = {
    "patient_doubts": [],
    **{f"{name}_baseline": {"test_part": None} for name in ("no_pixel", "texture", "thumbnail")},
}


def predicted():
    """Splits and predictions of forty images, ten of them tested, a third of unknown patients."""
    number = np.arange(40)
    splits = pd.DataFrame(
        {
            "image_id": [f"i{one}" for one in number],
            "label": np.where(number % 2, "PNEUMONIA", "NORMAL"),
            "part": np.where(number < 30, "train", "test"),
            "source": "inside",
            "method": "patient",
        }
    )
    splits["patient_id"] = splits["image_id"].where(number % 3 == 0, "p" + splits["image_id"])
    splits["group_id"] = splits["patient_id"]
    test = splits[splits["part"] == "test"]
    predictions = predictions_table(test, np.linspace(0.1, 0.9, len(test)), CARD)
    return splits, predictions


def measured(**audit):
    """Metrics beside such an audit."""
    splits, predictions = predicted()
    card = CARD | {"splits_hash": splits_hash(splits)}
    return measure(predictions, splits, card, AUDIT | audit, PARAMETERS)


def test_a_model_of_other_splits_is_refused_with_both_and_with_the_command():
    splits, predictions = predicted()
    card = CARD | {"splits_hash": "f" * 64}
    with pytest.raises(MixedResults) as error:
        measure(predictions, splits, card, AUDIT, PARAMETERS)
    assert "The first model was trained on the splits ffffffffff, and these are " in str(
        error.value
    )
    assert splits_hash(splits)[:10] in str(error.value)
    assert "kedro run --pipelines=training (with the same --env) trains it on these" in str(
        error.value
    )
    tuned = card | {"run": "tuned/first"}
    with pytest.raises(MixedResults, match=r"The tuned model .*--pipelines=tuning .* trains"):
        measure(predictions, splits, tuned, AUDIT, PARAMETERS)


def test_predictions_of_other_images_are_refused():
    splits, predictions = predicted()
    card = CARD | {"splits_hash": splits_hash(splits)}
    made_again = (
        r"1 images stand in one and not.*--pipelines=training .* makes the predictions again"
    )
    with pytest.raises(MixedResults, match=made_again):
        measure(predictions.iloc[1:], splits, card, AUDIT, PARAMETERS)


def test_what_speaks_against_the_patients_stands_beside_every_metric():
    doubts = [{"kind": "unknown", "stops": False, "images": 14, "of": 40}]
    doubted = measured(patient_doubts=doubts)
    assert doubted["patient_doubts"] == doubts
    assert doubted["images_counted_as_their_own_patient"] == 4


def test_a_part_with_few_patients_of_a_class_is_noted_and_logged(caplog):
    with caplog.at_level(logging.WARNING):
        found = measured()["few_patients"]
    assert [(one["part"], one["class_name"], one["patients"]) for one in found] == [
        ("validation", "NORMAL", 0),
        ("validation", "PNEUMONIA", 0),
        ("test", "NORMAL", 5),
        ("test", "PNEUMONIA", 5),
    ]
    assert "training.min_patients (6): 0 of NORMAL in validation" in caplog.text


def measured_in_parts(method, **columns):
    splits, predictions = predicted()
    splits = splits.assign(method=method, **columns)
    card = CARD | {"splits_hash": splits_hash(splits)}
    return measure(predictions, splits, card, AUDIT, PARAMETERS), predictions, splits


def test_each_source_of_the_test_part_is_also_measured_by_itself():
    number = np.arange(40)
    source = np.where(number % 4 < 2, "north", "south")
    found, predictions, splits = measured_in_parts("patient", source=source)
    assert set(found["by_source"]) == {"north", "south"}
    assert sum(one["n"] for one in found["by_source"].values()) == found["n"] == 10
    of_north = predictions["image_id"].isin(splits.loc[source == "north", "image_id"])
    right = (predictions["label"] == predictions["predicted"])[of_north].mean()
    assert found["by_source"]["north"]["accuracy"]["value"] == right
    # Sources of the training part alone are not measured.
    north = np.where(number < 20, "south", "north")
    assert "by_source" not in measured_in_parts("patient", source=north)[0]


def test_films_with_and_without_a_number_of_other_parts_are_told_apart_under_published_test():
    number = np.arange(40)
    # Every second film of the test part has a number that the training part has too.
    numbers = np.where((number >= 30) & (number % 2 == 0), number - 30, number)
    shared = [f"person{one}" for one in numbers]
    found, predictions, _ = measured_in_parts("published_test", patient_id=shared)
    assert {name: one["n"] for name, one in found["shared_numbers"].items()} == {
        "with": 5,
        "without": 5,
    }
    odd = predictions["image_id"].str[1:].astype(int) % 2 == 1
    called = (predictions["predicted"] == predictions["label"])[odd].mean()
    assert found["shared_numbers"]["without"]["accuracy"]["value"] == called
    assert "shared_numbers" not in measured_in_parts("patient", patient_id=shared)[0]
    own = [f"person{one}" for one in number]
    alone = measured_in_parts("published_test", patient_id=own)[0]["shared_numbers"]
    assert set(alone) == {"without"} and alone["without"]["n"] == 10


def test_the_strongest_baseline_of_the_test_part_stands_beside_every_metric():
    def tested(auc):
        interval = {"value": auc, "low": auc - 0.1, "high": auc + 0.1}
        return {"test_part": {"accuracy": interval, "auc": interval}}

    found = measured(texture_baseline=tested(0.8), thumbnail_baseline=tested(0.7))
    assert found["strongest_baseline"]["name"] == "texture"
    assert found["strongest_baseline"]["auc"] == tested(0.8)["test_part"]["auc"]
    assert found["no_pixel_baseline"] is None
    assert measured()["strongest_baseline"] is None
