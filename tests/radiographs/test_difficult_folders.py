"""Difficult folders: links, missing permissions, files that vanish or change while read."""

import contextlib
import logging
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from conftest import CLASSES
from PIL import Image

from chest_xray.errors import BadPixels, BadRadiographs
from chest_xray.radiographs import reading
from chest_xray.radiographs.decoding import decode_for_index
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.reading import DecodedImages, collect_decoded_images, read_radiographs

SIZE = 32


@contextlib.contextmanager
def unprivileged():
    """As somebody whom permissions bind: root can read everything."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def folder():
    """Twelve images a class, in a place that anyone may enter."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        root = Path(place, "films")
        for name in CLASSES:
            (root / name).mkdir(parents=True)
            for number in range(12):
                level = 5 * number + (name == "NORMAL")
                Image.new("L", (40, 30), level).save(root / name / f"{name} {number} فیلم.png")
        yield root


def listed(folder):
    return list_radiographs(folder, CLASSES, [])


def read(folder, decoded_images, share=0.5):
    listing = listed(folder)
    for chunk in read_radiographs(folder, listing, decoded_images, SIZE):
        decoded_images.append(chunk)
    return collect_decoded_images(folder, listing, decoded_images, SIZE, share)[0]


def problems(index):
    return index.loc[index["problem"] != "", "problem"].tolist()


def test_links_out_of_the_folder_are_followed_once_and_circles_end(folder, caplog):
    caplog.set_level(logging.INFO)
    outside = folder.parent / "store"
    shutil.copytree(folder / "NORMAL", outside)
    shutil.rmtree(folder / "NORMAL")
    (folder / "NORMAL").symlink_to(outside)
    (folder / "PNEUMONIA" / "again").symlink_to(folder)
    (outside / "back").symlink_to(folder / "PNEUMONIA")
    (folder / "PNEUMONIA" / "other").symlink_to(outside)
    assert len(listed(folder)) == 24
    assert "Skipped 3 links to folders that were listed already" in caplog.text


def test_broken_links_and_what_is_no_file_are_listed_with_their_reason(folder):
    (folder / "NORMAL" / "broken.png").symlink_to("nowhere.png")
    (folder / "NORMAL" / "circle.png").symlink_to("circle.png")
    os.mkfifo(folder / "NORMAL" / "pipe.png")
    (folder / "NORMAL" / "endless.png").symlink_to("/dev/zero")
    (folder / "NORMAL" / "text.jpeg").write_text("not an image")
    (folder / "NORMAL" / "empty.png").touch()
    index = read(folder, DecodedImages(folder.parent / "readings")).set_index("image_id")["problem"]
    assert index["NORMAL/broken.png"] == "can't be read: No such file or directory"
    assert index["NORMAL/circle.png"] == "can't be read: Too many levels of symbolic links"
    assert index["NORMAL/pipe.png"] == "can't be read: not a regular file"
    assert index["NORMAL/endless.png"] == "can't be read: not a regular file"
    assert index["NORMAL/text.jpeg"].startswith("not an image")
    assert index["NORMAL/empty.png"] == "empty file"
    assert (index != "").sum() == 6


def test_a_file_without_permission_is_listed_and_tried_again(folder):
    path = next((folder / "NORMAL").iterdir())
    path.chmod(0)
    with unprivileged():
        listing = listed(folder)
        chunks = list(read_radiographs(folder, listing, DecodedImages(folder / "no"), SIZE))
    decoded_images = DecodedImages(folder.parent / "readings")
    for chunk in chunks:
        decoded_images.append(chunk)
    index, _ = collect_decoded_images(folder, listing, decoded_images, SIZE, 0.5)
    assert problems(index) == ["can't be read: Permission denied"]
    path.chmod(0o644)
    assert problems(read(folder, decoded_images)) == []


def test_files_whose_folder_may_not_be_entered_are_listed(folder):
    (folder / "NORMAL").chmod(0o744)
    with unprivileged():
        listing = listed(folder)
        chunks = list(read_radiographs(folder, listing, DecodedImages(folder / "no"), SIZE))
    assert len(listing) == 24
    message = [row["problem"] for chunk in chunks for row in chunk.rows if row["problem"]]
    assert message == ["can't be read: Permission denied"] * 12


