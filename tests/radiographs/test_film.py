"""What is planted in a film is what its measures find."""

import numpy as np
import pandas as pd
import pytest
from scipy.ndimage import gaussian_filter

from chest_xray.phantoms import draw_phantom, plan_phantoms
from chest_xray.radiographs.film import (
    FILM_TYPES,
    MEASURES,
    OTHER_MODE,
    film_limits,
    measure_film,
    measure_levels,
    unusual_films,
)
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.preprocessing import resize

SIZE = 96


@pytest.fixture(scope="module")
def plans():
    truth = plan_phantoms(24, 5, 192).head(32).assign(mode="L", marker=False, tilt_degrees=0.0)
    return truth.assign(noise=0.012, brightness=1.0, contrast=1.0, crop=1.0)


def measured(plans, change=None):
    drawn = [draw_phantom(plan).pixels for plan in plans.to_dict("records")]
    stored = np.stack([resize(change(one) if change else one, SIZE) for one in drawn])
    return measure_levels(stored, (plans["width"] / plans["height"]).to_numpy())


@pytest.fixture(scope="module")
def usual(plans):
    return measured(plans)


@pytest.mark.parametrize(
    ("measure", "change", "more"),
    [
        ("exposure", {"brightness": 1.4}, True),
        ("exposure", {"brightness": 0.7}, False),
        ("contrast", {"contrast": 0.55}, False),
        ("noise", {"noise": 0.06}, True),
        ("cut", {"crop": 1.35}, True),
        ("marker", {"marker": True}, True),
    ],
)
def test_a_film_drawn_unusual_measures_unusual(plans, usual, measure, change, more):
    values = measured(plans.assign(**change))[measure]
    moved = (values > usual[measure]) if more else (values < usual[measure])
    assert moved.mean() >= (0.75 if measure == "marker" else 0.9)


def test_blur_is_found_and_noise_is_not_taken_for_sharpness(plans, usual):
    blurred = measured(plans, lambda pixels: gaussian_filter(pixels, 2.5))["sharpness"]
    assert (blurred < usual["sharpness"].min()).mean() > 0.9
    grainy = measured(plans.assign(noise=0.03))["sharpness"]
    assert abs(np.median(grainy - usual["sharpness"])) < np.median(usual["sharpness"] - blurred) / 3


def test_a_tilt_is_told_in_degrees_to_its_side(plans):
    for degrees in (-10.0, 10.0):
        found = measured(plans.assign(tilt_degrees=degrees))["tilt_degrees"]
        assert np.median(found) == pytest.approx(degrees, abs=2.5)


def test_black_borders_are_told_by_their_share():
    grey = np.full((1, 100, 100), 128, dtype=np.uint8)
    grey[:, :10] = 2
    grey[:, :, 80:] = 0
    assert measure_levels(grey, np.ones(1))["border"] == pytest.approx(1 - 0.9 * 0.8)
    black = np.zeros((1, 64, 64), dtype=np.uint8)
    values = measure_levels(black, np.ones(1))
    assert values["border"] == pytest.approx(1)
    assert all(np.isfinite(value).all() for value in values.values())


def test_as_many_training_films_are_unusual_as_the_percentile_says(plans, tmp_path):
    drawn = np.stack([resize(draw_phantom(one).pixels, 48) for one in plans.to_dict("records")])
    (tmp_path / "map").write_bytes(drawn.tobytes())
    names = plans["file"].tolist()
    manifest = PixelManifest(names, list(range(len(names))), 48, "", "", str(tmp_path / "map"))
    index = plans.rename(columns={"file": "image_id"})
    films = measure_film(PixelMap(manifest), names[::-1], index)
    assert films["image_id"].tolist() == names[::-1]
    assert set(MEASURES) <= set(films)
    limits = film_limits(films, 25, 0.02, 0.2)
    unusual = unusual_films(films, limits)
    assert set(unusual) == {*FILM_TYPES, OTHER_MODE}
    assert unusual["blurred"].sum() == len(films) / 4
    assert not unusual[OTHER_MODE].any()
    unknown = films.assign(jpeg_quality=np.nan, mode=pd.Series(["RGB"] * 3 + ["L"] * 29))
    assert not unusual_films(unknown, limits)["low_jpeg_quality"].any()
    assert unusual_films(unknown, limits)[OTHER_MODE].sum() == 3
