"""What a deployer calls: from a path or an array to a decision, without torch."""

import subprocess
import sys

import numpy as np
import onnx
import pytest
from PIL import Image

from chest_xray.deploying.model_file import seal
from chest_xray.deploying.predictor import TO_A_PERSON, UNLIKE, Predictor
from chest_xray.errors import BadImage, BadModelFile


@pytest.fixture(scope="module")
def file(exported, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "tuned_onnx.onnx"
    path.write_bytes(exported[0])
    return path


@pytest.fixture(scope="module")
def predict(file):
    return Predictor(file, threads=1)


@pytest.fixture
def radiograph():
    coarse = np.random.default_rng(1).integers(0, 256, (6, 5), dtype=np.uint8)
    return np.kron(coarse, np.ones((20, 20), dtype=np.uint8))


def test_no_torch_no_pandas_no_kedro(file, radiograph, tmp_path):
    Image.fromarray(radiograph).save(tmp_path / "film.png")
    code = (
        "import sys\n"
        "from chest_xray.deploying.predictor import Predictor\n"
        "print(Predictor(sys.argv[1])(sys.argv[2]))\n"
        "unwanted = ('torch', 'pandas', 'scipy', 'kedro', 'onnx', 'pydicom')\n"
        "print([name for name in unwanted if name in sys.modules])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(file), str(tmp_path / "film.png")],
        capture_output=True,
        text=True,
        check=True,
    )
    message, imported = result.stdout.splitlines()
    assert message.startswith("Prediction(probability=0.")
    assert imported == "[]"


def test_a_path_and_what_is_decoded_from_it_get_the_same_answer(predict, radiograph, tmp_path):
    Image.fromarray(radiograph).save(tmp_path / "film.png")
    from_path = predict(tmp_path / "film.png")
    assert predict(radiograph) == from_path
    assert predict(np.dstack([radiograph] * 3)) == from_path
    assert predict(radiograph.astype(np.uint16) * 257) == from_path


def test_an_array_or_file_of_fewer_bits_needs_a_statement(file, predict, radiograph, tmp_path):
    twelve = np.round(radiograph * (4095 / 255)).astype(np.uint16)
    Image.fromarray(twelve).save(tmp_path / "film.png")
    stated = Predictor(file, threads=1, bits_stored=12)
    for image in (twelve, tmp_path / "film.png"):
        with pytest.raises(BadImage, match=r"of 12 bits in a file of 16.*bits_stored=12"):
            predict(image)
        assert stated(image) == predict(radiograph)
    assert stated(radiograph) == predict(radiograph)
    with pytest.raises(ValueError, match="bits_stored is 17; 8 to 16"):
        Predictor(file, bits_stored=17)


def test_the_decision_follows_the_threshold_of_the_file(predict, radiograph):
    prediction = predict(radiograph)
    called = prediction.probability >= predict.facts["threshold"]
    assert prediction.called == predict.facts["class_names"][int(called)]
    assert prediction.decision == prediction.called


def test_what_is_no_radiograph_is_read_by_a_person(predict, radiograph):
    assert predict(radiograph).distance < 1
    noise = predict(np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8))
    assert noise.distance > 2
    assert noise.warnings == (UNLIKE,)
    assert noise.decision == TO_A_PERSON
    assert noise.called in predict.facts["class_names"]


def test_an_unusual_film_is_warned_of_and_a_usual_one_is_not(predict, radiograph, tmp_path):
    assert predict(radiograph).warnings == ()
    # Darkness and shape may also make it unlike the training images.
    assert {*predict(radiograph // 8).warnings} - {UNLIKE} == {"too_dark"}
    assert {*predict(radiograph[:30]).warnings} - {UNLIKE} == {"wide_shape"}
    colours = np.stack([radiograph, radiograph[::-1], radiograph[:, ::-1]], axis=2)
    assert "coloured" in predict(colours).warnings
    Image.fromarray(colours).save(tmp_path / "colours.png")
    assert predict(tmp_path / "colours.png") == predict(colours)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((8, 8), dtype=np.float32),
        np.zeros((0, 8), dtype=np.uint8),
        np.zeros((2, 8, 8), dtype=np.uint8),
        np.zeros(8, dtype=np.uint8),
    ],
)
def test_an_array_that_is_no_decoded_image_is_refused(predict, array):
    with pytest.raises(BadImage, match="is no decoded image"):
        predict(array)


def test_what_is_no_image_is_refused(predict, tmp_path):
    (tmp_path / "note.txt").write_text("no image")
    with pytest.raises(BadImage, match=r"note.txt: not an image"):
        predict(tmp_path / "note.txt")
    with pytest.raises(BadImage, match="can't be read"):
        predict(tmp_path / "nowhere.png")


def damage(data, kind):
    if kind == "cut off":
        return data[: len(data) // 2]
    if kind == "a bit flipped":
        middle = len(data) // 2
        return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    return b"" if kind == "empty" else b"not a model" * 20


@pytest.mark.parametrize("kind", ["cut off", "a bit flipped", "empty", "another file"])
def test_a_damaged_file_is_refused_before_it_says_anything(exported, tmp_path, kind):
    (tmp_path / "model.onnx").write_bytes(damage(exported[0], kind))
    with pytest.raises(BadModelFile, match=r"model.onnx is (no whole|not what)"):
        Predictor(tmp_path / "model.onnx")


def test_a_file_of_another_version_and_a_missing_one_are_named(exported, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("chest_xray.deploying.model_file.FORMAT", "chest-xray 1")
        older = seal(onnx.load_from_string(exported[0]), {"threshold": 0.5})
    (tmp_path / "older.onnx").write_bytes(older)
    message = r"older.onnx has the format 'chest-xray 1'.* reads 'chest-xray 4'.*kedro run --pipe"
    with pytest.raises(BadModelFile, match=message):
        Predictor(tmp_path / "older.onnx")
    with pytest.raises(BadModelFile, match="can't be read: No such file"):
        Predictor(tmp_path / "none.onnx")
