"""Weights that balance texture and view take the shortcut away, and leave skill."""

import numpy as np
import pandas as pd
import pytest
from conftest import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from chest_xray.evaluating.balancing import balanced_auc, overlap_weights


def hospital(count=600, seed=0, strength=1.5):
    """Films whose texture and view go with the class: labels, texture's log-odds, view."""
    random = np.random.default_rng(seed)
    labels = random.random(count) < 0.5
    view = np.where(random.random(count) < np.where(labels, 0.7, 0.4), "AP", "PA")
    texture = random.normal(np.where(labels, strength / 2, -strength / 2), 1)
    return labels, strength * texture, view


def films(labels, texture, view, scores):
    return pd.DataFrame(
        {
            "probability": expit(scores),
            "group_id": [f"p{number // 2}" for number in range(len(labels))],
            "texture_score": expit(texture),
            "View": view,
        }
    )


def measured(labels, texture, view, scores):
    return balanced_auc(films(labels, texture, view, scores), labels, 200, 0)


@settings(max_examples=examples(20), deadline=None)
@example(304, 60, 2.0)
@given(st.integers(0, 1000), st.integers(60, 400), st.floats(0, 2))
def test_means_of_texture_and_shares_of_views_are_equal_in_both_classes(seed, count, strength):
    labels, texture, view = hospital(count, seed, strength)
    weights, propensity = overlap_weights(labels, texture, view)
    assert ((weights >= 0) & (weights <= 1)).all() and ((propensity >= 0) & (propensity <= 1)).all()

    # In standard deviations; 0.1 is what is usually still called balanced (Austin 2009,
    # https://doi.org/10.1002/sim.3697). The fit's small penalty leaves a little where few films
    # overlap.
    for column in (texture, (view == "AP").astype(float)):
        ill, healthy = (np.average(column[own], weights=weights[own]) for own in (labels, ~labels))
        assert ill == pytest.approx(healthy, abs=0.05 * column.std() + 1e-9)


def test_the_whole_distribution_of_texture_is_equal_not_its_mean_alone():
    labels, texture, view = hospital(3000, strength=0.7)
    # Wider in one class: its log-odds are no line over the texture.
    texture = np.where(labels, 2 * texture, texture)
    weights, _ = overlap_weights(labels, texture, view)
    for end in np.quantile(texture, [0.2, 0.35, 0.5, 0.65, 0.8]):
        below = [np.average(texture[own] < end, weights=weights[own]) for own in (labels, ~labels)]
        assert below[0] == pytest.approx(below[1], abs=0.05)


def test_a_score_that_only_reads_the_texture_has_no_skill_left():
    labels, texture, view = hospital()
    random = np.random.default_rng(1)
    found = measured(labels, texture, view, texture + 0.3 * random.normal(size=len(labels)))
    assert roc_auc_score(labels, texture) > 0.8
    assert found["over"] == ["texture", "view"]
    assert found["auc"]["value"] == pytest.approx(0.5, abs=0.06)
    assert found["auc"]["low"] < 0.5 < found["auc"]["high"]
    assert found["propensity_auc"]["unweighted"] > 0.8
    assert found["propensity_auc"]["weighted"] == pytest.approx(0.5, abs=0.03)
    assert 20 < found["effective_images"] < len(labels)


def test_skill_behind_a_shortcut_that_points_the_other_way_comes_back():
    labels, texture, view = hospital()
    random = np.random.default_rng(1)
    skill = random.normal(labels * 1.5, 1)
    scores = skill - 1.2 * texture
    assert roc_auc_score(labels, scores) < 0.45
    assert measured(labels, texture, view, scores)["auc"]["low"] > 0.5
    own = measured(labels, texture, view, skill)["auc"]["value"]
    assert own == pytest.approx(roc_auc_score(labels, skill), abs=0.05)


def test_what_is_not_known_is_not_balanced_over():
    labels, texture, view = hospital(200)
    table = films(labels, texture, view, texture)
    assert balanced_auc(table.drop(columns="View"), labels, 100, 0)["over"] == ["texture"]
    assert balanced_auc(table.assign(texture_score=np.nan), labels, 100, 0)["over"] == ["view"]
    nothing = table.assign(texture_score=np.nan, View="AP")
    assert balanced_auc(nothing, labels, 100, 0) is None
    some = table.assign(texture_score=table["texture_score"].where(np.arange(200) % 2 == 0))
    half = balanced_auc(some, labels, 100, 0)
    assert half["effective_images"] < balanced_auc(table, labels, 100, 0)["effective_images"]


def test_classes_that_do_not_overlap_can_not_be_balanced():
    labels = np.arange(200) % 2 == 0
    random = np.random.default_rng(0)
    texture = np.where(labels, 3.0, -3.0) + random.normal(0, 0.3, 200)
    assert measured(labels, texture, np.full(200, "AP"), texture) is None
