"""What a type is compared with: its own class where it has one, and only what is known."""

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import PROJECT

from chest_xray.evaluating.error_table import error_table
from chest_xray.parameters import ErrorAnalysisParameters
from chest_xray.radiographs.unusual import FilmLimits
from chest_xray.reporting.error_facts import with_explanations

BASE = yaml.safe_load((PROJECT / "conf/base/parameters/error_analysis.yml").read_text())
PARAMETERS = ErrorAnalysisParameters(**BASE["error_analysis"])
FAINT, DENSE = "table: opacity < 0.5", "table: opacity >= 0.5"


def images_of(*groups: tuple[int, int, str, list[str]]) -> pd.DataFrame:
    """Groups of images: how many, how many of them wrong, class and types."""
    rows = [
        {"label": label, "error": place < wrong, "types": types}
        for count, wrong, label, types in groups
        for place in range(count)
    ]
    names = [f"i{place}" for place in range(len(rows))]
    return pd.DataFrame(rows).assign(image_id=names, group_id=names, confidence=0.5)


def table_of(images: pd.DataFrame) -> pd.DataFrame:
    table = error_table(images, {}, PARAMETERS, "PNEUMONIA", 1)
    return table.set_index("error_type")


def test_a_type_of_one_class_is_compared_within_it():
    """Healthy films never go wrong here, so every type of the ill would pass for a cause."""
    images = images_of(
        (400, 0, "NORMAL", []), (50, 20, "PNEUMONIA", [FAINT]), (50, 20, "PNEUMONIA", [DENSE])
    )
    table = table_of(images)
    assert table["risk_ratio"].tolist() == pytest.approx([1, 1])
    assert table["rate_outside"].tolist() == [0.4, 0.4]
    assert (table["compared_within"] == "PNEUMONIA").all()
    assert (table["evidence"] == "not shown").all()


def test_a_planted_cause_within_the_class_is_clear_and_first_and_told_in_both_languages():
    images = images_of(
        (200, 20, "NORMAL", ["tilted"]),
        (200, 20, "NORMAL", []),
        (60, 25, "PNEUMONIA", [FAINT]),
        (140, 4, "PNEUMONIA", [DENSE, "tilted"]),
    )
    table = table_of(images)
    assert table.index[0] == FAINT
    assert table.loc[FAINT, "evidence"] == "clear"
    assert table.loc[FAINT, "risk_ratio"] == pytest.approx((25 / 60) / (4 / 140))
    assert table.loc["tilted", "compared_within"] == ""
    told = with_explanations(table.reset_index(), FilmLimits(10, 100, {}, {"tilt": 7.0}, "L"))
    first = told.iloc[0]
    assert "the column `opacity`" in first["explanation_en"] and "0.5" in first["explanation_en"]
    assert "opacity" in first["explanation_fa"] and "۰٫۵" in first["explanation_fa"]


def test_images_with_a_missing_cell_are_on_neither_side():
    young, old, missing = "table: age < 18", "table: age >= 18", "table: age is missing"
    both = [
        group
        for label in ("NORMAL", "PNEUMONIA")
        for group in (
            (50, 10, label, [young]),
            (50, 5, label, [old]),
            (100, 90, label, [missing]),
        )
    ]
    table = table_of(images_of(*both))
    assert table.loc[young, "risk_ratio"] == pytest.approx(2)
    assert table.loc[missing, "rate_outside"] == pytest.approx(30 / 200)


def test_a_column_that_means_nothing_is_hardly_ever_claimed():
    random = np.random.default_rng(3)
    claimed = 0
    for _ in range(40):
        images = images_of((150, 0, "NORMAL", []), (150, 0, "PNEUMONIA", [FAINT]))
        ill = images["label"] == "PNEUMONIA"
        faint = random.random(len(images)) < 1 / 3
        images["types"] = [
            [FAINT if pale else DENSE] if there else []
            for pale, there in zip(faint, ill, strict=True)
        ]
        images["error"] = random.random(len(images)) < np.where(ill, 0.2, 0.02)
        claimed += (table_of(images)["evidence"] == "clear").any()
    assert claimed <= 5
