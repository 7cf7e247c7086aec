"""What is planted in a film is what its measures find."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter, grey_opening
from torch.nn import functional

from chest_xray.errors import BadSplit
from chest_xray.phantoms import draw_phantom, plan_phantoms
from chest_xray.radiographs.film import MEASURES, measure_levels, square
from chest_xray.radiographs.film_tables import (
    film_limits,
    film_ranges,
    measure_films,
    unusual_films,
)
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.preprocessing import resize
from chest_xray.radiographs.splitting import splits_hash
from chest_xray.radiographs.unusual import FILM_TYPES, OTHER_MODE

SIZE = 96


@pytest.fixture(scope="module")
def plans():
    truth = plan_phantoms(24, 5, 192).head(32).assign(mode="L", marker=False, tilt_degrees=0.0)
    return truth.assign(noise=0.012, brightness=1.0, contrast=1.0, crop=1.0)


def measured(plans, change=None):
    drawn = [draw_phantom(plan).pixels for plan in plans.to_dict("records")]
    stored = [resize(change(one) if change else one, SIZE) for one in drawn]
    shapes = plans["width"] / plans["height"]
    films = [measure_levels(one, shape) for one, shape in zip(stored, shapes, strict=True)]
    return {name: np.array([film[name] for film in films]) for name in films[0]}


@pytest.fixture(scope="module")
def usual(plans):
    return measured(plans)


@pytest.mark.parametrize(
    ("measure", "change", "more"),
    [
        ("brightness", {"brightness": 1.4}, True),
        ("brightness", {"brightness": 0.7}, False),
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


def test_a_tilt_is_measured_in_degrees_with_its_sign(plans):
    for degrees in (-10.0, 10.0):
        found = measured(plans.assign(tilt_degrees=degrees))["tilt_degrees"]
        assert np.median(found) == pytest.approx(degrees, abs=2.5)


def test_black_borders_are_measured_by_their_share():
    grey = np.full((100, 100), 128, dtype=np.uint8)
    grey[:10] = 2
    grey[:, 80:] = 0
    assert measure_levels(grey, 1.0)["border"] == pytest.approx(1 - 0.9 * 0.8)


@settings(max_examples=30, deadline=None)
@given(st.integers(32, 90), st.sampled_from([0, 3, 128, 255]), st.floats(0.01, 100))
def test_a_film_of_one_level_has_finite_measures(size, level, shape):
    values = measure_levels(np.full((size, size), level, dtype=np.uint8), shape)
    assert all(np.isfinite(value) for value in values.values())
    assert values["border"] == (1 if level < 6 else 0)
    assert values["noise"] == values["marker"] == 0


def test_the_marker_is_what_a_morphological_opening_takes_away(plans):
    film = square(draw_phantom(plans.iloc[0].to_dict()).pixels, SIZE)
    hat = film - grey_opening(film, size=(5, 5), mode="nearest")
    corners = np.concatenate([hat[:35, :21], hat[:35, -21:]], axis=None)
    values = measure_levels(film, 1.0)
    # The fourth brightest pixel, and 4 deviations of the noise.
    assert values["marker"] == pytest.approx(np.sort(corners)[-4] / 255 - 4 * values["noise"])


@settings(max_examples=30, deadline=None)
@example(1, 181, 94, 0)
@example(141, 221, 101, 62)
@given(st.integers(1, 400), st.integers(1, 400), st.integers(32, 128), st.integers(0, 99))
def test_films_are_measured_on_what_the_model_sees_but_for_the_edge_of_rounding(
    height, width, size, seed
):
    grey = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
    apart = np.abs(square(grey, size).astype(int) - resize(grey, size))
    assert apart.max() <= 1
    exact = functional.interpolate(
        torch.from_numpy(grey)[None, None].double(),
        size=(size, size),
        mode="bilinear",
        antialias=True,
        align_corners=False,
    )[0, 0].numpy()
    # Levels from about 0.497 above a whole one are rounded up.
    assert np.abs(exact % 1 - 0.497)[apart > 0].max(initial=0) < 0.01


def test_as_many_training_films_are_unusual_as_the_percentile_states(plans, tmp_path):
    drawn = np.stack([resize(draw_phantom(one).pixels, 48) for one in plans.to_dict("records")])
    (tmp_path / "map").write_bytes(drawn.tobytes())
    names = plans["file"].tolist()
    manifest = PixelManifest(names, list(range(len(names))), 48, "", "", str(tmp_path / "map"))
    index = plans.rename(columns={"file": "image_id"})
    films = measure_films(PixelMap(manifest), names[::-1], index)
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
    parts = ["train"] * 24 + ["validation"] * 4 + ["test"] * 4
    splits = pd.DataFrame({"image_id": names, "label": "X", "part": parts})
    ranges = film_ranges(films, splits, 25, 48)
    trained = films[films["image_id"].isin(names[:24])]
    assert (trained["sharpness"] < ranges.limits.low["sharpness"]).mean() == 0.25
    assert (trained["marker"] > ranges.limits.high["marker"]).mean() == 0.25
    assert (ranges.image_size, ranges.splits_hash) == (48, splits_hash(splits))
    with pytest.raises(BadSplit, match="only 23 of 24 training images"):
        film_ranges(films[films["image_id"] != names[3]], splits, 25, 48)
