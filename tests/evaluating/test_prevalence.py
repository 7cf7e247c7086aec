"""The prevalence is found where only it has changed; otherwise it is marked as unsafe."""

import numpy as np
import pytest
from evaluating.made_scores import made_films, parameters
from scipy.special import logit

from chest_xray.evaluating.prevalence import (
    correct_prevalence,
    estimate_prevalence,
    fit_of_mixture,
    measure_prevalence,
    prevalence_with_interval,
)
from chest_xray.statistics.draws import PatientDraws
from chest_xray.statistics.metrics import metrics

INSIDE = 0.7


def inside(films=500, seed=10):
    labels, probability, patients = made_films(np.random.default_rng(seed), films, INSIDE)
    return probability, labels, [f"in {one}" for one in patients]


def expectation_maximization(probability, calibrated_to, rounds=3000):
    """The algorithm as Saerens and others (2002) give it."""
    share = calibrated_to
    for _ in range(rounds):
        positive = share / calibrated_to * probability
        negative = (1 - share) / (1 - calibrated_to) * (1 - probability)
        share = float((positive / (positive + negative)).mean())
    return share


@pytest.mark.parametrize("prevalence", [0.1, 0.5, 0.9])
def test_the_estimate_is_where_expectation_maximization_ends(prevalence):
    _, probability, _ = made_films(np.random.default_rng(4), 300, prevalence, INSIDE)
    expected = expectation_maximization(probability, INSIDE)
    assert estimate_prevalence(probability, INSIDE)[0] == pytest.approx(expected, abs=1e-4)


def test_weights_count_a_film_as_often():
    _, probability, _ = made_films(np.random.default_rng(4), 50, 0.4, INSIDE)
    times = np.random.default_rng(0).integers(0, 3, (2, 50))
    weighted = estimate_prevalence(probability, INSIDE, times.astype(float))
    for found, own in zip(weighted, times, strict=True):
        assert found == pytest.approx(estimate_prevalence(np.repeat(probability, own), INSIDE)[0])


@pytest.mark.parametrize("prevalence", [0.15, 0.5])
def test_a_shift_of_prevalence_is_recovered_without_labels(prevalence):
    labels, probability, patients = made_films(np.random.default_rng(5), 600, prevalence, INSIDE)
    found = measure_prevalence(
        probability, labels, patients, np.zeros(600, dtype=bool), inside(), parameters()
    )
    assert found["estimate"]["low"] < prevalence < found["estimate"]["high"]
    assert found["estimate"]["value"] == pytest.approx(labels.mean(), abs=0.04)
    assert found["unsafe"] == []
    brier = {name: one["brier"] for name, one in found["metrics"].items()}
    assert brier["estimate"] < brier["as_they_are"] - 0.005
    assert sum(found["tenths"]["outside"]) == pytest.approx(1)
    assert sum(found["tenths"]["mixture"]) == pytest.approx(1)


def test_the_interval_holds_the_truth_in_most_samples():
    random = np.random.default_rng(6)
    held = 0
    for _ in range(60):
        _, probability, patients = made_films(random, 200, 0.3, INSIDE)
        found = prevalence_with_interval(probability, INSIDE, PatientDraws(patients, 200, 1))
        held += found.low <= 0.3 <= found.high
    assert held >= 52


@pytest.mark.parametrize("shift", [-2.0, 2.0])
def test_scores_that_moved_in_both_classes_are_unsafe(shift):
    well_apart = {"calibrated_to": INSIDE, "separation": 12.0}
    random = np.random.default_rng(7)
    labels, probability, patients = made_films(random, 400, 0.4, shift=shift, **well_apart)
    classes, scores, whose = made_films(random, 500, INSIDE, **well_apart)
    nothing = np.zeros(400, dtype=bool)
    found = measure_prevalence(
        probability, labels, patients, nothing, (scores, classes, whose), parameters()
    )
    assert found["unsafe"] == ["scores"]


def test_scores_that_tell_nothing_any_more_are_unsafe():
    random = np.random.default_rng(8)
    labels = random.random(400) < 0.4
    probability = random.beta(4, 4, 400)
    patients = [f"p{n}" for n in range(400)]
    found = measure_prevalence(
        probability, labels, patients, np.arange(400) < 100, inside(), parameters()
    )
    assert found["unsafe"] == ["scores", "warned"]


def test_a_shift_of_prevalence_is_seldom_called_unsafe():
    random = np.random.default_rng(9)
    reference, classes, whose = inside(300)
    p = []
    for _ in range(25):
        _, probability, patients = made_films(random, 200, 0.3, INSIDE)
        found = fit_of_mixture(probability, patients, reference, classes, whose, 100, 1)
        p.append(found["p"])
    assert np.mean(np.array(p) < 0.05) <= 0.13


def test_a_stated_prevalence_makes_probabilities_right():
    labels, probability, _ = made_films(np.random.default_rng(11), 4000, 0.1, INSIDE)
    corrected = correct_prevalence(probability, INSIDE, 0.1)
    assert metrics(labels, probability, 0.5)["ece"] > 0.05
    assert metrics(labels, corrected, 0.5)["ece"] < 0.02
    assert corrected.mean() == pytest.approx(0.1, abs=0.02)
    odds = logit(corrected) - logit(probability)
    np.testing.assert_allclose(odds, logit(0.1) - logit(INSIDE), atol=1e-6)
    np.testing.assert_allclose(correct_prevalence(probability, 0.4, 0.4), probability, atol=1e-6)


def test_the_stated_prevalence_stands_beside_the_estimate():
    labels, probability, patients = made_films(np.random.default_rng(5), 200, 0.15, INSIDE)
    nothing = np.zeros(200, dtype=bool)
    found = measure_prevalence(
        probability, labels, patients, nothing, inside(), parameters(prevalence=0.15)
    )
    assert found["stated"] == 0.15
    assert set(found["metrics"]) == {"as_they_are", "estimate", "stated"}


def test_a_reference_of_one_class_tells_nothing():
    labels, probability, patients = made_films(np.random.default_rng(5), 40, 0.4, INSIDE)
    reference = (probability, np.ones(40, dtype=bool), patients)
    nothing = np.zeros(40, dtype=bool)
    assert (
        measure_prevalence(probability, labels, patients, nothing, reference, parameters()) is None
    )
