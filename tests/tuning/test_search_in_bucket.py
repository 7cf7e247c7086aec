"""Trials keep their epochs in a bucket, from which a search goes on whose process was killed."""

import io
import json
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest
from learning.shared_training import CLASSES, PROCESS, make_pixels, make_splits, parameters
from search_process import search_command, search_environment

from chest_xray.learning.state import read_state
from chest_xray.machine.storage import storage_at
from chest_xray.radiographs.shared_pixels import SharedPixels
from chest_xray.tuning.trial_process import Job
from chest_xray.tuning.trials import latest_search


@pytest.fixture
def short_folder():
    """A temporary folder that Ray's sockets fit below, which pytest's don't."""
    with tempfile.TemporaryDirectory(prefix="cxr", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def start_search(folder, **changes):
    """The process that searches."""
    return subprocess.Popen(
        search_command(folder, **changes),
        env=search_environment(),
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_training_goes_on_from_its_state_in_the_bucket(tmp_path, s3_server):
    job = Job(
        base=parameters(epochs=3),
        process=PROCESS,
        class_names=list(CLASSES),
        splits=make_splits(),
        pixels=SharedPixels(make_pixels(tmp_path).manifest),
        space={},
        criterion="auc",
        states=storage_at(s3_server.address(f"{s3_server.new_bucket()}/study"), tmp_path),
        project_folder=tmp_path,
        keeps_weights=True,
    )
    assert job.state({"seed": 7}) is None
    with closing(job.train({"seed": 7})) as killed:
        before = next(killed)
    (*_, last) = job.train({"seed": 7})
    assert last.history[:2] == before.history
    assert [row["epoch"] for row in last.history] == [1, 1, 2, 2, 3, 3]
    kept = job.state({"seed": 7})
    assert kept.history == last.history
    assert kept.best_weights.keys() == last.best_weights.keys()
    job.forget({"seed": 7})
    assert not job.states.names()


@pytest.mark.whole
def test_a_killed_search_goes_on_from_the_states_in_the_bucket(short_folder, s3_server):
    address = s3_server.address(f"{s3_server.new_bucket()}/study")
    changes = {
        "storage_path": address,
        "trials": 2,
        "scheduler": "none",
        "trial_changes": {"epochs": 4, "epochs_frozen": 0},
    }
    states = storage_at(address, short_folder).below("trials-1")
    with start_search(short_folder, **changes) as killed:
        while killed.poll() is None and not states.names():
            time.sleep(0.1)
        assert killed.poll() is None, killed.stderr.read()[-3000:]
        killed.kill()
    name = min(states.names())
    before = read_state(io.BytesIO(states.read(name)), name)
    assert not before.finished

    with start_search(short_folder, **changes) as again:
        _, told = again.communicate(timeout=900)
    assert again.returncode == 0, told[-3000:]
    state = latest_search(json.loads((short_folder / "document.json").read_text()))
    assert [trial.status for trial in state.trials] == ["finished"] * 2
    for trial in state.trials:
        assert [row["epoch"] for row in trial.history] == [1, 1, 2, 2, 3, 3, 4, 4]
    # Among them the seconds that an epoch took, so that it was not trained again.
    known = before.history[:2]
    assert any(trial.history[:2] == known for trial in state.trials)
    assert not states.names(), "weights of trials that are over are removed"
    assert not list(short_folder.rglob("*.pt"))


@pytest.mark.whole
def test_a_search_in_a_bucket_that_is_not_there_says_so_before_any_trial(short_folder, s3_server):
    with start_search(short_folder, storage_path=s3_server.address("nowhere/study")) as process:
        _, told = process.communicate(timeout=300)
    assert process.returncode == 1
    # The traceback is wrapped to the terminal's width.
    told = " ".join(told.split())
    assert "BadStorage: s3://nowhere/study/trials-1/ray-tune/" in told
    assert "set tuning.storage_path to a bucket that is there" in told
    assert not (short_folder / "document.json").exists()
