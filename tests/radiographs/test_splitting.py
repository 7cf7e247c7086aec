"""Splits keep their promises, whatever the patients."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chest_xray.errors import BadSplit
from chest_xray.radiographs.splitting import check_splits, leaked, split, splits_hash


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
    index = pd.DataFrame(rows).assign(problem="")
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
