"""From files to rows, in Python: any number of them, whatever they are."""

import json
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
import pydicom
import pytest
import torch
from PIL import Image
from safetensors.numpy import save_file
from small_network import RANGES, card_of, export, random_network, reference_of

from chest_xray.deploying import new_radiographs
from chest_xray.deploying.exporting import deployable, export_classifier
from chest_xray.deploying.model_file import open_model, seal
from chest_xray.deploying.new_radiographs import BatchPredictor, load_batch_predictor
from chest_xray.deploying.predictor import Predictor
from chest_xray.deploying.rows import FILES_PER_CHUNK
from chest_xray.deploying.scorers import (
    FileFeatures,
    FileScorer,
    NetworkFeatures,
    NetworkScorer,
)
from chest_xray.errors import BadModelFile, BadPrediction, MissingVersion, MixedResults
from chest_xray.evaluating.out_of_distribution import fit_ood_reference, to_arrays
from chest_xray.phantoms import PlantedDefects, draw_phantom, plan_phantoms
from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.files import find_files
from chest_xray.radiographs.film import measure_levels
from chest_xray.radiographs.film_tables import film_ranges
from chest_xray.radiographs.image_files import grey_levels
from chest_xray.radiographs.preprocessing import normalize, prepare, resize
from chest_xray.radiographs.unusual import COLOURED, FILM_TYPES, UNLIKE

SIZE = 64
# Relative, of one network in PyTorch and in a float file that see the same levels.
DISTANCE_TOLERANCE = 1e-4
# The same where the file resizes by itself: a level on the edge may be rounded to either side.
RESIZED_TOLERANCE = 0.02


@pytest.fixture(scope="module")
def films():
    plans = plan_phantoms(40, 5, 80, PlantedDefects()).to_dict("records")
    pixels = [grey_levels(Image.fromarray(draw_phantom(plan).pixels)) for plan in plans]
    return pixels[:70]


@pytest.fixture(scope="module")
def ood_reference(exported, films):
    """Of these phantoms; half of them set the limit."""
    _, module, card = exported
    network = NetworkFeatures(module.network.state_dict(), card, "cpu")
    pixels = np.stack([resize(film, SIZE) for film in films])
    features = network.features(pixels)
    mirrored = network.features(np.ascontiguousarray(pixels[:, :, ::-1]))
    return fit_ood_reference(features[::2], features[1::2], mirrored, 16, 2.0, network.model)


@pytest.fixture(scope="module")
def file(exported, ood_reference):
    """The exported model with the phantoms' reference."""
    _, module, card = exported
    return export_classifier(module.network.state_dict(), card, "CC0", RANGES, ood_reference)


@pytest.fixture(scope="module")
def scorer(file):
    return FileScorer(file, threads=1)


@pytest.fixture(scope="module")
def measures(films):
    shapes = [film.shape[1] / film.shape[0] for film in films]
    levels = [
        measure_levels(resize(film, SIZE), shape) for film, shape in zip(films, shapes, strict=True)
    ]
    return pd.DataFrame(levels).assign(
        image_id=[str(number) for number in range(len(films))],
        shape=shapes,
        side=[float(min(film.shape)) for film in films],
        jpeg_quality=np.nan,
        mode="L",
    )


def ranges_of(measures, percent):
    splits = measures[["image_id"]].assign(label="X", part="train")
    return replace(film_ranges(measures, splits, percent, SIZE), splits_hash=RANGES.splits_hash)


@pytest.fixture(scope="module")
def ranges(measures):
    return ranges_of(measures, 0.0)


@pytest.fixture
def folder(films, tmp_path):
    for number, film in enumerate(films[: 2 * FILES_PER_CHUNK + 3]):
        Image.fromarray(film).save(tmp_path / f"film_{number:03d}.png")
    return tmp_path


@pytest.fixture(scope="module")
def network(exported, ood_reference):
    _, module, card = exported
    return NetworkScorer(module.network.state_dict(), card, ood_reference, "cpu")


def test_file_and_network_see_the_same(network, scorer, films):
    noise = np.random.default_rng(2).integers(0, 256, (8, SIZE, SIZE), dtype=np.uint8)
    pixels = np.concatenate([np.stack([resize(film, SIZE) for film in films[:8]]), noise])
    ours, others = network(pixels), scorer(pixels)
    np.testing.assert_allclose(ours[0], others[0], atol=1e-5)
    np.testing.assert_allclose(ours[1], others[1], rtol=DISTANCE_TOLERANCE)
    assert (ours[1] > 1).sum() == 8


