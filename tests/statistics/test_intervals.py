"""Intervals hold the truth as often as they say, also without errors and with few patients."""

import math

import numpy as np
import pandas as pd
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu, norm

from chest_xray.evaluating.shortcuts import Films, no_pixel_baseline
from chest_xray.statistics.intervals import auc_interval, chance_auc, share_interval
from chest_xray.statistics.metrics import (
    METRICS,
    few_patients,
    metrics_with_intervals,
    paired_differences,
)


def of_patients(sick, well, images, score):
    """Labels, probabilities and patients, ``images`` of each patient."""
    labels = np.repeat([True] * sick + [False] * well, images)
    return labels, score(labels), [f"p{number // images}" for number in range(len(labels))]


def perfect(labels):
    return np.where(labels, 0.9, 0.1)


@settings(deadline=None, max_examples=examples(30))
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 40), st.sampled_from([0, 1, 8]))
def test_no_interval_leaves_0_to_1_or_lacks_a_width_or_its_value(seed, sick, well, decimals):
    random = np.random.default_rng(seed)
    labels = np.repeat([True, False], [sick, well])
    probability = random.random(sick + well).round(decimals)
    patients = [f"p{number}" for number in random.integers(0, 30, sick + well)]
    found = metrics_with_intervals(labels, probability, 0.5, patients, 100, 0)
    for name in set(METRICS) - {"ece"}:
        one = found[name]
        if one["value"] is None:
            assert one["low"] is None and one["high"] is None
            continue
        assert 0 <= one["low"] <= one["value"] + 1e-9 and one["value"] <= one["high"] + 1e-9
        assert one["high"] <= 1
        assert one["high"] - one["low"] > 0.01, name
    assert found["ece"]["low"] is None


@pytest.mark.parametrize("name", sorted(set(METRICS) - {"ece", "specificity"}))
def test_what_one_sick_patient_shows_stays_open_however_many_images_there_are(name):
    few, many = (
        metrics_with_intervals(
            *of_patients(1, 15, images, perfect)[:2],
            0.5,
            of_patients(1, 15, images, perfect)[2],
            200,
            0,
        )[name]
        for images in (1, 20)
    )
    wide = few["high"] - few["low"]
    assert wide > (0.15 if name in ("accuracy", "brier") else 0.3)
    assert many["high"] - many["low"] == pytest.approx(wide, abs=0.1 if name == "brier" else 0.02)


def test_an_interval_narrows_with_patients_of_the_rarer_class():
    widths = []
    for sick in (1, 3, 10, 30, 100):
        found = metrics_with_intervals(
            *of_patients(sick, 100, 1, perfect)[:2],
            0.5,
            of_patients(sick, 100, 1, perfect)[2],
            200,
            0,
        )
        widths.append([found[name]["high"] - found[name]["low"] for name in ("auc", "f1")])
    assert (np.diff(widths, axis=0) < 0).all()


@pytest.mark.parametrize(("sick", "well"), [(3, 30), (10, 60), (40, 60)])
@pytest.mark.parametrize("truth", [0.9, 0.98, 0.999])
def test_an_auc_interval_holds_the_true_auc_in_about_19_of_20_draws(sick, well, truth):
    random = np.random.default_rng(0)
    held = 0
    for _ in range(150):
        labels, _, patients = of_patients(sick, well, 1, perfect)
        shift = norm.ppf(truth) * math.sqrt(2)
        scores = norm.cdf(random.normal(shift * labels, 1) - shift / 2)
        found = metrics_with_intervals(labels, scores, 0.5, patients, 100, 0)["auc"]
        held += found["low"] - 1e-9 <= truth <= found["high"] + 1e-9
    # Of 150 draws, 95 % give or take three standard errors.
    assert held >= 134


@pytest.mark.parametrize("rate", [0.5, 0.9, 0.99])
def test_an_interval_of_a_share_of_images_of_few_patients_holds_its_truth(rate):
    random = np.random.default_rng(1)
    held = 0
    for _ in range(150):
        # All four images of a patient are right or wrong together.
        right = np.repeat(random.random(25) < rate, 4)
        labels = np.repeat(np.arange(25) % 2 == 0, 4)
        probability = np.where(labels == right, 0.9, 0.1)
        patients = np.repeat(np.arange(25), 4).astype(str).tolist()
        found = metrics_with_intervals(labels, probability, 0.5, patients, 100, 0)["accuracy"]
        held += found["low"] - 1e-9 <= rate <= found["high"] + 1e-9
    assert held >= 134


def test_images_that_are_independent_count_one_by_one_the_more_the_more_patients_show_it():
    gains = []
    for patients in (5, 50, 5000):
        images = np.full(patients, 5)
        independent, alike = (
            share_interval(0.9, 0.09 / number, images) for number in (5 * patients, patients)
        )
        gains.append((independent.high - independent.low) / (alike.high - alike.low))
    assert gains == sorted(gains, reverse=True)
    assert gains[-1] == pytest.approx(5**-0.5, abs=0.01)
    assert gains[0] > 0.9


