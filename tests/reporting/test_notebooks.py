"""The notebooks as they are committed."""

import copy

import nbformat
import pytest
from conftest import PROJECT

from chest_xray.project.pages import RUNS_PIPELINES, body
from chest_xray.reporting import html
from chest_xray.reporting.formulas import formula, with_formulas
from chest_xray.reporting.languages import LANGUAGES, language
from chest_xray.reporting.messages import message

NOTEBOOKS = {
    code: nbformat.read(PROJECT / "notebooks" / f"report.{code}.ipynb", as_version=4)
    for code in LANGUAGES
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_all_languages_have_one_structure_and_one_code(code):
    own, english = NOTEBOOKS[code].cells, NOTEBOOKS["en"].cells
    assert [cell.cell_type for cell in own] == [cell.cell_type for cell in english]
    for cell, other in zip(own, english, strict=True):
        if cell.cell_type == "code":
            assert cell.source.replace(f'"{code}"', '"en"') == other.source


@pytest.mark.parametrize("code", LANGUAGES)
def test_they_are_committed_without_outputs_and_run_what_is_missing(code):
    cells = [cell for cell in NOTEBOOKS[code].cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in cells)
    runs = [cell for cell in cells if RUNS_PIPELINES in cell.metadata.get("tags", [])]
    assert [cell.source for cell in runs] == ["study.run_missing()"]
    assert max(cell.source.count("\n") for cell in cells) < 20


def test_persian_text_runs_right_to_left():
    for cell in NOTEBOOKS["fa"].cells:
        if cell.cell_type == "markdown":
            assert cell.source.startswith('<div dir="rtl" lang="fa">\n\n')


@pytest.mark.parametrize(("code", "word"), [("en", "Code"), ("fa", "کد")])
def test_a_page_folds_the_code_and_links_its_contents_to_the_parts(code, word):
    page = body(copy.deepcopy(NOTEBOOKS[code]), language(code))
    cells = sum(cell.cell_type == "code" for cell in NOTEBOOKS[code].cells)
    assert page.count(f'<details class="code"><summary>{word}</summary>') == cells
    for name in (*(f"part-{number}" for number in range(1, 9)), "cards"):
        assert page.count(f'<a id="{name}"></a>') == 1
        assert f'href="#{name}"' in page


def test_the_summary_comes_before_everything_that_is_shown():
    shown = [cell.source for cell in NOTEBOOKS["en"].cells if cell.source.startswith("report.")]
    assert shown[0] == "report.summary()"


def test_integrated_gradients_come_with_their_formula():
    for notebook in NOTEBOOKS.values():
        text = "".join(cell.source for cell in notebook.cells)
        assert r"\int_{0}^{1}" in text


def test_a_formula_is_a_picture_in_the_page_with_its_tex_as_text():
    assert 'alt="x^2"' in formula("x^2")
    shown = html.page(message("page-report"), with_formulas("a $x$\n\n$$y$$"), language("fa"))
    assert shown.count("data:image/svg+xml;base64,") == 2
    assert 'dir="rtl"' in shown
    assert "http" not in shown
