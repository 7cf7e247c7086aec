"""In TensorBoard, a model and the trials of a search are rows of one table."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata

from chest_xray.datasets.tensorboard import TensorBoardDataset
from chest_xray.learning.tensorboard import FINAL_METRICS, TensorBoardRecords
from chest_xray.reporting import markdown, model_results
from chest_xray.reporting.messages import message
from chest_xray.reporting.tables import Table


@pytest.fixture
def row(tmp_path):
    """The hyperparameters and metrics that TensorBoard reads of what was recorded."""

    def read(records):
        TensorBoardDataset(filepath=str(tmp_path)).save(records)
        events = EventAccumulator(str(tmp_path / records.run / "hyperparameters")).Reload()
        content = events.PluginTagToContent(metadata.PLUGIN_NAME)
        start = metadata.parse_session_start_info_plugin_data(
            content[metadata.SESSION_START_INFO_TAG]
        )
        metrics = {tag: events.Scalars(tag)[-1].value for tag in events.Tags()["scalars"]}
        return dict(start.hparams), metrics

    return read


def model_records(monkeypatch, history, parameters):
    """Of a model whose test part is nothing like its validation part."""
    drawn = SimpleNamespace(
        curves_figure=None,
        confusion_matrix_figure=None,
        ranking_figure=None,
        reliability_figure=None,
    )
    for name in vars(drawn):
        setattr(drawn, name, lambda *_: None)
    monkeypatch.setattr(model_results, "figures", drawn)
    monkeypatch.setattr(model_results, "card_texts", lambda *_: {})
    card = {
        "run": "baseline/a",
        "best_epoch": 2,
        "class_names": ["NORMAL", "PNEUMONIA"],
        "parameters": parameters,
    }
    predictions = pd.DataFrame(
        {"part": ["test"] * 2, "label": ["NORMAL", "PNEUMONIA"], "probability": [0.9, 0.1]}
    )
    metrics = {"confusion_matrix": [[0, 1], [1, 0]], "reliability": {}, "ece": {"value": 0.5}}
    *_, records = model_results.show_model(history, predictions, metrics, card)
    return records


def test_models_and_trials_have_the_same_columns(monkeypatch, row):
    history = pd.DataFrame(
        [
            {"epoch": epoch, "part": part, **dict.fromkeys(FINAL_METRICS, value)}
            for epoch, part, value in (
                (1, "validation", 0.7),
                (2, "train", 0.99),
                (2, "validation", 0.8),
            )
        ]
    )
    parameters = {"learning_rate": 0.001, "augmentation": {"gain": 0.2}}
    model = model_records(monkeypatch, history, parameters)
    names, metrics = row(
        TensorBoardRecords(
            "baseline/a", hyperparameters=model.hyperparameters, final_metrics=model.final_metrics
        )
    )
    trial_names, trial_metrics = row(
        TensorBoardRecords(
            "tuning/trial-001",
            hyperparameters={"learning_rate": 0.002, "augmentation.gain": 0.1},
            final_metrics=dict.fromkeys(FINAL_METRICS, 0.75),
        )
    )
    assert names.keys() == trial_names.keys()
    assert metrics.keys() == trial_metrics.keys()
    assert all(np.isclose(value, 0.8) for value in metrics.values())


def test_texts_are_a_list_and_tables_in_every_language():
    table = Table(message("yes"), ["setting", message("no")], [["0.5 | 0.7", "a|b"]])
    told = markdown.texts("errors", [message("yes"), message("no")], table)
    assert told["errors/en"] == (
        "- yes\n- no\n\n**yes**\n\n| setting | no |\n| --- | --- |\n| 0.5 \\| 0.7 | a\\|b |"
    )
    assert "۰٫۵" in told["errors/fa"]
