"""What a user sees: kedro run in a process of its own, and what it leaves."""

import json
import os
import subprocess
import sys

import pandas as pd
import pytest
import torch
from conftest import PROJECT, latest

pytestmark = pytest.mark.whole

STAYS_THE_SAME = ["epoch", "part", "loss", "accuracy", "f1", "auc", "sensitivity", "specificity"]


def test_phantoms_become_a_measured_model_and_a_stopped_training_goes_on(kedro, study, tmp_path):
    metrics = json.loads(latest(tmp_path, "baseline_metrics.json").read_text())
    predictions = pd.read_parquet(latest(tmp_path, "baseline_predictions.parquet"))
    test = predictions[predictions["part"] == "test"]
    right = (test["label"] == test["predicted"]).mean()
    assert metrics["accuracy"]["value"] == pytest.approx(right)
    assert metrics["accuracy"]["low"] <= right <= metrics["accuracy"]["high"]
    assert sum(map(sum, metrics["confusion_matrix"])) == metrics["n"] == len(test)
    for figure in ("class_counts", "sample_grid", "baseline_curves", "baseline_reliability"):
        assert latest(tmp_path, f"{figure}_figure.png").read_bytes()[:4] == b"\x89PNG"
    assert list((tmp_path / "08_reporting" / "tensorboard").rglob("events*"))

    done = kedro("run", "--env=test", "--pipelines=training")
    assert done.returncode == 0
    assert "done already" in done.stdout
    assert "Accuracy on test (" in done.stdout
    assert "Next: kedro report --env=test" in done.stdout
    assert "Loading data" not in done.stdout
    log = sorted((tmp_path / "logs").glob("*.log"))[-1].read_text()
    assert "Loading data from splits" in log
    history = pd.read_parquet(latest(tmp_path, "baseline_history.parquet"))

    (tmp_path / "06_models" / "training_state.pt").unlink()
    killed = (
        "import chest_xray.datasets.streams as s, os, sys\n"
        "save = s.TrainingStateDataset.save\n"
        "def die(self, data):\n"
        "    save(self, data)\n"
        "    os._exit(9)\n"
        "s.TrainingStateDataset.save = die\n"
        "from kedro.framework.cli import main\n"
        "sys.argv = ['kedro', 'run', '--env=test', '--pipelines=training']\n"
        "main()\n"
    )
    stopped = subprocess.run(
        [sys.executable, "-c", killed],
        cwd=PROJECT,
        capture_output=True,
        check=False,
        env=os.environ | {"CHEST_XRAY_TEST_ROOT": str(tmp_path)},
        timeout=300,
    )
    assert stopped.returncode == 9
    again = kedro("run", "--env=test", "--pipelines=training")
    assert again.returncode == 0
    assert "goes on after epoch 1" in again.stdout
    resumed = pd.read_parquet(latest(tmp_path, "baseline_history.parquet"))
    pd.testing.assert_frame_equal(resumed[STAYS_THE_SAME], history[STAYS_THE_SAME])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--params=training.epoch=3"], "'training.epoch' (--params) is not known; did you mean"),
        (["--params=training.epochs=none"], "'training.epochs' (--params) is 'none'"),
        (["--params=radiographs_path=/nowhere"], "There is no folder of radiographs at /nowhere"),
        (
            ["--pipeline=training"],
            "There is no 'splits' yet; kedro run --env=test --pipelines=data_processing makes it",
        ),
    ],
)
def test_a_mistake_is_one_sentence(kedro, arguments, message):
    result = kedro("run", "--env=test", *arguments)
    assert result.returncode == 1
    assert message in result.stderr.replace("\n", " ")
    assert "Traceback" not in result.stderr


def test_a_misspelt_pipeline_is_named_with_the_one_that_was_meant(kedro):
    for option in ("--pipelines=data_processing,trainig", "--pipeline=trainig"):
        result = kedro("run", "--env=test", option)
        assert result.returncode == 2
        assert "there is no pipeline 'trainig'; did you mean 'training'?" in result.stderr
        assert "Traceback" not in result.stderr


def test_help_and_a_drawing_of_the_pipelines_start_without_torch_and_ray(tmp_path):
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from kedro.framework.project import pipelines\n"
        "from kedro.framework.session import KedroSession\n"
        "from kedro.framework.startup import bootstrap_project\n"
        "bootstrap_project('.')\n"
        "from chest_xray.cli import cli\n"
        "assert CliRunner().invoke(cli, ['run', '--help']).exit_code == 0\n"
        "dict(pipelines)\n"
        "with KedroSession.create('.', env='test') as session:\n"
        # As kedro viz does: every entry becomes a dataset.
        "    catalog = session.load_context().catalog\n"
        "    entries = [catalog.get(name) for name in list(catalog)]\n"
        "print(len(entries), *sorted({'torch', 'ray'} & set(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
        env=os.environ | {"CHEST_XRAY_TEST_ROOT": str(tmp_path)},
    )
    entries, *loaded = result.stdout.splitlines()[-1].split()
    assert int(entries) > 100
    assert loaded == []


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU, which is no mistake")
def test_a_device_that_is_not_there_is_one_sentence(kedro):
    result = kedro("run", "--env=test", "--params=process.device=cuda")
    assert result.returncode == 1
    assert "process.device" in result.stderr
    assert "Traceback" not in result.stderr
