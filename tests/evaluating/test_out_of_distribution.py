"""What is usual is told from what isn't, and how far is in units of the validation images."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chest_xray.evaluating.out_of_distribution import (
    fit_ood_reference,
    from_arrays,
    quadrant_means,
    to_arrays,
)

FEATURES = 40
# Which feature tells on which side the heart is.
HEART = 20


def usual(count, seed):
    """Images that differ much in three directions and hardly in the others."""
    random = np.random.default_rng(seed)
    spread = np.full(FEATURES, 0.1)
    spread[:3] = (5, 3, 2)
    return 7 + spread * random.normal(size=(count, FEATURES))


def mirrored(images):
    """The same with the heart on the other side, which is little beside all other differences."""
    return images + np.where(np.arange(FEATURES) == HEART, 0.6, 0)


def fitted(training, validation, rare_percent=2.0):
    return fit_ood_reference(training, validation, mirrored(training), 8, rare_percent, "a hash")


@pytest.fixture(scope="module")
def ood_reference():
    return fitted(usual(400, 0), usual(200, 1))


def test_few_new_images_of_the_same_kind_are_beyond_the_limit(ood_reference):
    beyond = (ood_reference.distances(usual(2000, 2)) > 1).mean()
    assert 0.005 < beyond < 0.06


@pytest.mark.parametrize("direction", [0, 30])
def test_what_leaves_the_cloud_is_far_in_any_direction(ood_reference, direction):
    strange = usual(50, 3)
    strange[:, direction] += 8 * (5 if direction == 0 else 0.5)
    assert (ood_reference.distances(strange) > 1).all()


def test_a_mirrored_image_is_beyond_the_limit_and_hardly_far(ood_reference):
    turned = mirrored(usual(500, 6))
    assert (ood_reference.distances(turned) > 1).mean() > 0.95
    assert (ood_reference.mahalanobis(turned) > 1).mean() < 0.5
    assert (ood_reference.mirrored_scores(usual(500, 6)) > 1).mean() < 0.06


def test_where_mirrored_images_are_the_same_only_the_distance_counts():
    images = usual(100, 0)
    reference = fit_ood_reference(images, usual(50, 1), images, 8, 2.0, "")
    assert not reference.mirrored.any()
    np.testing.assert_array_equal(reference.distances(images), reference.mahalanobis(images))


@given(st.floats(1e-3, 1e3), st.floats(-100, 100))
def test_the_scale_of_the_features_does_not_matter(factor, shift):
    training, validation = usual(100, 0), usual(50, 1)
    plain = fitted(training, validation)
    moved = fit_ood_reference(
        training * factor + shift,
        validation * factor + shift,
        mirrored(training) * factor + shift,
        8,
        2.0,
        "",
    )
    asked = usual(20, 4)
    np.testing.assert_allclose(
        plain.distances(asked), moved.distances(asked * factor + shift), rtol=1e-4
    )


def test_it_comes_back_from_what_is_kept(ood_reference):
    again = from_arrays(to_arrays(ood_reference))
    assert again.model == "a hash"
    asked = usual(20, 5)
    np.testing.assert_allclose(ood_reference.distances(asked), again.distances(asked), rtol=1e-3)


def test_few_and_equal_images_are_borne():
    same = np.ones((3, FEATURES))
    ood_reference = fit_ood_reference(same, same + 1e-3, same, 8, 1.0, "")
    assert np.isfinite(ood_reference.distances(same)).all()
    assert (ood_reference.distances(same + 1) > 1).all()


@pytest.mark.parametrize("size", [(2, 2), (4, 6), (5, 3)])
def test_quadrants_are_torchs_adaptive_average(size):
    import torch

    maps = np.random.default_rng(0).random((3, 4, *size), dtype=np.float32)
    pooled = torch.nn.functional.adaptive_avg_pool2d(torch.from_numpy(maps), 2).numpy()
    ours = quadrant_means(maps).reshape(3, 2, 2, 4).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(ours, pooled, rtol=1e-5)
