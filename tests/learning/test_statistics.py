"""The metrics agree with scikit-learn's, and the intervals with what is known of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sklearn

from chest_xray.learning.calibration import choose_threshold, fit_temperature, probabilities
from chest_xray.learning.statistics import metrics, metrics_with_intervals
from chest_xray.parameters import ThresholdParameters


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(10, 80), st.sampled_from([1, 2, 8]))
def test_metrics_are_scikit_learns(seed, count, decimals):
    random = np.random.default_rng(seed)
    labels = random.random(count) < 0.6
    labels[:2] = False, True
    probability = random.random(count).round(decimals)
    ours = metrics(labels, probability, 0.5)
    called = probability >= 0.5
    assert ours["auc"] == pytest.approx(sklearn.roc_auc_score(labels, probability))
    assert ours["accuracy"] == pytest.approx(sklearn.accuracy_score(labels, called))
    assert ours["brier"] == pytest.approx(sklearn.brier_score_loss(labels, probability))
    assert ours["sensitivity"] == pytest.approx(sklearn.recall_score(labels, called))
    if called.any() and not called.all():
        assert ours["f1"] == pytest.approx(sklearn.f1_score(labels, called))
        assert ours["macro_f1"] == pytest.approx(sklearn.f1_score(labels, called, average="macro"))


def test_an_interval_over_patients_is_wider_than_one_over_images():
    random = np.random.default_rng(1)
    right = np.repeat(random.random(60) < 0.8, 10)
    labels = random.random(600) < 0.5
    probability = np.where(labels == right, 0.9, 0.1)
    alone = [f"i{number}" for number in range(600)]
    together = [f"p{number // 10}" for number in range(600)]
    widths = []
    for patients in (alone, together):
        accuracy = metrics_with_intervals(labels, probability, 0.5, patients, 500, 0)["accuracy"]
        assert accuracy["low"] <= accuracy["value"] <= accuracy["high"]
        widths.append(accuracy["high"] - accuracy["low"])
    assert widths[1] > 2 * widths[0]


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_that_spoilt_the_logits_is_found(temperature):
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, 20_000)
    labels = random.random(20_000) < probabilities(logits, 1.0)
    assert fit_temperature(logits * temperature, labels) == pytest.approx(temperature, rel=0.05)


@settings(deadline=None)
@given(st.integers(0, 1000), st.floats(0.5, 1.0))
def test_the_sensitivity_asked_for_is_reached_on_validation(seed, wanted):
    random = np.random.default_rng(seed)
    labels = random.random(100) < 0.5
    probability = np.clip(labels * 0.3 + random.random(100) * 0.7, 0, 1)
    policy = ThresholdParameters(policy="sensitivity", sensitivity=wanted)
    threshold = choose_threshold(probability, labels, policy)
    assert (probability[labels] >= threshold).mean() >= wanted
