"""Trials share pixels, made smaller once, on machines that don't have them."""

import numpy as np
import pytest
from made_trials import pixel_map

from chest_xray.radiographs.shared_pixels import SharedPixels
from chest_xray.tuning.smaller_pixels import shrunk


def test_smaller_pixels_are_made_once_and_belong_to_the_same_images(tmp_path):
    pixels, levels = pixel_map(tmp_path)
    small = shrunk(pixels, 4, tmp_path)
    made = (tmp_path / f"{'f' * 16}-4.pixels").stat().st_mtime_ns
    again = shrunk(pixels, 4, tmp_path)
    assert (tmp_path / f"{'f' * 16}-4.pixels").stat().st_mtime_ns == made
    assert small.manifest.image_ids == pixels.manifest.image_ids
    read = again.read(small.rows(["i2"])).astype(float)
    assert read.mean() == pytest.approx(levels[2].mean(), abs=4)


def test_a_machine_without_pixels_fetches_them_once(tmp_path, monkeypatch):
    import ray

    pixels, levels = pixel_map(tmp_path)
    fetched = []
    monkeypatch.setattr(ray, "get", lambda stored: fetched.append(1) or stored)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    handle = SharedPixels(pixels.manifest, pixels.read(np.arange(len(pixels))))
    (tmp_path / "all.pixels").unlink()
    for _ in range(2):
        there = handle.open()
        np.testing.assert_array_equal(there.read(there.rows(["i0", "i3"])), levels[[0, 3]])
    assert fetched == [1]
