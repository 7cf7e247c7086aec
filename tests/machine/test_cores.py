"""One count of cores, which knows what a container may use, for everything that starts threads."""

import ast
import math
import os

import pytest
from conftest import PROJECT
from hypothesis import given
from hypothesis import strategies as st
from joblib.externals.loky.backend import context

from chest_xray.deploying import model_file
from chest_xray.deploying.model_file import open_session
from chest_xray.machine.cores import available_cores

OTHER_COUNTS = {"cpu_count", "process_cpu_count", "sched_getaffinity"}


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine of 64 cores whose files of control groups (by path) hold what is given."""
    monkeypatch.delenv("LOKY_MAX_CPU_COUNT", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(64)), raising=False)

    def with_files(**files):
        places = {}
        for name, text in files.items():
            places[name] = tmp_path / name
            places[name].write_text(text)

        def place(path):
            return places.get(str(path).rpartition("/")[2].replace(".", "_"), tmp_path / "none")

        monkeypatch.setattr(context.os.path, "exists", lambda path: place(path).is_file())
        monkeypatch.setattr(context, "open", lambda path: place(path).open(), raising=False)

    return with_files


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({"cpu_max": "200000 100000\n"}, 2),
        ({"cpu_max": "250000 100000\n"}, 3),
        ({"cpu_max": "50000 100000\n"}, 1),
        ({"cpu_max": "max 100000\n"}, 64),
        ({"cpu_cfs_quota_us": "200000\n", "cpu_cfs_period_us": "100000\n"}, 2),
        ({"cpu_cfs_quota_us": "-1\n", "cpu_cfs_period_us": "100000\n"}, 64),
        ({}, 64),
    ],
    ids=str,
)
def test_the_quota_of_a_container_counts(machine, files, cores):
    machine(**files)
    assert available_cores() == cores


@given(st.integers(1, 128), st.integers(1000, 10_000_000), st.integers(1000, 1_000_000))
def test_never_more_than_any_limit_and_at_least_one(allowed, quota, period):
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("LOKY_MAX_CPU_COUNT", raising=False)
        patched.setattr(os, "cpu_count", lambda: 96)
        patched.setattr(os, "sched_getaffinity", lambda process: set(range(allowed)), raising=False)
        patched.setattr(context, "_cpu_count_cgroup", lambda cores: math.ceil(quota / period))
        found = available_cores()
    assert 1 <= found <= min(96, allowed, math.ceil(quota / period))


def test_a_variable_limits_it_further(monkeypatch):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    assert available_cores() == 1


@pytest.mark.parametrize(("given_threads", "used"), [(0, 3), (2, 2)])
def test_onnxruntime_starts_no_more_threads(exported, monkeypatch, given_threads, used):
    monkeypatch.setattr(model_file, "available_cores", lambda: 3)
    session = open_session(exported[0], given_threads)
    assert session.get_session_options().intra_op_num_threads == used


def test_nothing_counts_cores_in_another_way():
    files = [*PROJECT.glob("src/**/*.py"), *PROJECT.glob("benchmarks/*.py")]
    other = {
        (path.name, node.attr)
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8")))
        if isinstance(node, ast.Attribute) and node.attr in OTHER_COUNTS
    }
    # It gives each process a core of its own, by its number.
    assert other <= {("tuning_epochs.py", "sched_getaffinity")}
