"""Workers of Ray Train share a training, and what is lost of them costs an epoch at most."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

import pytest
import shared_training
from conftest import PROJECT
from shared_training import CLASSES, CPU, make_pixels, make_splits, parameters, states

from chest_xray.errors import BadCluster, BadTraining
from chest_xray.learning import data_parallel, training
from chest_xray.learning.state import TrainingState, read_state
from chest_xray.machine import ray_cluster

# Of a training on a cluster whose nodes come and go; alone on a machine it takes a few minutes.
PATIENCE_SECONDS = 900


@pytest.fixture
def splits():
    return make_splits()


@pytest.fixture
def pixels(tmp_path):
    return make_pixels(tmp_path)


@pytest.fixture
def short_folder():
    """A temporary folder that Ray's sockets fit below, which pytest's don't."""
    with tempfile.TemporaryDirectory(prefix="cxr", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def start_driver(folder, *kind, **environment):
    """The process that trains."""
    paths = [str(PROJECT / "tests"), str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    command = [sys.executable, shared_training.__file__, str(folder), *kind]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    return subprocess.Popen(command, env=os.environ | environment)


def state_of_a_killed_driver(folder):
    """What the process that trains has kept when it is killed."""
    with start_driver(folder) as driver:
        while driver.poll() is None and not (folder / "state.pt").exists():
            time.sleep(0.1)
        driver.kill()
    return kept_state(folder)


def kept_state(folder):
    path = folder / "state.pt"
    with path.open("rb") as file:
        return read_state(file, str(path))


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


@pytest.mark.whole
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux for processes")
def test_a_killed_driver_and_a_killed_worker_cost_an_epoch_at_most(splits, short_folder, caplog):
    caplog.set_level("INFO")
    before = state_of_a_killed_driver(short_folder)
    assert before.epochs in (1, 2)
    assert not before.finished
    chosen, pixels = parameters(), make_pixels(short_folder)
    found = []
    for state in states(chosen, splits, pixels, short_folder, before):
        found.append(state)
        if len(found) == 1:
            workers = train_workers()
            assert len(workers) == 2
            os.kill(workers[-1], signal.SIGKILL)
    assert [state.epochs for state in found] == list(range(before.epochs + 1, 5))
    last = found[-1]
    assert last.finished == "all 4 epochs done"
    assert [row["epoch"] for row in last.history] == [1, 1, 2, 2, 3, 3, 4, 4]
    assert last.history[: len(before.history)] == before.history
    assert "Training on 2 workers." in caplog.text
    assert "The workers have changed: training goes on after epoch" in caplog.text
    # What workers train is the very training that one process may go on with.
    common = (CLASSES, splits, pixels, CPU)
    assert last.key == training.key_of(chosen, *common, short_folder)
    (*_, alone) = training.train(chosen, *common, before, short_folder, "baseline/other")
    assert alone.epochs == 4


def trained_on_cluster(folder, kind):
    """Train in a process of its own until it ends; its log."""
    environment = {"RAY_AUTH_MODE": "disabled", "TMPDIR": str(folder)}
    with start_driver(folder, kind, **environment) as driver:
        try:
            assert driver.wait(timeout=PATIENCE_SECONDS) == 0
        finally:
            driver.kill()
    return (folder / "log.txt").read_text()


def groups_in(log):
    """How many workers trained, one number for each group of them."""
    return re.findall(r"[Tt]raining (?:on|goes on after epoch \d on) (\d) worker", log)


@pytest.mark.whole
def test_of_two_nodes_one_dies_and_another_one_joins(short_folder):
    log = trained_on_cluster(short_folder, "cluster")
    last = kept_state(short_folder)
    assert last.finished == "all 5 epochs done"
    assert [row["epoch"] for row in last.history] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert groups_in(log) == ["2", "1", "2"]
    # Both nodes were without pixels, and one copy was made of them on this machine.
    assert len(list(short_folder.glob("chest-xray-*.pixels"))) == 1


@pytest.mark.whole
def test_a_training_that_is_to_wait_goes_on_with_as_many_workers_as_before(short_folder):
    log = trained_on_cluster(short_folder, "waiting")
    last = kept_state(short_folder)
    assert last.finished == "all 3 epochs done"
    assert [row["epoch"] for row in last.history] == [1, 1, 2, 2, 3, 3]
    assert groups_in(log) == ["2", "2"]


def test_too_many_workers_are_refused_before_anything_is_trained(
    splits, pixels, tmp_path, monkeypatch
):
    def start(*others):
        raise AssertionError("A network was made.")

    machine = {"Alive": True, "Resources": {"CPU": 2.0}}
    monkeypatch.setattr(data_parallel, "ray_session", lambda *asked: nullcontext())
    monkeypatch.setattr(ray_cluster.ray, "nodes", lambda: [machine])
    monkeypatch.setattr(training, "begin", start)
    with pytest.raises(BadCluster, match=r"'training\.workers' is 99; .* have room for 2"):
        next(states(parameters(workers=99), splits, pixels, tmp_path))


def test_shares_that_are_too_small_are_said(splits):
    with pytest.raises(BadTraining, match="A batch of 8 images is too small for 5 workers"):
        data_parallel._refuse_small_shares(5, parameters(), splits)
    data_parallel._refuse_small_shares(4, parameters(), splits)


def test_a_finished_training_starts_no_ray(splits, pixels, tmp_path, monkeypatch):
    def start(*others):
        raise AssertionError("Ray was started.")

    monkeypatch.setattr(data_parallel, "ray_session", start)
    key = training.key_of(parameters(), CLASSES, splits, pixels, CPU, tmp_path)
    done = TrainingState(key, "run", {}, finished="all done")
    assert list(states(parameters(), splits, pixels, tmp_path, done)) == [done]
