"""``backbone: auto`` takes the largest backbone that memory and patience allow."""

import pytest
import yaml
from conftest import PROJECT

from chest_xray.errors import BadTraining
from chest_xray.learning import backbone
from chest_xray.learning.backbone import choose_backbone, measure_training_step
from chest_xray.machine.device import Hardware
from chest_xray.parameters import TrainingParameters

CPU = Hardware("cpu", "float32")
GIB = 1024**3
# What a training step takes: bytes and seconds.
STEPS = {"resnet18": (1 * GIB, 0.1), "resnet34": (2 * GIB, 0.2), "resnet50": (3 * GIB, 0.4)}


def parameters(**changes):
    """Those of conf/base, whose backbone is 'auto', with three candidates."""
    path = PROJECT / "conf" / "base" / "parameters" / "training.yml"
    raw = yaml.safe_load(path.read_text(encoding="utf8"))["training"]
    given = {"seed": 7, "bootstrap_samples": 100, "batch_size": 10, "memory_share": 0.5}
    given |= {"backbone_candidates": list(STEPS), "minutes_per_epoch": 1000.0}
    return TrainingParameters(**raw | given | changes)


@pytest.fixture
def machine(monkeypatch):
    """A machine with 8 GiB free on which steps take what ``STEPS`` says; what was tried."""
    tried = []

    def step(name, batch_size, image_size, hardware):
        tried.append(name)
        return STEPS[name]

    monkeypatch.setattr(backbone, "measure_training_step", step)
    monkeypatch.setattr(backbone, "free_memory", lambda device: 8 * GIB)
    return tried


def test_the_base_configuration_leaves_the_choice_to_the_machine():
    assert parameters().backbone == "auto"


@pytest.mark.parametrize(
    ("changes", "chosen"),
    [
        ({}, "resnet50"),
        # 8 GiB are free: a quarter of them holds the second, and an eighth the smallest.
        ({"memory_share": 0.25}, "resnet34"),
        ({"memory_share": 0.125}, "resnet18"),
        # 6,000 images are 600 steps: 4, 2 and 1 minutes.
        ({"minutes_per_epoch": 3.9}, "resnet34"),
        ({"minutes_per_epoch": 1.0}, "resnet18"),
    ],
)
def test_the_largest_that_fits_memory_and_time_is_taken(machine, changes, chosen):
    name, tried = choose_backbone(parameters(**changes), 128, 6000, CPU)
    assert name == chosen
    assert [row["backbone"] for row in tried] == machine
    assert [row["fits"] for row in tried] == [False] * (len(tried) - 1) + [True]
    assert machine == sorted(machine, key=lambda one: -int(one[6:]))


def test_a_backbone_by_its_name_is_not_tried(machine):
    assert choose_backbone(parameters(backbone="resnet34"), 128, 6000, CPU) == ("resnet34", [])
    assert not machine


def test_where_none_fits_the_message_says_what_to_change(machine):
    with pytest.raises(BadTraining, match=r"fits 0\.8 GiB and 1000 minutes per epoch; raise "):
        choose_backbone(parameters(memory_share=0.1), 128, 6000, CPU)


def test_a_real_step_takes_memory_and_time():
    taken, seconds = measure_training_step("resnet18", 2, 32, CPU)
    weights = 11_000_000 * 4
    assert weights < taken < 4 * GIB
    assert 0 < seconds < 60
