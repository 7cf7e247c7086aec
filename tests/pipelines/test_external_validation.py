"""What a user sees of external validation: another hospital's folder in, results below its name."""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import PROJECT, latest, run_kedro
from page_text import page_text
from PIL import Image
from radiographs.dicom_files import scaled, written

from chest_xray.errors import StaleResult
from chest_xray.phantoms import draw_phantom, encode_jpeg, plan_phantoms
from chest_xray.project.study import open_study
from chest_xray.reporting.report import Report

pytestmark = pytest.mark.whole

MODELS = ("baseline", "tuned", "quantized")


@pytest.fixture(scope="module")
def hospital(tmp_path_factory):
    """Films of other patients in folders of their classes, and what a table tells of them."""
    folder = tmp_path_factory.mktemp("hospital") / "films"
    plans = plan_phantoms(40, 23, 64)
    random = np.random.default_rng(0)
    rows = []
    for number, plan in enumerate(plans.to_dict("records")):
        image = f"{plan['label']}/film {number}.jpeg"
        (folder / plan["label"]).mkdir(parents=True, exist_ok=True)
        (folder / image).write_bytes(encode_jpeg(draw_phantom(plan), plan))
        rows.append(
            {
                "image": image,
                "label": plan["label"],
                "patient_id": plan["patient_seed"],
                "age": plan["age"] * 20,
                "view": random.choice(["AP", "PA"]),
            }
        )
    return folder, pd.DataFrame(rows)


def run_in(folder, *arguments):
    return run_kedro(folder, "run", "--env=test", *arguments)


def validate(root, **asked):
    given = ",".join(f"external_validation.{name}={value}" for name, value in asked.items())
    done = run_in(root, "--pipeline=external_validation", f"--params={given}")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return done


def newest(root, name, result):
    found = sorted(root.glob(f"*/external/{name}/{result}/*/{result}"))
    assert found, f"no {result} of {name}"
    return found[-1]


def metrics_of(root, name, model):
    return json.loads(newest(root, name, f"{model}_external_metrics.json").read_text())


@pytest.fixture(scope="module")
def north(finished_study, hospital, tmp_path_factory):
    """A study with all of its models measured in the north, where three films are its own."""
    root = tmp_path_factory.mktemp("north")
    shutil.copytree(finished_study, root, dirs_exist_ok=True)
    films, table = hospital
    there = root / "films of the north"
    shutil.copytree(films, there)
    splits = pd.read_parquet(latest(root, "splits.parquet"))
    own = splits[splits["part"] == "train"].groupby("label").head(2).iloc[:3]
    for image_id, label in zip(own["image_id"], own["label"], strict=True):
        with Image.open(root / "01_raw" / "phantoms" / image_id) as film:
            film.save(there / label / f"again {image_id.replace('/', ' ')}", quality=70)
    table.drop(columns="label").to_csv(root / "north.csv", index=False)
    validate(root, radiographs_path=there, table=root / "north.csv", name="north")
    return root, own["image_id"].tolist()


def test_all_finished_models_are_measured_and_copies_of_training_films_are_left_out(
    north, hospital
):
    root, own = north
    _, table = hospital
    audit = json.loads(newest(root, "north", "external_audit.json").read_text())
    assert sorted(one["copy_of"] for one in audit["copies"]) == sorted(own)
    assert audit["images"] == len(table) + 3
    assert sum(audit["counts"].values()) == len(table)
    assert audit["patients"] == table["patient_id"].nunique()
    assert audit["columns"] == ["age", "view"]
    for model in MODELS:
        metrics = metrics_of(root, "north", model)
        assert (metrics["name"], metrics["n"]) == ("north", len(table))
        assert metrics["positives"] == (table["label"] == "PNEUMONIA").sum()
        assert metrics["copies_left_out"] == 3
        assert {one["column"] for one in metrics["subgroups"]} == {"age", "view"}
        predictions = pd.read_parquet(
            newest(root, "north", f"{model}_external_predictions.parquet")
        )
        assert metrics["accuracy"]["value"] == pytest.approx(
            (predictions["decision"] == predictions["label"]).mean()
        )
        assert {"source", "probability", "warnings", "age", "view"} <= set(predictions)
        assert set(predictions["source"]) == {"north"}
        figure = newest(root, "north", f"{model}_external_figure.png")
        assert figure.read_bytes()[:4] == b"\x89PNG"
    assert newest(root, "north", "external_audit_figure.png").read_bytes()[:4] == b"\x89PNG"
    lesions = json.loads(newest(root, "north", "baseline_external_lesions.json").read_text())
    assert lesions["n"] == 0
    inside = json.loads(latest(root, "quantized_metrics.json").read_text())
    assert metrics["inside"]["auc"] == inside["auc"]
    drawn = root / "08_reporting" / "tensorboard" / "external" / "north"
    assert {path.relative_to(drawn).parts[0] for path in drawn.rglob("events*")} == set(MODELS)