def test_file_and_network_of_several_views_see_the_same_and_features_of_the_image_itself(films):
    weights = random_network().state_dict()
    card = card_of(weights) | {"test_time_views": 5}
    pixels = np.stack([resize(film, SIZE) for film in films[:8]])
    data = export(weights, card)
    network = NetworkFeatures(weights, card, "cpu").answers(pixels)
    file = open_model(data).probabilities(pixels), FileFeatures(data).features(pixels)
    plain = NetworkFeatures(weights, card | {"test_time_views": 1}, "cpu").answers(pixels)
    with torch.inference_mode():
        expected = deployable(weights, card)(torch.from_numpy(pixels)[:, None]).numpy()
    for probability, features in (network, file):
        np.testing.assert_allclose(probability, expected, atol=1e-5)
        np.testing.assert_allclose(features, plain[1], rtol=1e-3, atol=1e-4)
    assert np.abs(network[0] - plain[0]).max() > 1e-4
    distance = reference_of(weights, card).distances(plain[1])
    np.testing.assert_allclose(open_model(data).answers(pixels)[1], distance, rtol=1e-3)


def test_every_file_has_its_row_in_order_and_bad_ones_their_reason(scorer, folder):
    (folder / "film_001.png").write_bytes(b"")
    (folder / "film_040.dcm").write_bytes(b"no DICOM")
    rows = list(BatchPredictor(scorer, None)(folder))
    assert [row.file for row in rows] == sorted(path.name for path in folder.iterdir())
    bad = {row.file: row.problem for row in rows if row.problem}
    assert set(bad) == {"film_001.png", "film_040.dcm"}
    assert bad["film_001.png"] == "empty file"
    assert all((row.probability is None) == bool(row.problem) for row in rows)


def test_the_probability_does_not_depend_on_the_company(scorer, folder):
    together = {row.file: row.probability for row in BatchPredictor(scorer, None)(folder)}
    for name in ("film_000.png", "film_034.png"):
        (alone,) = BatchPredictor(scorer, None)(folder / name)
        assert alone.probability == pytest.approx(together[name], abs=1e-5)


def test_films_that_were_learnt_from_are_in_range_and_others_are_not(scorer, ranges, folder):
    reader = BatchPredictor(scorer, ranges)
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


def test_a_reference_of_another_model_is_refused(exported, ood_reference):
    _, module, card = exported
    weights, other = module.network.state_dict(), replace(ood_reference, model="another")
    with pytest.raises(MixedResults, match="of another model"):
        NetworkScorer(weights, card, other, "cpu")
    with pytest.raises(MixedResults, match="of another model"):
        export_classifier(weights, card, "CC0", RANGES, other)


def test_a_file_without_a_resnet_is_refused(monkeypatch, exported):
    monkeypatch.setattr("chest_xray.deploying.distance_graph._halves", lambda node: False)
    with pytest.raises(BadModelFile, match="holds no ResNet"):
        FileFeatures(exported[0])


def test_threads_are_given_back_also_when_one_stops_early(scorer, folder):
    before, running = torch.get_num_threads(), threading.active_count()
    rows = BatchPredictor(scorer, None)(folder)
    next(rows)
    rows.close()
    assert torch.get_num_threads() == before
    assert threading.active_count() == running


def test_threads_that_ask_at_the_same_time_get_their_own_distances(network, films):
    """One thread's forward pass ends between another's and its features."""
    pixels = [resize(film, SIZE)[None] for film in films[:40]]
    alone = [network(one)[1][0] for one in pixels]
    with ThreadPoolExecutor(8) as pool:
        together = [answer[1][0] for answer in pool.map(network, pixels)]
    np.testing.assert_allclose(together, alone, rtol=1e-5)


@pytest.mark.parametrize("threads", [1, 3])
def test_the_number_of_threads_changes_no_answer(scorer, folder, threads):
    rows = list(BatchPredictor(scorer, None, threads)(folder))
    assert rows == list(BatchPredictor(scorer, None)(folder))


def test_all_threads_read_where_the_files_are_few(scorer, folder, monkeypatch):
    together = threading.Barrier(4)

    def waiting(path, bits_stored):
        together.wait(timeout=60)
        return decode(path, bits_stored)

    expected = list(BatchPredictor(scorer, None, 1)(folder / "film_00[0-3].png"))
    monkeypatch.setattr(new_radiographs, "decode", waiting)
    assert len(expected) == 4 < FILES_PER_CHUNK
    assert list(BatchPredictor(scorer, None, 4)(folder / "film_00[0-3].png")) == expected