def test_a_folder_without_permission_stops_the_run(folder):
    (folder / "NORMAL").chmod(0)
    with unprivileged(), pytest.raises(BadRadiographs, match="NORMAL can't be listed"):
        listed(folder)
    folder.chmod(0)
    with unprivileged(), pytest.raises(BadRadiographs, match="Permission denied"):
        listed(folder)


def test_what_vanishes_or_changes_while_it_is_read_is_reported_and_read_next_time(
    folder, monkeypatch
):
    decoded_images = DecodedImages(folder.parent / "readings")
    vanishing, changing, *_ = sorted((folder / "NORMAL").iterdir())
    before = vanishing.stat()

    def decode_and_change(path, bits_stored):
        if path == vanishing and path.exists():
            path.unlink()
        found = decode_for_index(path, bits_stored)
        if path == changing:
            Image.new("L", (9, 9), 250).save(path)
        return found

    monkeypatch.setattr(reading, "decode_for_index", decode_and_change)
    assert sorted(problems(read(folder, decoded_images))) == [
        "can't be read: No such file or directory",
        "can't be read: it changed while it was read",
    ]
    monkeypatch.undo()
    Image.new("L", (40, 30), 1).save(vanishing)
    os.utime(vanishing, ns=(before.st_atime_ns, before.st_mtime_ns))
    index = read(folder, decoded_images)
    assert problems(index) == []
    assert index.set_index("path")["mean"][changing.relative_to(folder).as_posix()] == 250


def test_names_that_are_no_text_are_left_out_with_a_warning(folder, caplog):
    bad = os.fsencode(folder / "NORMAL") + b"/\xc7\xe1.png"
    with open(bad, "wb") as file:  # noqa: PTH123
        file.write(b"x")
    (folder / "NORMAL" / ".hidden.png").touch()
    assert len(listed(folder)) == 24
    assert "1 files have names that are not UTF-8" in caplog.text


def test_the_same_name_in_two_folders_is_two_images(folder):
    (folder / "a" / "NORMAL").mkdir(parents=True)
    name = next((folder / "NORMAL").iterdir()).name
    shutil.copy(folder / "NORMAL" / name, folder / "a" / "NORMAL" / name)
    listing = listed(folder)
    assert listing["image_id"].is_unique
    assert len(listing) == 25


def test_a_folder_inside_its_namesake_holds_copies_only_where_the_files_are_the_same(folder):
    path = next((folder / "NORMAL").iterdir())
    inner = folder / folder.name / "NORMAL" / path.name
    inner.parent.mkdir(parents=True)
    content = path.read_bytes()
    inner.write_bytes(content)
    assert len(listed(folder)) == 24
    middle = len(content) // 2
    inner.write_bytes(content[:middle] + bytes(16) + content[middle + 16 :])
    assert len(listed(folder)) == 25


def test_a_class_that_can_not_be_read_at_all_stops_the_run(folder):
    for path in (folder / "NORMAL").iterdir():
        path.write_bytes(b"")
    with pytest.raises(BadRadiographs, match="None of the 12 files of class NORMAL"):
        read(folder, DecodedImages(folder.parent / "readings"), share=1.0)
    with pytest.raises(BadRadiographs, match=r"12 of 24 files below .* more than the share of 0.1"):
        read(folder, DecodedImages(folder.parent / "readings"), share=0.1)


def test_an_empty_folder_and_a_file_in_its_place(tmp_path):
    with pytest.raises(BadRadiographs, match="is empty"):
        listed(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(BadRadiographs, match="neither a folder nor a list of folders"):
        listed(tmp_path / "file")


def test_readings_that_are_damaged_are_named(folder):
    decoded_images = DecodedImages(folder.parent / "readings")
    read(folder, decoded_images)
    pixels = decoded_images.pixels_path(SIZE)
    whole = pixels.read_bytes()
    pixels.write_bytes(whole[:-1])
    with pytest.raises(BadPixels, match="is shorter than what was read into it; remove the folder"):
        read(folder, decoded_images)
    pixels.write_bytes(whole)
    next(decoded_images.folder.glob("rows*")).write_text("{")
    with pytest.raises(BadPixels, match=r"is damaged .* remove the folder"):
        read(folder, decoded_images)
