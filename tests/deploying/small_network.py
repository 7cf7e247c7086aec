"""One small network, exported once a session: an export takes seconds."""

import numpy as np
import pytest
import torch

from chest_xray.deploying.exporting import deployable, export_classifier
from chest_xray.deploying.scorers import NetworkFeatures
from chest_xray.evaluating.out_of_distribution import fit_ood_reference
from chest_xray.learning.network import Classifier, weights_hash
from chest_xray.radiographs.preprocessing import preprocessing_name
from chest_xray.radiographs.unusual import FilmLimits, FilmRanges

SIZE = 64
# Of logits, from image to image. Random weights feel a single grey level more than learnt ones.
SPREAD = 0.04
CHANNEL = 3
# A dark film, and one much wider than high, are unusual; nothing else is.
RANGES = FilmRanges(
    FilmLimits(0.1, 100, {"brightness": 0.2}, {"shape": 2.0}, "L"), SIZE, "of the splits"
)


def card_of(weights, kind="none"):
    return {
        "backbone": "resnet18",
        "head_sizes": [8],
        "test_time_views": 1,
        "dropout": 0.1,
        "image_size": SIZE,
        "intensity_normalization": kind,
        "preprocessing": preprocessing_name(SIZE, kind),
        "normalization": {},
        "class_names": ["NORMAL", "PNEUMONIA"],
        "temperature": 0.7,
        "threshold": 0.5,
        "data_hash": "of the data",
        "splits_hash": RANGES.splits_hash,
        "weights_hash": weights_hash(weights),
    }


def random_network():
    """Random weights, norms that have seen images, answers that differ from image to image."""
    torch.manual_seed(3)
    network = Classifier("resnet18", [8], 0.1)
    levels = (torch.rand(16, 1, 4, 4) * 4 - 2).expand(-1, 3, -1, -1)
    images = torch.nn.functional.interpolate(levels, size=SIZE, mode="bilinear")
    with torch.no_grad():
        for _ in range(20):
            network(images)
        network.eval()
        logits = network(images)
        last = network.head[-1]
        last.weight *= SPREAD / logits.std()
        last.bias.copy_((last.bias - logits.mean()) * SPREAD / logits.std())
    return network


def smooth_images(count, seed):
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (count, 4, 4), dtype=np.uint8)
    return np.kron(coarse, np.ones((1, SIZE // 4, SIZE // 4), dtype=np.uint8))


def reference_of(weights, card):
    """Of smooth images, which are like each other; noise is like none of them."""
    return reference_to(NetworkFeatures(weights, card, "cpu"))


def reference_to(network):
    training, validation = (smooth_images(64, seed) for seed in (11, 12))
    mirrored = np.ascontiguousarray(training[:, :, ::-1])
    features = [network.features(images) for images in (training, validation, mirrored)]
    return fit_ood_reference(*features, 16, 1.0, network.model)


def export(weights, card):
    return export_classifier(weights, card, "CC0", RANGES, reference_of(weights, card))


@pytest.fixture(scope="session")
def exported():
    """The float file's bytes, PyTorch's module and the card."""
    weights = random_network().state_dict()
    card = card_of(weights)
    return export(weights, card), deployable(weights, card), card


@pytest.fixture(scope="session")
def exported_equalized():
    """The same network, which sees every film with its histogram equalized."""
    weights = random_network().state_dict()
    card = card_of(weights, "equalize")
    return export(weights, card), deployable(weights, card), card


@pytest.fixture(scope="session")
def exported_with_an_outlier():
    """The same function, but a channel of layer3.0 is a thousand times too large in between.

    What follows takes the factor out again, so float computes the same; a scale a tensor doesn't
    hold both that channel and the others.
    """
    network = random_network()
    block = network.backbone.layer3[0]
    with torch.no_grad():
        block.bn1.weight[CHANNEL] *= 1000
        block.bn1.bias[CHANNEL] *= 1000
        block.conv2.weight[:, CHANNEL] /= 1000
    weights = network.state_dict()
    return export(weights, card_of(weights))
