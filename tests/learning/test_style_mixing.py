"""Films of a batch exchange grey scale and texture, and keep where things are."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from chest_xray.learning.network import Classifier
from chest_xray.learning.style_mixing import (
    FeatureMixing,
    exchange_texture,
    mix_amplitudes,
    mix_features,
)

SIZE = 64


def smooth_and_rough(count=8):
    """Films of the class 0 are smooth, those of the class 1 have strong fine detail."""
    torch.manual_seed(3)
    place = torch.arange(SIZE) / SIZE
    wave = 128 + 40 * torch.sin(2 * torch.pi * 2 * place)
    films = wave.expand(count, 1, SIZE, SIZE) + torch.randn(count, 1, SIZE, SIZE)
    labels = torch.arange(count) % 2 * 1.0
    films = films + labels.view(-1, 1, 1, 1) * torch.randn(count, 1, SIZE, SIZE) * 12
    return films, labels


def roughness(films):
    return films.diff(dim=-2).std(dim=(1, 2, 3))


def test_texture_goes_from_one_class_to_the_other():
    films, labels = smooth_and_rough()
    before = roughness(films)
    after = roughness(exchange_texture(films, labels, 1.0))
    assert before[labels == 0].max() < 4 < 10 < before[labels == 1].min()
    assert after[labels == 1].max() < 10 < after[labels == 0].min()


@given(st.floats(0, 1))
def test_coarse_structure_stays_whatever_share_exchanges(share):
    films, labels = smooth_and_rough()
    changed = exchange_texture(films, labels, share)
    coarse = [torch.nn.functional.avg_pool2d(one, 16) for one in (films, changed)]
    assert (coarse[0] - coarse[1]).abs().max() < 3


def test_a_batch_of_one_class_exchanges_nothing():
    films, labels = smooth_and_rough()
    same = torch.ones_like(labels)
    assert torch.equal(exchange_texture(films, same, 1.0), films)


def test_amplitudes_are_mixed_and_phases_kept():
    films, _ = smooth_and_rough()
    mixed = mix_amplitudes(films, 0.5)
    before, after = torch.fft.rfft2(films), torch.fft.rfft2(mixed)
    strong = before.abs() > before.abs().amax((2, 3), keepdim=True) * 0.05
    turned = (before / after).angle().abs()[strong & (after.abs() > 1)]
    assert turned.median() < 0.02
    assert (roughness(mixed) - roughness(films)).abs().max() > 0.5
    torch.testing.assert_close(mix_amplitudes(films, 0.0), films, atol=1e-2, rtol=0)


def test_feature_mixing_takes_mean_and_deviation_of_another_film():
    torch.manual_seed(3)
    scale = torch.tensor([1.0, 5.0]).view(2, 1, 1, 1)
    features = torch.randn(2, 4, 16, 16) * scale + scale
    own = torch.ones(2)
    torch.testing.assert_close(mix_features(features, own), features, atol=1e-4, rtol=1e-4)
    torch.manual_seed(1)
    order = torch.randperm(2)
    torch.manual_seed(1)
    given_away = mix_features(features, torch.zeros(2))
    torch.testing.assert_close(given_away.mean((2, 3)), features[order].mean((2, 3)))
    torch.testing.assert_close(given_away.std((2, 3)), features[order].std((2, 3)))


@pytest.mark.parametrize("training", [True, False])
def test_features_are_mixed_in_training_only(training):
    torch.manual_seed(3)
    network = Classifier("resnet18", [], 0.0)
    images = torch.randn(4, 3, 32, 32)
    network.train(training)
    before = network(images)
    FeatureMixing(1.0).attach(network)
    assert torch.equal(network(images), before) is not training
