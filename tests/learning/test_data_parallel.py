"""Workers of Ray Train share a training, and what is lost of them costs an epoch at most."""

import os
import signal
import tempfile
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from configured import load
from test_fitting import COUNT, CPU

from chest_xray.errors import BadCluster, BadTraining
from chest_xray.learning import data_parallel, training
from chest_xray.learning.state import TrainingState
from chest_xray.machine import ray_cluster
from chest_xray.parameters import ProcessParameters, check_parameters

CLASSES = ("NORMAL", "PNEUMONIA")
PROCESS = ProcessParameters(device="cpu", precision="float32", threads=1)
CHANGES = {
    "backbone": "resnet18",
    "weights": "none",
    "head_sizes": [8],
    "epochs": 4,
    "epochs_frozen": 1,
    "batch_size": 8,
    "progressive_fraction": 0.0,
    "workers": 2,
}


def parameters(**changes):
    chosen = check_parameters(load("test"), {}).training.model_copy(update=CHANGES | changes)
    stopping = chosen.early_stopping.model_copy(update={"patience": 9})
    return chosen.model_copy(update={"early_stopping": stopping})


@pytest.fixture
def splits():
    rows = np.arange(COUNT)
    return pd.DataFrame(
        {
            "image_id": [f"image{number}" for number in rows],
            "label": np.where(rows >= COUNT // 2, "PNEUMONIA", "NORMAL"),
            "source": "inside",
            "part": np.where(rows % 4 == 0, "validation", "train"),
        }
    )


@pytest.fixture
def short_folder():
    """A temporary folder that Ray's sockets fit below, which pytest's don't."""
    with tempfile.TemporaryDirectory(prefix="cxr", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def states(chosen, splits, pixels, folder, previous=None):
    common = (CLASSES, splits, pixels, CPU, previous, folder, "baseline/test")
    return data_parallel.train(chosen, PROCESS, *common, folder / "ray")


def parent_of(pid):
    status = Path(f"/proc/{pid}/stat").read_text()
    return int(status.rpartition(")")[2].split()[1])


def is_ours(pid):
    while pid > 1:
        pid = parent_of(pid)
        if pid == os.getpid():
            return True
    return False


def train_workers():
    """The processes of Ray Train's workers that this test has started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            title = (folder / "cmdline").read_bytes()
            if title.startswith(b"ray::RayTrainWorker") and is_ours(int(folder.name)):
                found.append(int(folder.name))
        except OSError:
            # It has ended.
            continue
    return sorted(found)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux for processes")
def test_a_killed_worker_costs_an_epoch_at_most(pixels, splits, short_folder, caplog):
    caplog.set_level("INFO")
    chosen = parameters()
    found = []
    for state in states(chosen, splits, pixels, short_folder):
        found.append(state)
        if state.epochs == 1:
            workers = train_workers()
            assert len(workers) == 2
            os.kill(workers[-1], signal.SIGKILL)
    assert [state.epochs for state in found] == [1, 2, 3, 4]
    last = found[-1]
    assert last.finished == "all 4 epochs done"
    assert [row["epoch"] for row in last.history] == [1, 1, 2, 2, 3, 3, 4, 4]
    assert "Training on 2 workers." in caplog.text
    assert "The workers have changed: training goes on after epoch" in caplog.text
    # What workers have trained is this very training, which one process may go on with.
    common = (CLASSES, splits, pixels, CPU)
    assert last.key == training.key_of(chosen, *common[:1], *common[1:], short_folder)
    before = replace(found[1], finished="")
    (*_, alone) = training.train(chosen, *common, before, short_folder, "baseline/other")
    assert alone.epochs == 4
    assert alone.history[:4] == found[1].history


def test_too_many_workers_are_refused_before_anything_is_trained(
    pixels, splits, short_folder, monkeypatch
):
    def start(*others):
        raise AssertionError("A network was made.")

    machine = {"Alive": True, "Resources": {"CPU": 2.0}}
    monkeypatch.setattr(data_parallel, "ray_session", lambda *asked: nullcontext())
    monkeypatch.setattr(ray_cluster.ray, "nodes", lambda: [machine])
    monkeypatch.setattr(training, "begin", start)
    with pytest.raises(BadCluster, match=r"'training\.workers' is 99; .* have room for 2"):
        next(states(parameters(workers=99), splits, pixels, short_folder))


def test_shares_that_are_too_small_are_said(splits):
    with pytest.raises(BadTraining, match="A batch of 8 images is too small for 5 workers"):
        data_parallel._refuse_small_shares(5, parameters(), splits)
    data_parallel._refuse_small_shares(4, parameters(), splits)


def test_a_finished_training_starts_no_ray(pixels, splits, tmp_path, monkeypatch):
    def start(*others):
        raise AssertionError("Ray was started.")

    monkeypatch.setattr(data_parallel, "ray_session", start)
    key = training.key_of(parameters(), CLASSES, splits, pixels, CPU, tmp_path)
    done = TrainingState(key, "run", {}, finished="all done")
    assert list(states(parameters(), splits, pixels, tmp_path, done)) == [done]
