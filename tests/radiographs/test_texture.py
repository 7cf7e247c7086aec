"""Texture is what is finer than four pixels; a thumbnail is the mean of what lies below it."""

import numpy as np
import pytest

from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.texture import THUMBNAIL_SIDE, texture_features, thumbnails

SIZE = 64


def map_of(films, folder, name="films"):
    path = folder / f"{name}.uint8"
    path.write_bytes(np.stack(films).astype(np.uint8).tobytes())
    names = [str(number) for number in range(len(films))]
    return PixelMap(
        PixelManifest(names, list(range(len(films))), films[0].shape[0], "", "", str(path))
    )


def features_of(films, folder):
    return texture_features(map_of(films, folder), np.arange(len(films)))


def grain(strength, size=SIZE, seed=0):
    return 100 + strength * np.random.default_rng(seed).standard_normal((size, size))


def waves(period_down, period_across):
    """A wave of the cosine transform's own: whole half periods in the picture."""
    y, x = np.mgrid[:SIZE, :SIZE] + 0.5
    down = np.cos(2 * np.pi * y / period_down) if period_down else 1
    return 128 + 60 * down * (np.cos(2 * np.pi * x / period_across) if period_across else 1)


def test_there_are_twelve_numbers_of_a_film_and_they_are_finite_whatever_it_shows(tmp_path):
    found = features_of([np.zeros((SIZE, SIZE)), np.full((SIZE, SIZE), 255), grain(20)], tmp_path)
    assert found.shape == (3, 12) and found.dtype == np.float32
    assert np.isfinite(found).all()
    assert (found[2] > found[0] + 3).all()


def test_what_changes_slowly_changes_nothing_and_grain_does(tmp_path):
    film = grain(6)
    y, x = np.mgrid[:SIZE, :SIZE] / SIZE
    slow = 60 * np.sin(np.pi * y) * np.cos(2 * np.pi * x)
    plain, bent, noisy = features_of([film, film + slow, film + grain(12, seed=1) - 100], tmp_path)
    assert np.abs(bent - plain).max() < 0.1
    assert (noisy - plain).min() > 0.4


@pytest.mark.parametrize(("down", "across"), [(0, 3), (3, 0), (2.5, 2.5), (16, 3)])
def test_a_fine_wave_is_seen_in_its_own_band(down, across, tmp_path):
    flat, wave = features_of([np.full((SIZE, SIZE), 128), waves(down, across)], tmp_path)
    assert (wave - flat).max() > 4
    assert np.median(wave) < wave.max() - 1.5


@pytest.mark.parametrize(("down", "across"), [(0, 16), (32, 8), (8, 8), (64, 0)])
def test_a_slow_wave_is_seen_in_none(down, across, tmp_path):
    # What is left is the rounding to whole levels.
    fine, slow = features_of([waves(0, 3), waves(down, across)], tmp_path)
    assert slow.max() < fine.max() - 4


@pytest.mark.parametrize("size", [32, 63, 64, 100])
def test_a_thumbnail_is_the_mean_of_what_lies_below(size, tmp_path):
    films = [grain(30, size), grain(5, size, 1)]
    pixels = map_of(films, tmp_path)
    found = thumbnails(pixels, np.arange(2))
    assert found.shape == (2, THUMBNAIL_SIDE**2)
    stored = pixels.read(np.arange(2))
    np.testing.assert_allclose(found.mean(axis=1), stored.mean(axis=(1, 2)), atol=0.1)
    if size % THUMBNAIL_SIDE == 0:
        step = size // THUMBNAIL_SIDE
        blocks = stored.reshape(2, THUMBNAIL_SIDE, step, THUMBNAIL_SIDE, step).mean(axis=(2, 4))
        np.testing.assert_allclose(found, blocks.reshape(2, -1), atol=1e-3)


def test_rows_are_those_asked_for_in_their_order(tmp_path):
    pixels = map_of([grain(strength, seed=strength) for strength in (2, 9, 30)], tmp_path)
    every = texture_features(pixels, np.arange(3))
    np.testing.assert_array_equal(texture_features(pixels, np.array([2, 0])), every[[2, 0]])
    small = thumbnails(pixels, np.arange(3))
    np.testing.assert_array_equal(thumbnails(pixels, np.array([1])), small[[1]])
    none = np.array([], dtype=np.int64)
    assert texture_features(pixels, none).shape == (0, 12) and thumbnails(pixels, none).size == 0
