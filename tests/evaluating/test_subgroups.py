"""Subgroups are those of the table, and differ only where a difference was planted."""

import json

import numpy as np
import pandas as pd
import pytest
from configured import TREES
from scipy.special import expit

from chest_xray.evaluating.subgroups import measure_subgroups, subgroup_values
from chest_xray.parameters import check_parameters

PARAMETERS = check_parameters(TREES["base"], {}).external_validation.model_copy(
    update={"bootstrap_samples": 100}
)
AGES = {"age": [18, 40, 65]}


def films(count=400, seed=0, harder=0.0, **columns):
    """Two films per patient; a model that is worse on women by ``harder``."""
    random = np.random.default_rng(seed)
    patient = np.arange(count) // 2
    labels = random.random(count) < 0.5
    women = random.random(count // 2)[patient] < 0.5
    scores = random.normal(labels * (2 - harder * women), 1)
    table = pd.DataFrame(
        {
            "image_id": [f"i{number}" for number in range(count)],
            "patient_id": patient.astype(str),
            "group_id": patient.astype(str),
            "label": np.where(labels, "PNEUMONIA", "NORMAL"),
            "probability": expit(scores - 1),
            "source": "there",
            "sex": np.where(women, "F", "M"),
            "age": random.integers(1, 90, count // 2)[patient],
            **columns,
        }
    )
    return table, labels


def measured(*given):
    return measure_subgroups(*given, 0.5, PARAMETERS)


def test_a_planted_difference_is_found_and_no_other():
    found, left_out = measured(*films(600, harder=1.8))
    by = {(one["column"], one["value"]): one for one in found}
    assert list(by) == [
        ("sex", "F"),
        ("sex", "M"),
        *(("age", band) for band in ("<18", "18–40", "40–65", "≥65")),
    ]
    assert by["sex", "F"]["auc"]["high"] < by["sex", "M"]["auc"]["low"]
    assert by["sex", "F"]["p"] == by["sex", "M"]["p"] < 0.001
    assert by["sex", "F"]["p_holm"] == pytest.approx(5 * by["sex", "F"]["p"])
    assert all(one["p_holm"] > 0.05 for name, one in by.items() if name[0] == "age")
    assert left_out == []
    assert sum(by["sex", name]["n"] for name in "FM") == 600
    json.dumps(found, allow_nan=False)


def test_without_a_difference_holm_lets_hardly_any_pass():
    alarms = sum(
        any(one["p_holm"] < 0.05 for one in measured(*films(200, seed))[0]) for seed in range(30)
    )
    # Of 30 draws, 5 % give or take three standard errors.
    assert alarms <= 5


def test_why_a_column_has_no_subgroups_is_told():
    number = np.arange(400)
    table, labels = films(
        finding=[f"finding {one % 9}" for one in number],
        hospital="A",
        empty=np.nan,
        device=np.where(number < 8, "new", None),
        ward=np.where(number < 8, "x", "y"),
        pairs=np.where(number < 8, "x", np.where(number < 16, "y", None)),
    )
    found, left_out = measured(table, labels)
    assert left_out == [
        {"column": "finding", "reason": "values"},
        {"column": "hospital", "reason": "one_value"},
        {"column": "empty", "reason": "one_value"},
        {"column": "device", "reason": "one_value"},
        {"column": "pairs", "reason": "few_patients"},
    ]
    (ward,) = (one for one in found if one["column"] == "ward")
    assert ward["value"] == "y" and ward["p"] is None and ward["p_holm"] is None


def test_a_subgroup_of_one_class_has_what_can_be_measured():
    table, labels = films()
    found, _ = measured(table.assign(subtype=np.where(labels, "virus", "none")), labels)
    virus = next(one for one in found if one["value"] == "virus")
    assert virus["auc"]["value"] is None and virus["specificity"]["value"] is None
    assert virus["sensitivity"]["low"] < virus["sensitivity"]["value"]
    assert virus["p"] is None


def test_sources_tell_subgroups_apart_where_there_are_several():
    table, labels = films()
    two = table.assign(source=np.where(np.arange(400) < 150, "a", "b"))
    values = [one["value"] for one in measured(two, labels)[0] if one["column"] == "source"]
    assert values == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "cells", "expected"),
    [
        ("age", [17, 18, 39.5, 40, 64, 65, 99, None], "<18 18–40 18–40 40–65 40–65 ≥65 ≥65 -"),
        ("Age ", ["17", "65", "", " "], "<18 ≥65 - -"),
        ("age", ["17", "n/a", "70"], "17 n/a 70"),
        ("code", [0.0, 1.0, np.nan, 10], "0 1 - 10"),
        ("dose", [*range(9), np.inf], "<2.67 <2.67 <2.67" + " 2.67–5.33" * 3 + " ≥5.33" * 3),
        ("smoker", [True, False], "True False"),
        ("view", ["PA ", "AP", "PA", None], "PA AP PA -"),
    ],
)
def test_cells_become_subgroups(name, cells, expected):
    found = subgroup_values(pd.Series(cells, name=name), AGES, 8)
    told = ["-" if pd.isna(one) else one for one in found]
    if name == "dose":
        assert told.pop() == "-"
    assert " ".join(told) == expected


def test_numbers_are_in_their_order():
    found = subgroup_values(pd.Series([10, 9, 2, 9], name="visit"), {}, 8)
    assert list(found.cat.categories) == ["2", "9", "10"]
    assert subgroup_values(pd.Series(list("abc"), name="x"), {}, 2) is None
