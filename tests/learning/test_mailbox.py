"""Each epoch of the workers reaches the process that started them, and so does what ends them."""

from types import SimpleNamespace

import pytest
import torch
from shared_training import parameters

from chest_xray.errors import BadTraining
from chest_xray.learning import data_parallel
from chest_xray.learning.mailbox import Mailbox
from chest_xray.learning.state import TrainingState
from chest_xray.machine.ray_cluster import Resources


class Here:
    """A mailbox in this process, asked as an actor of Ray's is."""

    def __init__(self):
        self.mailbox = Mailbox()

    def __getattr__(self, name):
        return SimpleNamespace(remote=getattr(self.mailbox, name))


@pytest.fixture
def mailbox(monkeypatch):
    monkeypatch.setattr(data_parallel.ray, "get", lambda answer: answer)
    monkeypatch.setattr(data_parallel, "_PIECE_BYTES", 1000)
    monkeypatch.setattr(data_parallel, "_LOOKING_SECONDS", 0.01)
    return Here()


def state(epoch, finished=""):
    """After so many epochs, larger than one piece."""
    row = {"epoch": epoch, "loss": 0.5, "accuracy": 0.5, "auc": 0.5, "seconds": 1.0}
    history = [row | {"part": part, "image_size": 32} for part in ("train", "validation")]
    weights = {"all": torch.full((2000,), float(epoch))}
    return TrainingState("key", "run", {}, finished, history * 2, weights=weights)


def trainer(mailbox, states, end=lambda: None):
    """What the workers do, without any: as fast as they can."""
    job = SimpleNamespace(mailbox=mailbox)

    def fit():
        mailbox.mailbox.join(2)
        for one in states:
            data_parallel._Job._deliver(job, one)
        end()

    return SimpleNamespace(fit=fit)


def test_the_driver_misses_no_epoch(mailbox):
    states = [state(1), state(2), state(3, "all 3 epochs done")]
    found = list(data_parallel._followed(trainer(mailbox, states), mailbox, 0))
    assert [one.history[-1]["epoch"] for one in found] == [1, 2, 3]
    assert [float(one.weights["all"][-1]) for one in found] == [1, 2, 3]


def test_a_state_that_was_not_sent_to_its_end_is_forgotten(mailbox):
    data_parallel._send(mailbox, state(1))
    mailbox.mailbox.begin()
    mailbox.mailbox.add(b"half of the next")
    assert data_parallel._received(mailbox).epochs == 1
    data_parallel._send(mailbox, state(2))
    assert data_parallel._received(mailbox).epochs == 2


def test_what_ends_a_training_is_raised_after_the_epochs_before(mailbox):
    def end():
        mailbox.mailbox.fail(BadTraining("The train loss of epoch 2 is nan."))

    followed = data_parallel._followed(trainer(mailbox, [state(1)], end), mailbox, 0)
    assert next(followed).epochs == 1
    with pytest.raises(BadTraining, match="loss of epoch 2 is nan"):
        next(followed)


def test_workers_that_are_lost_too_often_are_told_in_one_sentence(mailbox):
    def end():
        raise RuntimeError("Training failed:\nA worker died.\n")

    followed = data_parallel._followed(trainer(mailbox, [state(1)], end), mailbox, 0)
    assert next(followed).epochs == 1
    with pytest.raises(BadTraining, match=r"5 times \(A worker died\.\); .* after epoch 1"):
        next(followed)


@pytest.mark.parametrize(("choice", "workers"), [("continue", (1, 3)), ("wait", 3)])
def test_a_training_goes_on_with_fewer_workers_or_waits(tmp_path, choice, workers):
    job = SimpleNamespace(parameters=parameters(on_lost_worker=choice))
    made = data_parallel._trainer(job, 3, Resources(2, 0, 0), tmp_path / "train")
    assert made.scaling_config.num_workers == workers
    assert made.scaling_config.resources_per_worker == {"CPU": 2}