def test_a_second_folder_of_dicom_files_stands_beside_the_first(north, hospital, monkeypatch):
    """Labels and patients come from the table, by the name of the file; only one model is asked."""
    root, _ = north
    films, table = hospital
    flat = root / "dicom"
    flat.mkdir()
    for number, image in enumerate(table["image"]):
        with Image.open(films / image) as film:
            (flat / f"{number}.dcm").write_bytes(written(scaled(np.asarray(film.convert("L")), 12)))
    names = [f"{number}.dcm" for number in range(len(table))]
    table.assign(image=names).to_csv(root / "dicom.csv", index=False)
    before = metrics_of(root, "north", "quantized")
    asked = {"table": root / "dicom.csv", "name": "site-2", "model": "quantized"}
    validate(root, radiographs_path=flat, **asked)
    assert metrics_of(root, "north", "quantized") == before
    metrics = metrics_of(root, "site-2", "quantized")
    assert (metrics["n"], metrics["patients"]) == (before["n"], before["patients"])
    assert metrics["copies_left_out"] == 0
    assert metrics["auc"]["value"] == pytest.approx(before["auc"]["value"], abs=0.25)
    assert not list(root.glob("*/external/site-2/baseline_*"))
    (root / "08_reporting" / "external" / ".DS_Store").write_bytes(b"")
    monkeypatch.setenv("CHEST_XRAY_TEST_ROOT", str(root))
    others = open_study("test", PROJECT).elsewhere()
    assert [one.load("external_audit")["name"] for one in others] == ["north", "site-2"]
    assert others[1].load("quantized_external_metrics") == metrics


def test_only_the_first_model_is_measured_where_there_is_no_other_and_a_new_one_makes_it_stale(
    finished_study, hospital, tmp_path, monkeypatch
):
    shutil.copytree(finished_study, tmp_path, dirs_exist_ok=True)
    for path in [*tmp_path.glob("*/tuned_*"), *tmp_path.glob("*/quantized_*")]:
        shutil.rmtree(path)
    films, table = hospital
    validate(tmp_path, radiographs_path=films, name="east")
    metrics = metrics_of(tmp_path, "east", "baseline")
    assert metrics["n"] == metrics["patients"] == len(table)
    assert metrics["subgroups"] == metrics["columns_left_out"] == []
    measured = {path.name for path in tmp_path.glob("*/external/east/*_external_metrics.json")}
    assert measured == {"baseline_external_metrics.json"}

    monkeypatch.setenv("CHEST_XRAY_TEST_ROOT", str(tmp_path))
    (east,) = open_study("test", PROJECT).elsewhere()
    assert east.load("baseline_external_metrics") == metrics
    again = run_in(tmp_path, "--pipelines=training", "--params=training.epochs=2,training.seed=8")
    assert again.returncode == 0, again.stdout[-3000:] + again.stderr
    study = open_study("test", PROJECT)
    with pytest.raises(StaleResult):
        study.elsewhere()[0].load("baseline_external_metrics")
    shown: list[str] = []
    monkeypatch.setattr(Report, "_show", lambda self, text: shown.append(text))
    Report(study, "en").elsewhere()
    stale = next(text for text in shown if "baseline_external_metrics" in text)
    command = "external_validation.radiographs_path=DIR,external_validation.name=east"
    assert f"--pipelines=external_validation_baseline --params={command}" in page_text(stale)


