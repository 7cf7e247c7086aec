"""Whatever a file holds, decoding it gives grey levels or a reason in one line.

How many files were sampled, and what came of them:

    pytest tests/radiographs/test_image_files.py --hypothesis-show-statistics
"""

import io
import os
import struct
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from conftest import examples
from damage import FOREIGN, UNCLEAR, damaged, images
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from PIL import Image

from chest_xray import radiographs
from chest_xray.radiographs.decoded import MAX_IMAGE_PIXELS
from chest_xray.radiographs.decoding import MAX_FILE_BYTES, decode, decode_bytes
from chest_xray.radiographs.preprocessing import resize


def decoded(data: bytes):
    with TemporaryDirectory() as folder:
        path = Path(folder, "image.jpeg")
        path.write_bytes(data)
        return decode(path)


@settings(
    max_examples=examples(160),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_a_damaged_file_is_decoded_or_refused_in_a_line(data):
    whole, form, mode, size = data.draw(images())
    changed, kind = data.draw(damaged(whole))
    found = decoded(changed)
    event(found.problem.split(":")[0].partition(" (")[0] or "decoded")
    assert (found.grey is None) == bool(found.problem)
    if found.problem:
        assert found.problem.splitlines() == [found.problem]
        assert len(found.problem) < 300
    else:
        assert found.grey.dtype == np.uint8
        assert found.grey.shape == (found.facts["height"], found.facts["width"])
        assert found.grey.size <= MAX_IMAGE_PIXELS
        assert resize(found.grey, 32).shape == (32, 32)
    if form in FOREIGN:
        assert found.grey is None or kind != "none"
    elif kind == "none" and mode not in UNCLEAR:
        assert sorted(found.grey.shape) == sorted(size)


@settings(max_examples=examples(40), deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=2000))
def test_bytes_of_no_format_are_no_image(data):
    found = decoded(data)
    assert found.grey is None
    assert found.problem == "empty file" or found.problem.startswith("not an image")


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims to be very large."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packed = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", header), chunk(b"IDAT", packed), chunk(b"IEND", b""))
    )


@pytest.mark.parametrize("side", [30_000, 13_000, 10_001])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(side):
    tracemalloc.start()
    found = decoded(bomb(side, side))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.problem == "larger than 100,000,000 px"
    assert peak < 10_000_000


def test_a_file_of_more_than_a_gigabyte_is_refused_before_it_is_read(tmp_path):
    with (tmp_path / "film.png").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    assert decode(tmp_path / "film.png").problem == "larger than 1,000,000,000 bytes"


@pytest.mark.parametrize(
    ("mode", "form", "expected"),
    [
        ("L", "PNG", 100),
        ("1", "PNG", 255),
        ("P", "GIF", 100),
        ("RGB", "JPEG", 100),
        ("RGBA", "PNG", 100),
        ("CMYK", "JPEG", 100),
        ("I;16", "PNG", 200),
        ("I;16", "TIFF", 200),
    ],
)
def test_every_mode_gives_its_grey_levels(tmp_path, mode, form, expected):
    path = tmp_path / "image"
    if mode == "I;16":
        image = Image.fromarray(np.full((9, 7), 200 * 257, dtype=np.uint16))
    else:
        image = Image.new("RGB", (7, 9), (100, 100, 100)).convert("L")
        image = (image.point(lambda level: 255) if mode == "1" else image).convert(mode)
    image.save(path, form)
    found = decode(path)
    assert found.grey.shape == (9, 7)
    assert abs(int(found.grey.mean()) - expected) <= 2


