"""Files of 16 bits: those that don't fill them are refused until somebody states their bits."""

import numpy as np
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sixteen_bits import (
    eight_bits,
    film,
    jpeg_2000_of_12_bits,
    levels_of,
    png,
    pnm,
    saved,
    tiff,
)

from chest_xray.radiographs.bit_depth import effective_bits, grey_of_levels
from chest_xray.radiographs.decoding import decode_new
from chest_xray.radiographs.image_files import decode


@pytest.fixture
def decoded(tmp_path):
    def decoded(data, bits_stored=None):
        (tmp_path / "film").write_bytes(data)
        found = decode_new(tmp_path / "film", bits_stored=bits_stored)
        assert (found.grey is None) == bool(found.problem)
        return found

    return decoded


def close(grey, expected, tolerance=2):
    return np.abs(grey.astype(int) - expected).max() <= tolerance


GREY = {
    "png": lambda levels: saved(levels, "PNG"),
    "tiff": lambda levels: saved(levels, "TIFF"),
    "jpeg 2000": lambda levels: saved(levels, "JPEG2000"),
    "pgm": lambda levels: pnm(levels, 65535),
    "tiff of 32 bits": lambda levels: tiff(levels.astype(np.int32)),
}


@pytest.mark.parametrize("form", GREY)
@pytest.mark.parametrize("bits", [9, 12, 15, 16])
def test_fewer_bits_than_the_file_has_are_refused_until_they_are_stated(decoded, form, bits):
    data = GREY[form](levels_of(bits))
    found = decoded(data)
    if bits == 16:
        assert close(found.grey, eight_bits())
        assert found.facts["bits"] == 16
        return
    assert f"grey levels of {bits} bits in a file of 16" in found.problem
    assert f"Predictor(bits_stored={bits})" in found.problem
    found = decoded(data, bits)
    assert close(found.grey, eight_bits())
    assert found.facts["bits"] == bits
    if bits == 15:
        assert "32767 of 15 bits" not in decoded(data, 16).problem
        assert "more bits" in decoded(data, 12).problem


@settings(max_examples=examples(30), deadline=None, derandomize=True, database=None)
@given(
    bits=st.integers(9, 16),
    seed=st.integers(0, 99),
    outliers=st.integers(0, 4),
    letters=st.integers(0, 12),
)
def test_dead_pixels_and_burnt_in_letters_are_no_bits(bits, seed, outliers, letters):
    levels = levels_of(bits, seed)
    random = np.random.default_rng(seed)
    levels[50 : 50 + letters, 50:64] = 65535  # up to 4 % of the film
    levels.flat[random.integers(0, levels.size // 2, outliers)] = random.integers(60000, 65535)
    assert effective_bits(levels) == bits
    grey, found, problem = grey_of_levels(levels, None)
    assert (grey is None) == bool(problem) == (bits < 16)
    assert found == (16 if bits == 16 else 0)


@pytest.mark.parametrize("white", [38000, 42000, 65535])
def test_a_film_that_is_a_little_dark_fills_16_bits(decoded, white):
    levels = np.round(film() * white).astype(np.uint16)
    assert close(decoded(saved(levels, "PNG")).grey, film() * white / 257)


def test_a_mask_of_black_and_white_is_no_film_with_letters(decoded):
    mask = np.zeros((64, 64), np.uint16)
    mask[10:20, 10:20] = 65535
    assert set(np.unique(decoded(saved(mask, "PNG")).grey)) == {0, 255}


@pytest.mark.parametrize("colour_type", [2, 4, 6])
@pytest.mark.parametrize("bits", [8, 12, 14, 16])
def test_colours_and_transparency_of_16_bits_have_to_fill_them(decoded, bits, colour_type):
    levels = levels_of(bits)
    bands = {2: [levels] * 3, 4: [levels], 6: [levels] * 3}[colour_type]
    alpha = [] if colour_type == 2 else [np.full_like(levels, 65535)]
    data = png(np.dstack([*bands, *alpha]), colour_type)
    if bits == 16:
        assert close(decoded(data).grey, eight_bits())
        return
    for stated in (None, bits):
        assert decoded(data, stated).problem.startswith(f"colours of {bits} bits in a file of 16")
    assert decoded(data, 16).grey.max() <= 255 >> (16 - bits)


def test_tiff_and_ppm_in_colours_of_16_bits_have_to_fill_them_too(decoded):
    for bits in (12, 16):
        colours = np.dstack([levels_of(bits)] * 3)
        for data in (tiff(colours, photometric=2), pnm(colours, 65535)):
            found = decoded(data)
            assert found.problem.startswith("colours of 12 bits") == (bits == 12)
            assert bits == 12 or close(found.grey, eight_bits())


def test_what_states_its_white_itself_needs_no_statement(decoded):
    twelve = levels_of(12)
    files = [
        pnm(twelve, 4095), pnm(np.dstack([twelve] * 3), 4095), tiff(twelve, bits=12),
        jpeg_2000_of_12_bits(twelve),
    ]  # fmt: skip
    for data in files:
        for stated in (None, 14, 16):
            found = decoded(data, stated)
            assert close(found.grey, eight_bits())
            assert found.facts["bits"] == 12
    # A maximum that is no power of two, of films that are dark, and right so.
    dark = np.round(film() * 15000).astype(np.uint16)
    for levels in (dark, np.dstack([dark] * 3)):
        assert close(decoded(pnm(levels, 40000)).grey, film() * 15000 / 40000 * 255)
    assert close(decoded(pnm(twelve // 4, 4095)).grey, eight_bits() / 4)


@pytest.mark.parametrize("kind", [np.int8, np.int16, np.int32])
def test_levels_below_0_are_refused(decoded, kind):
    levels = (levels_of(7).astype(np.int32) - 50).astype(kind)
    for stated in (None, 12):
        assert "which of them is black" in decoded(tiff(levels), stated).problem


def test_signed_levels_that_are_none_below_0_are_15_bits(decoded):
    data = tiff(levels_of(15).astype(np.int16))
    assert "grey levels of 15 bits" in decoded(data).problem
    assert close(decoded(data, 15).grey, eight_bits())


def test_more_than_16_bits_are_refused(decoded):
    levels = levels_of(16).astype(np.int32) * 16
    for stated in (None, 16):
        assert "more than 16 bits hold" in decoded(tiff(levels), stated).problem


def test_files_of_8_bits_do_not_depend_on_it(tmp_path):
    for name in ("film.png", "film.jpeg", "film.tiff"):
        Image.fromarray(eight_bits()).save(tmp_path / name)
        one, other = decode(tmp_path / name), decode(tmp_path / name, 12)
        np.testing.assert_array_equal(one.grey, other.grey)
        assert one.facts["bits"] == other.facts["bits"] == 8


def test_a_tiff_of_another_kind_is_refused_as_one(decoded):
    both = np.dstack([levels_of(16)] * 2)
    assert "a TIFF of grey or RGB levels" in decoded(tiff(both)).problem
