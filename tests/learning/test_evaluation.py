"""What is measured says how it may be read."""

import numpy as np
import pandas as pd

from chest_xray.learning.evaluation import measure, predictions_table

CARD = {"class_names": ["NORMAL", "PNEUMONIA"], "threshold": 0.5}


def measured(**audit):
    """Metrics of forty images, ten of them tested, beside such an audit."""
    number = np.arange(40)
    splits = pd.DataFrame(
        {
            "image_id": [f"i{one}" for one in number],
            "label": np.where(number % 2, "PNEUMONIA", "NORMAL"),
            "part": np.where(number < 30, "train", "test"),
            "method": "patient",
        }
    )
    splits["patient_id"] = splits["image_id"].where(number % 3 == 0, "p" + splits["image_id"])
    splits["group_id"] = splits["patient_id"]
    test = splits[splits["part"] == "test"]
    predictions = predictions_table(test, np.linspace(0.1, 0.9, len(test)), CARD)
    audit = {"note": "", "patient_doubts": [], "no_pixel_baseline": {"test_part": {}}} | audit
    return measure(predictions, splits, CARD, audit, 100, 0)


def test_what_speaks_against_the_patients_stands_beside_every_metric():
    assert measured()["note"] == ""
    doubts = [{"kind": "unknown", "message": "Nothing tells ...", "images": 14, "of": 40}]
    doubted = measured(note="Nothing tells ...", patient_doubts=doubts)
    assert doubted["note"] == "Nothing tells ..."
    assert doubted["patient_doubts"] == doubts
    assert doubted["images_counted_as_their_own_patient"] == 4
