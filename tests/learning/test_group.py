"""Two processes train one network as one would: the same gradients, the same decisions."""

import numpy as np
import pytest
import torch
from test_fitting import CPU, parameters
from torch import distributed, multiprocessing, nn

from chest_xray.learning.examples import Examples
from chest_xray.learning.fitting import Fitting, fit
from chest_xray.learning.group import ALONE, ProcessGroup
from chest_xray.learning.network import Classifier
from chest_xray.learning.state import TrainingState
from chest_xray.radiographs.pixels import PixelManifest, PixelMap

SIZE, COUNT = 32, 32
STILL = {
    "rotation_degrees": 0.0,
    "translation": 0.0,
    "brightness": 0.0,
    "gain": 0.0,
}


def still(**changes):
    """Parameters without anything random."""
    chosen = parameters(**changes)
    calm = chosen.augmentation.model_copy(update=STILL)
    return chosen.model_copy(update={"augmentation": calm})


def without_batch_statistics(module):
    """Normalization of each image by itself, which no other image of a batch has a part in."""
    for name, child in module.named_children():
        if isinstance(child, nn.BatchNorm2d):
            setattr(module, name, nn.GroupNorm(4, child.num_features))
        else:
            without_batch_statistics(child)


def new_network(statistics):
    torch.manual_seed(0)
    network = Classifier("resnet18", [8], 0.0)
    if not statistics:
        without_batch_statistics(network)
    return network


def gradients(pixels, learnt, group):
    """After one step on a batch of seven, which two can't share evenly."""
    network = new_network(statistics=False)
    fitting = Fitting(network, pixels, learnt, still(batch_size=7), CPU, group)
    next(fitting.steps(1))
    return torch.cat([one.grad.flatten() for one in network.parameters()])


def losses(states):
    return [row["loss"] for row in states[-1].history]


def work(rank, pixels, learnt, checked, folder):
    """One of two processes."""
    torch.set_num_threads(1)
    distributed.init_process_group(
        "gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=2
    )
    group = ProcessGroup()
    found = {"gradients": gradients(pixels, learnt, group)}
    start = TrainingState("key", "run", {"backbone": "resnet18"})
    for name, statistics, epochs in (("without", False, 1), ("with", True, 2)):
        network = new_network(statistics)
        states = list(
            fit(network, pixels, learnt, checked, still(epochs=epochs), CPU, start, group)
        )
        found[name] = {
            "losses": losses(states),
            "history": states[-1].history,
            "best": states[-1].best_weights,
            "weights": states[-1].weights,
            "average": states[-1].average,
        }
    fitting = Fitting(new_network(True), pixels, learnt, still(), CPU, group)
    found["of one"] = fitting.predict(checked.rows[:1], 32)
    torch.save(found, f"{folder}/{rank}.pt")
    distributed.destroy_process_group()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Noise, of which the second half is brighter: pixels, training and validation part."""
    folder = tmp_path_factory.mktemp("group")
    levels = np.random.default_rng(0).integers(0, 120, (COUNT, SIZE, SIZE), dtype=np.uint8)
    levels[COUNT // 2 :] += 60
    levels.tofile(folder / "pixels.uint8")
    names = [f"image{number}" for number in range(COUNT)]
    path = str(folder / "pixels.uint8")
    manifest = PixelManifest(names, list(range(COUNT)), SIZE, "test", "f", path)
    rows = np.arange(COUNT)
    labels = (rows >= COUNT // 2).astype(np.float32)
    weights = np.where(labels, 0.5, 1.5).astype(np.float32)
    parts = [rows % 4 > 0, rows % 4 == 0]
    learnt, checked = (Examples(rows[one], labels[one], weights[one]) for one in parts)
    return PixelMap(manifest), learnt, checked, folder


@pytest.fixture(scope="module")
def together(made):
    """What each of two processes found."""
    multiprocessing.spawn(work, made, nprocs=2)
    return [torch.load(made[-1] / f"{rank}.pt", weights_only=False) for rank in range(2)]


def test_gradients_are_those_of_the_whole_batch(made, together):
    whole = gradients(*made[:2], ALONE)
    for found in together:
        assert torch.linalg.norm(found["gradients"] - whole) < 2e-6 * torch.linalg.norm(whole)


def test_without_batch_statistics_two_learn_what_one_does(made, together):
    start = TrainingState("key", "run", {"backbone": "resnet18"})
    alone = list(fit(new_network(False), *made[:3], still(epochs=1), CPU, start))
    for found in together:
        assert found["without"]["losses"] == pytest.approx(losses(alone), rel=1e-2)


def test_both_processes_have_the_same_network_and_history(together):
    first, second = (found["with"] for found in together)
    for name in ("best", "weights", "average"):
        torch.testing.assert_close(first[name], second[name], rtol=0, atol=0)
    assert first["history"] == second["history"]
    assert [row["epoch"] for row in first["history"]] == [1, 1, 2, 2]


def test_a_process_without_a_share_waits_for_the_others(together):
    first, second = (found["of one"] for found in together)
    assert first.shape == (1,)
    np.testing.assert_array_equal(first, second)


def test_one_process_has_everything():
    rows = np.arange(5)
    assert ALONE.share(rows).tolist() == rows.tolist()
    assert ALONE.gather(rows) is rows
    assert ALONE.from_first("this") == "this"