def test_an_animated_file_and_a_float_one_are_refused_by_name(tmp_path):
    frames = [Image.new("L", (8, 8), level) for level in (10, 200, 90)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert decode(tmp_path / "a.gif").problem == "3 frames where one is expected"
    Image.new("F", (8, 8), 0.5).save(tmp_path / "f.tiff")
    assert decode(tmp_path / "f.tiff").problem.startswith("mode F, whose grey levels")


# Areas of one level that fill blocks of 8 px come out of a JPEG as they were.
LOSSLESS = {"JPEG": {"quality": 100}, "WEBP": {"lossless": True}}


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_film_stored_lying_down_stands_upright(tmp_path, orientation, form):
    upright = np.zeros((40, 24), np.uint8)
    upright[:8, :8], upright[:8, 16:] = 250, 120
    stored = Image.fromarray(upright)
    # What a camera held so stores: the turn that its mark asks for, undone.
    undone = {2: [0], 3: [3], 4: [1], 5: [5], 6: [2], 7: [6], 8: [4]}
    for turn in undone.get(orientation, []):
        stored = stored.transpose(Image.Transpose(turn))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "film", form, exif=exif, **LOSSLESS.get(form, {}))
    found = decode(tmp_path / "film")
    assert (found.facts["height"], found.facts["width"]) == (40, 24)
    np.testing.assert_allclose(found.grey, upright, atol=1)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_exif_that_is_no_exif_harms_no_image(tmp_path, form):
    Image.new("L", (24, 40), 100).save(tmp_path / "film", form, exif=b"Exif\0\0garbage")
    found = decode(tmp_path / "film")
    assert not found.problem
    assert found.grey.shape == (40, 24)


def test_a_tiff_whose_white_is_zero_is_no_negative(tmp_path):
    shown = np.linspace(0, 255, 63).reshape(9, 7).astype(np.uint8)
    # Pillow turns round what it writes in 8 bits, and not in 16.
    for stored in (shown, (255 - shown).astype(np.uint16) * 257):
        Image.fromarray(stored).save(tmp_path / "film.tiff", tiffinfo={262: 0})
        np.testing.assert_array_equal(decode(tmp_path / "film.tiff").grey, shown)


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_download_that_goes_on_in_zeros_is_no_film_with_a_grey_end(tmp_path, form):
    film = np.random.default_rng(0).normal(128, 40, (96, 96)).clip(0, 255).astype(np.uint8)
    Image.fromarray(film).save(tmp_path / "film", form)
    data = (tmp_path / "film").read_bytes()
    found = decoded(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))
    assert found.problem.startswith("damaged: the ")
    assert decoded(data).grey is not None


def test_a_pipe_is_not_waited_for(tmp_path):
    for name in ("film.png", "film.dcm"):
        os.mkfifo(tmp_path / name)
        code = f"from chest_xray.radiographs import decode; print(decode({str(tmp_path / name)!r}))"
        ended = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
        )
        assert "can't be read: not a regular file" in ended.stdout


def test_a_name_that_no_file_can_have_is_a_problem():
    assert decode(Path("film\0.png")).problem.startswith("can't be read: no file can")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP", "JPEG2000", "PPM"])
def test_an_image_that_is_called_dicom_is_read_as_what_it_is(tmp_path, form):
    Image.new("L", (24, 40), 100).save(tmp_path / "film.dcm", form)
    assert radiographs.decode(tmp_path / "film.dcm").grey.shape == (40, 24)


def test_bytes_in_memory_are_decoded_as_their_file_is_and_within_their_own_limit(tmp_path):
    written = io.BytesIO()
    Image.fromarray(np.arange(600, dtype=np.uint16).astype(np.uint8).reshape(20, 30)).save(
        written, "PNG"
    )
    (tmp_path / "film.png").write_bytes(written.getvalue())
    from_file = decode(tmp_path / "film.png")
    in_memory = decode_bytes(written.getvalue(), "film.png", max_pixels=600)
    np.testing.assert_array_equal(in_memory.grey, from_file.grey)
    assert in_memory.facts == from_file.facts
    refused = decode_bytes(written.getvalue(), "film.png", max_pixels=599)
    assert (refused.grey, refused.problem) == (None, "larger than 599 px")