# In one process, as starting Kedro takes most of the time.
MISTAKES = """
import json, sys
from click.testing import CliRunner
from kedro.framework.startup import bootstrap_project
bootstrap_project('.')
from chest_xray.cli import cli
for name, arguments in json.loads(sys.stdin.read()).items():
    done = CliRunner().invoke(cli, ['run', '--env=test', '--pipeline=external_validation',
                                    *arguments])
    crashed = not isinstance(done.exception, SystemExit)
    print('RESULT', json.dumps([name, done.exit_code, crashed, done.output]))
"""

SENTENCES = {
    "no folder": "external_validation.radiographs_path is not set; --params=external_validation.",
    "a missing folder": "external_validation.radiographs_path is /nowhere, which doesn't exist; ",
    "one class": "is of class PNEUMONIA",
    "too few films": "There are 3 films of PNEUMONIA in 'few' (external_validation.radiographs_pa",
    "only copies": "There is no film in 'copies' (external_validation.radiographs_path) that",
    "no table": "/nowhere.csv can't be read (No such file or directory)",
    "a taken column": "has a column 'probability', which",
    "a slash": "Parameter 'external_validation.name' (--params) is 'a/b'; it should have letters",
    "a place elsewhere": "external_validation.name is 'mine' and external_name of globals.yml is "
    "'elsewhere'; set it there, or with --params=external_validation.name=mine",
}


@pytest.fixture(scope="module")
def mistakes(finished_study, hospital, tmp_path_factory):
    """Exit code, whether it crashed, and output of runs that can't work."""
    root = tmp_path_factory.mktemp("mistakes")
    shutil.copytree(finished_study, root, dirs_exist_ok=True)
    films, table = hospital
    shutil.copytree(films / "NORMAL", root / "healthy" / "NORMAL")
    shutil.copytree(films / "NORMAL", root / "few" / "NORMAL")
    (root / "few" / "PNEUMONIA").mkdir()
    for path in sorted((films / "PNEUMONIA").iterdir())[:3]:
        shutil.copy(path, root / "few" / "PNEUMONIA")
    splits = pd.read_parquet(latest(root, "splits.parquet"))
    for image_id, label, part in splits[["image_id", "label", "part"]].itertuples(index=False):
        if part != "test":
            (root / "copies" / label).mkdir(parents=True, exist_ok=True)
            shutil.copy(root / "01_raw" / "phantoms" / image_id, root / "copies" / label)
    table.assign(probability=0.5).to_csv(root / "taken.csv", index=False)
    shutil.copytree(PROJECT / "conf", root / "conf")
    (root / "conf" / "test" / "parameters" / "external_validation.yml").write_text(
        "external_validation: {name: mine}\n"
    )

    def params(**asked):
        given = ",".join(f"external_validation.{name}={value}" for name, value in asked.items())
        return [f"--params={given}"]

    runs = {
        "no folder": [],
        "a missing folder": params(radiographs_path="/nowhere"),
        "one class": params(radiographs_path=root / "healthy"),
        "too few films": params(radiographs_path=root / "few", name="few"),
        "only copies": params(radiographs_path=root / "copies", name="copies"),
        "no table": params(radiographs_path=films, table="/nowhere.csv"),
        "a taken column": params(radiographs_path=films, table=root / "taken.csv"),
        "a slash": params(radiographs_path=films, name="a/b"),
        "a place elsewhere": [f"--conf-source={root / 'conf'}"],
    }
    done = subprocess.run(
        [sys.executable, "-c", MISTAKES],
        input=json.dumps(runs),
        cwd=PROJECT,
        env=os.environ | {"CHEST_XRAY_TEST_ROOT": str(root), "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT")]
    found = [json.loads(line.removeprefix("RESULT ")) for line in lines]
    assert len(found) == len(runs), done.stdout[-3000:] + done.stderr[-3000:]
    assert not list(root.glob("*/external/*/*_external_metrics.json"))
    return {name: result for name, *result in found}


@pytest.mark.parametrize("mistake", SENTENCES)
def test_a_mistake_is_one_sentence(mistake, mistakes):
    code, crashed, output = mistakes[mistake]
    message = output[output.rfind("Error: ") :].strip()
    assert (code, crashed) == (1, False), output
    assert SENTENCES[mistake] in " ".join(message.split())
    assert "\n" not in message and message.endswith(".")
    assert "Traceback" not in output