def test_an_auc_of_newcombe_s_own_example():
    # No error between 20 and 20 patients: of his method 5, solved by hand from its formula.
    low = auc_interval(1.0, 0.0, np.ones(20, int), np.ones(20, int)).low
    variance = low * (1 - low) * (1 + 19 * ((1 - low) / (2 - low) + low / (1 + low))) / 400
    assert 1 - low == pytest.approx(1.959964 * math.sqrt(variance))


@settings(deadline=None, max_examples=examples(20))
@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(2, 30))
def test_differences_stay_between_minus_1_and_1_and_hold_their_value(seed, sick, well):
    random = np.random.default_rng(seed)
    labels = np.repeat([True, False], [sick, well])
    pair = random.random(sick + well), random.random(sick + well)
    patients = [f"p{number}" for number in range(sick + well)]
    found = paired_differences(labels, pair, (0.5, 0.4), patients, 100, 0)
    for one in found.values():
        if one["low"] is not None:
            assert -1 <= one["low"] <= one["value"] + 1e-9
            assert one["value"] <= one["high"] + 1e-9 and one["high"] <= 1


@pytest.mark.parametrize("wrong", [0, 1, 10])
@pytest.mark.parametrize("name", ["accuracy", "f1", "auc", "brier"])
def test_models_that_agree_on_everything_are_no_proof_that_they_always_do(wrong, name):
    labels, probability, patients = of_patients(10, 10, 1, perfect)
    probability = probability.copy()
    probability[:wrong] = 0.1
    widths = []
    for times in (1, 10):
        found = paired_differences(
            np.tile(labels, times),
            (np.tile(probability, times),) * 2,
            (0.5, 0.5),
            [f"{patient} {time}" for time in range(times) for patient in patients],
            200,
            0,
        )[name]
        assert found["value"] == 0
        assert found["low"] < 0 < found["high"]
        widths.append(found["high"] - found["low"])
    assert widths[0] > 0.02 and widths[1] < widths[0]


@pytest.mark.parametrize(("sick", "well"), [(1, 15), (1, 30), (2, 9), (3, 9), (8, 12), (12, 40)])
def test_chance_reaches_what_mann_and_whitney_say_and_never_more_than_1(sick, well):
    limit = chance_auc(sick, well)
    assert 0.5 < limit <= 1

    def p(area):
        """How often chance gives this area or more."""
        above = round(area * sick * well)
        # Well ones at 0 to well - 1; each sick one above some of them.
        counts = [above // sick + (number < above % sick) for number in range(sick)]
        exact = mannwhitneyu(
            [count - 0.5 + number / 1000 for number, count in enumerate(counts)],
            range(well),
            alternative="greater",
            method="exact" if sick <= 8 else "asymptotic",
            use_continuity=False,
        )
        return exact.pvalue

    step = 1 / (sick * well)
    if limit + step <= 1:
        assert p(math.floor(limit / step + 1 + 1e-9) * step) <= 0.05 + 1e-6
    assert p(math.floor(limit / step - 1e-9) * step) > 0.05 or limit == 1


def index_of(sick, well):
    """Files that tell the class, of a patient each."""
    count = sick + well
    label = np.repeat(["PNEUMONIA", "NORMAL"], [sick, well])
    return pd.DataFrame(
        {
            "image_id": [f"i{number}" for number in range(count)],
            "label": label,
            "group_id": [f"p{number}" for number in range(count)],
            "mode": "L",
            "problem": "",
            "width": np.where(label == "NORMAL", 900, 1200) + np.arange(count) % 7,
            "height": 1000,
            "jpeg_quality": 90,
            "source": "inside",
        }
    )


def test_what_files_tell_has_an_interval_and_nothing_where_a_class_has_one_patient():
    index = index_of(12, 40)
    part = np.where(np.arange(52) % 4 == 0, "test", "train")
    found = no_pixel_baseline(Films(index, "PNEUMONIA", 100, 0), index.assign(part=part))
    assert found.pop("by_source") == {}
    for scores in found.values():
        for one in scores.values():
            assert 0 <= one["low"] < one["value"] <= one["high"] <= 1
    assert found["test_part"]["auc"]["value"] == 1
    assert found["test_part"]["auc"]["low"] < 0.8

    one = index_of(1, 20)
    alone = no_pixel_baseline(Films(one, "PNEUMONIA", 100, 0), one.assign(part="train"))
    assert alone.pop("by_source") == {}
    assert alone == dict.fromkeys(alone)


def test_classes_of_few_patients_are_named_part_by_part():
    splits = pd.DataFrame(
        {
            "part": ["train"] * 4 + ["validation"] * 4 + ["test"] * 4,
            "label": ["NORMAL", "PNEUMONIA"] * 6,
            "group_id": [f"p{number}" for number in range(8)] + ["q", "r", "s", "r"],
        }
    )
    assert few_patients(splits, ["NORMAL", "PNEUMONIA"], 2) == [
        {"part": "test", "class_name": "PNEUMONIA", "patients": 1, "fewest": 2}
    ]
    assert few_patients(splits, ["NORMAL", "PNEUMONIA"], 1) == []
