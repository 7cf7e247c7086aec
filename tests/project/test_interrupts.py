"""A run that is interrupted gives its data folder back, and closes what it had open."""

import subprocess
import sys
from threading import Thread

import click
import pytest
from conftest import PROJECT
from kedro.framework.project import configure_project, pipelines
from kedro.framework.session import KedroSession
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Pipeline, node

from chest_xray.project.hooks import ProcessHooks

TAKE = "import sys; from filelock import FileLock; FileLock(sys.argv[1]).acquire(timeout=0)"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run one function as the only node of a pipeline, in a session of this process."""
    monkeypatch.setenv("CHEST_XRAY_TEST_ROOT", str(tmp_path))

    def run_node(function):
        only = Pipeline([node(function, inputs=None, outputs="answer", name="only")])
        monkeypatch.setattr(
            "chest_xray.pipeline_registry.register_pipelines", lambda: {"__default__": only}
        )
        configure_project("chest_xray")
        with KedroSession.create(project_path=PROJECT, env="test") as session:
            return session.run()["answer"].load()

    yield run_node
    monkeypatch.undo()
    configure_project("chest_xray")
    assert "training" in pipelines


def is_free(folder):
    """Whether another process could run there."""
    command = [sys.executable, "-c", TAKE, str(folder / ".run.lock")]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ZeroDivisionError])
def test_the_next_run_of_the_process_and_of_others_may_begin(run, tmp_path, error):
    def stop():
        raise error

    with pytest.raises(error):
        run(stop)
    assert is_free(tmp_path)
    assert run(lambda: 5) == 5
    assert is_free(tmp_path)


def test_an_interrupt_before_the_first_node_lets_the_next_run_in(run, tmp_path, monkeypatch):
    def stop(folder):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("chest_xray.project.hooks.remove_partial_files", stop)
        with pytest.raises(KeyboardInterrupt):
            run(lambda: 5)
    assert is_free(tmp_path)
    assert run(lambda: 5) == 5


def test_what_a_suspended_node_has_open_is_closed_while_the_traceback_is_kept(run, monkeypatch):
    closed = []

    def stream():
        try:
            yield "chunk"
        finally:
            closed.append("Ray, threads, files")

    def stop(catalog, name, data):
        raise KeyboardInterrupt

    monkeypatch.setattr(DataCatalog, "save", stop)
    with pytest.raises(KeyboardInterrupt) as raised:
        run(stream)
    assert raised.tb is not None
    assert closed


def test_another_process_is_sent_away_while_a_run_goes_on(run, kedro):
    result = run(lambda: kedro("run", "--env=test", "--pipelines=phantoms"))
    assert result.returncode == 1
    assert result.stderr.strip().splitlines()[-1].startswith("Error: Another run is going on in ")


def test_a_run_that_was_refused_in_another_thread_does_not_end_the_one_that_goes_on(tmp_path):
    hooks = ProcessHooks()
    catalog = DataCatalog({"data_folder": MemoryDataset(tmp_path)})
    hooks.before_pipeline_run({}, Pipeline([]), catalog)
    refused = []

    def second():
        try:
            hooks.before_pipeline_run({}, Pipeline([]), catalog)
        except click.ClickException as error:
            refused.append(error.message)
        hooks.release()

    thread = Thread(target=second)
    thread.start()
    thread.join()
    assert refused[0].startswith("Another run is going on")
    assert not is_free(tmp_path)
    hooks.release()
    assert is_free(tmp_path)
