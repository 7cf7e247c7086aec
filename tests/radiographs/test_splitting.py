"""Splits keep their promises, whatever the patients."""

import pandas as pd
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from chest_xray.errors import BadSplit
from chest_xray.radiographs.splitting import (
    check_splits,
    leaked,
    shared_numbers,
    split,
    splits_hash,
)


def index_of(images_per_patient: list[int]) -> pd.DataFrame:
    rows = [
        {
            "label": ("NORMAL", "PNEUMONIA")[patient % 2],
            "group_id": f"p{patient}",
            "folder": "train",
        }
        for patient, images in enumerate(images_per_patient)
        for _ in range(images)
    ]
    index = pd.DataFrame(rows).assign(
        problem="", source="inside", duplicate_of="", near_duplicate_of=""
    )
    index["image_id"] = [f"i{number}" for number in range(len(index))]
    return index.assign(patient_id=index["group_id"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=150, max_size=400), st.integers(0, 1000))
def test_a_split_by_patient_leaks_nothing_and_keeps_its_shares(images, seed):
    splits = split(index_of(images), "patient", seed)
    assert len(splits) == sum(images)
    assert leaked(splits) == 0
    assert splits.groupby("group_id")["part"].nunique().max() == 1
    for _, part in splits.groupby("label")["part"]:
        assert (part == "test").mean() == pytest.approx(0.1, abs=0.03)


def test_a_split_by_image_is_exact_and_counts_what_leaks():
    splits = split(index_of([4] * 250), "image", 0)
    assert splits["part"].value_counts().to_dict() == {"train": 800, "validation": 100, "test": 100}
    assert leaked(splits) > 50


def test_the_catalog_s_rule_refuses_a_patient_on_two_sides():
    splits = split(index_of([4] * 100), "patient", 0)
    moved = splits.copy()
    moved.loc[moved.index[moved["part"] == "train"][0], "part"] = "test"
    with pytest.raises(BadSplit, match="lies on 2 sides"):
        check_splits(moved)
    check_splits(moved.assign(method="image"))


def test_a_part_without_a_class_and_too_few_patients_are_refused():
    with pytest.raises(BadSplit, match=r"too few patients \(6\) .* at least 10 of each class"):
        split(index_of([3] * 12), "patient", 0)
    joined = index_of([3] * 60).assign(group_id=lambda index: index["label"])
    with pytest.raises(BadSplit, match=r"\(1, as films saved twice join 30 patients\)"):
        split(joined, "patient", 0)
    with pytest.raises(BadSplit, match="The validation part has no image"):
        split(index_of([3] * 60), "published", 0)


@pytest.mark.parametrize("patients", [12, 15, 34])
def test_few_patients_of_many_images_are_divided_as_whole_patients_can_be(patients, caplog):
    splits = split(index_of([20] * 2 * patients), "patient", 0)
    assert leaked(splits) == 0
    counts = splits.groupby("label")["part"].value_counts().unstack()
    assert (counts >= 20).all(axis=None)
    check_splits(splits)
    assert "one patient alone has" in caplog.text


def test_every_patient_below_a_tenth_of_the_class_is_once_in_a_test_part():
    # Of 1,000 images of a class, patients from 1 to 99.
    index = index_of([n for size in (99, 60, 31, 20) for n in (size, size)] + [2, 2, 4, 4] * 132)
    assert index.groupby("label")["group_id"].value_counts(normalize=True).max() < 0.1
    tested = {seed: set(part_of(index, seed, "test")["group_id"]) for seed in range(50)}
    assert set().union(*tested.values()) == set(index["group_id"])
    for first in range(0, 50, 10):
        ten = [tested[seed] for seed in range(first, first + 10)]
        assert set().union(*ten) == set(index["group_id"])
        assert sum(map(len, ten)) == index["group_id"].nunique()


def test_the_large_patients_share_a_test_part_with_others_from_seed_to_seed():
    index = index_of([80, 80, 60, 60] + [1, 2, 3, 4] * 150)
    partners = {
        frozenset(set(part_of(index, seed, "validation")["group_id"]) & {"p0", "p1", "p2", "p3"})
        for seed in range(50)
    }
    assert len(partners) > 2


def test_a_patient_of_more_than_a_tenth_is_always_trained_on():
    index = index_of([200, 200] + [1, 2, 3, 4] * 100)
    for seed in range(20):
        assert {"p0", "p1"} <= set(part_of(index, seed, "train")["group_id"])


def test_patients_below_a_tenth_are_tested_beside_a_larger_one_too():
    """Among others of a heavy tail, the largest has an eighth of its class."""
    sizes = [33, 33, 25, 25, 18, 18, 12, 12, 9, 9] + [1, 2, 3, 4] * 60
    index = index_of([50, 70, *sizes])
    shares = index.groupby("label")["group_id"].value_counts(normalize=True)
    large = set(shares.index.get_level_values("group_id")[shares > 0.1])
    assert large == {"p0", "p1"}
    tested = [set(part_of(index, seed, "test")["group_id"]) for seed in range(10)]
    assert set().union(*tested) == set(index["group_id"]) - large


