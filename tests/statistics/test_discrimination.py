"""Weighted areas are scikit-learn's, and groups differ only where they do."""

import math

import numpy as np
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from chest_xray.statistics.discrimination import (
    auc_difference_p,
    weighted_auc,
    weighted_auc_interval,
)
from chest_xray.statistics.draws import PatientDraws
from chest_xray.statistics.metrics import metrics_with_intervals


@given(st.integers(0, 10_000), st.integers(4, 60), st.sampled_from([1, 8]))
def test_the_weighted_area_is_scikit_learns(seed, count, decimals):
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 2 == 0
    scores, weights = random.random(count).round(decimals), random.random(count) + 0.01
    expected = roc_auc_score(labels, scores, sample_weight=weights)
    assert weighted_auc(labels, scores, weights[None])[0] == pytest.approx(expected)


def test_equal_weights_give_the_interval_of_no_weights():
    random = np.random.default_rng(0)
    labels = np.arange(80) % 2 == 0
    scores, patients = random.random(80), [f"p{number // 2}" for number in range(80)]
    found = weighted_auc_interval(labels, scores, np.full(80, 0.3), PatientDraws(patients, 100, 0))
    expected = metrics_with_intervals(labels, scores, 0.5, patients, 100, 0)["auc"]
    assert found.as_json() == pytest.approx(expected)


def test_few_films_of_large_weight_leave_a_wide_interval():
    labels = np.arange(200) % 2 == 0
    weights = np.where(np.arange(200) < 6, 1.0, 1e-6)
    scores = np.where(labels, 0.9, 0.1)
    draws = PatientDraws([f"p{number}" for number in range(200)], 100, 0)
    found = weighted_auc_interval(labels, scores, weights, draws)
    assert found.value == 1 and found.low < 0.7
    nothing = weighted_auc_interval(labels, scores, np.where(labels, 1.0, 0.0), draws)
    assert math.isnan(nothing.value) and math.isnan(nothing.low)


def groups(seed, difference, count=120):
    """Two images of each patient; the second half of the patients is easier by ``difference``."""
    random = np.random.default_rng(seed)
    patient = np.arange(count) // 2
    inside = patient % 2 == 0
    labels = random.random(count // 2)[patient] < 0.5
    common = random.normal(size=count // 2)[patient]
    scores = labels * (1 + difference * inside) + 0.7 * common + 0.7 * random.normal(size=count)
    return labels, scores, inside, PatientDraws(patient.astype(str).tolist(), 100, 0)


def test_a_difference_that_is_there_is_found_and_none_that_is_not():
    assert auc_difference_p(*groups(0, 3.0, 400)) < 0.001
    p = np.array([auc_difference_p(*groups(seed, 0.0)) for seed in range(120)])
    # Of 120 draws, 5 % give or take three standard errors.
    assert (p < 0.05).mean() <= 0.11
    assert 0.3 < p.mean() < 0.75


@settings(max_examples=examples(30), deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 20))
def test_the_p_value_is_the_rests_too(seed, count):
    labels, scores, inside, draws = groups(seed, 0.5, 2 * count)
    p = auc_difference_p(labels, scores, inside, draws)
    assert math.isnan(p) or 0 <= p <= 1
    assert p == pytest.approx(auc_difference_p(labels, scores, ~inside, draws), nan_ok=True)


def test_few_patients_without_an_error_are_no_evidence():
    labels = np.arange(60) % 2 == 0
    scores = np.where(labels, 0.9, 0.1)
    inside = np.arange(60) < 6
    draws = PatientDraws([f"p{number}" for number in range(60)], 200, 0)
    assert auc_difference_p(labels, scores, inside, draws) == 1
    scores[[20, 22, 24, 26]] = 0.05
    assert auc_difference_p(labels, scores, inside, draws) > 0.2
    assert math.isnan(auc_difference_p(labels, scores, labels, draws))
