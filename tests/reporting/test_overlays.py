"""Overlays: the map's colours over the radiograph's grey levels, at the radiograph's size."""

import io
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pydicom
import pytest
from PIL import Image

from chest_xray.errors import BadExplanation
from chest_xray.radiographs import decode
from chest_xray.reporting.overlays import (
    COLOURS,
    colour_limit,
    most_probable,
    original,
    overlay,
    overlay_png,
)

GREY = np.tile(np.linspace(0, 255, 40).astype(np.uint8), (30, 1))


def test_where_the_map_is_zero_the_film_shows_and_elsewhere_its_colour():
    values = np.zeros((10, 10), np.float32)
    np.testing.assert_array_equal(overlay(GREY, values, 1.0), np.dstack([GREY] * 3))
    for value, place in ((1.0, 1.0), (-1.0, 0.0), (5.0, 1.0)):
        drawn = overlay(GREY, values + np.float32(value), 1.0)
        colour = 255 * np.asarray(COLOURS(place))[:3]
        expected = np.round(0.25 * GREY[..., None] + 0.75 * colour)
        np.testing.assert_allclose(drawn, expected, atol=1)


def test_the_limit_ignores_single_pixels_and_is_never_zero():
    maps = np.full((1, 100, 100), -2, np.float32)
    maps[0, 0, 0] = 1000
    assert colour_limit(maps) == 2
    assert colour_limit(np.zeros((1, 4, 4), np.float32)) > 0


@pytest.mark.parametrize("name", ["film.png", "film.dcm"])
def test_an_overlay_is_as_large_as_its_file_dicom_or_not(tmp_path, name):
    path = tmp_path / name
    if name.endswith("dcm"):
        shutil.copy(Path(pydicom.__file__).parent / "data" / "test_files" / "CT_small.dcm", path)
    else:
        Image.fromarray(GREY).save(path)
    values = np.random.default_rng(0).normal(size=(16, 16)).astype(np.float32)
    with Image.open(io.BytesIO(overlay_png(path, values, 0.02)())) as drawn:
        assert drawn.size == decode(path).grey.shape[::-1]
        assert np.ptp(np.asarray(drawn), axis=2).max() > 20


def test_a_file_that_is_gone_is_named(tmp_path):
    with pytest.raises(BadExplanation, match=r"gone.png can't be shown: can't be read: No such"):
        original(tmp_path / "gone.png")


def test_the_most_probable_readable_files_come_first():
    table = pd.DataFrame(
        {
            "file": ["a", "b", "c", "d"],
            "probability": [0.2, 0.9, None, 0.9],
            "problem": ["", "", "empty file", ""],
        }
    )
    assert most_probable(table, 2) == ["b", "d"]
    assert most_probable(table, 9) == ["b", "d", "a"]
