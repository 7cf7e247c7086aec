"""Each training image draws a change of its own, of the kind and the size that was asked for."""

import math

import pytest
import torch

from chest_xray.learning.augmentation import Augmentation
from chest_xray.parameters import AugmentationParameters

OFF = {
    "rotation_degrees": 0,
    "translation": 0,
    "scale": 0,
    "brightness": 0,
    "gain": 0,
    "mean_contrast": 0,
    "gamma": 0,
    "blur": 0,
    "sharpening": 0,
    "noise": 0,
    "jpeg_quality": 100,
    "mirror": False,
}


def changed(name, levels, value=0.4):
    return Augmentation(AugmentationParameters(**OFF | {name: value}))(levels)


def test_augmentation_changes_each_image_in_its_own_way_and_not_at_all_when_off():
    image = torch.rand(1, 1, 32, 32).mul(255).expand(4, -1, -1, -1)
    unchanged = Augmentation(AugmentationParameters(**OFF))(image)
    torch.testing.assert_close(unchanged, image.contiguous(), atol=0.05, rtol=0)
    turned = changed("rotation_degrees", image, 20)
    assert (turned[0] - turned[1]).abs().mean() > 1
    assert turned.min() >= 0
    assert turned.max() <= 255.01


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


def test_gamma_keeps_black_white_and_the_order_of_levels():
    torch.manual_seed(3)
    ramp = torch.arange(256.0).view(1, 1, 16, 16).expand(32, -1, -1, -1)
    curved = changed("gamma", ramp, 0.6).flatten(1)
    torch.testing.assert_close(curved[:, 0], torch.zeros(32))
    torch.testing.assert_close(curved[:, -1], torch.full((32,), 255.0))
    assert (curved.diff(dim=1) >= 0).all()
    powers = (curved[:, 128] / 255).log() / math.log(128 / 255)
    assert powers.min() < 1 < powers.max()
    assert powers.min() >= 1 / 1.6 - 1e-3 and powers.max() <= 1.6 + 1e-3


def detail(levels):
    """How much neighbouring pixels differ, of each film."""
    return (levels.diff(dim=-1) ** 2).mean(dim=(1, 2, 3))


@pytest.mark.parametrize(
    ("name", "value", "direction"), [("blur", 2.0, -1), ("sharpening", 2.0, 1)]
)
def test_half_of_the_films_lose_or_gain_detail(name, value, direction):
    torch.manual_seed(3)
    films = torch.rand(1, 1, 32, 32).mul(100).add(70).expand(64, -1, -1, -1)
    gain = (detail(changed(name, films, value)) / detail(films)).log() * direction
    assert 16 <= int((gain > 1e-3).sum()) <= 48
    assert gain.min() > -1e-3


def test_noise_has_the_stated_largest_deviation():
    torch.manual_seed(3)
    films = torch.full((64, 1, 64, 64), 128.0)
    deviations = changed("noise", films, 0.1).std(dim=(1, 2, 3)) / 255
    assert deviations.max() < 0.105
    assert deviations.min() < 0.02
    assert abs(deviations.mean() - 0.05) < 0.01


def test_jpeg_changes_half_of_the_films_by_what_compression_loses():
    torch.manual_seed(3)
    film = torch.rand(1, 1, 32, 32).mul(255)
    films = film.expand(64, -1, -1, -1)
    apart = (changed("jpeg_quality", films, 30) - film).abs().mean(dim=(1, 2, 3))
    assert 16 <= int((apart > 1).sum()) <= 48
    assert apart.max() < 60
