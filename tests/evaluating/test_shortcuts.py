"""The no-pixel baseline finds a shortcut that is there, and none that is not."""

import numpy as np
import pandas as pd
import pytest

from chest_xray.evaluating.shortcuts import no_pixel_baseline


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
            "problem": "",
        }
    )
    part = np.where(np.arange(rows) % 10 < 8, "train", "test")
    return index, index[["image_id"]].assign(part=part)


def test_a_header_that_tells_the_class_is_found_by_the_header_alone():
    found = no_pixel_baseline(*files(200, quality_of_the_ill=70), "PNEUMONIA", 100, 7)
    assert found["size_mode_and_jpeg_header"]["auc"]["value"] > 0.99
    assert found["test_part"]["accuracy"]["value"] > 0.95
    without = found["size_and_mode"]["auc"]
    assert without["low"] <= 0.5 <= without["high"]


def test_without_a_shortcut_it_is_chance():
    found = no_pixel_baseline(*files(200, quality_of_the_ill=90), "PNEUMONIA", 100, 7)
    for facts in ("size_and_mode", "size_mode_and_jpeg_header"):
        assert found[facts]["auc"]["low"] <= 0.5 <= found[facts]["auc"]["high"]


def test_an_unreadable_file_is_no_fact():
    index, splits = files(200, quality_of_the_ill=90)
    damaged = index.iloc[:40].assign(problem="damaged", jpeg_quality=0)
    damaged["image_id"] = "damaged " + damaged["image_id"]
    both = pd.concat([index, damaged], ignore_index=True)
    assert no_pixel_baseline(both, splits, "PNEUMONIA", 100, 7) == no_pixel_baseline(
        index, splits, "PNEUMONIA", 100, 7
    )


@pytest.mark.parametrize("kept", [1, 3])
def test_a_class_with_one_patient_can_not_be_told(kept):
    index, splits = files(40, quality_of_the_ill=70)
    few = index[(index["label"] == "NORMAL") | (index["group_id"] == index["group_id"].iloc[kept])]
    found = no_pixel_baseline(few, splits, "PNEUMONIA", 100, 7)
    assert found["size_and_mode"] is None
