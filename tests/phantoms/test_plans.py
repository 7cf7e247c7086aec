"""A plan is a truth: folders, names, patients and what was planted agree with each other."""

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chest_xray.errors import BadParameters
from chest_xray.parameters import PhantomParameters
from chest_xray.phantoms import PlantedDefects, plan_phantoms
from chest_xray.pipelines.phantoms import nodes

PUBLISHED_NAMES = re.compile(
    r"(train|val|test)/"
    r"(PNEUMONIA/person\d+_(bacteria|virus)_\d+|NORMAL/(NORMAL2-)?IM-\d{4,}-\d{4})\.jpeg"
)


def planted(films: pd.DataFrame, name: str) -> pd.Series:
    return films["planted"].str.split(";").map(lambda names: name in names)


def shared_plans() -> st.SearchStrategy[pd.DataFrame]:
    """Plans of any seed with a few of every counted defect."""
    few = st.integers(0, 3)
    return st.builds(
        plan_phantoms,
        patients=st.integers(10, 40),
        seed=st.integers(0, 2**32),
        image_size=st.integers(32, 300),
        defects=st.builds(PlantedDefects, unreadable=few, duplicates=few, flipped_labels=few),
    )


@settings(max_examples=25, deadline=None)
@given(films=shared_plans())
def test_names_say_folder_label_and_patient(films: pd.DataFrame) -> None:
    assert films["file"].is_unique
    for film in films.to_dict("records"):
        assert PUBLISHED_NAMES.fullmatch(film["file"])
        _, label, name = film["file"].split("/")
        assert label == film["label"]
        assert re.match(rf"{film['patient_id']}[_-]", name)


@settings(max_examples=25, deadline=None)
@given(films=shared_plans())
def test_the_truth_agrees_with_itself(films: pd.DataFrame) -> None:
    ill = films["true_label"] == "PNEUMONIA"
    assert ((films["subtype"] != "") == ill).all()
    assert ((films["lesion_opacity"] > 0) == ill).all()
    assert ((films["lesion_side"] == "both") == (films["subtype"] == "virus")).all()
    assert ((films["label"] != films["true_label"]) == planted(films, "flipped_label")).all()
    assert ((films["duplicate_of"] != "") == planted(films, "duplicate")).all()


@settings(max_examples=25, deadline=None)
@given(films=shared_plans())
def test_a_name_is_one_patient(films: pd.DataFrame) -> None:
    assert (films.groupby("patient_id")["patient_seed"].nunique() == 1).all()
    numbers = films.drop_duplicates("patient_id")["patient_id"].str.extract(r"^(.*?)(\d+)$")
    assert not numbers.duplicated().any()
    untouched = films[~planted(films, "flipped_label") & ~planted(films, "duplicate")]
    assert (untouched.groupby("patient_seed")["patient_id"].nunique() == 1).all()
    assert (films.groupby("patient_seed")["true_label"].nunique() == 1).all()


def test_the_same_arguments_give_the_same_plan() -> None:
    defects = PlantedDefects(2, 2, 2, 0.5, 0.5)
    plan = plan_phantoms(30, 5, 100, defects)
    pd.testing.assert_frame_equal(plan, plan_phantoms(30, 5, 100, defects))
    assert not plan.equals(plan_phantoms(30, 6, 100, defects))