def test_all_threads_score_where_the_files_are_many(scorer, folder):
    """As many chunks at once as there are threads."""
    together = threading.Barrier(3)

    class Waiting:
        facts, model = scorer.facts, scorer.model

        def __call__(self, pixels):
            together.wait(timeout=60)
            return scorer(pixels)

    files = find_files("film_*.png", folder)[: 2 * FILES_PER_CHUNK + 1]
    rows = [row for chunk in BatchPredictor(Waiting(), None, 3).chunks(files) for row in chunk]
    assert len(rows) == len(files)
    assert not any(row.problem for row in rows)


def test_globs_files_and_what_is_not_there(folder):
    inner = folder / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "x.png").write_bytes(b"")
    (folder / ".hidden").write_bytes(b"")
    assert "a/b/x.png" in [file.name for file in find_files(".", folder)]
    assert ".hidden" not in [file.name for file in find_files(".", folder)]
    assert [file.name for file in find_files("a/*/x.png", folder)] == ["b/x.png"]
    assert [file.name for file in find_files("film_00[01].png", folder)] == [
        "film_000.png",
        "film_001.png",
    ]
    for nothing in ("", "nowhere", "*.gif", "a/**.png", "~nobody-here/films", "a" * 300):
        with pytest.raises(BadPrediction, match=r"prediction\.images|There is no file"):
            find_files(nothing, folder)


@pytest.fixture
def study(file, tmp_path):
    """What a finished study leaves of a quantized model; the file here is a float one."""
    root = tmp_path / "data"

    def version(layer, name):
        path = root / layer / name / "2026-01-01T00.00.00.000Z" / name
        path.parent.mkdir(parents=True)
        return path

    version("06_models", "quantized_onnx.onnx").write_bytes(file)
    return root


def test_three_lines_of_python(study, folder, scorer):
    read = load_batch_predictor(study, "quantized")
    rows = list(read(folder / "film_*.png"))
    assert len(rows) == 2 * FILES_PER_CHUNK + 3
    plain = BatchPredictor(scorer, None)(folder / "film_*.png")
    for row, expected in zip(rows, plain, strict=True):
        assert row.probability == pytest.approx(expected.probability, abs=1e-5)
        assert row.distance > 0


def test_what_is_missing_is_named_with_what_makes_it(study):
    with pytest.raises(MissingVersion, match=r"no baseline_weights.*--pipelines=training"):
        load_batch_predictor(study, "baseline")
    with pytest.raises(BadPrediction, match="no model 'best'"):
        load_batch_predictor(study, "best")


def test_a_float_model_takes_the_saved_ranges_of_its_own_films(
    study, exported, ood_reference, ranges
):
    _, module, card = exported

    def put(layer, name):
        path = study / layer / name / "1" / name
        path.parent.mkdir(parents=True)
        return path

    weights = {name: value.numpy() for name, value in module.network.state_dict().items()}
    save_file(weights, put("06_models", "baseline_weights.safetensors"))
    put("06_models", "baseline_card.json").write_text(json.dumps(card))
    save_file(to_arrays(ood_reference), put("06_models", "baseline_ood_reference.safetensors"))
    with pytest.raises(MissingVersion, match=r"no film_ranges.json.*--pipelines=data_processing"):
        load_batch_predictor(study, "baseline")
    saved = put("03_primary", "film_ranges.json")
    saved.write_text(json.dumps(asdict(ranges)))
    assert load_batch_predictor(study, "baseline")._ranges == ranges
    saved.write_text(json.dumps(asdict(replace(ranges, splits_hash="another"))))
    with pytest.raises(MixedResults, match="of the splits another at 64 px, and the model"):
        load_batch_predictor(study, "baseline")


SHAPES = [(1, 1), (2, 900), (1200, 30), (63, 65), (64, 64), (500, 400), (1024, 1300)]


