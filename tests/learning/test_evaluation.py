"""What is measured says how it may be read."""

import logging

import numpy as np
import pandas as pd
from test_parameters import load

from chest_xray.learning.evaluation import measure, predictions_table
from chest_xray.parameters import check_parameters

PARAMETERS = check_parameters(load("base"), {}).training.model_copy(
    update={"bootstrap_samples": 100, "fewest_patients": 6}
)
CARD = {"class_names": ["NORMAL", "PNEUMONIA"], "threshold": 0.5}


def measured(of_unknown_patients):
    """Metrics of forty images, ten of them tested, the patients of some parts not told."""
    number = np.arange(40)
    splits = pd.DataFrame(
        {
            "image_id": [f"i{one}" for one in number],
            "label": np.where(number % 2, "PNEUMONIA", "NORMAL"),
            "part": np.where(number < 30, "train", "test"),
            "method": "patient",
        }
    )
    unknown = splits["part"].isin(of_unknown_patients)
    splits["patient_id"] = splits["image_id"].where(unknown, "p" + splits["image_id"])
    splits["group_id"] = splits["patient_id"]
    test = splits[splits["part"] == "test"]
    predictions = predictions_table(test, np.linspace(0.1, 0.9, len(test)), CARD)
    return measure(predictions, splits, CARD, {"test_part": {}}, PARAMETERS)


def test_patients_that_nothing_tells_are_said_with_every_metric():
    assert measured([])["note"] == ""
    tested = measured(["test"])
    assert tested["images_counted_as_their_own_patient"] == 10
    assert "10 of 40 images: each image counted as its own patient" in tested["note"]
    learnt = measured(["train"])
    assert learnt["images_counted_as_their_own_patient"] == 0
    assert "30 of 40 images" in learnt["note"]


def test_a_part_with_few_patients_of_a_class_is_noted_and_logged(caplog):
    with caplog.at_level(logging.WARNING):
        found = measured([])["few_patients"]
    assert [(one["part"], one["class_name"], one["patients"]) for one in found] == [
        ("validation", "NORMAL", 0), ("validation", "PNEUMONIA", 0),
        ("test", "NORMAL", 5), ("test", "PNEUMONIA", 5),
    ]  # fmt: skip
    assert "Patients of PNEUMONIA in the test part: 5, fewer than training.fewest" in caplog.text
