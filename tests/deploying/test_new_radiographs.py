"""From files to rows, in Python: any number of them, whatever they are."""

import numpy as np
import pytest
import torch
from PIL import Image

from chest_xray.deploying.judges import FileJudge, NetworkJudge
from chest_xray.deploying.new_radiographs import COLOURED, FILES_A_CHUNK, UNLIKE, Reader, tabulate
from chest_xray.errors import BadModelFile, BadPrediction
from chest_xray.learning.familiarity import become_familiar
from chest_xray.phantoms import PlantedDefects, draw_phantom, plan_phantoms
from chest_xray.radiographs.decoding import grey_levels
from chest_xray.radiographs.film import measure_levels
from chest_xray.radiographs.new_files import list_new
from chest_xray.radiographs.preprocessing import resize
from chest_xray.radiographs.unusual import ranges

SIZE = 64


@pytest.fixture(scope="module")
def films():
    plans = plan_phantoms(40, 5, 80, PlantedDefects()).to_dict("records")
    pixels = [grey_levels(Image.fromarray(draw_phantom(plan).pixels)) for plan in plans]
    return pixels[:70]


@pytest.fixture(scope="module")
def judge(exported):
    return FileJudge(exported[0], threads=1)


@pytest.fixture(scope="module")
def familiar(judge, films):
    pixels = np.stack([resize(film, SIZE) for film in films])
    features = judge(pixels)[1]
    return become_familiar(features[::2], features[1::2], 16, 2.0, judge.model)


@pytest.fixture(scope="module")
def limits(films):
    import pandas as pd

    pixels = np.stack([resize(film, SIZE) for film in films])
    width = np.array([film.shape[1] for film in films], float)
    height = np.array([film.shape[0] for film in films], float)
    measures = pd.DataFrame(
        {
            **measure_levels(pixels, width / height),
            "shape": width / height,
            "side": np.minimum(width, height),
            "jpeg_quality": np.nan,
            "mode": "L",
        }
    )
    return ranges(measures, 0.0)


@pytest.fixture
def folder(films, tmp_path):
    for number, film in enumerate(films[: FILES_A_CHUNK + 3]):
        Image.fromarray(film).save(tmp_path / f"film_{number:03d}.png")
    return tmp_path


def test_file_and_network_see_the_same(exported, judge, films):
    _, module, card = exported
    network = NetworkJudge(module.network.state_dict(), card, "cpu")
    pixels = np.stack([resize(film, SIZE) for film in films[:8]])
    ours, others = network(pixels), judge(pixels)
    np.testing.assert_allclose(ours[0], others[0], atol=1e-5)
    np.testing.assert_allclose(ours[1], others[1], rtol=1e-3, atol=1e-4)


def test_every_file_has_its_row_in_order_and_bad_ones_their_reason(judge, folder):
    (folder / "film_001.png").write_bytes(b"")
    (folder / "film_040.dcm").write_bytes(b"no DICOM")
    rows = list(Reader(judge, None, None)(folder))
    assert [row.file for row in rows] == sorted(path.name for path in folder.iterdir())
    bad = {row.file: row.problem for row in rows if row.problem}
    assert set(bad) == {"film_001.png", "film_040.dcm"}
    assert bad["film_001.png"] == "empty file"
    table = tabulate([rows])
    assert table.loc[table["problem"] == "", "probability"].between(0, 1).all()
    assert table.loc[table["problem"] != "", "probability"].isna().all()


def test_the_probability_does_not_depend_on_the_company(judge, folder):
    together = {row.file: row.probability for row in Reader(judge, None, None)(folder)}
    for name in ("film_000.png", "film_034.png"):
        (alone,) = Reader(judge, None, None)(folder / name)
        assert alone.probability == pytest.approx(together[name], abs=1e-5)


def test_films_that_were_learnt_from_are_in_range_and_strangers_are_not(
    judge, familiar, limits, folder
):
    reader = Reader(judge, familiar, limits)
    films = list(reader(folder))
    assert sum(bool(row.warnings) for row in films) <= 2
    strange = folder / "strange"
    strange.mkdir()
    random = np.random.default_rng(0)
    Image.fromarray(random.integers(0, 256, (80, 80), dtype=np.uint8)).save(strange / "noise.png")
    colours = random.integers(0, 256, (5, 5, 3), dtype=np.uint8)
    Image.fromarray(colours).resize((90, 80)).save(strange / "colours.jpeg")
    Image.fromarray(np.full((80, 80), 250, dtype=np.uint8)).save(strange / "white.png")
    rows = {row.file: row for row in reader(strange)}
    assert UNLIKE in rows["noise.png"].warnings
    assert "noisy" in rows["noise.png"].warnings
    assert COLOURED in rows["colours.jpeg"].warnings
    assert "over_exposed" in rows["white.png"].warnings
    assert all(row.distance > 1 for row in rows.values())


def test_a_reference_of_another_model_is_refused(judge, familiar):
    other = become_familiar(np.eye(8), np.eye(8), 2, 1.0, "another")
    with pytest.raises(BadPrediction, match="of another model"):
        Reader(judge, other, None)
    Reader(judge, familiar, None)


def test_a_file_without_a_resnet_is_refused(monkeypatch, exported):
    monkeypatch.setattr("chest_xray.deploying.judges._halves", lambda node: False)
    with pytest.raises(BadModelFile, match="holds no ResNet"):
        FileJudge(exported[0])


def test_threads_are_given_back(judge, folder):
    before = torch.get_num_threads()
    list(Reader(judge, None, None)(folder / "film_000.png"))
    assert torch.get_num_threads() == before


def test_globs_files_and_what_is_not_there(folder):
    inner = folder / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "x.png").write_bytes(b"")
    (folder / ".hidden").write_bytes(b"")
    assert "a/b/x.png" in [file.name for file in list_new(".", folder)]
    assert ".hidden" not in [file.name for file in list_new(".", folder)]
    assert [file.name for file in list_new("a/*/x.png", folder)] == ["b/x.png"]
    assert [file.name for file in list_new("film_00[01].png", folder)] == [
        "film_000.png",
        "film_001.png",
    ]
    for nothing in ("", "nowhere", "*.gif"):
        with pytest.raises(BadPrediction):
            list_new(nothing, folder)
