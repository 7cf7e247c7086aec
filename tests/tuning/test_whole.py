"""Tuning as a user sees it: a search that fails, one that is killed and goes on, what it leaves."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from conftest import PROJECT

pytestmark = pytest.mark.whole

TUNE = ["run", "--env=test", "--pipelines=tuning", "--params=tuning.trials=4,tuning.scheduler=none"]


def latest(folder, name):
    return sorted(folder.glob(f"*/{name}/*/{name}"))[-1]


def trials(folder):
    path = folder / "06_models" / "tuning" / "search.json"
    if not path.is_file():
        return []
    document = json.loads(path.read_text())
    return document["searches"][document["latest"]]["trials"]


def epochs(trial):
    return max((row["epoch"] for row in trial["history"]), default=0)


def half_way(folder):
    """One trial is over, and another is between its epochs."""
    found = trials(folder)
    between = [one for one in found if one["status"] == "running" and epochs(one) == 1]
    return bool(between) and any(one["status"] == "finished" for one in found)


def running():
    """Every process: number and start time, parent, name."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name, _, rest = (folder / "stat").read_text().rpartition(")")
        except (FileNotFoundError, ProcessLookupError):
            continue
        state, parent, *fields = rest.split()
        if state != "Z":
            found[int(folder.name), fields[17]] = int(parent), name
    return found


def family(root):
    """A process and all that descend from it."""
    processes, numbers = running(), [root]
    for number in numbers:
        numbers += [child for (child, _), (parent, _) in processes.items() if parent == number]
    return [one for one in processes if one[0] in numbers]


def wait_until(condition, seconds=240):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def forget_tuning(folder):
    """As if the study had ended with the first model."""
    shutil.rmtree(folder / "06_models" / "tuning")
    for path in [*folder.glob("0[678]_*/tuned_*"), *folder.glob("0[678]_*/tuning_*")]:
        shutil.rmtree(path)
    shutil.rmtree(folder / "08_reporting" / "tensorboard" / "tuning")


def test_a_search_fails_in_one_sentence_and_a_killed_one_goes_on(kedro, study, tmp_path):
    forget_tuning(study)

    failing = kedro(*TUNE[:3], "--params=training.weights=nowhere.pth")
    assert failing.returncode == 1
    assert "The first 2 trials failed, and none succeeded: There are no weights" in failing.stderr
    assert failing.stdout.count("There are no weights") == 1
    assert "Traceback" not in failing.stderr

    hurried = kedro(*TUNE[:3], f"{TUNE[3]},tuning.minutes=0.001")
    assert hurried.returncode == 1
    assert "No trial finished an epoch within tuning.minutes (0.001); raise it" in hurried.stderr
    assert "Traceback" not in hurried.stderr

    process = subprocess.Popen(
        [sys.executable, "-m", "kedro", *TUNE],
        cwd=PROJECT,
        env=os.environ | {"CHEST_XRAY_TEST_ROOT": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert wait_until(lambda: half_way(tmp_path) or process.poll() is not None)
    started = family(process.pid)
    process.kill()
    assert process.wait() == -signal.SIGKILL, "it had ended before it could be killed"
    assert len(started) > 4, "Ray's processes are among them"
    assert wait_until(lambda: not set(started) & set(running()), 90), running()
    before = trials(tmp_path)
    again = kedro(*TUNE)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "1 interrupted trials go on" in again.stdout
    after = trials(tmp_path)
    for earlier, later in zip(before, after, strict=False):
        assert later["history"][: len(earlier["history"])] == earlier["history"]
        assert earlier["status"] == "running" or later == earlier
    assert [epochs(trial) for trial in after] == [2, 2, 2, 2]
    assert not list((tmp_path / "06_models" / "tuning").glob("ray*"))

    card, baseline = (
        json.loads(latest(tmp_path, f"{name}_card.json").read_text())
        for name in ("tuned", "baseline")
    )
    assert set(card) == {*baseline, "soup"}
    table = pd.read_parquet(latest(tmp_path, "tuning_trials.parquet"))
    assert list(table["trial"]) == [1, 2, 3, 4]
    comparison = json.loads(latest(tmp_path, "model_comparison.json").read_text())
    means = {row["name"]: row["mean"] for row in comparison["settings"]}
    assert comparison["criterion"]["metric"] == "auc"
    assert comparison["chosen"] == max(means, key=means.get)
    metrics = json.loads(latest(tmp_path, "tuned_metrics.json").read_text())
    assert comparison["test"]["tuned"]["accuracy"] == metrics["accuracy"]
    assert latest(tmp_path, "tuning_figure.png").read_bytes()[:4] == b"\x89PNG"
    run = tmp_path / "08_reporting" / "tensorboard" / "tuning"
    assert len(list(run.glob("search-*/trial-*/hyperparameters"))) == 4

    # The deployable file holds the soup.
    tried = [*comparison["soup"]["ingredients"], *comparison["soup"]["left_out"]]
    assert {one["name"] for one in tried} == set(means)
    assert tried[0]["alone"] == max(one["alone"] for one in tried)
    quantized = kedro("run", "--env=test", "--pipelines=quantization")
    assert quantized.returncode == 0, quantized.stdout + quantized.stderr
    exported, predicted = (
        pd.read_parquet(latest(tmp_path, f"{name}_predictions.parquet")).set_index("image_id")
        for name in ("tuned_onnx", "tuned")
    )
    shared = exported["probability"] - predicted["probability"]
    assert len(shared.dropna()) == len(exported)
    assert shared.abs().max() < 1e-3

    pooled = kedro("run", "--env=test", "--pipelines=pooled_comparison")
    assert pooled.returncode == 0, pooled.stdout + pooled.stderr
    found = json.loads(latest(tmp_path, "pooled_comparison.json").read_text("utf8"))
    assert [row["own"] for row in found["splits"]] == [True, False]
    assert latest(tmp_path, "pooled_comparison_figure.png").read_bytes()[:4] == b"\x89PNG"
    again = kedro("run", "--env=test", "--pipelines=pooled_comparison")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "Training 1 of 4" in pooled.stdout and "Training 1 of 4" not in again.stdout
    assert json.loads(latest(tmp_path, "pooled_comparison.json").read_text("utf8")) == found
