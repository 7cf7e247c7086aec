"""What keeps Ray from running a trial is reported in one sentence."""

import subprocess
import tempfile
from types import SimpleNamespace

import pytest
from ray.exceptions import OutOfMemoryError, RayActorError
from ray.tune.experiment import Trial
from search_process import search_command, search_environment

from chest_xray.tuning import engine

SHORT_OF_MEMORY = "1 worker(s) were killed due to the node running low on memory.\nRefer to docs."
KILLED = "they were killed, as happens where memory runs out, or their machine was lost"
SHORT = "Ray ended them, as their machine was short of memory"


@pytest.mark.parametrize(
    ("failures", "reason"),
    [
        ([RayActorError()], KILLED),
        ([ValueError("no")], "no"),
        ([OutOfMemoryError(SHORT_OF_MEMORY)], SHORT),
        ([], "they ended without a message"),
        # The last one counts, of whichever kind those before it were.
        ([OutOfMemoryError(SHORT_OF_MEMORY), ValueError("no")], "no"),
        ([RayActorError(), OutOfMemoryError(SHORT_OF_MEMORY)], SHORT),
        ([OutOfMemoryError(SHORT_OF_MEMORY), RayActorError()], KILLED),
    ],
)
def test_why_a_trial_ended_is_told_in_one_line(tmp_path, monkeypatch, failures, reason):
    # Else Ray Tune asks a running Ray for it.
    monkeypatch.setattr(Trial, "local_path", str(tmp_path))
    trial = Trial("TrialProcess", stub=True)
    for failure in failures:
        trial.handle_error(failure)
    assert engine._reason(trial) == reason


@pytest.mark.whole
@pytest.mark.parametrize("workers", [0, 2])
def test_a_search_on_a_machine_without_memory_ends_in_a_sentence(workers):
    """Ray ends what it begins, again and again, where other programs have taken the memory."""
    none_left = {"RAY_memory_monitor_refresh_ms": "250", "RAY_memory_usage_threshold": "0.001"}
    with tempfile.TemporaryDirectory(prefix="cxr", ignore_cleanup_errors=True) as folder:
        done = subprocess.run(
            search_command(folder, trial_workers=workers, concurrent_trials=1, trials=2),
            env=search_environment(**none_left),
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
    assert done.returncode == 1
    # Which of the processes Ray ends first decides whether a trial fails or the search.
    trials, search = "BadSearch: The first 2 trials failed", "BadCluster: Ray lost processes"
    told = " ".join(done.stderr.split())
    _, found, reason = told.rpartition(search if search in told else trials)
    assert found, told[-3000:]
    assert SHORT in reason or KILLED in reason


def test_what_ray_tune_did_not_expect_is_told_as_what_it_was(monkeypatch):
    """Ray Tune wraps the loss of a trial's workers in an error without a class of its own."""

    def fit():
        raise RuntimeError("Caught unexpected exception") from OutOfMemoryError(SHORT_OF_MEMORY)

    monkeypatch.setattr(engine, "_tuner", lambda *_: SimpleNamespace(fit=fit))
    with pytest.raises(OutOfMemoryError, match="low on memory"):
        list(engine.events(None, None, None, None))
