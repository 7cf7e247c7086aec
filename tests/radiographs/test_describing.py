"""The data audit counts what an index and its splits hold."""

import json

import numpy as np
import pandas as pd
import pytest

from chest_xray.radiographs.describing import describe

COLUMNS = ["image_id", "label", "subtype", "folder", "patient_id", "pixel_hash", "problem"]
ROWS = [
    ("a1", "NORMAL", "", "train", "a", "1", ""),
    ("a2", "NORMAL", "", "test", "a", "1", ""),
    ("b1", "NORMAL", "", "train", "b", "2", ""),
    ("c1", "PNEUMONIA", "virus", "train", "c", "1", ""),
    ("d1", "PNEUMONIA", "bacteria", "test", "d1", "4", ""),
    ("e1", "PNEUMONIA", "virus", "val", "e", "", "empty file"),
]


@pytest.fixture
def index():
    index = pd.DataFrame(ROWS, columns=COLUMNS)
    return index.assign(
        path=index["image_id"] + ".png",
        source="inside",
        group_id=["a", "a", "b", "a", "d1", "e"],
        width=[100, 200, 100, 300, 100, 0],
        height=[100, 100, 100, 100, 200, 0],
        mode=["L", "L", "RGB", "L", "L", ""],
        mean=[100.0, 110.0, 120.0, 50.0, 60.0, np.nan],
        near_duplicate_of=["", "", "", "", "b1", ""],
        near_duplicate_correlation=[np.nan, np.nan, 0.99, np.nan, 0.98, np.nan],
    )


@pytest.fixture
def splits(index):
    readable = index[index["problem"] == ""]
    return readable[["image_id", "label", "patient_id", "group_id"]].assign(
        part=["train", "test", "validation", "test", "train"], method="image"
    )


def test_images_patients_and_groups_are_counted(index, splits):
    found = describe(index, splits)
    assert (found["images"], found["patients"], found["groups"]) == (6, 5, 4)
    assert found["images_counted_as_their_own_patient"] == 1
    assert found["counts"] == {"NORMAL": 3, "PNEUMONIA": 3}
    assert found["counts_by_subtype"]["PNEUMONIA/virus"] == 2
    assert found["counts_by_folder"]["test/PNEUMONIA"] == 1
    assert found["counts_by_part"]["test/NORMAL"] == 1
    assert found["modes_by_class"] == {"NORMAL/L": 2, "NORMAL/RGB": 1, "PNEUMONIA/L": 2}
    assert found["unreadable"] == [{"path": "e1.png", "problem": "empty file"}]
    assert found["split_method"] == "image"


def test_sizes_and_brightness_are_of_readable_images(index, splits):
    found = describe(index, splits)
    assert found["sizes"]["width"]["min"] == 100
    assert found["sizes"]["width"]["count"] == 5
    by_class = found["brightness_and_shape_by_class"]
    assert by_class["NORMAL"]["mean_grey_level"] == pytest.approx(110)
    assert by_class["PNEUMONIA"]["mean_width_over_height"] == pytest.approx((3 + 0.5) / 2)


def test_duplicates_are_described_with_what_is_wrong_about_them(index, splits):
    found = describe(index, splits)
    assert (found["duplicate_groups"], found["duplicate_files"]) == (1, 3)
    assert found["duplicate_groups_across_patients"] == 1
    assert found["duplicate_groups_with_conflicting_labels"] == [["a1", "a2", "c1"]]
    (near,) = found["near_duplicates"]
    assert near["files"] == ["b1.png", "d1.png"]
    assert near["lowest_correlation"] == 0.98
    assert near["across_patients"] and near["across_classes"] and near["across_published_folders"]


def test_patients_on_both_sides_are_counted(index, splits):
    found = describe(index, splits)
    assert found["patients_on_both_sides_of_the_published_folders"] == 1
    assert found["test_images_with_a_trained_patient"] == 2


def test_doubts_about_patients_are_kept_and_all_of_it_is_json(index, splits):
    doubts = [{"kind": "unknown", "message": "One.", "stops": False}, {"message": "Two."}]
    found = describe(index, splits, doubts)
    # The sentences are the log's; a page makes its own of kind and numbers.
    assert json.loads(json.dumps(found))["patient_doubts"] == [
        {"kind": "unknown", "stops": False},
        {},
    ]
