"""A long training holds one epoch in memory, however many it has behind it."""

import dataclasses
import weakref
from types import SimpleNamespace

from kedro.io import AbstractDataset, DataCatalog, MemoryDataset
from kedro.pipeline import Node, Pipeline
from kedro.runner import SequentialRunner

from chest_xray.learning import training
from chest_xray.learning.state import TrainingState
from chest_xray.machine import device as hardware
from chest_xray.pipelines.training import nodes

NAMES = ["process", "classes", "splits", "pixels", "resume_point", "folder", "training_folder"]
INPUTS = {"parameters": SimpleNamespace(workers=0)} | {name: name for name in NAMES}


class Counting(AbstractDataset):
    """Counts, at each save, the states that are still held by anyone."""

    def __init__(self, made):
        self.made, self.counts = made, []

    def _load(self):
        raise NotImplementedError

    def _save(self, data):
        self.counts.append(sum(one() is not None for one in self.made))

    def _describe(self):
        return {}


def test_states_are_released_once_they_are_kept(monkeypatch):
    made = []

    def states(*_):
        for epoch in range(1, 41):
            state = TrainingState("key", "run", {}, history=[{"epoch": epoch}])
            made.append(weakref.ref(state))
            yield state

    monkeypatch.setattr(training, "train", states)
    monkeypatch.setattr(hardware, "choose_hardware", lambda process: None)
    monkeypatch.setattr(nodes, "_records", lambda *_: "records")
    kept = Counting(made)
    catalog = DataCatalog(
        {name: MemoryDataset(given) for name, given in INPUTS.items()}
        | {"tensorboard": Counting(made), "training_state": kept}
    )
    pipeline = Pipeline([Node(nodes.train, list(INPUTS), ["tensorboard", "training_state"])])
    SequentialRunner().run(pipeline, catalog)
    assert len(kept.counts) == 40
    assert max(kept.counts) <= 2


def test_a_finished_training_keeps_what_the_model_needs_and_can_be_asked_for_again(monkeypatch):
    one = {"w": 1}
    groups = {"param_groups": [{"lr": rate} for rate in (0.1, 0.2, 0.3, 0.4)]}
    rows = [{"epoch": 2, "part": part, "image_size": 64} for part in ("train", "validation")]
    going_on = TrainingState("key", "run", {}, "", rows, 2, 0.9, one, one, one, groups)
    finished = dataclasses.replace(going_on, finished="all epochs done")
    monkeypatch.setattr(hardware, "choose_hardware", lambda process: None)

    def kept(*states):
        monkeypatch.setattr(training, "train", lambda *_: iter(states))
        return [(records, one.state) for records, one in nodes.train(*INPUTS.values())]

    (_, whole), (records, lean) = kept(going_on, finished)
    assert whole is going_on
    assert records.scalars["rates"] == {"learning_rate/backbone": 0.2, "learning_rate/head": 0.4}
    assert lean.best_weights == one and lean.history == rows
    assert not lean.weights and not lean.average and not lean.optimizer
    ((records, again),) = kept(lean)
    assert again == lean
    assert "rates" not in records.scalars
