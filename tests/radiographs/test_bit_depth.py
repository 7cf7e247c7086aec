"""Files of 16 bits: those that don't fill them are refused until somebody states their bits."""

import io
import struct
import zlib

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
from chest_xray.radiographs.decoding import decode


@pytest.fixture
def decoded(tmp_path):
    def decoded(data, bits_stored=None):
        (tmp_path / "film").write_bytes(data)
        found = decode(tmp_path / "film", bits_stored)
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


COLOURS = {
    "rgb png": lambda levels: png(np.dstack([levels] * 3), 2),
    "grey png with alpha": lambda levels: png(np.dstack([levels, _opaque(levels)]), 4),
    "rgb png with alpha": lambda levels: png(np.dstack([*[levels] * 3, _opaque(levels)]), 6),
    "rgb tiff": lambda levels: tiff(np.dstack([levels] * 3), photometric=2),
    "rgb tiff, big endian": lambda levels: tiff(np.dstack([levels] * 3), photometric=2, order=">"),
    "rgb tiff, a band after the other": lambda levels: tiff(
        np.dstack([levels] * 3), photometric=2, apart=True
    ),
    "rgb tiff, compressed": lambda levels: tiff(
        np.dstack([levels] * 3), photometric=2, deflated=True
    ),
    "ppm": lambda levels: pnm(np.dstack([levels] * 3), 65535),
}


def saved_as(image, form, **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def _opaque(levels):
    return np.full_like(levels, 65535)


@pytest.mark.parametrize("form", COLOURS)
@pytest.mark.parametrize("bits", [8, 12, 14, 16])
def test_colours_and_transparency_of_16_bits_are_read_to_the_last_bit(decoded, form, bits):
    levels = levels_of(bits)
    data = COLOURS[form](levels)
    found = decoded(data)
    if bits < 16:
        assert f"grey levels of {bits} bits in a file of 16" in found.problem
        found = decoded(data, bits)
    assert close(found.grey, eight_bits())
    assert found.facts["bits"] == bits
    assert found.facts["coloured"] is False
    # White letters on it change neither what is found nor what is read.
    levels[5:9, 5:25] = 65535
    if bits < 16:
        assert f"grey levels of {bits} bits" in decoded(COLOURS[form](levels)).problem
    assert (decoded(COLOURS[form](levels), bits).grey[5:9, 5:25] == 255).all()


def test_a_colour_film_of_16_bits_lying_down_stands_upright(tmp_path):
    levels = levels_of(16)
    levels[:, :20] = 0
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = np.rot90(np.dstack([levels] * 3))
    data = png(lying, 2)
    head = data.index(b"IDAT") - 4
    content = b"eXIf" + exif.tobytes().removeprefix(b"Exif\0\0")
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    (tmp_path / "film.png").write_bytes(data[:head] + chunk + data[head:])
    assert close(decode(tmp_path / "film.png").grey, levels // 257)


@pytest.mark.parametrize("bits", [9, 12, 15])
def test_what_was_added_in_white_is_no_film(decoded, bits):
    """A frame, smooth letters, letters of two levels, half an image of background."""
    framed, smooth, two, half = (levels_of(bits) for _ in range(4))
    framed[:, :4] = framed[:, -4:] = framed[:4] = framed[-4:] = 65535
    smooth[20:28, 20:40:2] = 65535
    edges = smooth[20:28, 21:41:4].astype(int)
    smooth[20:28, 21:41:4] = (edges * 3 + 65535) // 4
    two[20:28, 20:30], two[40:48, 20:30] = 65535, 60000
    half[:, 32:] = 65535
    for levels in (framed, smooth, two, half):
        assert f"grey levels of {bits} bits" in decoded(saved(levels, "PNG")).problem
        assert decoded(saved(levels, "PNG"), bits).grey.max() == 255


def test_a_film_with_saturated_white_and_a_dark_background_fills_16_bits(decoded):
    levels = levels_of(16)
    levels[:20] = np.random.default_rng(0).integers(0, 200, (20, 64))
    levels[levels > 50000] = 65535
    assert close(decoded(saved(levels, "PNG")).grey, levels / 257)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA"])
def test_colours_of_more_than_8_bits_in_jpeg_2000_are_refused(decoded, mode):
    """Pillow gives 8 bits of them, and makes white black."""
    film = Image.fromarray(eight_bits()).convert(mode)
    data = bytearray(saved_as(film, "JPEG2000"))
    place = data.index(b"\xff\x4f\xff\x51") + 42
    for band in range(len(mode)):
        data[place + 3 * band] = 11
    assert f"JPEG 2000 of 12 bits in mode {mode}, stored so" in decoded(bytes(data)).problem


def test_what_states_its_white_itself_needs_no_statement(decoded):
    twelve = levels_of(12)
    files = [
        pnm(twelve, 4095),
        pnm(np.dstack([twelve] * 3), 4095),
        tiff(twelve, bits=12),
        jpeg_2000_of_12_bits(twelve),
    ]
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
