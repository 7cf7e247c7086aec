"""A sheet survives whatever Excel made of it, and is never replaced unread."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kedro.io import DatasetError

from chest_xray.datasets.notes import NotesDataset
from chest_xray.errors import BadNotes
from chest_xray.reporting.sheets import read_sheet, write_sheet

CAUSE = 'برچسب غلط؛ "کج", tilted; و چیز دیگر'
CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"])).map(
    str.strip
)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1256"])
def test_every_way_in_which_excel_saves(separator, encoding):
    cause = CAUSE.replace("ی", "ي") if encoding == "cp1256" else CAUSE
    text = pd.DataFrame({"image_id": ["a/b.jpeg"], "cause": [cause]}).to_csv(
        index=False, sep=separator, lineterminator="\r\n"
    )
    sheet = read_sheet(text.encode(encoding), "image_id", "notes.csv")
    assert sheet.to_dict("records") == [{"image_id": "a/b.jpeg", "cause": cause}]


@given(st.lists(st.tuples(st.text("abc/", min_size=1), CELLS), max_size=5), st.sampled_from(",;\t"))
def test_what_is_written_is_read_back(rows, separator):
    sheet = pd.DataFrame(rows, columns=["image_id", "cause"], dtype="str")
    again = read_sheet(write_sheet(sheet, separator), "image_id", "notes.csv")
    assert again.to_numpy().tolist() == sheet.to_numpy().tolist()


def test_a_hint_blank_lines_spare_cells_and_upper_case_do_no_harm():
    data = b"sep=;\r\nImage_ID;cause;\r\n;;\r\na.jpeg; blur ;\r\nb.jpeg\r\n"
    sheet = read_sheet(data, "image_id", "notes.csv")
    assert sheet.to_dict("list") == {"image_id": ["a.jpeg", "b.jpeg"], "cause": ["blur", ""]}


@pytest.mark.parametrize("data", [b"", b"sep=", b"sep=;", b";;;\r\n", b"sep=;\r\n;;\r\n"])
def test_a_cleared_sheet_is_an_empty_one(data):
    sheet = read_sheet(data, "image_id", "notes.csv")
    assert sheet.empty
    assert list(sheet) == ["image_id"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"PK\x03\x04rest", "an Excel workbook"), (b"image,cause\na,b\n", "no column 'image_id'")],
)
def test_what_can_t_be_read_is_told_and_stays(tmp_path, data, problem):
    path = tmp_path / "notes.csv"
    path.write_bytes(data)
    dataset = NotesDataset(filepath=str(path))
    with pytest.raises(DatasetError, match=problem) as caught:
        dataset.load()
    assert isinstance(caught.value.__cause__, BadNotes)
    assert path.read_bytes() == data


def test_the_sheet_keeps_the_separator_that_its_owner_uses(tmp_path):
    path = tmp_path / "notes.csv"
    dataset = NotesDataset(filepath=str(path))
    assert dataset.load().to_dict("list") == {"image_id": []}
    dataset.save(pd.DataFrame({"image_id": ["a"], "cause": [""]}))
    path.write_bytes("image_id;cause\r\na;تار\r\n".encode("utf-16"))
    dataset.save(dataset.load())
    assert path.read_bytes().decode("utf-8-sig") == "image_id;cause\r\na;تار\r\n"
