"""Columns of a table become types that say what they are; the others are left out with a reason."""

import logging
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import PROJECT
from hypothesis import given
from hypothesis import strategies as st

from chest_xray.errors import BadParameters
from chest_xray.evaluating.table_types import TableType, table_type, table_types
from chest_xray.parameters import ErrorAnalysisParameters

BASE = yaml.safe_load((PROJECT / "conf/base/parameters/error_analysis.yml").read_text())
COUNT = 120
ILL = np.arange(COUNT) // 4 % 2 == 1


@dataclass(frozen=True)
class Case:
    images: pd.DataFrame
    index: pd.DataFrame
    splits: pd.DataFrame


def case_of(**columns: object) -> Case:
    """120 images of 120 patients, four healthy, four ill and so on; the last 60 are described."""
    place = np.arange(COUNT)
    splits = pd.DataFrame(
        {
            "image_id": [f"i{one}" for one in place],
            "label": np.where(ILL, "PNEUMONIA", "NORMAL"),
            "patient_id": [f"p{one}" for one in place],
            "part": np.where(place < COUNT // 2, "train", "test"),
        }
    )
    index = splits[["image_id"]].assign(width=64, subtype="", **columns)
    return Case(splits[splits["part"] == "test"].reset_index(drop=True), index, splits)


def types_of(case: Case, **parameters: object) -> pd.DataFrame:
    told = ErrorAnalysisParameters(**(BASE["error_analysis"] | parameters))
    return table_types(case.images, case.index, case.splits, told)


def found(members: pd.DataFrame) -> dict[str, int]:
    return {str(name): int(members[name].sum()) for name in members if members[name].any()}


def test_values_are_types_and_missing_cells_are_one_too():
    views = ["AP", "PA", " AP ", None] * (COUNT // 4)
    assert found(types_of(case_of(view=views))) == {
        "table: view = AP": 30,
        "table: view = PA": 15,
        "table: view is missing": 15,
    }


def test_few_numbers_are_values_and_many_are_bands_where_they_were_asked_for():
    random = np.random.default_rng(0)
    case = case_of(age=random.integers(1, 90, COUNT), dose=[1.0, 2.0, np.nan, 2.5] * (COUNT // 4))
    members = types_of(case)
    age = case.index["age"].to_numpy()[COUNT // 2 :]
    for name, there in (
        ("table: age < 18", age < 18),
        ("table: 18 <= age < 40", (age >= 18) & (age < 40)),
        ("table: 40 <= age < 65", (age >= 40) & (age < 65)),
        ("table: age >= 65", age >= 65),
    ):
        np.testing.assert_array_equal(members[name], there)
    assert {name for name in found(members) if "dose" in name} == {
        "table: dose = 1",
        "table: dose = 2",
        "table: dose = 2.5",
        "table: dose is missing",
    }


def test_bands_without_edges_are_thirds_of_the_training_images():
    values = np.concatenate([np.linspace(0, 1, COUNT // 2), np.full(COUNT // 2, 0.1)])
    members = types_of(case_of(dose=values))
    assert list(members) == [
        "table: dose < 0.333",
        "table: 0.333 <= dose < 0.667",
        "table: dose >= 0.667",
        "table: dose is missing",
    ]
    assert found(members) == {"table: dose < 0.333": COUNT // 2}


@pytest.mark.parametrize("healthy", [0.0, np.nan])
def test_a_column_of_one_class_has_bands_and_members_of_this_class(healthy):
    opacity = np.where(ILL, np.linspace(0.3, 0.9, COUNT), healthy)
    case = case_of(opacity=opacity)
    members = types_of(case)
    assert not members[(case.images["label"] == "NORMAL").to_numpy()].any(axis=None)
    ill = case.images["label"] == "PNEUMONIA"
    assert (members[ill.to_numpy()].sum(axis=1) == 1).all()
    halves = found(types_of(case, bands={"opacity": [0.45]}))
    assert halves == {"table: opacity >= 0.45": int(ill.sum())}


def test_what_is_no_type_is_left_out_with_a_line(caplog):
    place = np.arange(COUNT)
    case = case_of(
        study=place + 1000,
        accession=[f"A{one}" for one in place],
        remark=[f"remark {one % 40}" for one in place],
        scanner="one",
        diagnosis=np.where(ILL, "yes", "no"),
        empty=np.nan,
        age=np.arange(COUNT) % 9,
    )
    with caplog.at_level(logging.INFO):
        assert types_of(case).empty
    left_out = {record.args[0]: record.getMessage() for record in caplog.records if record.args}
    assert set(left_out) == {
        "study",
        "accession",
        "remark",
        "scanner",
        "diagnosis",
        "empty",
        "age",
    }
    assert "name each image or patient" in left_out["study"]
    assert "more than 8 values, of text" in left_out["remark"]
    assert "no two training images of one class differ" in left_out["diagnosis"]
    assert "in one band (18, 40, 65)" in left_out["age"]


def test_ids_that_are_asked_for_in_bands_are_numbers():
    members = types_of(case_of(study=np.arange(COUNT)), bands={"study": [30, 90]})
    assert found(members) == {"table: 30 <= study < 90": 30, "table: study >= 90": 30}


def test_bands_of_text_are_refused():
    with pytest.raises(BadParameters, match="bands has 'view', which holds text"):
        types_of(case_of(view=["AP", "PA"] * (COUNT // 2)), bands={"view": [1]})


def test_an_index_without_a_table_has_no_types():
    assert types_of(case_of()).shape == (COUNT // 2, 0)


COLUMNS = st.text(
    st.characters(exclude_characters="<>=", exclude_categories=["C", "Z"]), min_size=1
)
NUMBERS = st.floats(-1e9, 1e9).map(repr) | st.integers(-(10**6), 10**6).map(str)


@given(
    st.builds(TableType, COLUMNS, value=COLUMNS)
    | st.builds(TableType, COLUMNS, low=NUMBERS | st.just(""), high=NUMBERS | st.just(""))
)
def test_a_name_says_what_the_type_is(told: TableType):
    assert table_type(told.name) == told


@pytest.mark.parametrize("name", ["tilted", "folder_a = b", "person: x < 3", "subtype_virus"])
def test_other_types_are_not_the_table_s(name: str):
    assert table_type(name) is None
