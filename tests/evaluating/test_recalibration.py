"""What is fitted to a hospital is right about films of patients that it was not fitted to."""

import numpy as np
import pytest
from evaluating.made_scores import made_films, parameters
from scipy.special import expit

from chest_xray.errors import BadRecalibration
from chest_xray.evaluating.recalibration import (
    Recalibration,
    _folds,
    _some_patients,
    learning_curve,
    log_odds,
    measure_recalibration,
)

SHIFT, TEMPERATURE = -1.5, 0.4


@pytest.fixture(scope="module")
def distorted():
    """Labels, patients, and probabilities that are too high and too little extreme."""
    labels, right, patients = made_films(np.random.default_rng(0), 600, 0.4)
    return labels, expit(log_odds(right) * TEMPERATURE - SHIFT), patients


@pytest.fixture(scope="module")
def measured(distorted):
    labels, probability, patients = distorted
    return measure_recalibration(labels, probability, patients, 0.5, parameters())


def test_what_was_distorted_is_found(measured):
    assert measured["fit"]["shift"] == pytest.approx(SHIFT, abs=0.2)
    assert measured["fit"]["temperature"] == pytest.approx(TEMPERATURE, abs=0.1)
    assert not measured["refused"] and not measured["doubtful"]


def test_slope_and_intercept_are_right_on_films_that_the_fit_never_saw(measured):
    before, after = measured["before"], measured["after"]
    assert before["intercept"]["high"] < -0.5
    assert before["slope"]["low"] > 1.5
    assert after["intercept"]["low"] < 0 < after["intercept"]["high"]
    assert after["slope"]["low"] < 1 < after["slope"]["high"]
    assert after["ece"]["value"] < before["ece"]["value"] / 2
    assert after["brier"]["value"] < before["brier"]["value"] - 0.02
    assert after["sensitivity"]["value"] == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_where_labels_are_noise_the_fit_is_seen_to_be_worse_on_other_films(seed):
    """On its own films a fit always looks right: of slope 1 and a lower Brier score."""
    random = np.random.default_rng(seed)
    labels, patients = random.random(60) < 0.5, [f"p{n}" for n in range(60)]
    probability = random.beta(2, 2, 60)
    found = measure_recalibration(labels, probability, patients, 0.5, parameters(curve_films=[]))
    own = Recalibration(**found["fit"]).probabilities(log_odds(probability))
    assert found["after"]["brier"]["value"] > float(((own - labels) ** 2).mean()) + 0.002
    assert found["after"]["slope"]["value"] < 0.8
    assert found["doubtful"]


def test_films_of_a_patient_are_never_on_both_sides_of_a_fit(distorted):
    labels, _, _ = distorted
    groups = np.arange(600) // 6
    for fitted, held_out in _folds(labels, groups, 5, 1):
        assert not set(groups[fitted]) & set(groups[held_out])
        assert len(fitted) + len(held_out) == 600
    for seed in range(5):
        chosen = _some_patients(labels, groups, 50, np.random.default_rng(seed))
        assert not set(groups[chosen]) & set(groups[~chosen])
        assert 50 <= chosen.sum() < 56


def test_scores_that_point_the_wrong_way_are_refused(distorted):
    labels, probability, patients = distorted
    found = measure_recalibration(labels, 1 - probability, patients, 0.5, parameters())
    assert found["refused"] and found["doubtful"]
    assert found["fit"] is found["after"] is None
    assert found["before"]["slope"]["high"] < 0


def test_classes_without_an_error_are_not_refused():
    labels = np.arange(60) < 25
    probability = np.where(labels, 0.9, 0.1) + np.linspace(-0.05, 0.05, 60)
    patients = [f"p{n}" for n in range(60)]
    found = measure_recalibration(labels, probability, patients, 0.5, parameters())
    assert not found["refused"] and not found["doubtful"]
    assert 0 < found["fit"]["temperature"] < 5
    reversed_ = measure_recalibration(~labels, probability, patients, 0.5, parameters())
    assert reversed_["refused"]


def test_one_patient_of_a_class_is_one_sentence(distorted):
    labels, probability, _ = distorted
    patients = ["the same" if one else f"p{n}" for n, one in enumerate(labels)]
    with pytest.raises(BadRecalibration, match="two or more patients of each"):
        measure_recalibration(labels, probability, patients, 0.5, parameters())


def test_more_films_make_a_better_fit(measured):
    curve = measured["curve"]
    assert [row["films"] for row in curve] == [20, 50, 100, 200]
    assert curve[0]["brier"]["value"] > curve[-1]["brier"]["value"]
    spread = [row["brier"]["high"] - row["brier"]["low"] for row in curve]
    assert spread[-1] < spread[0]
    assert curve[-1]["better"] == 1
    assert measured["films_needed"] in (20, 50, 100)
    assert curve[-1]["brier"]["value"] == pytest.approx(
        measured["after"]["brier"]["value"], abs=0.005
    )


def test_a_model_that_is_right_already_needs_no_films():
    labels, probability, patients = made_films(np.random.default_rng(2), 400, 0.4)
    rows = learning_curve(labels, probability, np.array(patients), parameters())
    assert rows[0]["brier"]["value"] > rows[0]["brier_before"]
    assert all(row["better"] < 0.9 for row in rows)


def test_a_model_that_tells_nothing_is_not_helped_by_any_number_of_films():
    """One probability for every film is better than a model that is sure and wrong."""
    random = np.random.default_rng(3)
    labels, probability = random.random(300) < 0.5, random.beta(0.3, 0.3, 300)
    patients = [f"p{n}" for n in range(300)]
    rows = learning_curve(labels, probability, np.array(patients), parameters())
    assert all(row["brier"]["value"] < row["brier_before"] for row in rows)
    assert all(row["better"] < 0.9 for row in rows)
    found = measure_recalibration(labels, probability, patients, 0.5, parameters())
    assert found["films_needed"] is None


def test_films_are_kept_to_measure_on():
    labels, probability, patients = made_films(np.random.default_rng(2), 120, 0.4)
    rows = learning_curve(labels, probability, np.array(patients), parameters())
    assert [row["films"] for row in rows] == [20, 50]


def test_probabilities_are_those_of_the_affine_map():
    found = Recalibration(shift=0.5, temperature=2.0, threshold=0.3)
    np.testing.assert_allclose(found.probabilities(np.array([-0.5, 1.5])), expit([0, 1]))
