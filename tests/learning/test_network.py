"""Weights are loaded from torchvision's format, and refused otherwise."""

import os
from pathlib import Path

import pytest
import torch
import torchvision

from chest_xray.errors import BadWeights
from chest_xray.learning.augmentation import Augmentation
from chest_xray.learning.network import (
    STAGES,
    Classifier,
    load_backbone_weights,
    load_classifier,
    weights_hash,
)
from chest_xray.parameters import AugmentationParameters


def test_a_local_file_in_torchvision_s_format_becomes_the_backbone(tmp_path):
    original = torchvision.models.resnet18()
    torch.save(original.state_dict(), tmp_path / "resnet18.pth")
    network = Classifier("resnet18", [8], 0.0)
    load_backbone_weights(network, "resnet18", "resnet18.pth", tmp_path)
    images = torch.randn(2, 3, 64, 64)
    original.fc = torch.nn.Identity()
    torch.testing.assert_close(network.eval().backbone(images), original.eval()(images))


def test_a_copy_of_torchvision_s_weights_is_never_executed(tmp_path, monkeypatch):
    class Mine:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "executed"),)

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    weights = torchvision.models.ResNet18_Weights.IMAGENET1K_V1
    copy = tmp_path / "checkpoints" / Path(weights.url).name
    copy.parent.mkdir()
    torch.save({"fc.bias": Mine()}, copy)
    network = Classifier("resnet18", [8], 0.0)
    with pytest.raises(BadWeights, match="remove that copy"):
        load_backbone_weights(network, "resnet18", weights.name, tmp_path)
    assert not (tmp_path / "executed").exists()


def test_the_stages_share_out_all_of_the_backbone():
    network = Classifier("resnet18", [], 0.0)
    shared = [tensor for stage in STAGES for tensor in network.stage_parameters(stage)]
    assert len(shared) == len(list(network.backbone.parameters()))


def test_a_card_of_other_weights_is_refused():
    weights = Classifier("resnet18", [4], 0.0).state_dict()
    card = {"backbone": "resnet18", "head_sizes": [4], "dropout": 0.0}
    load_classifier(weights, card | {"weights_hash": weights_hash(weights)})
    with pytest.raises(BadWeights, match="not the ones"):
        load_classifier(weights, card | {"weights_hash": "another"})


def test_augmentation_changes_each_image_in_its_own_way_and_not_at_all_when_off():
    off = {
        "rotation_degrees": 0,
        "translation": 0,
        "scale": 0,
        "brightness": 0,
        "gain": 0,
        "mean_contrast": 0,
    }
    image = torch.rand(1, 1, 32, 32).mul(255).expand(4, -1, -1, -1)
    unchanged = Augmentation(AugmentationParameters(**off, mirror=False))(image)
    torch.testing.assert_close(unchanged, image.contiguous(), atol=0.05, rtol=0)
    turned = Augmentation(AugmentationParameters(**off | {"rotation_degrees": 20}, mirror=False))(
        image
    )
    assert (turned[0] - turned[1]).abs().mean() > 1
    assert turned.min() >= 0
    assert turned.max() <= 255.01


def changed(name, levels):
    off = dict.fromkeys(["rotation_degrees", "translation", "scale", "brightness"], 0)
    moves = off | {"gain": 0, "mean_contrast": 0, "mirror": False, name: 0.4}
    return Augmentation(AugmentationParameters(**moves))(levels)


def test_gain_multiplies_all_levels_of_a_film_and_contrast_keeps_its_mean():
    torch.manual_seed(3)
    # Films of different means, within what neither gain nor contrast drives out of the scale.
    means = torch.tensor([80.0, 100.0, 120.0, 140.0]).view(4, 1, 1, 1)
    films = means + torch.rand(4, 1, 16, 16) * 60 - 30
    gains = changed("gain", films) / films
    assert gains.flatten(1).std(dim=1).max() < 1e-3
    assert gains.flatten(1).mean(dim=1).std() > 0.05
    own_means = films.mean(dim=(2, 3), keepdim=True)
    other = changed("mean_contrast", films)
    torch.testing.assert_close(other.mean(dim=(2, 3), keepdim=True), own_means, atol=0.01, rtol=0)
    factors = ((other - own_means) / (films - own_means)).flatten(1).median(dim=1).values
    assert factors.min() >= 0.6 and factors.max() <= 1.4
    assert factors.std() > 0.05
