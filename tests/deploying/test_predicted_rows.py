"""A prediction that is killed keeps its rows, and ends with the table of an undisturbed one."""

import os
from itertools import islice

import numpy as np
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from mean_level import SIZE, MeanLevel
from PIL import Image

from chest_xray.deploying.new_radiographs import BatchPredictor
from chest_xray.deploying.predicted_rows import PredictedRows, predict_files, tabulate
from chest_xray.deploying.rows import FILES_PER_CHUNK
from chest_xray.errors import BadPrediction
from chest_xray.radiographs.files import list_new_files

FILES = 3 * FILES_PER_CHUNK + 5


def predictor(**given):
    return BatchPredictor(MeanLevel(**given), None, None, threads=1)


@pytest.fixture(scope="module")
def ward(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ward")
    for number in range(FILES):
        levels = np.full((SIZE, SIZE), number * 4, dtype=np.uint8)
        Image.fromarray(levels).save(folder / f"film {number:03}.png")
    (folder / "film 007.png").write_bytes(b"no radiograph")
    return folder


@pytest.fixture
def listing(ward):
    return list_new_files(str(ward), ward)


def run(listing, kept, chunks=None, **given):
    """Predict and keep, at most some chunks; the predictor says what was asked of the model."""
    one = predictor(**given)
    for chunk in islice(predict_files(one, listing, kept), chunks):
        kept.append(chunk)
    return one


def table_of(listing, kept, one):
    return tabulate(listing, kept, one.settings_hash())


@settings(max_examples=examples(8), deadline=None)
@given(
    stops=st.lists(st.integers(0, 4), max_size=4),
    torn=st.integers(1, 400),
)
def test_killed_anywhere_the_table_is_that_of_an_undisturbed_run(
    ward, tmp_path_factory, stops, torn
):
    listing = list_new_files(str(ward), ward)
    folder = tmp_path_factory.mktemp("kept")
    whole = PredictedRows(folder / "whole")
    expected = table_of(listing, whole, run(listing, whole))
    kept = PredictedRows(folder / "killed")
    for chunks in stops:
        path = kept.path(run(listing, kept, chunks).settings_hash())
        if path.exists():
            # What a kill leaves of a chunk that was being written.
            with path.open("r+b") as file:
                file.truncate(max(0, path.stat().st_size - torn))
    assert table_of(listing, kept, run(listing, kept)).to_csv() == expected.to_csv()


def test_what_was_predicted_is_not_predicted_again(listing, tmp_path):
    kept = PredictedRows(tmp_path)
    run(listing, kept, chunks=2)
    rest = run(listing, kept)
    assert rest.scorer.asked == FILES - 2 * FILES_PER_CHUNK
    assert run(listing, kept).scorer.asked == 0


def test_the_table_says_of_each_file_what_the_model_does(ward, listing, tmp_path):
    kept = PredictedRows(tmp_path)
    table = table_of(listing, kept, run(listing, kept))
    assert table["file"].tolist() == sorted(path.name for path in ward.iterdir())
    assert table.loc[7, "problem"].startswith("not an image")
    assert np.isnan(table.loc[7, "probability"])
    read = table.drop(7)
    np.testing.assert_allclose(read["probability"], read.index * 4 / 255, atol=1e-9)
    assert (read["decision"] == np.where(read.index * 4 / 255 >= 0.5, "PNEUMONIA", "NORMAL")).all()


def test_a_file_that_changed_is_predicted_again(tmp_path):
    path = tmp_path / "films" / "one.png"
    path.parent.mkdir()
    kept = PredictedRows(tmp_path / "kept")
    probabilities = []
    for level in (0, 255):
        Image.fromarray(np.full((SIZE, SIZE), level, dtype=np.uint8)).save(path)
        os.utime(path, ns=(0, level))
        listing = list_new_files("films", tmp_path)
        probabilities += table_of(listing, kept, run(listing, kept))["probability"].tolist()
    assert probabilities == pytest.approx([0, 1])


def test_a_file_that_was_not_there_is_tried_again(tmp_path):
    films = tmp_path / "films"
    films.mkdir()
    (films / "away.png").symlink_to(tmp_path / "drive.png")
    kept = PredictedRows(tmp_path / "kept")
    listing = list_new_files("films", tmp_path)
    assert (
        table_of(listing, kept, run(listing, kept))["problem"].str.contains("can't be read").all()
    )
    Image.fromarray(np.zeros((SIZE, SIZE), dtype=np.uint8)).save(tmp_path / "drive.png")
    listing = list_new_files("films", tmp_path)
    assert table_of(listing, kept, run(listing, kept))["problem"].tolist() == [""]


@pytest.mark.parametrize("other", [{"model": "b"}, {"threshold": 0.4}])
def test_rows_of_another_model_or_threshold_are_not_taken(listing, tmp_path, other):
    kept = PredictedRows(tmp_path)
    run(listing, kept)
    assert run(listing, kept, **other).scorer.asked == FILES - 1


def test_rows_of_others_are_told_of_once(listing, tmp_path, caplog):
    kept = PredictedRows(tmp_path)
    with caplog.at_level("INFO"):
        run(listing, kept)
        assert "not used" not in caplog.text
        run(listing, kept, model="b", chunks=1)
        run(listing, kept, model="b")
    assert caplog.text.count("Rows of another model or other settings") == 1


def test_files_between_those_of_before_are_the_only_ones_predicted(tmp_path):
    films = tmp_path / "films"
    films.mkdir()
    kept = PredictedRows(tmp_path / "kept")
    for last_digits, asked in ((range(0, 10, 2), 100), (range(10), 100)):
        for number in range(200):
            if number % 10 in last_digits:
                path = films / f"{number:03}.png"
                if not path.exists():
                    Image.fromarray(np.full((SIZE, SIZE), number, dtype=np.uint8)).save(path)
        assert run(list_new_files("films", tmp_path), kept).scorer.asked == asked


def test_a_file_whose_row_is_gone_is_told_of(listing, tmp_path):
    kept = PredictedRows(tmp_path)
    one = run(listing, kept, chunks=2)
    with pytest.raises(BadPrediction, match=r"has no row of .*film 032\.png"):
        table_of(listing, kept, one)


def test_a_name_is_the_one_it_is_asked_for_by(ward, listing, tmp_path):
    kept = PredictedRows(tmp_path)
    run(listing, kept)
    above = list_new_files(str(ward.parent / f"{ward.name[:-1]}?" / "film 00?.png"), ward)
    one = run(above, kept)
    assert one.scorer.asked == 0
    assert table_of(above, kept, one)["file"].tolist() == [
        f"{ward.name}/film {number:03}.png" for number in range(10)
    ]


def test_a_damaged_file_of_rows_is_refused_with_the_way_out(listing, tmp_path):
    kept = PredictedRows(tmp_path)
    path = kept.path(run(listing, kept).settings_hash())
    path.write_bytes(b"[{}]\n" + path.read_bytes())
    with pytest.raises(BadPrediction, match=r"is damaged .* remove it"):
        run(listing, kept)
