"""Files of several pictures: the radiograph is the one that the others are copies of."""

import numpy as np
import pytest
from PIL import Image
from sixteen_bits import eight_bits

from chest_xray.radiographs.decoding import decode

FILM = Image.fromarray(eight_bits())
SMALL = FILM.resize((16, 16))


def saved(path, form, first, *others, **options):
    first.save(path, form, save_all=True, append_images=others, **options)
    return decode(path)


@pytest.mark.parametrize("others", [[SMALL], [SMALL, SMALL], [FILM], [FILM, SMALL]])
def test_of_a_phones_jpeg_the_photograph_is_read(tmp_path, others):
    colours = [image.convert("RGB") for image in (FILM, *others)]
    found = saved(tmp_path / "film.jpg", "MPO", *colours, quality=98)
    assert np.abs(found.grey.astype(int) - eight_bits()).max() <= 4
    assert found.facts["coloured"] is False
    assert found.facts["jpeg_quality"] == 98


@pytest.mark.parametrize(
    "pages", [[FILM, SMALL], [SMALL, FILM], [FILM, FILM.resize((30, 20))], [SMALL, FILM, SMALL]]
)
def test_of_a_tiff_with_small_copies_the_large_page_is_read(tmp_path, pages):
    np.testing.assert_array_equal(saved(tmp_path / "a.tiff", "TIFF", *pages).grey, eight_bits())


@pytest.mark.parametrize(
    "pages",
    [
        [FILM, FILM.transpose(Image.Transpose.ROTATE_180)],
        [FILM, FILM, SMALL],
        [FILM, FILM.resize((60, 60))],
        # A first page of another shape is no copy of the second.
        [FILM.resize((32, 16)), FILM],
    ],
)
def test_two_films_in_a_file_are_refused(tmp_path, pages):
    found = saved(tmp_path / "a.tiff", "TIFF", *pages)
    assert f"{len(pages)} frames where one is expected" in found.problem
    assert "64 x 64" in found.problem


def test_a_page_that_is_marked_as_a_copy_may_be_nearly_as_large(tmp_path):
    first = FILM.resize((60, 58))
    first.encoderinfo = {"tiffinfo": {254: 1}}
    found = saved(tmp_path / "a.tiff", "TIFF", first, FILM, tiffinfo={254: 1})
    np.testing.assert_array_equal(found.grey, eight_bits())


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_animations_are_refused(tmp_path, form):
    found = saved(tmp_path / "a", form, FILM, Image.fromarray(255 - eight_bits()))
    assert found.problem == "2 frames where one is expected"
