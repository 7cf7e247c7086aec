"""All models that a study trained, beside each other."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chest_xray.errors import MissingResult
from chest_xray.evaluating.runs import compare_runs, in_words, parameter_columns
from chest_xray.reporting.run_figures import run_comparison_figure


def card(weights="a", splits="s", threshold=0.5, **parameters):
    known = {"learning_rate": 0.001, "augmentation": {"gain": 0.2}, "memory_share": 0.5}
    return {
        "weights_hash": weights * 64,
        "splits_hash": splits * 64,
        "threshold": threshold,
        "best_epoch": 3,
        "backbone": "resnet18",
        "initial_weights": "random",
        "image_size": 64,
        "intensity_normalization": "none",
        "parameters": known | parameters,
    }


def metrics(weights="a", threshold=0.5, auc=0.9):
    one = {"value": auc, "low": auc - 0.05, "high": auc + 0.05}
    names = ("accuracy", "f1", "auc", "sensitivity", "specificity")
    measured = dict.fromkeys(names, one)
    return measured | {"weights_hash": weights * 64, "threshold": threshold, "n": 98}


FIRST = {"2026-11-01T10.00.00.000Z": card()}


def test_runs_stand_beside_what_they_differ_in_and_what_they_reached():
    cards = {
        "baseline": FIRST
        | {"2026-11-02T10.00.00.000Z": card("b", learning_rate=0.002, augmentation={"gain": 0.4})},
        "tuned": {},
    }
    table = compare_runs(cards, [metrics(), metrics("b", auc=0.95)], [metrics("b", auc=0.6)])
    assert table["auc"].tolist() == [0.9, 0.95]
    assert parameter_columns(table) == ["learning_rate", "augmentation.gain"]
    assert table["augmentation.gain"].tolist() == [0.2, 0.4]
    assert table["elsewhere_auc"].isna().tolist() == [True, False]
    first, second = in_words(table)
    assert "2026-11-01 10.00 baseline" in first
    assert "elsewhere AUC" not in first
    assert "AUC 0.950 (0.900 to 1.000) on test, elsewhere AUC 0.600" in second
    assert "learning_rate=0.002, augmentation.gain=0.4" in second


def test_what_a_run_was_not_measured_by_is_said_and_left_out_of_the_figure():
    table = compare_runs({"baseline": FIRST, "tuned": {}}, [], [])
    (line,) = in_words(table)
    assert "accuracy not measured, AUC not measured" in line
    assert [axis.get_xlabel() for axis in run_comparison_figure(table).axes] == ["accuracy on test"]


def test_metrics_of_another_threshold_are_not_this_model_s():
    table = compare_runs({"baseline": FIRST}, [metrics(threshold=0.4)], [])
    assert table["auc"].isna().all()


def test_the_same_weights_finished_again_are_one_run():
    cards = {"baseline": FIRST | {"2026-11-03T10.00.00.000Z": card()}}
    table = compare_runs(cards, [metrics(auc=0.8), metrics(auc=0.9)], [])
    assert table["version"].tolist() == ["2026-11-03T10.00.00.000Z"]
    assert table["auc"].tolist() == [0.9]


def test_a_run_is_labelled_by_what_it_differs_in_from_the_one_before_it(tmp_path):
    cards = {"baseline": FIRST | {"2026-11-02T10.00.00.000Z": card("b", learning_rate=0.002)}}
    compare_runs(cards, [metrics(), metrics("b")], []).to_csv(tmp_path / "runs.csv", index=False)
    axis = run_comparison_figure(pd.read_csv(tmp_path / "runs.csv")).axes[0]
    assert [label.get_text() for label in axis.get_yticklabels()] == [
        "baseline, 2026-11-01 10.00",
        "baseline, 2026-11-02 10.00\nlearning_rate 0.002",
    ]


def test_without_a_model_there_is_nothing_to_compare():
    with pytest.raises(MissingResult, match="data_processing,training"):
        compare_runs({"baseline": {}, "tuned": {}}, [], [])


def test_the_figure_says_that_other_splits_have_other_images():
    cards = {"baseline": FIRST | {"2026-11-02T10.00.00.000Z": card("b", splits="t")}}
    of_two = run_comparison_figure(compare_runs(cards, [metrics(), metrics("b")], []))
    assert "other test images" in of_two.get_suptitle()
    of_one = run_comparison_figure(compare_runs({"baseline": FIRST}, [metrics()], []))
    assert of_one.get_suptitle() == ""


values = st.one_of(st.floats(0, 1), st.integers(0, 3), st.sampled_from(["auto", "none"]), st.none())


@given(st.lists(st.dictionaries(st.sampled_from("pqr"), values), min_size=1, max_size=5))
def test_a_column_is_there_exactly_where_two_runs_differ(settings):
    cards = {
        f"2026-11-0{place + 1}T00.00.00.000Z": card("abcde"[place], **one)
        for place, one in enumerate(settings)
    }
    table = compare_runs({"tuned": cards}, [], [])
    assert len(table) == len(settings)
    for name in "pqr":
        differ = len({repr(one.get(name)) for one in settings}) > 1
        assert (name in parameter_columns(table)) == differ
