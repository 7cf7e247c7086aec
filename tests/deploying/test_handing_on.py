"""A model that is handed on works where there is neither PyTorch nor Kedro, and can be checked."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from chest_xray.deploying.handing_on import files_to_hand_on, hand_on
from chest_xray.deploying.model_file import open_model
from chest_xray.deploying.predictor import Predictor
from chest_xray.errors import BadExport, BadModelFile

SOURCE = Path(__file__).parents[2] / "src"
METRICS = {"auc": {"value": 0.9, "low": 0.8, "high": 0.95}}
NAMES = {"model.onnx", "card.json", "LICENSE", "LICENSE-MODEL", "predict.py", "SHA256SUMS"}
# Python reads a file of this name as it starts.
WITHOUT_THE_STUDY = """
import sys
for name in ("torch", "torchvision", "kedro", "pandas", "scipy", "sklearn", "onnx", "matplotlib"):
    sys.modules[name] = None
"""


@pytest.fixture(scope="module")
def files(exported):
    data, _, card = exported
    return files_to_hand_on(data, card, METRICS, "the text of the licence")


@pytest.fixture
def handed_on(files, tmp_path):
    hand_on(files, tmp_path / "to" / "model")
    return tmp_path / "to" / "model"


def test_the_folder_and_the_zip_hold_the_same(files, handed_on):
    assert {path.name for path in handed_on.iterdir()} == NAMES | {"model.zip"}
    with zipfile.ZipFile(handed_on / "model.zip") as archive:
        assert {name: archive.read(f"model/{name}") for name in files} == files
    assert {name: (handed_on / name).read_bytes() for name in files} == files


def test_the_example_is_five_lines_and_runs_without_the_study(exported, handed_on, tmp_path):
    assert len((handed_on / "predict.py").read_text().splitlines()) == 5
    film = tmp_path / "film.png"
    random = np.random.default_rng(0)
    Image.fromarray(random.integers(0, 256, (70, 60), dtype=np.uint8)).save(film)
    (tmp_path / "start").mkdir()
    (tmp_path / "start" / "sitecustomize.py").write_text(WITHOUT_THE_STUDY)
    result = subprocess.run(
        [sys.executable, handed_on / "predict.py", film],
        env=os.environ | {"PYTHONPATH": f"{tmp_path / 'start'}{os.pathsep}{SOURCE}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == f"{film} {Predictor(handed_on / 'model.onnx')(film)}\n"


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="there is no sha256sum")
def test_sha256sum_finds_what_was_changed(handed_on):
    def check():
        command = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
        return subprocess.run(command, cwd=handed_on, capture_output=True, text=True, check=False)

    assert check().returncode == 0
    (handed_on / "card.json").write_text("{}")
    assert check().stdout == "card.json: FAILED\n"


def test_the_card_says_what_the_file_and_the_training_are(exported, files):
    data, _, card = exported
    described = json.loads(files["card.json"])
    assert described["file"] == open_model(data).facts
    assert described["training"] == card
    assert described["test_metrics"] == METRICS
    assert files["LICENSE-MODEL"] == b"CC0\n"


def test_a_damaged_file_and_a_folder_in_use_are_refused(exported, files, handed_on, tmp_path):
    data, _, card = exported
    with pytest.raises(BadModelFile, match="its hash differs"):
        files_to_hand_on(data.replace(b"CC0", b"CC1"), card, METRICS, "")
    with pytest.raises(BadExport, match="is there already; --to needs a new or an empty folder"):
        hand_on(files, handed_on)
    with pytest.raises(BadExport, match=r"model.onnx/inside can't be written: File exists"):
        hand_on(files, handed_on / "model.onnx" / "inside")
    assert {path.name for path in tmp_path.iterdir()} == {"to"}


def test_the_same_model_gives_the_same_zip(files, handed_on, tmp_path):
    hand_on(files, tmp_path / "again")
    zips = [(folder / "model.zip").read_bytes() for folder in (handed_on, tmp_path / "again")]
    assert zips[0] == zips[1]
