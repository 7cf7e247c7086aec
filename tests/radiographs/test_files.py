"""One walk over files, whoever asks: hidden files, links, circles and names of other encodings."""

import os

import pytest

from chest_xray.errors import BadPrediction, BadRadiographs
from chest_xray.radiographs.files import find_files, walk_files


@pytest.fixture
def folder(tmp_path):
    for name in (
        "b.png",
        "a/b/x.png",
        "a/c/x.png",
        ".hidden",
        "a/.git/x.png",
        "a/Thumbs.db",
        "__MACOSX/b.png",
    ):
        path = tmp_path / "films" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "films"


def below(folder):
    return sorted(path.relative_to(folder).as_posix() for path in walk_files(folder))


def test_hidden_and_system_files_are_skipped_and_counted(folder, caplog):
    caplog.set_level("INFO")
    assert below(folder) == ["a/b/x.png", "a/c/x.png", "b.png"]
    assert "Skipped 4 hidden files" in caplog.text


def test_links_to_folders_are_followed_once_and_links_to_nothing_are_files(folder):
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "far.png").touch()
    (folder / "0").symlink_to(outside)
    (folder / "1").symlink_to(outside)
    (outside / "circle").symlink_to(folder)
    (folder / "broken.png").symlink_to("nowhere")
    assert below(folder) == ["0/far.png", "a/b/x.png", "a/c/x.png", "b.png", "broken.png"]


def test_new_files_are_found_by_folder_file_and_glob(folder):
    def names(images):
        return [file.name for file in find_files(images, folder)]

    (folder.parent / "more").mkdir()
    (folder.parent / "more" / "z.png").touch()
    (folder / "link").symlink_to(folder.parent / "more")
    assert names(".") == ["a/b/x.png", "a/c/x.png", "b.png", "link/z.png"]
    assert names("a/*/x.png") == ["b/x.png", "c/x.png"]
    assert names(str(folder / "b.png")) == ["b.png"]
    (file,) = find_files("[b].png", folder)
    assert file.path == folder / "b.png"
    assert names("*") == ["b.png"]
    assert names("a/.git/*") == ["x.png"]


@pytest.mark.parametrize("images", ["", "nowhere", "*.tiff", "~nobody-of-that-name/x", "x\0y"])
def test_where_there_is_no_file_one_sentence_says_so(folder, images):
    with pytest.raises(BadPrediction, match="a folder, a file or a glob"):
        find_files(images, folder)


def test_a_name_that_is_not_utf_8_is_found_and_written_with_escapes(folder):
    with open(os.fsencode(folder) + b"/\xc7\xe1.png", "wb"):  # noqa: PTH123
        pass
    last = find_files(".", folder)[-1]
    assert last.name == "\\xc7\\xe1.png"
    assert last.path.is_file()


@pytest.mark.skipif(os.geteuid() != 0, reason="gives up root's permissions for a while")
def test_a_folder_that_can_not_be_listed_is_not_skipped(folder, monkeypatch):
    (folder / "a").chmod(0)
    for parent in folder.parents:
        if "pytest-of-" in str(parent):
            parent.chmod(0o755)
    os.seteuid(65534)
    try:
        with pytest.raises(BadRadiographs, match=r"a can't be listed \(Permission denied\)"):
            find_files(str(folder), folder)
    finally:
        os.seteuid(0)