def part_of(index: pd.DataFrame, seed: int, part: str) -> pd.DataFrame:
    splits = split(index, "patient", seed)
    return splits[splits["part"] == part]


def test_splits_are_known_again_by_their_parts_and_not_by_their_order():
    splits = split(index_of([1, 2, 3, 4] * 100), "patient", 3)
    assert splits_hash(splits.sample(frac=1, random_state=0)) == splits_hash(splits)
    assert splits_hash(split(index_of([1, 2, 3, 4] * 100), "patient", 4)) != splits_hash(splits)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(40, 160), min_size=1, max_size=3),
    st.lists(st.integers(2, 4), min_size=200, max_size=300),
    st.integers(0, 1000),
)
def test_patients_of_very_many_images_are_trained_on_and_the_others_are_divided(large, small, seed):
    index = index_of(large + small)
    splits = split(index, "patient", seed)
    assert leaked(splits) == 0
    assert splits.groupby("group_id")["part"].nunique().max() == 1
    for _, of_class in splits.groupby("label"):
        shares = of_class["group_id"].value_counts(normalize=True)
        tenth_of_the_others = shares[shares <= 0.1].sum() / 10
        for part in ("validation", "test"):
            missed = abs((of_class["part"] == part).mean() - tenth_of_the_others)
            assert missed <= 0.02


def two_folders(shared: int) -> pd.DataFrame:
    """120 patients in the folder train and 60 in test, of whom some have a number of train's."""
    train, test = index_of([3] * 120), index_of([2] * 60)
    test["image_id"] = "test/" + test["image_id"]
    numbers = [
        f"p{int(one[1:]) if int(one[1:]) < shared else int(one[1:]) + 1000}"
        for one in test["patient_id"]
    ]
    test = test.assign(folder="test", patient_id=numbers, group_id=numbers)
    return pd.concat([train, test], ignore_index=True)


@settings(max_examples=examples(10), deadline=None)
@given(st.integers(0, 60), st.integers(0, 1000))
def test_the_published_test_folder_is_the_test_part_and_nobody_is_left_out(shared, seed):
    index = two_folders(shared)
    splits = split(index, "published_test", seed)
    assert len(splits) == len(index)
    tested = splits["part"] == "test"
    assert set(splits.loc[tested, "image_id"]) == set(
        index.loc[index["folder"] == "test", "image_id"]
    )
    assert splits.groupby("group_id")["part"].nunique().max() == 1
    assert (splits["part"] == "validation").sum() / (~tested).sum() == pytest.approx(0.1, abs=0.02)
    assert shared_numbers(splits)[splits.loc[tested, "image_id"]].sum() == 2 * shared


def test_ten_seeds_validate_on_every_patient_once():
    index = two_folders(5)
    validated = [
        image_id
        for seed in range(10)
        for image_id in split(index, "published_test", seed).query("part == 'validation'")[
            "image_id"
        ]
    ]
    assert sorted(validated) == sorted(index.loc[index["folder"] == "train", "image_id"])


def test_a_training_film_that_is_also_in_the_test_folder_is_not_learned_from(caplog):
    index = two_folders(0)
    copy, near = index.index[3], index.index[10]
    index.loc[index["image_id"] == "test/i4", "duplicate_of"] = index["image_id"][copy]
    index.loc[near, "near_duplicate_of"] = "test/i9"
    splits = split(index, "published_test", 7)
    missing = set(index["image_id"]) - set(splits["image_id"])
    assert missing == {index["image_id"][copy], index["image_id"][near]}
    assert "2 films of the folders train and val" in caplog.text


def two_sources() -> pd.DataFrame:
    index = index_of([2] * 160)
    south = [int(one[1:]) % 4 < 2 for one in index["patient_id"]]
    return index.assign(source=["south" if one else "north" for one in south], folder="")


def test_named_sources_are_the_test_part():
    index = two_sources()
    # A patient of both hospitals would be known from training.
    index.loc[index["patient_id"] == "p2", "group_id"] = "p0"
    splits = split(index, "source", 7, test_sources=["south"])
    tested = splits["part"] == "test"
    assert set(splits.loc[tested, "source"]) == {"south"}
    assert set(splits.loc[~tested, "source"]) == {"north"}
    assert "p2" not in set(splits["patient_id"])
    assert leaked(splits) == 0


@pytest.mark.parametrize("sources", [[], ["east"], ["north", "south"]])
def test_test_sources_that_leave_nothing_to_learn_or_test_are_refused(sources):
    with pytest.raises(BadSplit, match=r"test_sources .* north, south"):
        split(two_sources(), "source", 7, test_sources=sources)


def test_a_split_by_patient_has_every_source_in_every_part():
    splits = split(two_sources(), "patient", 7)
    shares = splits.groupby("part")["source"].value_counts(normalize=True)
    assert shares.xs("south", level="source").to_numpy() == pytest.approx([0.5] * 3, abs=0.1)


def test_published_folders_are_needed_where_a_method_means_them():
    for method in ("published", "published_test"):
        with pytest.raises(BadSplit, match=rf"none of the folders .*split_method: {method} needs"):
            split(two_sources(), method, 7)
