"""Intercept and slope say what is wrong with probabilities whose fault is known."""

import math

import numpy as np
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from chest_xray.statistics.calibration_slope import calibration_intercept_and_slope
from chest_xray.statistics.draws import PatientDraws


def images(count, seed=0, spread=1.5):
    """Log-odds that are right, and labels after them."""
    random = np.random.default_rng(seed)
    odds = random.normal(0, spread, count)
    return odds, random.random(count) < expit(odds)


def alone(count, draws=100):
    return PatientDraws([f"p{number}" for number in range(count)], draws, 0)


def test_calibrated_probabilities_have_intercept_0_and_slope_1():
    odds, labels = images(2000)
    intercept, slope = calibration_intercept_and_slope(labels, expit(odds), alone(2000))
    assert intercept.value == pytest.approx(0, abs=0.15)
    assert slope.value == pytest.approx(1, abs=0.15)
    assert intercept.low < 0 < intercept.high and slope.low < 1 < slope.high
    assert slope.high - slope.low < 0.3


@pytest.mark.parametrize("factor", [0.5, 2.0, -1.0])
def test_the_slope_undoes_what_log_odds_were_multiplied_by(factor):
    odds, labels = images(2000)
    slope = calibration_intercept_and_slope(labels, expit(factor * odds), alone(2000))[1]
    assert slope.value == pytest.approx(1 / factor, abs=0.15)


def test_probabilities_that_are_too_high_have_an_intercept_below_0():
    odds, labels = images(2000)
    intercept, slope = calibration_intercept_and_slope(labels, expit(odds + 1), alone(2000))
    assert intercept.value == pytest.approx(-1, abs=0.15)
    assert slope.value == pytest.approx(1, abs=0.15)


@settings(deadline=None, max_examples=examples(10))
@given(st.integers(0, 10_000), st.integers(30, 120))
def test_the_slope_is_that_of_a_logistic_regression(seed, count):
    odds, labels = images(count, seed, spread=3)
    if labels.all() or not labels.any() or odds[labels].min() >= odds[~labels].max():
        return
    probability = expit(odds)
    slope = calibration_intercept_and_slope(labels, probability, alone(count, 1))[1].value
    model = LogisticRegression(C=1e12, tol=1e-10, max_iter=1000).fit(odds[:, None], labels)
    assert slope == pytest.approx(model.coef_[0, 0], rel=1e-3)


def test_intervals_hold_the_truth_in_about_19_of_20_draws():
    held = np.zeros(2)
    for seed in range(60):
        odds, labels = images(150, seed)
        found = calibration_intercept_and_slope(labels, expit(odds), alone(150))
        held += [one.low <= truth <= one.high for one, truth in zip(found, (0, 1), strict=True)]
    # Of 60 draws, 95 % give or take three standard errors.
    assert (held >= 52).all()


def test_few_patients_leave_a_width():
    odds, labels = images(40)
    widths = []
    for patients in (2, 4, 40):
        drawn = PatientDraws([f"p{number % patients}" for number in range(40)], 200, 0)
        found = calibration_intercept_and_slope(labels, expit(odds), drawn)
        widths.append([one.high - one.low for one in found])
    assert np.min(widths) > 0.5
    assert (np.array(widths[0]) > np.array(widths[2])).all()


def test_separated_classes_and_equal_probabilities_have_no_slope():
    labels = np.repeat([True, False], 10)
    for probability in (np.where(labels, 0.9, 0.1), np.full(20, 0.4)):
        intercept, slope = calibration_intercept_and_slope(labels, probability, alone(20))
        assert math.isfinite(intercept.value) and intercept.high - intercept.low > 0.5
        assert slope.as_json() == {"value": None, "low": None, "high": None}


def test_an_end_that_separated_draws_leave_open_is_none_in_json():
    labels = np.repeat([True, False], 10)
    probability = np.where(labels, 0.9, 0.1)
    probability[3] = 0.05
    slope = calibration_intercept_and_slope(labels, probability, alone(20))[1].as_json()
    assert slope["low"] < slope["value"] and slope["high"] is None


def test_probabilities_of_0_and_1_are_taken():
    labels = np.arange(40) % 2 == 0
    probability = np.where(np.arange(40) % 3 == 0, 1.0, 0.0)
    found = calibration_intercept_and_slope(labels, probability, alone(40))
    assert all(math.isfinite(one.value) for one in found)
