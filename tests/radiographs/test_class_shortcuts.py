"""Facts of the files that tell the class are found, and those that don't are not."""

import logging

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chest_xray.radiographs.class_shortcuts import associations, class_shortcuts


def index(patients=30, seed=0):
    """Two films per patient, half of the patients ill; no fact is related to that."""
    random = np.random.default_rng(seed)
    count = 2 * patients
    ill = np.arange(count) // 2 % 2 == 1
    return pd.DataFrame(
        {
            "path": [f"{number}.jpeg" for number in range(count)],
            "label": np.where(ill, "PNEUMONIA", "NORMAL"),
            "group_id": [f"p{number // 2}" for number in range(count)],
            "width": random.integers(800, 1200, count),
            "height": random.integers(800, 1200, count),
            "mode": "L",
            "bits": 8,
            "jpeg_quality": random.choice([75, 90], count),
            "darkest": random.integers(0, 9, count),
            "brightest": random.integers(240, 256, count),
            "source": random.choice(["north", "south"], count),
            "folder": random.choice(["train", "test"], count),
            "problem": "",
        }
    )


def found(table, alarm=0.8):
    return class_shortcuts(table, associations(table, "PNEUMONIA", 0), alarm)


def test_where_no_fact_predicts_the_class_nothing_is_reported(caplog):
    assert found(index()) == []
    assert "predicts the class" not in caplog.text


PLANTED = {
    "mode": ("mode", "L", "RGB"),
    "format": ("path", "a.JPG", "a.png"),
    "bits": ("bits", 8, 16),
    "darkest": ("darkest", 0, 30),
    "brightest": ("brightest", 255, 63),
    "jpeg_quality": ("jpeg_quality", 75, 95),
    "size": ("width", 1000, 1024),
    "source": ("source", "north", "south"),
    "folder": ("folder", "train", ""),
}


@pytest.mark.parametrize("fact", PLANTED)
def test_a_planted_fact_is_found_with_its_values(fact, caplog):
    caplog.set_level(logging.WARNING)
    column, well, ill = PLANTED[fact]
    table = index()
    table[column] = np.where(table["label"] == "PNEUMONIA", ill, well)
    one = found(table)[0]
    assert one["fact"] == fact
    assert one["balanced_accuracy"] == 1
    assert one["images"] == {"NORMAL": 30, "PNEUMONIA": 30}
    assert one["patients"] == {"NORMAL": 15, "PNEUMONIA": 15}
    assert sum(one["values"]["NORMAL"].values()) == 30
    assert f"The fact '{fact}'" in caplog.text


@settings(max_examples=15, deadline=None, derandomize=True, database=None)
@given(share=st.sampled_from([0.0, 0.2, 0.95, 1.0]), seed=st.integers(0, 20))
def test_the_alarm_follows_the_share_that_goes_with_the_class(share, seed):
    table = index(60, seed)
    follows = np.random.default_rng(seed).random(len(table)) < share
    table["bits"] = np.where(follows & (table["label"] == "PNEUMONIA"), 16, 8)
    facts = [one["fact"] for one in found(table)]
    assert facts == (["bits"] if share > 0.9 else [])


def test_the_strongest_comes_first_and_jpg_is_jpeg():
    table = index(60)
    ill = table["label"] == "PNEUMONIA"
    table["bits"] = np.where(ill & (np.arange(len(table)) % 10 != 1), 16, 8)
    table["mode"] = np.where(ill, "RGB", "L")
    table["path"] = np.where(ill, "a.jpg", "a.JPEG")
    facts = found(table)
    assert [one["fact"] for one in facts] == ["mode", "bits"]
    assert facts[0]["balanced_accuracy"] > facts[1]["balanced_accuracy"]


def test_what_only_two_patients_show_is_no_fact_of_a_class():
    table = index()
    table["group_id"] = [f"p{number % 12}" for number in range(len(table))]
    table["label"] = np.where(np.arange(len(table)) % 12 < 3, "PNEUMONIA", "NORMAL")
    table["bits"] = np.where(table["label"] == "PNEUMONIA", 16, 8)
    assert found(table) == []


def test_files_that_cannot_be_read_do_not_count():
    table = index()
    table.loc[table["label"] == "PNEUMONIA", ["problem", "mode"]] = ["damaged", "RGB"]
    assert found(table) == []


def test_source_folder_and_columns_of_the_table_are_measured_the_strongest_first():
    table = index(60)
    ill = table["label"] == "PNEUMONIA"
    table["source"] = np.where(ill & (np.arange(len(table)) % 10 != 1), "south", "north")
    table["view"] = np.where(ill, "AP", "PA")
    table["age"] = np.where(ill, 70, 3) + np.arange(len(table)) % 3
    table["sex"] = np.random.default_rng(1).choice(["F", "M"], len(table))
    measured = associations(table, "PNEUMONIA", 0)
    by_name = {one["column"]: one for one in measured}
    assert set(by_name) == {
        *("size", "darkest", "brightest", "jpeg_quality", "source", "folder", "view", "age", "sex")
    }
    accuracies = [one["balanced_accuracy"] for one in measured]
    assert accuracies == sorted(accuracies, reverse=True)
    assert by_name["view"]["balanced_accuracy"] == by_name["age"]["auc"] == 1
    assert by_name["source"]["balanced_accuracy"] == pytest.approx(0.9, abs=0.05)
    assert by_name["sex"]["balanced_accuracy"] < 0.7 > by_name["folder"]["balanced_accuracy"]
    assert {name for name, one in by_name.items() if one["of_table"]} == {"view", "age", "sex"}
    assert by_name["view"]["values"] == 2


def test_columns_of_the_table_go_with_the_class_without_a_warning(caplog):
    table = index()
    ill = table["label"] == "PNEUMONIA"
    table["findings"] = np.where(ill, "Pneumonia", "No Finding")
    assert found(table) == []
    assert "predicts the class" not in caplog.text
    table["source"] = np.where(ill, "south", "north")
    assert [one["fact"] for one in found(table)] == ["source"]
    assert "The fact 'source' of the files predicts the class by itself" in caplog.text


def test_texts_that_name_films_or_patients_and_columns_of_one_value_are_no_fact():
    table = index()
    table["study"] = [f"S{number}" for number in range(len(table))]
    table["hospital_number"] = "H" + table["group_id"]
    table["remark"] = "none"
    table["empty"] = np.nan
    named = {one["column"] for one in associations(table, "PNEUMONIA", 0)}
    assert not named & {"study", "hospital_number", "remark", "empty"}


def test_empty_cells_and_truth_values_are_measured_too():
    table = index(60)
    ill = table["label"] == "PNEUMONIA"
    table["age"] = np.where(ill, np.nan, 40.0)
    table["portable"] = ill
    table["lesion_opacity"] = np.where(ill, 0.3, 0.0)
    table["device"] = pd.Series(np.where(ill, None, "X1"), dtype="str")
    by_name = {one["column"]: one for one in associations(table, "PNEUMONIA", 0)}
    assert {by_name[name]["auc"] for name in ("age", "portable", "device")} == {1}
    # What is empty or 0 in one class may describe the disease.
    assert {name for name, one in by_name.items() if one["in_one_class"]} == {
        "age",
        "device",
        "lesion_opacity",
    }


def test_where_a_class_has_few_patients_nothing_is_concluded():
    table = index(18)
    assert associations(table, "PNEUMONIA", 0) == []
    assert associations(table.assign(label="NORMAL"), "PNEUMONIA", 0) == []
    assert associations(table.iloc[:0], "PNEUMONIA", 0) == []
