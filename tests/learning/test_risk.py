"""Risk ratios cover the truth, agree with what is published, and are defined where they can be."""

import math
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from chest_xray.evaluating.neighbours import nearest_labels
from chest_xray.statistics.risk import holm, risk, wilson

COUNTS = st.integers(0, 60)


def test_the_ratio_and_interval_are_those_of_a_textbook():
    # Aspirin and myocardial infarction (Physicians' Health Study, Agresti 2002, section 2.2).
    placebo = risk(189, 11_034, 104, 11_037)
    assert placebo.ratio == pytest.approx(1.82, abs=0.005)
    assert (placebo.low, placebo.high) == pytest.approx((1.43, 2.31), abs=0.005)
    assert placebo.p < 1e-5


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_every_table_has_an_answer(a, b, c, d):
    one = risk(a, a + b, c, c + d)
    if not a + b or not c + d or not a + c:
        assert math.isnan(one.ratio)
        assert one.p == 1
    else:
        assert 0 < one.low <= one.ratio <= one.high < math.inf
        assert 0 <= one.p <= 1
        assert one.lower_bound(0) == pytest.approx(one.ratio)
        assert one.lower_bound(1.959964) == pytest.approx(one.low)


@pytest.mark.parametrize(("inside", "outside"), [(0.2, 0.05), (0.04, 0.04)])
def test_the_interval_holds_the_true_ratio_in_about_95_of_100_draws(inside, outside):
    random = np.random.default_rng(0)
    held = 0
    for _ in range(400):
        one = risk(random.binomial(60, inside), 60, random.binomial(500, outside), 500)
        held += math.isnan(one.ratio) or one.low <= inside / outside <= one.high
    assert held >= 0.93 * 400


@pytest.mark.parametrize(("size", "inside"), [(2, 0.5), (3, 0.5), (5, 0.9)])
def test_the_interval_of_a_group_of_a_few_images_holds_it_too(size, inside):
    random = np.random.default_rng(0)
    held = 0
    for _ in range(400):
        one = risk(random.binomial(size, inside), size, random.binomial(500, 0.04), 500)
        held += one.low <= inside / 0.04 <= one.high
    assert held >= 0.91 * 400


def test_holm_is_the_worked_example_and_leaves_out_what_is_no_test():
    corrected = holm([0.01, math.nan, 0.04, 0.03, 0.005])
    assert corrected[[0, 2, 3, 4]] == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert math.isnan(corrected[1])
    assert len(holm([])) == 0


def test_wilson_holds_the_rate_and_is_never_empty():
    for events in range(11):
        low, high = wilson(events, 10)
        assert 0 <= low <= events / 10 <= high <= 1
        assert high - low > 0.2
    assert all(map(math.isnan, wilson(0, 0)))


def by_a_stable_sort(features, images, known_features, known, neighbours):
    """Each image's nearest ones in one sort of all known images."""
    rows = []
    for feature, image in zip(features, images.itertuples(), strict=True):
        nearness = known_features @ feature
        nearness[(known["group_id"] == image.group_id).to_numpy()] = -np.inf
        order = np.argsort(-nearness, kind="stable")[: min(neighbours, len(known))]
        asked = order[nearness[order] > -np.inf]
        other = (known["label"].iloc[asked] != image.label).sum()
        rows.append((image.image_id, other / max(len(asked), 1), known["image_id"].iloc[order[0]]))
    return pd.DataFrame(rows, columns=["image_id", "neighbours_disagreeing", "nearest"])


@settings(max_examples=examples(30), deadline=None)
@given(
    st.integers(0, 9), st.integers(1, 30), st.integers(1, 12), st.integers(1, 4), st.integers(0, 99)
)
def test_blocks_find_what_a_sort_of_everything_finds(asked, known, neighbours, groups, seed):
    random = np.random.default_rng(seed)

    def images(count, prefix):
        # Whole numbers from a small range: many are equally near, and sums are exact.
        features = random.integers(-2, 3, (count, 3)).astype(np.float32)
        names = [f"{prefix}{number}" for number in range(count)]
        labels, patients = random.choice(["X", "Y"], count), random.integers(0, groups, count)
        return features, pd.DataFrame(
            {"image_id": names, "label": labels, "group_id": [f"p{one}" for one in patients]}
        )

    (features, table), (known_features, known_table) = images(asked, "a"), images(known, "k")
    given = features, table, known_features, known_table, neighbours
    expected = by_a_stable_sort(*given)
    for block in (1, 12 * known, 2**25):
        with mock.patch("chest_xray.evaluating.neighbours._BLOCK_BYTES", block):
            pd.testing.assert_frame_equal(nearest_labels(*given), expected, check_dtype=False)


def test_neighbours_of_the_same_patient_are_not_asked():
    known = pd.DataFrame(
        {"image_id": ["a", "b", "c"], "label": ["X", "Y", "Y"], "group_id": ["p", "q", "r"]}
    )
    asked = pd.DataFrame({"image_id": ["d"], "label": ["X"], "group_id": ["p"]})
    features = np.array([[1.0, 0.0]], dtype=np.float32)
    known_features = np.array([[1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
    own = nearest_labels(features, asked, known_features, known, 2).iloc[0]
    assert own["neighbours_disagreeing"] == 1
    assert own["nearest"] == "b"
    other = nearest_labels(features, asked.assign(group_id="s"), known_features, known, 2).iloc[0]
    assert other["neighbours_disagreeing"] == 0.5
    assert other["nearest"] == "a"
