"""A long training holds one epoch in memory, however many it has behind it."""

import weakref

from kedro.io import AbstractDataset, DataCatalog, MemoryDataset
from kedro.pipeline import Node, Pipeline
from kedro.runner import SequentialRunner

from chest_xray.learning import training
from chest_xray.learning.state import TrainingState
from chest_xray.machine import device as hardware
from chest_xray.pipelines.training import nodes

INPUTS = ["parameters", "process", "classes", "splits", "pixels", "resume_point", "folder"]


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


def test_states_are_let_go_of_once_they_are_kept(monkeypatch):
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
        {name: MemoryDataset(name) for name in INPUTS}
        | {"tensorboard": Counting(made), "training_state": kept}
    )
    pipeline = Pipeline([Node(nodes.train, INPUTS, ["tensorboard", "training_state"])])
    SequentialRunner().run(pipeline, catalog)
    assert len(kept.counts) == 40
    assert max(kept.counts) <= 2
