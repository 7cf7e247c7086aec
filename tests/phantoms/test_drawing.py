"""A phantom follows its plan: anatomy, lesion, film and file."""

import io
import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, UnidentifiedImageError

from chest_xray.phantoms import (
    PlantedDefects,
    draw_phantom,
    encode_jpeg,
    encode_lesion_png,
    plan_phantoms,
)

Plan = dict[str, Any]


def rows(films: pd.DataFrame) -> list[Plan]:
    return [
        {str(column): value for column, value in row.items()} for row in films.to_dict("records")
    ]


FILMS = rows(plan_phantoms(40, 8, 160))
any_film = st.sampled_from(FILMS)
any_ill_film = st.sampled_from([film for film in FILMS if film["subtype"]])


def healthy(plan: Plan) -> Plan:
    """The same patient on the same film before pneumonia."""
    none = {"subtype": "", "lesion_side": "", "lesion_lobe": "", "lesion_opacity": 0.0}
    return {**plan, "true_label": "NORMAL", **none}


def grey(plan: Plan) -> np.ndarray:
    return draw_phantom({**plan, "mode": "L"}).pixels.astype(float)


@settings(max_examples=15, deadline=None)
@given(plan=any_film)
def test_a_plan_gives_the_same_bytes_each_time(plan: Plan) -> None:
    first = encode_jpeg(draw_phantom(plan), plan)
    draw_phantom(FILMS[0])
    assert encode_jpeg(draw_phantom(plan), plan) == first


@settings(max_examples=25, deadline=None)
@given(plan=any_film)
def test_files_hold_what_was_drawn(plan: Plan) -> None:
    phantom = draw_phantom(plan)
    shape = (plan["height"], plan["width"])
    assert phantom.pixels.dtype == np.uint8
    assert phantom.pixels.shape == (shape if plan["mode"] == "L" else (*shape, 3))
    assert phantom.lesion.dtype == np.bool_
    assert phantom.lesion.shape == shape
    with Image.open(io.BytesIO(encode_jpeg(phantom, plan))) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", plan["mode"], shape[::-1])
        difference = np.asarray(image, dtype=float) - phantom.pixels
        assert np.abs(difference).mean() < 5
    with Image.open(io.BytesIO(encode_lesion_png(phantom))) as mask:
        assert mask.mode == "L"
        np.testing.assert_array_equal(np.asarray(mask), phantom.lesion * 255)


@settings(max_examples=30, deadline=None)
@given(plan=any_film, size=st.sampled_from([24, 64, 160]))
def test_there_is_a_lesion_if_and_only_if_there_is_pneumonia(plan: Plan, size: int) -> None:
    small = {**plan, "width": size, "height": round(size * plan["height"] / plan["width"])}
    assert draw_phantom(small).lesion.any() == (plan["true_label"] == "PNEUMONIA")


@settings(max_examples=30, deadline=None)
@given(plan=any_ill_film)
def test_pneumonia_raises_opacity_inside_its_outline(plan: Plan) -> None:
    lesion = draw_phantom(plan).lesion
    change = grey(plan) - grey(healthy(plan))
    assert change[lesion].mean() > 5
    assert change[lesion].mean() > 4 * change[~lesion].mean()
    assert change.min() >= -1


def test_a_consolidation_is_small_and_on_its_side() -> None:
    areas = []
    for plan in FILMS:
        if plan["subtype"] == "bacteria":
            upright = {**plan, "tilt_degrees": 0.0}
            lesion = draw_phantom(upright).lesion
            columns = np.nonzero(lesion)[1]
            on_image_left = columns.mean() < plan["width"] / 2
            assert on_image_left == (plan["lesion_side"] == "right")
            areas.append(lesion.mean())
    assert np.mean(np.array(areas) <= 0.05) > 0.7


