"""From files to rows, in Python: any number of them, whatever they are."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pydicom
import pytest
import torch
from PIL import Image
from safetensors.numpy import save_file

from chest_xray.deploying.judges import FileJudge, NetworkJudge
from chest_xray.deploying.new_radiographs import (
    COLOURED,
    FILES_A_CHUNK,
    UNLIKE,
    Reader,
    load_reader,
    tabulate,
)
from chest_xray.errors import BadModelFile, BadPrediction, MissingVersion
from chest_xray.learning.familiarity import become_familiar, to_arrays
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
def measures(films):
    pixels = np.stack([resize(film, SIZE) for film in films])
    width = np.array([film.shape[1] for film in films], float)
    height = np.array([film.shape[0] for film in films], float)
    return pd.DataFrame(
        {
            "image_id": [str(number) for number in range(len(films))],
            **measure_levels(pixels, width / height),
            "shape": width / height,
            "side": np.minimum(width, height),
            "jpeg_quality": np.nan,
            "mode": "L",
        }
    )


@pytest.fixture(scope="module")
def limits(measures):
    return ranges(measures, 0.0)


@pytest.fixture
def folder(films, tmp_path):
    for number, film in enumerate(films[: 2 * FILES_A_CHUNK + 3]):
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
    assert "too_bright" in rows["white.png"].warnings
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


def test_threads_are_given_back_also_when_one_stops_early(judge, folder):
    before, running = torch.get_num_threads(), threading.active_count()
    rows = Reader(judge, None, None)(folder)
    next(rows)
    rows.close()
    assert torch.get_num_threads() == before
    assert threading.active_count() == running


@pytest.mark.parametrize("threads", [1, 3])
def test_the_number_of_threads_changes_no_answer(judge, folder, threads):
    rows = list(Reader(judge, None, None, threads)(folder))
    assert rows == list(Reader(judge, None, None)(folder))


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
    for nothing in ("", "nowhere", "*.gif", "a/**.png", "~nobody-here/films", "a" * 300):
        with pytest.raises(BadPrediction, match=r"prediction\.images|There is no file"):
            list_new(nothing, folder)


@pytest.fixture
def study(exported, familiar, measures, tmp_path):
    """What a finished study leaves of a quantized model; the file here is a float one."""
    root = tmp_path / "data"

    def version(layer, name):
        path = root / layer / name / "2026-01-01T00.00.00.000Z" / name
        path.parent.mkdir(parents=True)
        return path

    version("06_models", "quantized_onnx.onnx").write_bytes(exported[0])
    save_file(to_arrays(familiar), version("06_models", "quantized_familiar.safetensors"))
    measures.to_parquet(version("03_primary", "film_measures.parquet"))
    splits = pd.DataFrame({"image_id": measures["image_id"], "part": "train"})
    splits.to_parquet(version("03_primary", "splits.parquet"))
    return root


def test_three_lines_of_python(study, folder, judge):
    read = load_reader(study, "quantized")
    rows = list(read(folder / "film_*.png"))
    assert len(rows) == 2 * FILES_A_CHUNK + 3
    plain = Reader(judge, None, None)(folder / "film_*.png")
    for row, expected in zip(rows, plain, strict=True):
        assert row.probability == pytest.approx(expected.probability, abs=1e-5)
        assert row.distance > 0


def test_what_is_missing_is_named_with_what_makes_it(study):
    with pytest.raises(MissingVersion, match=r"no baseline_weights.*--pipelines=training"):
        load_reader(study, "baseline")
    with pytest.raises(BadPrediction, match="no model 'best'"):
        load_reader(study, "best")
    (splits,) = study.glob("03_primary/splits.parquet/*/*")
    pd.DataFrame({"image_id": ["another"], "part": ["train"]}).to_parquet(splits)
    with pytest.raises(BadPrediction, match="only 0 of 1 training images were measured"):
        load_reader(study, "quantized")


def test_without_torch_a_dicom_file_gets_its_probability(study, tmp_path):
    shipped = Path(pydicom.__file__).parent / "data" / "test_files" / "CT_small.dcm"
    # Hospitals' files often have no suffix.
    shutil.copy(shipped, tmp_path / "film")
    code = (
        "import sys\n"
        "from chest_xray.deploying.predictor import Predictor\n"
        "print(Predictor(sys.argv[1])(sys.argv[2]))\n"
        "print([name for name in ('torch', 'pandas', 'kedro', 'onnx') if name in sys.modules])\n"
    )
    (model,) = study.glob("06_models/quantized_onnx.onnx/*/*")
    result = subprocess.run(
        [sys.executable, "-c", code, str(model), str(tmp_path / "film")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    said, imported = result.stdout.splitlines()
    assert said.startswith("Prediction(probability=0.")
    assert imported == "[]"
