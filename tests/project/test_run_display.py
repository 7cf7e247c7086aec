"""What a person sees of a run: a line per node, warnings, what was found; the rest is in a file."""

import json
import logging
import time

import click
import pandas as pd
import pytest
from conftest import PROJECT
from hypothesis import given
from hypothesis import strategies as st
from kedro.framework.project import configure_project
from kedro.framework.session import KedroSession
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Pipeline, node

from chest_xray.errors import BadTraining
from chest_xray.project.durations import Durations, in_words
from chest_xray.project.findings import LINES, MODELS, found, what_next
from chest_xray.project.run_display import more_follows
from chest_xray.project.terminal import TerminalHandler


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run nodes in a session of this process; what stands in the terminal then."""
    monkeypatch.setenv("CHEST_XRAY_TEST_ROOT", str(tmp_path))
    handlers = list(logging.getLogger().handlers)

    def run_nodes(*nodes):
        monkeypatch.setattr(
            "chest_xray.pipeline_registry.register_pipelines",
            lambda: {"__default__": Pipeline(list(nodes))},
        )
        configure_project("chest_xray")
        with KedroSession.create(project_path=PROJECT, env="test") as session:
            session.run()
        return capsys.readouterr().out

    yield run_nodes
    monkeypatch.undo()
    configure_project("chest_xray")
    logging.getLogger().handlers[:] = handlers


def first():
    logging.getLogger("chest_xray.learning").info("Epoch 1: accuracy 0.9")
    for _ in range(3):
        logging.getLogger("chest_xray.learning").warning("Few patients.")
    return 5


NODES = (
    node(first, inputs=None, outputs="five", name="first"),
    node(lambda five: five + 1, inputs="five", outputs="six", name="second"),
)


def only_log(folder):
    """The text of the log of the last run."""
    return sorted((folder / "logs").glob("*.log"))[-1].read_text()


def test_the_terminal_has_a_line_per_node_and_the_log_has_everything(run, tmp_path):
    shown = run(*NODES).splitlines()
    assert shown[0].startswith("2 nodes; full log: ")
    assert shown[1:3] == ["Epoch 1: accuracy 0.9", "Warning: Few patients."]
    assert shown[3].startswith("[1/2] first: 0.")
    assert shown[4].startswith("[2/2] second: 0.")
    assert shown[5].startswith("Done in 0.")
    assert len(shown) == 7
    log = only_log(tmp_path)
    assert "Loading data from five" in log
    assert "Running node: second" in log
    assert log.count("Few patients.") == 3


def test_warnings_of_a_later_run_are_shown_again(run):
    for _ in range(2):
        assert run(*NODES).count("Few patients.") == 1


def test_a_failed_run_names_its_node_and_log_and_shows_no_results(run, tmp_path, capsys):
    def stop(five):
        raise BadTraining("The loss is no number.")

    with pytest.raises(click.ClickException, match="The loss is no number"):
        run(NODES[0], node(stop, "five", "metrics", name="stops"))
    shown = capsys.readouterr().out
    assert "stops failed after 0." in shown
    assert shown.count("full log: ") == 2
    for one in ("Done", "Next", "Traceback", "Repeat the previous command"):
        assert one not in shown
    assert "BadTraining: The loss is no number." in only_log(tmp_path)


def test_a_generator_takes_the_time_that_it_works_while_it_is_saved(run):
    def slow():
        for number in range(2):
            time.sleep(0.15)
            yield number

    assert "[1/1] slow: 0.3 s" in run(node(slow, None, "numbers", name="slow"))


def test_the_oldest_logs_are_removed(run, tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    for number in range(40):
        (logs / f"2026-01-01T00.00.{number:02d}.000Z.log").touch()
    run(NODES[0])
    kept = sorted(path.name for path in logs.glob("*.log"))
    assert len(kept) == 30
    assert "2026-01-01T00.00.39.000Z.log" in kept


def record(name, level, message):
    return logging.LogRecord(name, level, "", 0, message, (), None)


@pytest.mark.parametrize(
    ("name", "level", "message", "shown"),
    [
        ("kedro.io.data_catalog", logging.INFO, "Loading data from splits", False),
        ("kedro.runner.sequential_runner", logging.WARNING, "No nodes ran. Repeat", False),
        ("kedro.runner.sequential_runner", logging.WARNING, "There are 3 nodes that have", True),
        ("kedro_viz.integrations.kedro", logging.WARNING, "Workflow tracking is disabled", False),
        ("py.warnings", logging.WARNING, "a library is deprecated", True),
        ("chest_xray.learning.fitting", logging.INFO, "Epoch 1", True),
        ("chest_xray_of_others", logging.INFO, "Epoch 1", False),
    ],
)
def test_what_is_for_the_terminal(name, level, message, shown):
    assert TerminalHandler().filter(record(name, level, message)) == shown


def test_marks_of_rich_in_a_file_name_stay_as_they_are(capsys):
    TerminalHandler().handle(record("chest_xray", logging.WARNING, "film [bold]7[/bold].png"))
    assert capsys.readouterr().out == "Warning: film [bold]7[/bold].png\n"


# Time left


def remembered(path, seconds, parameters=None):
    """The durations of a run after one whose nodes took these seconds."""
    before = Durations(path, parameters or {"epochs": 3})
    for name, one in seconds.items():
        before.took(name, one)
    before.save()
    return Durations(path, {"epochs": 3})


def test_the_time_left_is_that_of_the_last_run_of_the_same_parameters(tmp_path):
    durations = remembered(tmp_path / "durations.json", {"train": 100, "predict": 20})
    assert durations.left({"train": 40.0}, ["predict"]) == "about 80 s left"
    assert durations.left({}, ["predict"]) == "about 20 s left"
    assert durations.left({}, ["predict", "new"]) == ""


def test_other_parameters_take_another_time_and_both_are_remembered(tmp_path):
    path = tmp_path / "durations.json"
    assert remembered(path, {"train": 10}, {"epochs": 5}).left({}, ["train"]) == ""
    assert remembered(path, {"train": 6}).left({}, ["train"]) == "about 6 s left"
    assert Durations(path, {"epochs": 5}).left({}, ["train"]) == "about 10 s left"


def test_where_the_last_run_is_no_guide_it_says_so(tmp_path):
    durations = remembered(tmp_path / "durations.json", {"read": 30, "train": 100, "predict": 20})
    durations.took("read", 90.0)
    assert durations.left({}, ["train"]).startswith("time left unclear")
    durations.took("read", 20.0)
    assert durations.left({}, ["train"]) == "about 2 min left"
    assert durations.left({"predict": 41.0}, ["train"]).startswith("time left unclear")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 5}', '{"a": {"b": "c"}}'])
def test_a_damaged_memory_is_none(tmp_path, content):
    (tmp_path / "durations.json").write_text(content)
    durations = Durations(tmp_path / "durations.json", {})
    assert durations.left({}, ["train"]) == ""
    durations.took("train", 5)
    durations.save()
    assert Durations(tmp_path / "durations.json", {}).left({}, ["train"]) == "about 5 s left"


@given(st.floats(0, 1e6))
def test_durations_in_words_are_right_to_a_minute(seconds):
    units = {"s": 1.0, "min": 60.0, "h": 3600.0}
    words = in_words(seconds).split()
    told = sum(
        float(number) * units[unit] for number, unit in zip(words[::2], words[1::2], strict=True)
    )
    assert abs(told - seconds) <= (0.5 if seconds < 89 else 30.0)


# What was found


def interval(value, low=None, high=None):
    return {"value": value, "low": low, "high": high}


def metrics(accuracy):
    return {"accuracy": interval(accuracy, accuracy - 0.1, accuracy + 0.1), "n": 98, "patients": 48}


def elsewhere(low, high):
    return {
        "auc": interval((low + high) / 2, low, high),
        "inside": {"auc": interval(0.98, 0.96, 0.99)},
        "name": "nih",
        "n": 491,
        "patients": 339,
    }


VERDICT = {
    "key": "tuning-worse",
    "values": {
        "images": 98,
        "points": {"value": -1.0, "low": -1.9, "high": -0.1},
        "p": 0.04,
    },
}


def catalog(**results):
    return DataCatalog({name: MemoryDataset(one) for name, one in results.items()})


def test_models_and_their_comparison_are_told_from_what_was_saved():
    results = catalog(
        baseline_metrics=metrics(0.8),
        tuned_metrics=metrics(0.7),
        model_comparison={"verdict": VERDICT},
        quantized_metrics=metrics(0.6),
    )
    saved = {"baseline_metrics", "tuned_metrics", "model_comparison", "baseline_card"}
    lines = found(saved, results)
    assert lines[0] == (
        "Accuracy on test (98 images of 48 patients): first model 0.800 (0.700 to 0.900), "
        "tuned model 0.700 (0.600 to 0.800)."
    )
    assert lines[1].startswith("The tuned model is worse than the first one on the same 98 test")
    assert len(lines) == 2
    assert found({"mean_training_image"}, results) == []


@pytest.mark.parametrize(
    ("low", "high", "against"),
    [
        (0.46, 0.58, "not told from chance"),
        (0.6, 0.7, "better than chance"),
        (0.3, 0.4, "worse than chance"),
    ],
)
def test_another_hospital_is_held_against_chance_and_inside(low, high, against):
    (line,) = found(
        {"tuned_external_metrics"}, catalog(tuned_external_metrics=elsewhere(low, high))
    )
    assert line.startswith("AUC on nih (491 films of 339 patients): tuned model 0.")
    assert line.endswith(f"{against} (inside 0.980 (0.960 to 0.990)).")


def test_measured_external_metrics_are_told():
    sample = PROJECT / "tests" / "reporting" / "samples" / "external_metrics.json"
    measured = json.loads(sample.read_text())
    (line,) = found({"baseline_external_metrics"}, catalog(baseline_external_metrics=measured))
    assert f"({measured['n']} films of {measured['patients']} patients): first model 0." in line


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("quantization_findings", "The tuned model is worse"),
        ("baseline_error_findings", "First model: The tuned model is worse"),
        ("tuned_explanation_report", "The tuned model is worse"),
    ],
)
def test_of_kept_findings_the_first_is_told(name, beginning):
    (line,) = found({name}, catalog(**{name: {"findings": [VERDICT, VERDICT]}}))
    assert line.startswith(beginning)


def test_predictions_are_counted():
    table = pd.DataFrame(
        {
            "decision": ["PNEUMONIA", "NORMAL", "PNEUMONIA", ""],
            "warnings": ["too_dark", "", "", ""],
            "problem": ["", "", "", "empty"],
        }
    )
    (line,) = found({"predictions_table"}, catalog(predictions_table=table))
    assert line == (
        "4 radiographs: 2 PNEUMONIA, 1 NORMAL, 1 with a warning, 1 without a prediction."
    )


@given(st.sets(st.sampled_from([f"{model}_{kind}" for model in MODELS for kind in ("a", "b")])))
def test_at_most_three_lines_are_told(models):
    saved = {"model_comparison", "splits"}
    results = {
        "model_comparison": {"verdict": VERDICT},
        "splits": pd.DataFrame({"part": ["train", "test"], "patient_id": ["a", "b"]}),
    }
    for one in models:
        model, _, kind = one.partition("_")
        name = f"{model}_metrics" if kind == "a" else f"{model}_external_metrics"
        results[name] = metrics(0.5) if kind == "a" else elsewhere(0.4, 0.6)
        saved.add(name)
    assert 2 <= len(found(saved, catalog(**results))) <= LINES


def test_what_to_open_next_names_the_environment(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    results = catalog(data_folder=tmp_path / "data" / "demo")
    (line,) = what_next({"splits", "baseline_tensorboard"}, results, "demo")
    assert line == (
        "Next: kedro report --env=demo (the report), make tensorboard ROOT=data/demo, "
        "make viz ENV=demo"
    )
    (line,) = what_next({"splits"}, results, None)
    assert line == "Next: kedro report (the report), make viz"
    (line,) = what_next({"phantom_truth"}, results, "demo")
    assert line.startswith("Next: kedro run --env=demo ")


def test_what_to_run_next_is_not_said_where_the_command_goes_on_by_itself(run):
    with more_follows():
        assert "Next:" not in run(*NODES)
    assert "Next:" in run(*NODES)
