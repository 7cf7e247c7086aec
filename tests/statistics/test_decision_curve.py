"""Net benefit is what Vickers and Elkin define."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chest_xray.statistics.decision_curve import decision_curve, net_benefit


@given(st.integers(0, 10_000), st.integers(1, 60))
def test_the_curve_of_all_and_none_is_given_by_prevalence(seed, count):
    random = np.random.default_rng(seed)
    labels = random.random(count) < 0.4
    curve = decision_curve(labels, random.random(count))
    share = labels.mean()
    assert [one["threshold"] for one in curve] == [
        pytest.approx(number / 100) for number in range(5, 96)
    ]
    for one in curve:
        t = one["threshold"]
        assert one["all"] == pytest.approx(share - (1 - share) * t / (1 - t))
        assert one["none"] == 0
        assert one["model"] <= share + 1e-12


def test_counted_by_hand():
    labels = np.array([True, True, False, False, False])
    called = np.array([True, False, True, False, False])
    assert net_benefit(labels, called, 0.2) == pytest.approx(1 / 5 - 1 / 5 * 0.25)


def test_a_perfect_model_gains_every_positive_at_every_threshold():
    labels = np.arange(10) % 2 == 0
    assert {one["model"] for one in decision_curve(labels, labels.astype(float))} == {0.5}
