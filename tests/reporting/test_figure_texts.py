"""Figures are drawn in the language of a page, in its digits, and in English everywhere else."""

import ast
import re

import pandas as pd
import pytest
from conftest import PROJECT
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.text import Text

from chest_xray.reporting.data_figures import class_counts_figure
from chest_xray.reporting.figure_texts import drawn_in, png_of, say
from chest_xray.reporting.fonts import FONT_FOLDER, FONTS
from chest_xray.reporting.html import page
from chest_xray.reporting.languages import TEXTS, language
from chest_xray.reporting.messages import message
from chest_xray.reporting.training_figures import confusion_matrix_figure, curves_figure

FA = language("fa")
LATIN_DIGIT = re.compile("[0-9]")


def history():
    rows = [(epoch, part) for epoch in range(1, 5) for part in ("train", "validation")]
    return pd.DataFrame(
        [
            {"epoch": epoch, "part": part, "image_size": 32, "loss": 1 / epoch, "accuracy": 0.5}
            for epoch, part in rows
        ]
    )


def texts(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def test_figures_are_in_english_unless_a_page_says_otherwise():
    assert curves_figure(history(), 3).axes[0].get_title() == "Loss by epoch"
    with drawn_in(FA):
        persian = curves_figure(history(), 3).axes[0].get_title()
    assert persian == FA.text(message("in-figure-loss-by-epoch"))
    assert curves_figure(history(), 3).axes[0].get_title() == "Loss by epoch"


def test_a_language_ends_with_its_page_even_where_drawing_fails():
    with pytest.raises(KeyError), drawn_in(FA):
        say("no such text")
    assert say("metric-loss") == "loss"


@pytest.mark.parametrize(
    "draw",
    [
        lambda: curves_figure(history(), 3),
        lambda: confusion_matrix_figure([[1200, 10], [1, 3]], ["NORMAL", "PNEUMONIA"]),
    ],
)
def test_every_number_of_a_persian_figure_has_persian_digits(draw):
    with drawn_in(FA):
        figure = draw()
        png_of(figure)
    assert texts(figure)
    assert not [text for text in texts(figure) if LATIN_DIGIT.search(text)]


def test_what_a_folder_calls_its_classes_and_subtypes_stays_in_a_figure():
    index = pd.DataFrame(
        {
            "label": ["NORMAL", "P$"],
            "subtype": ["", "type 2"],
            "folder": ["a", "b"],
        }
    )
    with drawn_in(FA):
        figure = class_counts_figure(index, ["NORMAL", "P$"])
        png_of(figure)
    shown = texts(figure)
    assert "type 2" in shown
    assert any(text.startswith(r"P\$ (") for text in shown)


def test_powers_of_ten_are_written_as_numbers():
    with drawn_in(FA):
        figure = curves_figure(history(), 3)
        figure.axes[0].set_yscale("log")
        figure.axes[0].set_ylim(0.01, 100)
        png_of(figure)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert "۱۰۰" in labels
    assert "۰٫۰۱" in labels


def test_the_fonts_that_travel_along_have_every_letter_and_digit_of_the_texts():
    text = (TEXTS / "fa.ftl").read_text(encoding="utf8")
    needed = {ord(letter) for letter in text if "\u0600" <= letter <= "\u06ff"} | set(
        range(0x06F0, 0x06FA)
    )
    for name in FONTS["fa"].values():
        assert needed <= TTFont(FONT_FOLDER / name).getBestCmap().keys(), name


def test_a_persian_page_brings_its_fonts_and_an_english_one_none():
    title = message("page-report")
    assert page(title, "", FA).count("@font-face") == len(FONTS["fa"])
    assert "@font-face" not in page(title, "", language("en"))
    with drawn_in(FA):
        assert font_manager.FontProperties().get_family()[0] == "Vazirmatn"


def test_no_figure_holds_a_sentence_of_its_own():
    """What matplotlib writes comes from the text files; names, marks and numbers may stand."""
    written = {"set_title", "suptitle", "set_xlabel", "set_ylabel", "supxlabel"}
    keywords = {"xlabel", "ylabel", "title", "label"}
    for path in (PROJECT / "src" / "chest_xray" / "reporting").glob("*_figures.py"):
        if path.name == "run_figures.py":  # of no page
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if not isinstance(node, ast.Call):
                continue
            given = [one.value for one in node.keywords if one.arg in keywords]
            if getattr(node.func, "attr", "") in written:
                given += node.args
            plain = [one.value for one in given if isinstance(one, ast.Constant) and one.value]
            joined = [
                part.value
                for one in given
                if isinstance(one, ast.JoinedStr)
                for part in one.values
                if isinstance(part, ast.Constant)
            ]
            assert not [text for text in plain + joined if re.search("[A-Za-z]{2}", str(text))], (
                path.name,
                node.lineno,
            )