def test_an_interstitial_pattern_is_in_both_lungs() -> None:
    for plan in FILMS:
        if plan["subtype"] == "virus":
            lesion = draw_phantom(plan).lesion
            middle = plan["width"] // 2
            assert lesion[:, :middle].any() and lesion[:, middle:].any()


def test_the_heart_is_on_the_image_s_right() -> None:
    """Beside the spine, above the diaphragm, the patient's left side is brighter."""
    brighter = []
    for plan in FILMS:
        pixels = grey(healthy({**plan, "marker": False, "tilt_degrees": 0.0, "crop": 1.0}))
        height, width = pixels.shape
        heart = slice(int(0.55 * height), int(0.65 * height))
        left, right = int(0.28 * width), int(0.4 * width)
        beside_right = pixels[heart, width - right : width - left]
        brighter.append(beside_right.mean() - pixels[heart, left:right].mean())
    assert np.mean(np.array(brighter) > 0) > 0.9


def test_films_of_a_patient_are_alike_but_not_the_same() -> None:
    """Nearer to each other, on films of the same size and place, than to another patient's."""
    frame = {"width": 96, "height": 80, "tilt_degrees": 0.0, "crop": 1.0, "marker": False}
    own, others = [], []
    for plan, neighbour in itertools.pairwise(FILMS):
        first = {**healthy(plan), **frame}
        second = {**first, "image_seed": neighbour["image_seed"] + 1}
        other = {**second, "patient_seed": neighbour["patient_seed"] + 1}
        own.append(np.corrcoef(grey(first).ravel(), grey(second).ravel())[0, 1])
        others.append(np.corrcoef(grey(first).ravel(), grey(other).ravel())[0, 1])
    assert max(own) < 0.999
    assert np.mean(own) > np.mean(others)


def test_a_greater_brightness_is_brighter() -> None:
    for plan in FILMS[:10]:
        change = grey({**plan, "brightness": 1.4}) - grey({**plan, "brightness": 1.0})
        assert change.mean() > 8


def test_a_marker_leaves_the_rest_of_the_film_alone() -> None:
    for plan in FILMS[:10]:
        without, with_marker = grey({**plan, "marker": False}), grey({**plan, "marker": True})
        stamped = without != with_marker
        assert 0 < stamped.mean() < 0.03


def test_unreadable_files_cannot_be_decoded() -> None:
    films = rows(plan_phantoms(20, 2, 64, PlantedDefects(unreadable=6)))
    damaged = [
        encode_jpeg(draw_phantom(film), film) for film in films if film["planted"] == "unreadable"
    ]
    for content in damaged:
        with (
            pytest.raises((UnidentifiedImageError, OSError)),
            Image.open(io.BytesIO(content)) as image,
        ):
            image.load()
    kinds = ["empty" if not c else "truncated" if c[:2] == b"\xff\xd8" else "text" for c in damaged]
    assert {kind: kinds.count(kind) for kind in kinds} == {"empty": 2, "truncated": 2, "text": 2}


def test_duplicates_are_byte_identical() -> None:
    films = rows(plan_phantoms(20, 2, 64, PlantedDefects(duplicates=4)))
    by_file = {film["file"]: film for film in films}
    copies = [film for film in films if film["duplicate_of"]]
    assert len(copies) == 4
    for copy in copies:
        original = by_file[copy["duplicate_of"]]
        assert original["patient_id"] != copy["patient_id"]
        assert encode_jpeg(draw_phantom(copy), copy) == encode_jpeg(
            draw_phantom(original), original
        )


def test_a_flipped_label_leaves_the_chest_as_it_is() -> None:
    films = rows(plan_phantoms(20, 2, 64, PlantedDefects(flipped_labels=6)))
    flipped = [film for film in films if film["planted"] == "flipped_label"]
    assert {film["label"] for film in flipped} == {"NORMAL", "PNEUMONIA"}
    for film in flipped:
        assert draw_phantom(film).lesion.any() == (film["label"] == "NORMAL")
