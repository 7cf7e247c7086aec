"""Mistakes around a run: a full disk, a second run, damaged results, what a kill leaves."""

import json
import resource
import shutil

import pandas as pd
import pytest
from conftest import run_kedro
from filelock import FileLock

pytestmark = pytest.mark.whole

# What a process may write into one file before the system says that it is too large: the same
# error, but for its number, as a full disk's.
LIMITS = {"where the index is saved": 20_000, "where the training is saved": 5_000_000}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Phantoms, processed."""
    root = tmp_path_factory.mktemp("prepared")
    for pipeline in ("phantoms", "data_processing"):
        assert run(root, f"--pipelines={pipeline}").returncode == 0
    return root


@pytest.fixture
def root(prepared, tmp_path):
    shutil.copytree(prepared, tmp_path / "root")
    return tmp_path / "root"


def run(root, *arguments, **options):
    return run_kedro(root, "run", "--env=test", *arguments, **options)


def sentence(result):
    """What a user sees: one line, and no traceback anywhere."""
    assert result.returncode == 1
    assert "Traceback" not in result.stderr + result.stdout
    (line,) = result.stderr.strip().splitlines()
    return line


def whole(root):
    return {
        path: path.read_bytes()
        for path in root.glob("0[2-8]_*/**/*")
        if path.is_file() and "decoded_images" not in path.parts
    }


@pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS)
def test_a_full_disk_is_a_sentence_and_what_was_saved_stays(root, limit):
    before = whole(root)

    def bound():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    result = run(root, "--params=data_processing.seed=8", preexec_fn=bound)
    assert "let nothing be read or saved" in sentence(result)
    assert "(File too large)" in result.stderr
    after = whole(root)
    assert before.items() <= after.items()
    assert not list(root.rglob("*.partial"))


def test_a_second_run_on_the_same_data_is_sent_away(root):
    with FileLock(root / ".run.lock"):
        message = sentence(run(root, "--pipelines=data_processing"))
    assert message.startswith(f"Error: Another run is going on in {root}; wait for it")


def test_damaged_results_are_named_with_what_makes_them_again(root):
    splits = next(root.glob("03_primary/splits.parquet/*/*"))
    splits.write_bytes(splits.read_bytes()[:100])
    message = sentence(run(root, "--pipelines=training"))
    assert message.startswith("Error: The newest 'splits' is damaged and can't be loaded (")
    assert message.endswith("; kedro run --env=test --pipelines=data_processing makes it.")
    (root / "06_models").mkdir()
    (root / "06_models" / "training_state.pt").write_bytes(b"no training")
    again = run(root)
    assert "training_state.pt holds no training that can be gone on with" in sentence(again)
    newest = sorted(root.glob("03_primary/splits.parquet/*/*"))[-1]
    assert len(pd.read_parquet(newest)) > 100


def test_what_a_kill_left_half_written_is_cleared_away(root):
    version = root / "08_reporting" / "baseline_metrics.json" / "2026-01-01T00.00.00.000Z"
    version.mkdir(parents=True)
    (version / ".baseline_metrics.json.123.partial").write_text("{")
    raw = root / "01_raw" / "phantoms" / "train" / "NORMAL" / ".a.jpeg.1.partial"
    raw.touch()
    assert run(root, "--pipelines=data_processing").returncode == 0
    assert not version.exists()
    assert raw.exists()
    audit = json.loads(sorted(root.glob("*/data_audit.json/*/*"))[-1].read_text())
    assert [row["problem"] for row in audit["unreadable"]] == ["empty file"]


def test_a_folder_that_can_not_be_written_into_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    message = sentence(run(tmp_path / "file" / "root", "--pipelines=data_processing"))
    assert "Not a directory" in message
