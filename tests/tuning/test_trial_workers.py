"""A trial that several workers train together."""

import json
import subprocess
import tempfile
from pathlib import Path

import pytest
from configured import load
from made_trials import CPU
from search_process import search_command, search_environment

from chest_xray.errors import BadCluster, BadParameters, BadSearch
from chest_xray.machine import ray_cluster
from chest_xray.machine.ray_cluster import Resources
from chest_xray.parameters import check_parameters
from chest_xray.tuning import resources, stages
from chest_xray.tuning.context import TuningContext
from chest_xray.tuning.resources import Capacity, trial_capacity
from chest_xray.tuning.trials import latest_search


@pytest.fixture
def capacity(monkeypatch, tmp_path):
    """What a machine of eight cores, or with so many GPUs, has room for."""
    monkeypatch.setattr(resources, "available_cores", lambda: 8)

    def capacity(most=99, gpus=0, **changes):
        conf = load("test")
        conf["tuning"] |= changes
        chosen = check_parameters(conf, {})
        monkeypatch.setattr(resources, "_gpus", lambda hardware: gpus)
        monkeypatch.setattr(resources, "choose_hardware", lambda process: CPU)
        context = TuningContext(
            chosen.tuning, chosen.training, chosen.process, ["N", "P"], tmp_path, tmp_path
        )
        return trial_capacity(context, chosen.training, 32, most)

    return capacity


@pytest.mark.parametrize(
    ("workers", "concurrent", "gpus", "trials", "share"),
    [
        (0, 4, 0, 4, Resources(2, 0, 0)),
        (2, 4, 0, 4, Resources(1, 0, 0)),
        (2, 2, 0, 2, Resources(2, 0, 0)),
        (3, 4, 0, 2, Resources(1, 0, 0)),
        (2, 4, 4, 2, Resources(2, 1, 0)),
        (0, 4, 2, 4, Resources(2, 0.5, 0)),
    ],
)
def test_workers_of_all_trials_share_the_machine(
    capacity, workers, concurrent, gpus, trials, share
):
    found = capacity(concurrent_trials=concurrent, trial_workers=workers, gpus=gpus)
    assert (found.trials, found.resources) == (trials, share)
    assert found.cores <= 8


def test_measured_trials_of_workers_share_the_machine(capacity, monkeypatch):
    batches = []

    def step(backbone, batch_size, image_size, hardware):
        batches.append(batch_size)
        return 10**8, 0.1

    monkeypatch.setattr(resources, "measure_training_step", step)
    monkeypatch.setattr(resources, "free_memory", lambda device: 10**11)
    found = capacity(concurrent_trials="auto", trial_workers=3)
    assert (found.trials, found.workers, found.resources.cores) == (2, 3, 1)
    assert found.resources.memory > 10**8
    assert batches == [11], "a third of 32 images, rounded up"
    assert capacity(most=1, concurrent_trials="auto", trial_workers=3).trials == 1


def test_more_workers_than_this_machine_has_cores_are_refused(capacity):
    with pytest.raises(BadSearch, match=r"'tuning\.trial_workers' is 9; .* has room for 8"):
        capacity(concurrent_trials=1, trial_workers=9, trial_changes={"batch_size": 32})
    # Of a cluster it is asked once it has answered.
    capacity(concurrent_trials=1, trial_workers=9, ray_address="auto")


def test_a_cluster_has_as_many_trials_as_it_has_room_for_all_their_workers(monkeypatch):
    machine = {"Alive": True, "Resources": {"CPU": 5.0}}
    monkeypatch.setattr(ray_cluster.ray, "nodes", lambda: [machine, machine])
    share = Capacity(1, Resources(2, 0, 0), 0, workers=2)
    tuning = check_parameters(load("test"), {}).tuning.model_copy(
        update={"ray_address": "auto", "trial_workers": 2, "concurrent_trials": "auto"}
    )
    assert stages._concurrent_trials(tuning, share) == 2
    with pytest.raises(BadCluster, match=r"'tuning\.trial_workers' is 5; .* room for 4 \(2 cores"):
        stages._concurrent_trials(tuning.model_copy(update={"trial_workers": 5}), share)


def test_batches_too_small_for_the_workers_are_refused():
    conf = load("test")
    conf["tuning"]["trial_workers"] = 3
    conf["tuning"]["trial_changes"]["batch_size"] = 4
    with pytest.raises(BadParameters, match=r"trial_workers.* is 3; .* has 4: at most 2 are all"):
        check_parameters(conf, {})
    conf["tuning"]["trial_workers"] = 2
    check_parameters(conf, {})


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (["choice", "4", 32], r"trial_workers.* is 3; .* has 4: at most 2 are allowed"),
        (
            ["choice", "four", 32],
            r"tuning\.space\.batch_size.* allows 'four', which training refuses",
        ),
    ],
)
def test_batches_written_as_text_are_numbers_or_said(line, expected):
    conf = load("test")
    conf["tuning"]["trial_workers"] = 3
    conf["tuning"]["space"]["batch_size"] = line
    with pytest.raises(BadParameters, match=expected):
        check_parameters(conf, {})


def processes_below(folder):
    """The processes that were started with a path below a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "cmdline").read_bytes():
                found.append(process.name)
        except OSError:
            # It has ended.
            continue
    return found


@pytest.mark.whole
def test_asha_stops_a_trial_whose_workers_end_and_another_one_ends_its_training():
    changes = {
        "trial_workers": 2,
        "searcher": "grid",
        "criterion": "loss",
        "reduction_factor": 2,
        "concurrent_trials": 1,
        "trials": 2,
        "trial_changes": {"epochs": 2, "epochs_frozen": 0},
        # The second one to be tried learns nothing, and has a loss above a hundred.
        "space": {"learning_rate": ["choice", 1e-5, 1e-2]},
    }
    with tempfile.TemporaryDirectory(prefix="cxr", ignore_cleanup_errors=True) as folder:
        done = subprocess.run(
            search_command(folder, **changes),
            env=search_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        assert not processes_below(folder)
        state = latest_search(json.loads((Path(folder) / "document.json").read_text()))
        assert not list(Path(folder).rglob("*.pt"))
    by_status = {trial.status: trial for trial in state.trials}
    assert set(by_status) == {"finished", "stopped"}
    finished, stopped = by_status["finished"], by_status["stopped"]
    assert [row["epoch"] for row in finished.history] == [1, 1, 2, 2]
    assert [row["epoch"] for row in stopped.history] == [1, 1]
