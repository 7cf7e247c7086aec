"""Two models on the same images: what is known of their difference, and of its interval."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chest_xray.statistics.metrics import mcnemar, metrics, paired_differences


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_a_difference_is_that_of_the_metrics_and_changes_sign_with_the_order(seed):
    random = np.random.default_rng(seed)
    labels = random.random(60) < 0.6
    labels[:2] = False, True
    first, second = random.random(60), random.random(60)
    patients = [f"p{number // 2}" for number in range(60)]
    there = paired_differences(labels, (first, second), (0.5, 0.4), patients, 100, 1)
    back = paired_differences(labels, (second, first), (0.4, 0.5), patients, 100, 1)
    expected = metrics(labels, second, 0.4)["auc"] - metrics(labels, first, 0.5)["auc"]
    assert there["auc"]["value"] == pytest.approx(expected)
    for name in ("accuracy", "auc"):
        assert there[name]["low"] == pytest.approx(-back[name]["high"])


def test_pairing_takes_out_what_is_hard_for_both():
    random = np.random.default_rng(2)
    labels = random.random(400) < 0.5
    hard = random.random(400) < 0.3
    first = np.where(labels ^ hard, 0.9, 0.1)
    second = first.copy()
    second[np.flatnonzero(hard)[:20]] = np.where(labels[np.flatnonzero(hard)[:20]], 0.9, 0.1)
    patients = [f"p{number}" for number in range(400)]
    accuracy = paired_differences(labels, (first, second), (0.5, 0.5), patients, 500, 0)["accuracy"]
    assert accuracy["value"] == pytest.approx(20 / 400)
    assert 0.02 < accuracy["low"] < accuracy["high"] < 0.08


@pytest.mark.parametrize(
    ("only_first", "only_second", "p"), [(0, 0, 1.0), (1, 1, 1.0), (0, 5, 0.0625), (2, 10, 0.0386)]
)
def test_mcnemar_is_the_exact_one(only_first, only_second, p):
    first = np.array([True] * (only_first + 7) + [False] * only_second)
    second = np.array([False] * only_first + [True] * (7 + only_second))
    result = mcnemar(first, second)
    assert (result["only_first_right"], result["only_second_right"]) == (only_first, only_second)
    assert result["p"] == pytest.approx(p, abs=1e-4)
