"""Two hospitals look different on their films, and go with the class as strongly as asked."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from chest_xray.phantoms import PlantedDefects, draw_phantom, plan_phantoms, radiograph_table

OLD_COLUMNS = ["label", "true_label", "patient_id", "width", "lesion_opacity", "image_seed"]


def grey(plan: dict[Any, Any]) -> np.ndarray:
    return draw_phantom({**plan, "mode": "L"}).pixels.astype(float)


def texture(pixels: np.ndarray) -> float:
    """Differences of neighbours: grain and sharpness, hardly anything of the anatomy."""
    return float(np.median(np.abs(np.diff(pixels, 2, axis=1))))


def auc(scores: np.ndarray, positive: np.ndarray) -> float:
    above = scores[positive][:, None] - scores[~positive][None]
    return float((above > 0).mean() + 0.5 * (above == 0).mean())


def two(hospital_with_class: float, patients: int = 400) -> pd.DataFrame:
    return plan_phantoms(patients, 11, 96, hospitals=2, hospital_with_class=hospital_with_class)


def test_one_hospital_is_the_north_whose_films_are_the_same_beside_a_south():
    alone, both = plan_phantoms(40, 11, 96), two(0.0, 40)
    assert set(alone["source"]) == {"north"}
    assert alone["file"].str.match("(train|val|test)/").all()
    assert alone["age"].between(1, 5).all()
    assert (both["file"].str.split("/").str[0] == both["source"]).all()
    assert set(both["source"]) == {"north", "south"}
    both["name"] = both["file"].str.partition("/")[2]
    pairs = alone.merge(both, left_on="file", right_on="name", suffixes=("", "_of_two"))
    assert len(pairs) == len(alone)
    for column in OLD_COLUMNS:
        assert (pairs[column] == pairs[f"{column}_of_two"]).all()
    north = both[both["source"] == "north"].sort_values("name")
    same = alone[alone["file"].isin(north["name"])]
    for one, other in list(zip(same.to_dict("records"), north.to_dict("records"), strict=True))[:5]:
        np.testing.assert_array_equal(grey(one), grey(other))


@pytest.mark.parametrize(("strength", "share"), [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0)])
def test_the_south_goes_with_pneumonia_as_strongly_as_asked(strength: float, share: float):
    patients = two(strength, 1000).drop_duplicates("patient_seed")
    agreeing = (patients["source"] == "south") == (patients["true_label"] == "PNEUMONIA")
    assert agreeing.mean() == pytest.approx(share, abs=0.04)


def test_a_patient_is_of_one_hospital_and_age():
    films = two(0.3)
    assert (films.groupby("patient_seed")[["source", "age"]].nunique() == 1).all(axis=None)
    adults = films["source"] == "south"
    assert films.loc[adults, "age"].between(20, 85).all()
    assert films.loc[~adults, "age"].between(1, 5).all()


def test_a_copy_lies_in_the_hospital_of_its_original():
    films = plan_phantoms(40, 2, 64, PlantedDefects(duplicates=6), hospitals=2)
    copies = films[films["duplicate_of"] != ""]
    assert copies["duplicate_of"].isin(films["file"]).all()
    assert (copies["duplicate_of"].str.split("/").str[0] == copies["source"]).all()


def test_texture_tells_the_hospital_and_only_with_it_the_class():
    """The truth that an audit is held against: with 1 the texture tells the class, with 0 not."""
    for strength, low, high in ((0.0, 0.38, 0.62), (1.0, 0.9, 1.0)):
        films = two(strength, 200).drop_duplicates("patient_seed")
        scores = np.array([texture(grey(plan)) for plan in films.to_dict("records")])
        assert auc(scores, (films["source"] == "south").to_numpy()) > 0.9
        assert low <= auc(scores, (films["true_label"] == "PNEUMONIA").to_numpy()) <= high


def test_the_south_is_brighter_and_its_patients_are_grown_up():
    plan: dict[Any, Any] = {**plan_phantoms(10, 1, 320).iloc[0].to_dict(), "marker": False}
    for looks in ({"age": 40}, {"detector_blur": 0.5}, {"noise": 0.05}, {"brightness": 1.4}):
        assert np.abs(grey({**plan, **looks}) - grey(plan)).mean() > 0.5
    np.testing.assert_array_equal(grey({**plan, "age": 4}), grey(plan))
    np.testing.assert_array_equal(grey({**plan, "age": 20}), grey({**plan, "age": 85}))


def test_markers_of_the_south_are_boxed_and_low():
    for seed in range(6):
        plan: dict[Any, Any] = {**two(0.0, 10).iloc[seed].to_dict(), "marker_style": "boxed"}
        stamped = grey({**plan, "marker": True}) != grey({**plan, "marker": False})
        rows = np.nonzero(stamped)[0]
        assert 0 < stamped.mean() < 0.05
        assert rows.min() > plan["height"] / 2


def test_other_numbers_of_hospitals_are_refused():
    with pytest.raises(ValueError, match=r"hospitals is 3 .* 1 or 2"):
        plan_phantoms(10, 0, 64, hospitals=3)


def test_the_table_has_what_a_hospital_could_know_and_neither_class_nor_patient():
    films = two(0.0, 40)
    table = radiograph_table(films)
    assert table["image"].tolist() == films["file"].tolist()
    assert list(table)[1:] == ["source", "age", "lesion_side", "lesion_lobe", "lesion_opacity"]
