"""The findings about a model that was fitted to a hospital follow from what was measured there."""

import copy

import numpy as np
import pytest
from evaluating.made_scores import made_films, parameters
from scipy.special import expit

from chest_xray.evaluating.prevalence import measure_prevalence
from chest_xray.evaluating.recalibration import log_odds, measure_recalibration
from chest_xray.evaluating.three_way import three_way
from chest_xray.reporting.captions import caption
from chest_xray.reporting.html import table
from chest_xray.reporting.languages import LANGUAGES, in_every_language, language
from chest_xray.reporting.recalibration_facts import (
    recalibration_findings,
    recalibration_table,
    three_way_table,
)
from chest_xray.reporting.recalibration_figures import recalibration_figure


def adaptation(probability_of):
    """Of a hospital whose probabilities are this function of the right ones."""
    random = np.random.default_rng(0)
    inside = made_films(random, 400, 0.6, separation=8.0)
    labels, right, patients = made_films(random, 300, 0.4, separation=8.0)
    probability = probability_of(right)
    classes, scores, whose = inside
    asked = parameters(curve_films=[20, 100], prevalence=0.4)
    outside = (labels, probability, patients)
    return {
        "name": "north",
        "recalibration": measure_recalibration(labels, probability, patients, 0.5, asked),
        "prevalence": measure_prevalence(
            probability,
            labels,
            patients,
            np.zeros(300, dtype=bool),
            (scores, classes, whose),
            asked,
        ),
        "three_way": three_way(
            inside, {"inside": inside, "outside": outside}, 0.9, 0.9, 0.5, 100, 1
        ),
    }


@pytest.fixture(scope="module")
def shifted():
    return adaptation(lambda right: expit(log_odds(right) * 0.4 + 2))


@pytest.fixture(scope="module")
def refused():
    return adaptation(lambda right: 1 - right)


def undecided(found):
    """The same, where nothing could be decided or measured."""
    changed = copy.deepcopy(found)
    changed["prevalence"] = None
    changed["recalibration"] |= {"curve": [], "films_needed": None}
    changed["three_way"]["thresholds"] = {"negative": None, "positive": None}
    return changed


def english(found):
    return in_every_language(recalibration_findings(found))["en"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_finding_and_table_is_complete(code, shifted, refused):
    own = language(code)
    for found in (shifted, refused, undecided(shifted)):
        for one in recalibration_findings(found):
            text = own.text(one)
            assert "None" not in text and "{" not in text
        for shown in (recalibration_table(found), three_way_table(found)):
            assert all(len(row) == len(shown.columns) for row in shown.rows)
            assert "<table" in table(shown, own)


def test_the_fit_and_the_films_it_needs_are_told(shifted):
    text = english(shifted)
    fit, needed = shifted["recalibration"]["fit"], shifted["recalibration"]["films_needed"]
    assert f"a shift of {fit['shift']:.2f}" in text
    assert f"a threshold of {fit['threshold']:.3f}" in text
    assert f"{needed} films are enough" in text
    assert "refused" not in text and "Warning" not in text
    assert "Don't correct for the prevalence" in text
    assert "stated prevalence of 0.400" in text


def test_a_refused_fit_is_one_sentence_and_no_fit_is_told(refused):
    text = english(refused)
    assert "does not go with more pneumonia here" in text
    assert "the fit is refused, and no file is written" in text
    assert "films are enough" not in text
    assert [row[2] for row in recalibration_table(refused).rows] == [""] * 6


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"doubtful": True}, "Warning: this model can't be told from chance here"),
        ({"films_needed": None}, "Not even 100 films are enough"),
        ({"curve": []}, "could not be measured"),
    ],
)
def test_what_is_missing_for_a_good_fit_is_told(changed, part, shifted):
    found = shifted | {"recalibration": shifted["recalibration"] | changed}
    assert part in english(found)
    assert part not in english(shifted)


@pytest.mark.parametrize(
    ("unsafe", "part"),
    [
        ([], "is no proof that nothing has"),
        (["scores"], "more than the prevalence has changed"),
        (["warned"], "the scores were never tested"),
    ],
)
def test_a_correction_for_the_prevalence_comes_with_its_warning(unsafe, part, shifted):
    found = shifted | {"prevalence": shifted["prevalence"] | {"unsafe": unsafe}}
    assert part in english(found)


def test_decisions_inside_stand_beside_those_elsewhere(shifted):
    rows = three_way_table(shifted).rows
    for row, part in zip(rows, ("validation", "inside", "outside"), strict=True):
        found = shifted["three_way"][part]
        counted = [int(cell.replace(",", "")) for cell in row[1:5]]
        assert counted == [found[one] for one in ("n", "negative", "to_a_person", "positive")]
        assert counted[0] == sum(counted[1:])
    assert "a person reads every film" in english(undecided(shifted))


def test_the_figure_holds_what_was_measured(shifted, refused):
    figure = recalibration_figure(shifted)
    _, curve, scores, decisions = figure.axes
    mean = next(one for one in curve.get_lines() if one.get_label().startswith("fitted"))
    rows = shifted["recalibration"]["curve"]
    np.testing.assert_allclose(
        mean.get_xydata(), [[row["films"], row["brier"]["value"]] for row in rows]
    )
    heights = [bar.get_height() for bar in scores.patches]
    np.testing.assert_allclose(heights, shifted["prevalence"]["tenths"]["outside"])
    widths = [bar.get_width() for bar in decisions.patches]
    assert sum(widths) == pytest.approx(3)
    for found, told in ((refused, "refused"), (undecided(shifted), "too few films")):
        drawn = recalibration_figure(found | {"name": "a$b$"})
        drawn.canvas.draw()
        assert told in [text.get_text() for text in drawn.axes[1].texts]


def test_the_figure_has_a_caption():
    text = language("en").text(caption("tuned_recalibration_figure"))
    assert "fitted to another hospital" in text
