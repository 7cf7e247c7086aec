"""Folder names and labels mean a class by its name or by other names that are given for it."""

from pathlib import PurePosixPath

import pytest

from chest_xray.radiographs.class_names import ClassNames

NAMES = ClassNames(
    ["NORMAL", "PNEUMONIA"], {"NORMAL": ["no finding", "سالم"], "PNEUMONIA": ["ذات‌الریه"]}
)


@pytest.mark.parametrize("word", ["NORMAL", "normal", " No  Finding ", "سالم"])
def test_a_class_is_known_by_its_names_in_any_case(word):
    assert NAMES.of(word) == "NORMAL"


def test_other_words_mean_no_class():
    assert NAMES.of("train") is None
    assert NAMES.of("") is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("train/NORMAL/film.png", "NORMAL"),
        ("pneumonia/ward/patient/film.png", "PNEUMONIA"),
        ("PNEUMONIA/controls/no finding/film.png", "NORMAL"),
        ("ward/NORMAL.png", None),
    ],
)
def test_the_nearest_folder_that_means_a_class_counts(path, expected):
    assert NAMES.of_folders(PurePosixPath(path)) == expected
