"""The metrics agree with scikit-learn's, and the intervals with known properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn

from chest_xray.evaluating.calibration import choose_threshold, fit_calibration, probabilities
from chest_xray.parameters import ThresholdParameters
from chest_xray.statistics import draws
from chest_xray.statistics.metrics import metrics, metrics_with_intervals


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
@pytest.mark.parametrize("shift", [-2.0, 0.0, 1.0])
def test_what_spoilt_the_logits_is_found(temperature, shift):
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, 20_000)
    labels = random.random(20_000) < probabilities(logits, 1.0)
    found = fit_calibration(logits * temperature - shift, labels)
    assert found.temperature == pytest.approx(temperature, rel=0.05)
    assert found.shift == pytest.approx(shift, abs=0.15)


def test_class_weights_are_taken_out_of_the_probabilities():
    random = np.random.default_rng(1)
    labels = random.random(20_000) < 0.8
    # What a network trained with balanced classes answers, whatever their frequency.
    logits = random.normal(0, 1.5, 20_000) + np.where(labels, 1.0, -1.0)
    found = fit_calibration(logits, labels)
    probability = probabilities(logits + found.shift, found.temperature)
    assert found.shift > 0.5
    assert metrics(labels, probability, 0.5)["ece"] < 0.02
    assert probability.mean() == pytest.approx(labels.mean(), abs=0.01)


@given(st.integers(2, 200), st.integers(2, 200))
def test_classes_separated_without_an_error_leave_a_probability_between_0_and_1(first, second):
    labels = np.repeat([False, True], [first, second])
    found = fit_calibration(np.where(labels, 4.0, -4.0), labels)
    probability = probabilities(np.array([-4.0, 4.0]) + found.shift, found.temperature)
    expected = 1 / (first + 2), (second + 1) / (second + 2)
    assert probability == pytest.approx(expected, rel=0.02)


def test_draws_in_blocks_give_the_interval_of_all_draws_at_once(monkeypatch):
    random = np.random.default_rng(4)
    labels = random.random(90) < 0.4
    given = labels, random.random(90), 0.5, [f"p{image // 3}" for image in range(90)], 200, 7
    whole = metrics_with_intervals(*given)
    monkeypatch.setattr(draws, "_WEIGHTS_AT_ONCE", 7 * 90)
    in_blocks = metrics_with_intervals(*given)
    for name, interval in whole.items():
        assert in_blocks[name] == pytest.approx(interval)


def test_an_interval_has_a_width_where_every_image_is_right():
    labels = np.repeat([False, True], [40, 60])
    patients = [f"p{number // 2}" for number in range(100)]
    found = metrics_with_intervals(labels, labels * 0.9, 0.5, patients, 50, 0)
    # Wilson's for 50 of 50 patients, 30 of 30 and 20 of 20.
    for name, low in (("accuracy", 0.929), ("sensitivity", 0.886), ("specificity", 0.839)):
        assert found[name] == {"value": 1.0, "low": pytest.approx(low, abs=0.001), "high": 1.0}
    assert found["ece"]["low"] is None


@given(st.integers(0, 1000), st.floats(0.5, 1.0))
def test_the_sensitivity_asked_for_is_reached_on_validation(seed, wanted):
    random = np.random.default_rng(seed)
    labels = random.random(100) < 0.5
    probability = np.clip(labels * 0.3 + random.random(100) * 0.7, 0, 1)
    policy = ThresholdParameters(policy="sensitivity", sensitivity=wanted)
    threshold = choose_threshold(probability, labels, policy)
    assert (probability[labels] >= threshold).mean() >= wanted