def test_a_plan_survives_parquet(tmp_path: Path) -> None:
    plan = plan_phantoms(20, 1, 64, PlantedDefects(1, 1, 1))
    plan.to_parquet(tmp_path / "truth.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "truth.parquet"), plan)


def test_classes_and_sizes_are_as_asked() -> None:
    films = plan_phantoms(1000, 0, 200)
    patients = films.drop_duplicates("patient_seed")
    counts = patients["subtype"].value_counts().to_dict()
    assert counts == {"": 400, "bacteria": 400, "virus": 200}
    assert films["width"].mean() == pytest.approx(200, abs=2)
    assert (films["height"] < films["width"]).all()
    films_per_patient = films["patient_seed"].value_counts()
    assert 1.8 < films_per_patient.mean() < 2.2
    assert films["file"].str.startswith("train/").mean() == pytest.approx(0.85, abs=0.03)


def test_without_shortcuts_the_film_is_independent_of_the_class() -> None:
    films = plan_phantoms(2000, 0, 200)
    film = ["width", "height", "jpeg_quality", "brightness", "contrast", "noise", "crop", "marker"]
    means = films.groupby("label")[film].mean()
    spread = films[film].std()
    assert ((means.loc["NORMAL"] - means.loc["PNEUMONIA"]).abs() < 0.12 * spread).all()


def test_counts_are_planted_exactly_and_apart() -> None:
    films = plan_phantoms(60, 2, 64, PlantedDefects(unreadable=7, duplicates=8, flipped_labels=9))
    counts = {name: planted(films, name) for name in ("unreadable", "duplicate", "flipped_label")}
    assert [int(where.sum()) for where in counts.values()] == [7, 8, 9]
    assert pd.DataFrame(counts).sum(axis=1).max() == 1
    originals = films[films["file"].isin(films["duplicate_of"])]
    assert len(originals) == 8
    assert (originals["planted"] == "").all()


def test_a_whole_shortcut_follows_the_label_on_disk() -> None:
    defects = PlantedDefects(flipped_labels=5, marker_with_class=1.0, brightness_with_class=1.0)
    films = plan_phantoms(60, 3, 64, defects)
    pneumonia = films["label"] == "PNEUMONIA"
    assert (films["marker"] == pneumonia).all()
    assert films.loc[pneumonia, "brightness"].min() > films.loc[~pneumonia, "brightness"].max()
    assert planted(films, "marker_with_class").all()
    assert planted(films, "brightness_with_class").all()


def test_half_a_shortcut_follows_the_class_where_it_is_planted() -> None:
    films = plan_phantoms(200, 4, 64, PlantedDefects(marker_with_class=0.5))
    where = planted(films, "marker_with_class")
    assert where.mean() == pytest.approx(0.5, abs=0.1)
    assert (films["marker"] == (films["label"] == "PNEUMONIA"))[where].all()
    assert films.loc[~where & (films["label"] == "NORMAL"), "marker"].any()


@pytest.mark.parametrize(
    ("patients", "seed", "image_size", "sentence"),
    [
        (9, 0, 64, "patients is 9; both classes and all folders need 10 or more"),
        (10, -1, 64, "seed is -1; it must be 0 or more"),
        (10, 0, 31, "image_size is 31 pixels; a chest can be drawn from 32 on"),
    ],
)
def test_impossible_sets_are_refused(
    patients: int, seed: int, image_size: int, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        plan_phantoms(patients, seed, image_size)


def test_more_defects_than_films_are_refused() -> None:
    with pytest.raises(ValueError, match=r"1000 unreadable, .* are asked of \d+ films"):
        plan_phantoms(10, 0, 64, PlantedDefects(unreadable=400, duplicates=600))
    asked = PhantomParameters(
        patients=10,
        image_size=64,
        seed=0,
        unreadable=400,
        duplicates=600,
        flipped_labels=0,
        marker_with_class=0,
        brightness_with_class=0,
        hospitals=1,
        hospital_with_class=0,
    )
    with pytest.raises(BadParameters, match=r"1000 unreadable, .* are asked of \d+ films"):
        nodes.plan(asked)


def test_impossible_defects_are_refused() -> None:
    with pytest.raises(ValueError, match="unreadable is -1; a number of images must be 0 or more"):
        PlantedDefects(unreadable=-1)
    with pytest.raises(
        ValueError, match=r"marker_with_class is 1\.5; a probability must be between"
    ):
        PlantedDefects(marker_with_class=1.5)
