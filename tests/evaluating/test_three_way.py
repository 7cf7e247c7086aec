"""Two thresholds reach the predictive values asked for, on films they were not chosen on."""

import numpy as np
import pytest
from evaluating.made_scores import made_films

from chest_xray.evaluating.three_way import (
    TwoThresholds,
    choose_two_thresholds,
    measure_three_way,
    three_way,
)
from chest_xray.statistics.draws import PatientDraws


def chosen(labels, probability, patients, npv=0.95, ppv=0.95):
    draws = PatientDraws(patients, 200, 1)
    return choose_two_thresholds(labels, probability, draws, npv, ppv, 0.5)


def test_the_predictive_values_hold_on_new_films_in_most_samples():
    """Chosen without a lower bound, the values would be missed in about half of them."""
    new, probability, _ = made_films(np.random.default_rng(100), 50_000, 0.5, separation=8.0)
    negative, positive = [], []
    for seed in range(20):
        films = made_films(np.random.default_rng(seed), 800, 0.5, separation=8.0)
        found = chosen(*films)
        low, high = found.called(probability)
        negative.append((~new)[low].mean())
        positive.append(new[high].mean())
    assert np.mean(np.array(negative) >= 0.95) >= 0.9
    assert np.mean(np.array(positive) >= 0.95) >= 0.9


def test_more_is_decided_where_less_is_asked():
    films = made_films(np.random.default_rng(0), 800, 0.5, separation=8.0)
    strict, mild = (chosen(*films, npv=asked, ppv=asked) for asked in (0.95, 0.9))
    assert strict.negative < mild.negative
    assert strict.positive > mild.positive


def test_a_hopeless_model_decides_nothing():
    random = np.random.default_rng(0)
    labels, probability = random.random(300) < 0.5, random.random(300)
    patients = [f"p{n}" for n in range(300)]
    assert chosen(labels, probability, patients) == TwoThresholds(None, None)
    measured = measure_three_way(
        labels, probability, TwoThresholds(None, None), PatientDraws(patients, 100, 1)
    )
    assert measured["to_a_person"] == 300
    assert measured["decided"]["value"] == 0
    assert measured["right"]["value"] is None


def test_few_patients_who_agree_are_no_evidence():
    """Forty negative films of two patients are not forty negative films."""
    labels = np.arange(80) >= 40
    probability = np.linspace(0.01, 0.99, 80)
    assert chosen(labels, probability, [f"p{n}" for n in range(80)], 0.9, 0.9).negative
    two = [f"p{n % 2}" for n in range(40)] + [f"p{n}" for n in range(40, 80)]
    found = chosen(labels, probability, two, 0.9, 0.9)
    assert found.negative is None
    assert chosen(labels, probability, two, 0.3, 0.9).negative is not None
    assert found.positive is not None


def test_a_model_without_an_error_needs_no_person():
    labels = np.arange(400) >= 200
    probability = np.where(labels, 0.8, 0.2) + np.linspace(-0.1, 0.1, 400)
    patients = [f"p{n}" for n in range(400)]
    found = chosen(labels, probability, patients)
    assert found.negative == found.positive
    negative, positive = found.called(probability)
    assert (negative ^ positive).all()


def test_what_is_measured_counts_the_three_parts():
    labels = np.array([False, False, True, False, True, False, True, True])
    probability = np.array([0.1, 0.15, 0.2, 0.4, 0.5, 0.9, 0.95, 0.7])
    draws = PatientDraws([f"p{n}" for n in range(8)], 100, 1)
    found = measure_three_way(labels, probability, TwoThresholds(0.3, 0.7), draws)
    assert (found["negative"], found["to_a_person"], found["positive"]) == (3, 2, 3)
    assert found["npv"]["value"] == pytest.approx(2 / 3)
    assert found["ppv"]["value"] == pytest.approx(2 / 3)
    assert found["right"]["value"] == pytest.approx(4 / 6)
    assert found["decided"]["value"] == pytest.approx(6 / 8)


def test_what_holds_inside_need_not_hold_elsewhere():
    validation = made_films(np.random.default_rng(0), 600, 0.5)
    test = made_films(np.random.default_rng(1), 600, 0.5)
    labels, probability, patients = made_films(np.random.default_rng(2), 600, 0.5)
    upside_down = (~labels, probability, patients)
    found = three_way(validation, {"inside": test, "outside": upside_down}, 0.9, 0.9, 0.5, 200, 1)
    assert found["validation"]["npv"]["low"] >= 0.9
    assert found["inside"]["right"]["value"] > 0.9
    assert found["outside"]["right"]["value"] < 0.1
    assert found["inside"]["n"] == 600
