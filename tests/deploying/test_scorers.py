"""What a network keeps of its training images comes from these, and from their mirror images."""

import numpy as np
import pandas as pd
import pytest

from chest_xray.deploying.scorers import (
    fit_network_ood_reference,
    reference_as_tensors,
    reference_of_tensors,
)
from chest_xray.errors import MixedResults
from chest_xray.parameters import OodParameters
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.splitting import splits_hash

SIZE, TRAIN, VALIDATION = 8, 400, 200
PARAMETERS = OodParameters(directions=4, rare_percent=2.0)


class ColumnMeans:
    """A network whose features are the mean levels of an image's columns."""

    model = "a hash"

    def __init__(self, splits):
        self.facts = {
            "splits_hash": splits_hash(splits),
            "data_hash": "of the pixels",
            "image_size": SIZE,
            "intensity_normalization": "none",
        }

    def features(self, pixels):
        return pixels.mean(axis=1, dtype=float)


def films(count, seed):
    """Dark on one side, with some noise."""
    random = np.random.default_rng(seed)
    levels = 60 + 10 * np.arange(SIZE) + random.normal(0, 12, (count, SIZE, SIZE))
    return levels.round().clip(0, 255).astype(np.uint8)


@pytest.fixture
def splits():
    parts = ["train"] * TRAIN + ["validation"] * VALIDATION
    names = [f"image_{number}" for number in range(len(parts))]
    return pd.DataFrame({"image_id": names, "label": "X", "part": parts})


@pytest.fixture
def pixels(splits, tmp_path):
    films(len(splits), 0).tofile(tmp_path / "map")
    names = splits["image_id"].tolist()
    places = list(range(len(names)))
    manifest = PixelManifest(names, places, SIZE, "", "of the pixels", str(tmp_path / "map"))
    return PixelMap(manifest)


def test_mirrored_images_are_beyond_the_limit_and_new_ones_are_not(splits, pixels):
    network = ColumnMeans(splits)
    reference = fit_network_ood_reference(network, splits, pixels, PARAMETERS)
    new = films(200, 1)
    assert (reference.distances(network.features(new)) > 1).mean() < 0.08
    assert (reference.distances(network.features(new[:, :, ::-1])) > 1).all()
    assert (reference.mirrored_scores(network.features(new[:, :, ::-1])) > 1).all()


def test_the_catalog_s_tensors_give_the_same_reference(splits, pixels):
    network = ColumnMeans(splits)
    reference = fit_network_ood_reference(network, splits, pixels, PARAMETERS)
    again = reference_of_tensors(reference_as_tensors(reference))
    asked = network.features(films(20, 2))
    np.testing.assert_allclose(reference.distances(asked), again.distances(asked), rtol=1e-4)


def test_a_network_of_other_splits_is_refused(splits, pixels):
    network = ColumnMeans(splits.iloc[:-1])
    with pytest.raises(MixedResults, match="was trained on the splits"):
        fit_network_ood_reference(network, splits, pixels, PARAMETERS)
