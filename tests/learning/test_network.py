"""Weights are loaded from torchvision's format, and refused otherwise."""

import os
from pathlib import Path

import pytest
import torch
import torchvision

from chest_xray.errors import BadWeights
from chest_xray.learning.network import (
    STAGES,
    Classifier,
    load_backbone_weights,
    load_classifier,
    shifted_views,
    weights_hash,
)


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
    card = {"backbone": "resnet18", "head_sizes": [4], "dropout": 0.0, "test_time_views": 1}
    load_classifier(weights, card | {"weights_hash": weights_hash(weights)})
    with pytest.raises(BadWeights, match="not the ones"):
        load_classifier(weights, card | {"weights_hash": "another"})


def test_a_finished_network_of_several_views_gives_their_mean_logit():
    torch.manual_seed(3)
    weights = Classifier("resnet18", [4], 0.0).state_dict()
    images = torch.randn(3, 3, 50, 50)
    one, five = (Classifier("resnet18", [4], 0.0, views).eval() for views in (1, 5))
    for network in (one, five):
        network.load_state_dict(weights)
    views = shifted_views(images, 5)
    assert torch.equal(views[:3], images)
    # A 25th of 50 px is two; what was at the left is now two further to the right.
    assert torch.equal(views[3:6, :, :, 2:], images[..., :-2])
    assert torch.equal(views[3:6, :, :, 0], images[..., 0])
    assert torch.equal(views[12:, :, :-2], images[:, :, 2:])
    with torch.no_grad():
        torch.testing.assert_close(five(images), one(views).view(5, 3).mean(0))
        assert not torch.allclose(five(images), one(images))
        five.train()
        one.train()
        assert torch.equal(five(images), one(images))
