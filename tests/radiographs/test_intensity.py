"""Intensity normalization depends on a film's own levels alone, and gives whole levels."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chest_xray.phantoms import PlantedDefects, draw_phantom, plan_phantoms
from chest_xray.radiographs.image_files import grey_levels
from chest_xray.radiographs.intensity import normalize_intensity
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.preprocessing import prepare, preprocessing_name, resize

KINDS = ("percentiles", "equalize", "clahe")
kinds = st.sampled_from(KINDS)
sizes = st.integers(32, 70)
seeds = st.integers(0, 2**16)


def drawn(seed, size, count=1, most=256):
    """Films with a few large areas and some noise, uint8 [count, size, size], below ``most``."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, most, (count, 5, 5)).astype(np.uint8)
    areas = np.stack([np.asarray(Image.fromarray(one).resize((size, size))) for one in coarse])
    noise = random.integers(-9, 10, areas.shape)
    return (areas + noise).clip(0, most - 1).astype(np.uint8)


@given(kind=kinds, size=sizes, seed=seeds)
def test_levels_are_whole_and_in_range_at_any_size(kind, size, seed):
    levels = torch.from_numpy(drawn(seed, size))[:, None].float()
    found = normalize_intensity(levels, kind)
    assert found.shape == levels.shape
    assert torch.equal(found, found.round())
    assert found.min() >= 0
    assert found.max() <= 255


@given(kind=kinds, size=sizes, seed=seeds, count=st.integers(2, 5))
def test_a_film_doesn_t_depend_on_the_others_of_its_batch(kind, size, seed, count):
    films = drawn(seed, size, count)
    together = prepare(films, kind)
    for number in range(count):
        np.testing.assert_array_equal(together[number], prepare(films[number, None], kind)[0])


@given(size=sizes, seed=seeds)
def test_equalizing_undoes_any_change_that_keeps_the_order_of_levels(size, seed):
    films = drawn(seed, size, most=128)
    random = np.random.default_rng(seed)
    table = np.sort(random.choice(256, 128, replace=False)).astype(np.uint8)
    np.testing.assert_array_equal(prepare(films, "equalize"), prepare(table[films], "equalize"))


@given(size=sizes, seed=seeds, gain=st.integers(1, 4), offset=st.integers(0, 55))
def test_percentiles_undo_gain_and_offset(size, seed, gain, offset):
    films = drawn(seed, size, most=50)
    other = (films * gain + offset).astype(np.uint8)
    one, two = (prepare(each, "percentiles").astype(int) for each in (films, other))
    assert np.abs(one - two).max() <= 1


@given(kind=kinds, size=sizes, level=st.integers(0, 255))
def test_a_film_of_one_level_stays_one(kind, size, level):
    found = prepare(np.full((1, size, size), level, dtype=np.uint8), kind)
    if kind != "clahe":
        assert not found.any()
    # Where no contrast is, a limited slope leaves the level about where it was.
    assert np.ptp(found) <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_darker_stays_darker_or_equal_but_for_clahe_s_places(kind):
    film = drawn(3, 64)
    found = prepare(film, kind)
    order = np.argsort(film, axis=None, kind="stable")
    falls = (np.diff(found.ravel()[order].astype(int)) < 0).any()
    assert falls == (kind == "clahe")


def test_clahe_brightens_a_dark_half_and_equalizing_the_whole():
    """Locally: a faint structure in a dark corner gets the contrast that the whole film takes."""
    film = np.full((1, 64, 64), 200, dtype=np.uint8)
    film[0, :32, :32] = 10
    film[0, 8:16, 8:16] = 14
    contrast = {kind: np.ptp(prepare(film, kind)[0, 2:24, 2:24].astype(int)) for kind in KINDS}
    assert contrast["percentiles"] < contrast["clahe"]


def test_none_is_what_is_stored_and_named_as_before():
    films = drawn(0, 40, 3)
    assert prepare(films, "none") is films
    plain = preprocessing_name(64, "none")
    assert plain == (
        "64 px; grey, stretched to the square, antialiased bilinear, rounded half up; 2"
    )
    names = {preprocessing_name(64, kind) for kind in KINDS}
    assert len(names | {plain}) == 4
    assert all(name.startswith(plain) for name in names)


@pytest.mark.parametrize("kind", KINDS)
def test_a_map_is_read_raw_or_prepared(kind, tmp_path):
    films = drawn(1, 40, 5)
    films.tofile(tmp_path / "map")
    names = list("abcde")
    plain = PixelMap(PixelManifest(names, list(range(5)), 40, "", "", str(tmp_path / "map")))
    pixels = PixelMap(replace(plain.manifest, intensity_normalization=kind))
    np.testing.assert_array_equal(pixels.read([3, 1]), films[[3, 1]])
    np.testing.assert_array_equal(plain.prepared([3, 1]), films[[3, 1]])
    np.testing.assert_array_equal(pixels.prepared([3, 1]), prepare(films[[3, 1]], kind))
    assert (pixels.prepared([3, 1]) != films[[3, 1]]).any()


@pytest.mark.parametrize("size", [63, 67, 128])
@pytest.mark.parametrize("kind", KINDS)
def test_an_exported_graph_gives_the_very_levels_of_pytorch(kind, size):
    """Of phantoms at the stored size, any number of them."""
    import onnxruntime

    class Levels(torch.nn.Module):
        def forward(self, images):
            return normalize_intensity(images.float(), kind)

    n = torch.export.Dim("n", min=1)
    program = torch.onnx.export(
        Levels().eval(),
        (torch.zeros(2, 1, size, size, dtype=torch.uint8),),
        dynamo=True,
        opset_version=20,
        input_names=["images"],
        verbose=False,
        dynamic_shapes=({0: n},),
    )
    session = onnxruntime.InferenceSession(
        program.model_proto.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    plans = plan_phantoms(10, 5, 90, PlantedDefects()).to_dict("records")
    greys = [grey_levels(Image.fromarray(draw_phantom(plan).pixels)) for plan in plans]
    films = np.stack([resize(grey, size) for grey in greys])
    for batch in (films, films[:1], films[:3]):
        (found,) = session.run(None, {"images": batch[:, None]})
        np.testing.assert_array_equal(found[:, 0], prepare(batch, kind))
