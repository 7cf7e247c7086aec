"""What a user sees of recalibration: a new file and card of a model, fitted to a hospital."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from conftest import PROJECT, latest, run_kedro
from scipy.special import logit

from chest_xray.deploying.model_file import open_model
from chest_xray.deploying.predictor import Predictor
from chest_xray.phantoms import draw_phantom, encode_jpeg, plan_phantoms
from chest_xray.pipelines import recalibration
from chest_xray.project.study import open_study
from chest_xray.reporting.report import Report

NAME = "north"


def run_in(root, *arguments):
    return run_kedro(root, "run", "--env=test", *arguments)


def newest(root, result):
    found = sorted(root.glob(f"*/external/{NAME}/{result}/*/{result}"))
    return found[-1] if found else None


def let_answer(root, model, right):
    """Give the model's predictions of the place scores that go with the label, or against it."""
    path = newest(root, f"{model}_external_predictions.parquet")
    films = pd.read_parquet(path)
    sick = (films["label"] == "PNEUMONIA").to_numpy()
    scores = np.random.default_rng(0).normal(np.where(sick == right, 2.0, -2.0), 2.0)
    films.assign(probability=1 / (1 + np.exp(-scores))).to_parquet(path)


@pytest.fixture(scope="module")
def fitted(finished_study, tmp_path_factory):
    """A study whose tuned and quantized model go with the labels, and whose first goes against."""
    root = tmp_path_factory.mktemp("fitted")
    shutil.copytree(finished_study, root, dirs_exist_ok=True)
    films = root / "films"
    for number, plan in enumerate(plan_phantoms(40, 23, 64).to_dict("records")):
        (films / plan["label"]).mkdir(parents=True, exist_ok=True)
        (films / plan["label"] / f"{number}.jpeg").write_bytes(
            encode_jpeg(draw_phantom(plan), plan)
        )
    asked = f"external_validation.radiographs_path={films},external_validation.name={NAME}"
    done = run_in(root, "--pipelines=external_validation", f"--params={asked}")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    for model, right in (("quantized", True), ("tuned", True), ("baseline", False)):
        let_answer(root, model, right)
    return root, run_in(
        root, "--pipelines=recalibration", f"--params=external_validation.name={NAME}"
    )


@pytest.mark.whole
def test_every_model_that_was_measured_is_shown_and_a_refused_fit_is_one_sentence(fitted):
    root, done = fitted
    assert done.returncode == 1
    message = (done.stdout + done.stderr)[(done.stdout + done.stderr).rfind("Error: ") :]
    films = len(list((root / "films").glob("*/*")))
    assert f"On the {films} films of 'north' a higher probability of this model does not" in message
    assert "Traceback" not in done.stderr
    for model, refused in (("baseline", True), ("tuned", False), ("quantized", False)):
        found = json.loads(newest(root, f"{model}_recalibration.json").read_text())
        assert found["recalibration"]["refused"] == refused
        assert found["fitted_on"]["films"] == films
        assert found["three_way"]["outside"]["n"] == films
        assert newest(root, f"{model}_recalibration_figure.png")
    assert newest(root, "baseline_recalibrated_card.json") is None


@pytest.mark.whole
@pytest.mark.parametrize("model", ["tuned", "quantized"])
def test_the_fitted_file_is_the_old_one_through_the_fit(fitted, model):
    root, _ = fitted
    asked = f"external_validation.name={NAME},recalibration.model={model}"
    done = run_in(root, "--pipelines=recalibration", f"--params={asked}")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    path = newest(root, f"{model}_recalibrated_onnx.onnx")
    found = json.loads(newest(root, f"{model}_recalibration.json").read_text())
    fit = found["recalibration"]["fit"]
    images = np.random.default_rng(0).integers(0, 256, (5, 32, 32), dtype=np.uint8)
    before = open_model(latest(root, f"{model}_onnx.onnx").read_bytes()).probabilities(images)
    after = open_model(path.read_bytes()).probabilities(images)
    expected = (logit(before) + fit["shift"]) / fit["temperature"]
    np.testing.assert_allclose(logit(after), expected, rtol=1e-3, atol=1e-4)
    facts = Predictor(path, threads=1).facts
    assert facts["threshold"] == fit["threshold"]
    assert facts["recalibration"]["fitted_on"] == found["fitted_on"]
    card = newest(root, f"{model}_recalibrated_card.json")
    assert (card is not None) == (model == "tuned")
    if card:
        card = json.loads(card.read_text())
        assert (card["threshold"], card["temperature"]) == (
            facts["threshold"],
            pytest.approx(facts["temperature"]),
        )


@pytest.mark.whole
def test_the_report_shows_it_below_each_model(fitted, monkeypatch):
    root, _ = fitted
    monkeypatch.setenv("CHEST_XRAY_TEST_ROOT", str(root))
    shown: list[str] = []
    monkeypatch.setattr(Report, "_show", lambda self, text: shown.append(text))
    Report(open_study("test", PROJECT), "en").elsewhere()
    page = "".join(shown)
    assert page.count("Adapted to this hospital") == 3
    assert page.count("the fit is refused, and no file is written") == 1
    assert page.count("Three-way decisions: how many films are decided") == 3


def test_a_quantized_model_has_a_file_and_the_first_model_a_card():
    """The card of a quantized model is its float model's; the first model is never exported."""
    quantized = recalibration.create_pipeline("quantized", card="tuned")
    assert {"tuned_card", "quantized_onnx"} <= quantized.inputs()
    assert "quantized_recalibrated_onnx" in quantized.all_outputs()
    assert "quantized_recalibrated_card" not in quantized.all_outputs()
    first = recalibration.create_pipeline("baseline", file=False)
    assert "baseline_onnx" not in first.inputs()
    assert "baseline_recalibrated_card" in first.all_outputs()
