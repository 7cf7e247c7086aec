"""The baselines find a shortcut that is there, and none that is not."""

import numpy as np
import pandas as pd
import pytest

from chest_xray.evaluating import shortcuts
from chest_xray.evaluating.shortcuts import (
    BASELINES,
    Films,
    baselines_of_test_part,
    cross_validated_scores,
    no_pixel_baseline,
    pixel_baseline,
    strongest,
)


@pytest.fixture(autouse=True)
def _small_forests(monkeypatch):
    """What is told apart here needs no large ones, and there are many."""
    monkeypatch.setattr(shortcuts, "_TREES", 30)


def files(rows: int, quality_of_the_ill: int, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """An index whose JPEG quality is 90, but for the ill; and splits of it by patient."""
    draw = np.random.default_rng(seed)
    ill = np.arange(rows) % 2 == 1
    index = pd.DataFrame(
        {
            "image_id": [f"i{row}" for row in range(rows)],
            "group_id": [f"p{row // 2}-{row % 2}" for row in range(rows)],
            "label": np.where(ill, "PNEUMONIA", "NORMAL"),
            "width": draw.integers(900, 1100, rows),
            "height": draw.integers(900, 1100, rows),
            "mode": "L",
            "jpeg_quality": np.where(ill, quality_of_the_ill, 90),
            "source": "inside",
            "folder": "",
        }
    )
    part = np.where(np.arange(rows) % 10 < 8, "train", "test")
    return index, index[["image_id"]].assign(part=part)


def baseline(index, splits):
    return no_pixel_baseline(Films(index, "PNEUMONIA", 100, 7), splits)


def test_a_header_that_tells_the_class_is_found_by_the_header_alone():
    found = baseline(*files(200, quality_of_the_ill=70))
    assert found["size_mode_and_jpeg_header"]["auc"]["value"] > 0.99
    assert found["test_part"]["accuracy"]["value"] > 0.95
    without = found["size_and_mode"]["auc"]
    assert without["low"] <= 0.5 <= without["high"]


def test_without_a_shortcut_it_is_chance():
    found = baseline(*files(200, quality_of_the_ill=90))
    for facts in ("size_and_mode", "size_mode_and_jpeg_header"):
        assert found[facts]["auc"]["low"] <= 0.5 <= found[facts]["auc"]["high"]


def test_a_folder_that_is_not_split_has_no_test_part():
    index, splits = files(40, quality_of_the_ill=70)
    assert "test_part" in baseline(index, splits)
    assert "test_part" not in baseline(index, None)


@pytest.mark.parametrize("kept", [1, 3])
def test_a_class_with_one_patient_can_not_be_told(kept):
    index, splits = files(40, quality_of_the_ill=70)
    few = index[(index["label"] == "NORMAL") | (index["group_id"] == index["group_id"].iloc[kept])]
    found = baseline(few.reset_index(drop=True), splits)
    assert found["size_and_mode"] is None
    films = Films(few.reset_index(drop=True), "PNEUMONIA", 100, 7)
    assert pixel_baseline(films, np.ones((len(few), 2)), splits)["cross_validated"] is None


def noisy(shift: float, rows: int = 240) -> tuple[Films, np.ndarray, pd.DataFrame]:
    """Features, one of which is higher in the folder ``test`` and in the south; by class not."""
    draw = np.random.default_rng(1)
    index, splits = files(rows, quality_of_the_ill=90)
    # Both classes have as many films in each folder and source.
    place = np.arange(rows) // 2
    index["folder"] = np.where(place % 2 == 0, "train", "test")
    index["source"] = np.where(place // 2 % 2 == 0, "north", "south")
    features = draw.normal(size=(rows, 3))
    features[:, 0] += shift * (index["folder"] == "test")
    features[:, 1] += shift * (index["source"] == "south")
    return Films(index, "PNEUMONIA", 100, 7), features, splits


def test_folders_and_sources_are_told_apart_within_a_class_by_what_is_planted():
    found = pixel_baseline(*noisy(shift=4))
    apart = {(one["column"], one["label"]): one for one in found["tells_apart"]}
    assert set(apart) == {
        (column, label) for column in ("folder", "source") for label in ("NORMAL", "PNEUMONIA")
    }
    assert all(one["auc"]["low"] > 0.9 for one in apart.values())
    assert apart["folder", "NORMAL"]["values"] == ["test", "train"]
    assert found["cross_validated"]["auc"]["low"] <= 0.5 <= found["cross_validated"]["auc"]["high"]
    assert set(found["by_source"]) == {"north", "south"}


def test_folders_and_sources_that_look_alike_are_not_told_apart():
    found = pixel_baseline(*noisy(shift=0))["tells_apart"]
    assert len(found) == 4
    assert all(0.3 < one["auc"]["value"] < 0.7 for one in found)


def test_of_three_sources_each_is_told_from_the_others_and_a_small_one_from_none():
    films, features, splits = noisy(shift=4, rows=300)
    place = np.arange(300) // 2
    source = np.choose(place % 3, ["east", "north", "west"]).astype(object)
    source[:4] = "tiny"
    features[:, 2] += 4 * (source == "west")
    several = Films(films.images.assign(source=source, folder=""), "PNEUMONIA", 100, 7)
    found = pixel_baseline(several, features, splits)["tells_apart"]
    told = {(one["label"], one["values"][0]): one["auc"]["value"] for one in found}
    assert set(told) == {
        (label, name) for label in ("NORMAL", "PNEUMONIA") for name in ("east", "north", "west")
    }
    assert told["NORMAL", "west"] > 0.95
    assert not any("tiny" in one["values"] for one in found)


def test_no_film_of_the_test_part_is_in_what_is_cross_validated():
    films, features, splits = noisy(shift=0)
    in_test = films.images["image_id"].map(splits.set_index("image_id")["part"]) == "test"
    told = np.where(in_test, films.labels * 9.0, 0)
    found = pixel_baseline(films, np.column_stack([features, told]), splits)
    inside = np.column_stack([features, told])[~in_test]
    kept = Films(films.images[~in_test].reset_index(drop=True), "PNEUMONIA", 100, 7)
    assert found["cross_validated"] == pixel_baseline(kept, inside)["cross_validated"]
    # Where it counts, the same column tells the class.
    tested = pixel_baseline(films, np.column_stack([features, films.labels * 9.0]), splits)
    assert tested["test_part"]["auc"]["value"] == tested["cross_validated"]["auc"]["value"] == 1


def test_no_patient_is_measured_by_a_forest_that_saw_it():
    draw = np.random.default_rng(3)
    patients = np.repeat(np.arange(40), 5)
    labels = patients % 2 == 1
    # Features know the patient and nothing of the class.
    features = draw.normal(size=(40, 4))[patients] + 0.01 * draw.normal(size=(200, 4))
    scores = cross_validated_scores(features, labels, pd.Series(patients), 0)
    ranks = scores[labels][:, None] - scores[~labels][None]
    assert 0.2 < ((ranks > 0).mean() + 0.5 * (ranks == 0).mean()) < 0.8


def test_the_strongest_has_the_largest_auc_whatever_its_accuracy():
    def scores(auc, accuracy=0.5):
        return {"auc": {"value": auc, "low": 0, "high": 1}, "accuracy": {"value": accuracy}}

    assert strongest({"a": scores(0.6, 0.9), "b": scores(0.7), "c": None})["name"] == "b"
    assert strongest({"a": scores(0.6), "b": scores(None, 1.0)})["name"] == "a"
    assert strongest({"a": None, "b": scores(None)}) is None
    audit = {
        f"{name}_baseline": {"test_part": scores(auc)}
        for name, auc in zip(BASELINES, (0.5, 0.8, 0.7), strict=True)
    }
    beside = baselines_of_test_part(audit)
    assert beside["strongest_baseline"] == {"name": "texture", **scores(0.8)}
    assert beside["thumbnail_baseline"] == scores(0.7)


def test_the_same_seed_gives_the_same_scores_to_the_last_digit():
    draw = np.random.default_rng(0)
    features, labels = draw.normal(size=(80, 6)), draw.random(80) < 0.5
    groups = pd.Series(np.arange(80))
    first = cross_validated_scores(features, labels, groups, 0)
    for _ in range(3):
        assert (cross_validated_scores(features, labels, groups, 0) == first).all()
