"""Old versions go; the newest, and what they were made from, stay."""

import json
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st
from kedro.framework.project import configure_project

from chest_xray.cli import cli
from chest_xray.machine.versions import lineage_path
from chest_xray.project.cleaning import all_versions, clean_old

FILES = {
    "splits": "03_primary/splits.parquet",
    "baseline_weights": "06_models/baseline_weights.safetensors",
    "baseline_metrics": "08_reporting/external/nih/baseline_metrics.json",
}


def name_of(run):
    return f"2026-01-01T00.00.{run:02d}.000Z"


def save(folder, name, run, lineage):
    """A version of 100 bytes, as a run with this number leaves it."""
    entry = folder / FILES[name]
    path = entry / name_of(run) / entry.name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x" * 100)
    kept = Path(lineage_path(entry, name_of(run)))
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(lineage))


def runs_there(folder, name):
    """The numbers of the runs whose versions are there."""
    return [int(path.name[17:19]) for path in sorted((folder / FILES[name]).glob("*Z"))]


def lineage_files(folder, name):
    entry = folder / FILES[name]
    return [path.stem for path in sorted((entry.parent / ".lineage" / entry.name).glob("*.json"))]


def test_the_newest_stay_and_what_they_take_is_said(tmp_path):
    for run in range(4):
        save(tmp_path, "splits", run, {"splits": f"s{run}"})
    cleaned = clean_old(tmp_path, keep=2)
    assert (cleaned.versions, cleaned.bytes, cleaned.needed) == (2, 200, 0)
    assert runs_there(tmp_path, "splits") == [2, 3]
    assert lineage_files(tmp_path, "splits") == [name_of(2), name_of(3)]


def test_older_splits_stay_where_the_newest_model_was_made_from_them(tmp_path):
    for run in range(3):
        save(tmp_path, "splits", run, {"splits": f"s{run}"})
    save(tmp_path, "baseline_weights", 1, {"splits": "s1", "baseline_weights": "w"})
    save(tmp_path, "baseline_metrics", 5, {"splits": "s1", "baseline_weights": "w"})
    cleaned = clean_old(tmp_path, keep=1)
    assert runs_there(tmp_path, "splits") == [1, 2]
    assert runs_there(tmp_path, "baseline_weights") == [1]
    assert (cleaned.versions, cleaned.needed) == (1, 1)


def test_what_a_stream_was_made_from_stays(tmp_path):
    for run in range(3):
        save(tmp_path, "splits", run, {"splits": f"s{run}"})
    stream = tmp_path / "06_models" / ".lineage" / "training_state.pt" / "stream.json"
    stream.parent.mkdir(parents=True)
    stream.write_text(json.dumps({"splits": "s0"}))
    clean_old(tmp_path, keep=1)
    assert runs_there(tmp_path, "splits") == [0, 2]


def test_files_that_are_no_versions_and_other_data_folders_are_left_alone(tmp_path):
    inner = tmp_path / "demo"
    for folder in (tmp_path, inner):
        for run in range(2):
            save(folder, "splits", run, {"splits": "s"})
    board = tmp_path / "08_reporting" / "tensorboard" / "baseline" / name_of(0)
    board.mkdir(parents=True)
    clean_old(tmp_path, keep=1)
    assert board.is_dir()
    assert runs_there(tmp_path, "splits") == [1]
    assert runs_there(inner, "splits") == [0, 1]


@given(
    # Of each run in its order, which results it saves, and whether the splits are other ones.
    st.lists(st.tuples(st.sets(st.sampled_from(sorted(FILES)), min_size=1), st.booleans())),
    st.integers(1, 3),
)
def test_every_result_that_stays_still_has_what_it_was_made_from(runs, keep):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        current: dict[str, str] = {}
        for run, (saved, other) in enumerate(runs):
            for one in FILES:
                if one not in saved:
                    continue
                lineage = {root: current[root] for root in list(FILES)[:2] if root in current}
                if one == "splits" and (other or "splits" not in current):
                    current["splits"] = f"splits of {run}"
                if one == "baseline_weights":
                    current[one] = f"weights of {run}"
                own = {one: current[one]} if one in current else {}
                lineage = own if one == "splits" else lineage | own
                save(folder, one, run, lineage)
        before = {one: set(runs_there(folder, one)) for one in FILES}
        cleaned = clean_old(folder, keep)
        roots = {
            (root, version.lineage[root])
            for version in all_versions(folder)
            for root in [version.entry.name.partition(".")[0]]
            if root in version.lineage
        }
        for version in all_versions(folder):
            assert set(version.lineage.items()) <= roots
        for one in FILES:
            assert set(sorted(before[one])[-keep:]) <= set(runs_there(folder, one))
        assert cleaned.bytes == 100 * cleaned.versions
        assert clean_old(folder, keep).versions == 0


@pytest.fixture
def clean(tmp_path, monkeypatch):
    """``kedro clean-old`` in the environment test, with its data in the test's folder."""
    configure_project("chest_xray")
    monkeypatch.setenv("CHEST_XRAY_TEST_ROOT", str(tmp_path / "data"))
    return lambda: CliRunner().invoke(cli, ["clean-old", "--env=test"])


def test_the_command_says_what_it_freed(clean, tmp_path):
    for run in range(3):
        save(tmp_path / "data", "splits", run, {"splits": "s"})
    assert clean().output == f"{tmp_path / 'data'}: removed 2 old versions, 0 MB.\n"


def test_the_command_leaves_a_folder_alone_that_a_run_uses_or_that_is_not_there(clean, tmp_path):
    assert "There is no" in clean().output
    for run in range(3):
        save(tmp_path / "data", "splits", run, {"splits": "s"})
    with FileLock(tmp_path / "data" / ".run.lock"):
        assert "Another run is going on" in clean().output
    assert runs_there(tmp_path / "data", "splits") == [0, 1, 2]
