"""What the index keeps of a file: hashes of bytes and of pixels, statistics of grey levels."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chest_xray.radiographs.decoding import decode, decode_for_index
from chest_xray.radiographs.file_facts import file_facts


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 255), st.integers(0, 999))
def test_statistics_are_those_of_the_grey_levels(height, width, brightest, seed):
    random = np.random.default_rng(seed)
    grey = random.integers(0, brightest + 1, (height, width), dtype=np.uint8)
    facts = file_facts(b"", grey)
    assert facts["mean"] == pytest.approx(grey.mean())
    assert facts["std"] == pytest.approx(grey.std(), abs=1e-9)
    assert (facts["darkest"], facts["brightest"]) == (grey.min(), grey.max())


def test_a_large_image_of_one_level_has_no_deviation():
    # So many pixels that the square of their sum is no whole number in a float.
    assert file_facts(b"", np.full((1087, 976), 253, np.uint8))["std"] == 0


def test_pixels_have_one_hash_whatever_the_file_and_another_in_another_shape(tmp_path):
    grey = np.arange(96, dtype=np.uint8).reshape(8, 12)
    hashes = []
    for name, levels in (("a.png", grey), ("b.bmp", grey), ("c.png", grey.reshape(12, 8))):
        Image.fromarray(levels).save(tmp_path / name)
        facts = decode_for_index(tmp_path / name).facts
        assert facts["sha256"] == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        hashes.append(facts["pixel_hash"])
    assert hashes[0] == hashes[1] != hashes[2]


def test_of_what_can_not_be_decoded_only_the_file_is_hashed(tmp_path):
    (tmp_path / "text.png").write_text("no image")
    found = decode_for_index(tmp_path / "text.png")
    assert list(found.facts) == ["sha256"]
    assert found.problem == decode(tmp_path / "text.png").problem