def awkward_films(films):
    """Phantoms, and others of awkward sizes, shapes, modes and levels, by name."""
    random = np.random.default_rng(4)
    made = {f"film_{number}.png": Image.fromarray(film) for number, film in enumerate(films[:9])}
    for height, width in SHAPES:
        noise = random.integers(0, 256, (height, width), dtype=np.uint8)
        made[f"noise_{height}_{width}.png"] = Image.fromarray(noise)
        film = Image.fromarray(films[height % 7]).resize((width, height))
        made[f"film_{height}_{width}.png"] = film
        made[f"film_{height}_{width}.jpeg"] = film
    for level in (0, 6, 7, 255):
        made[f"level_{level}.bmp"] = Image.new("L", (90, 70), level)
    film = Image.fromarray(films[0])
    made["deep.png"] = Image.fromarray(films[0].astype(np.uint16) * 257)
    made["colours.png"] = Image.merge("RGB", [film, film.rotate(90, expand=False), film])
    made["grey_as_colours.jpeg"] = film.convert("RGB")
    made["transparent.png"] = film.convert("LA")
    made["palette.gif"] = film.convert("P")
    made["two_levels.tiff"] = film.convert("1")
    return made


def without_unlike(answer):
    return [name for name in answer.warnings if name != UNLIKE]


def test_predictor_and_pipeline_warn_alike_of_every_film(file, network, films, measures, tmp_path):
    # Limits in the middle of the training films, on values that films have: every film is on one
    # side or the other, and the slightest difference shows.
    ranges = ranges_of(measures, 50.0)
    ranges.limits.low["jpeg_quality"] = 50.0
    facts = open_model(file).facts | {"film_ranges": asdict(ranges)}
    data = seal(onnx.load_from_string(file), facts)
    (tmp_path / "model.onnx").write_bytes(data)
    folder = tmp_path / "films"
    folder.mkdir()
    for number, (name, image) in enumerate(awkward_films(films).items()):
        image.save(folder / name, **({"quality": 5 + number} if name.endswith("jpeg") else {}))
    predict = Predictor(tmp_path / "model.onnx", threads=1)
    seen = set()
    for scorer in (FileScorer(data, threads=1), network):
        for row in BatchPredictor(scorer, ranges)(folder):
            assert row.problem == ""
            answer = predict(folder / row.file)
            assert without_unlike(answer) == without_unlike(row), row.file
            assert answer.distance == pytest.approx(row.distance, rel=RESIZED_TOLERANCE), row.file
            if abs(row.distance - 1) > RESIZED_TOLERANCE:
                assert answer.warnings == row.warnings, row.file
            assert answer.called == row.decision
            seen |= set(row.warnings)
    assert seen == {*FILM_TYPES, COLOURED, UNLIKE}


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
        capture_output=True,
        text=True,
        check=True,
    )
    message, imported = result.stdout.splitlines()
    assert message.startswith("Prediction(probability=0.")
    assert imported == "[]"


def test_a_file_and_pytorch_normalize_the_levels_of_raw_images_once(exported_equalized, films):
    data, module, card = exported_equalized
    stored = np.stack([resize(film, SIZE) for film in films[:8]])
    network = NetworkFeatures(module.network.state_dict(), card, "cpu")
    one = network.answers(stored)
    two = open_model(data).probabilities(stored), FileFeatures(data).features(stored)
    np.testing.assert_allclose(one[0], two[0], atol=1e-5)
    np.testing.assert_allclose(one[1], two[1], atol=1e-3)
    seen = torch.from_numpy(prepare(stored, "equalize"))[:, None].float()
    with torch.inference_mode():
        logits = module.network(normalize(seen))
        expected = torch.sigmoid(logits / card["temperature"]).numpy()
        twice = module(seen.to(torch.uint8)).numpy()
    np.testing.assert_allclose(one[0], expected, atol=1e-5)
    # Equalizing what is equal already changes next to nothing; leaving it out changes much.
    np.testing.assert_allclose(twice, expected, atol=0.02)
    plain = NetworkFeatures(
        module.network.state_dict(), card | {"intensity_normalization": "none"}, "cpu"
    )
    assert np.abs(plain.answers(stored)[0] - expected).max() > 1e-3


def test_a_predictor_gives_plain_levels_and_says_what_the_file_does_with_them(
    exported_equalized, films, tmp_path
):
    data, module, _ = exported_equalized
    (tmp_path / "model.onnx").write_bytes(data)
    predict = Predictor(tmp_path / "model.onnx", threads=1)
    assert predict.facts["intensity_normalization"] == "equalize"
    for film in films[:4]:
        with torch.inference_mode():
            expected = float(module(torch.from_numpy(resize(film, SIZE))[None, None])[0])
        assert predict(film).probability == pytest.approx(expected, abs=5e-3)
