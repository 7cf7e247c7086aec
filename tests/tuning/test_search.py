"""A search goes on where it was, and what it knows chooses what it tries next."""

import json
from types import SimpleNamespace

import pandas as pd
import pytest
from configured import load
from made_trials import CPU, TUNING, row, trial

from chest_xray.parameters import check_parameters
from chest_xray.tuning import (
    finalists,
    retraining,
    search,
    stages,
)
from chest_xray.tuning.trials import (
    SearchState,
    Trial,
    latest_search,
    search_with_key,
    with_search,
)


def test_a_state_survives_json_and_other_searches_stay():
    state = SearchState("a", [trial(1, [0.5, 0.4]), trial(2, [])], 12.5, 3.0)
    document = with_search({}, SearchState("b"), finalists=[])
    document = json.loads(json.dumps(with_search(document, state, finalists=[])))
    assert latest_search(document) == state
    assert search_with_key(document, "b") == SearchState("b")
    assert search_with_key(document, "c") == SearchState("c")


def test_trials_of_which_nothing_is_known_run_again_and_others_do_not():
    cut_off = trial(2, [], status="stopped")
    failed = trial(3, [], status="failed")
    running = trial(4, [0.3], status="running")
    known = SearchState("k", [trial(1, [0.4]), cut_off, failed, running], 50.0)
    assert [one.over for one in known.reopened().trials] == [True, False, True, False]
    unknown = SearchState("k", [cut_off, failed], 50.0)
    assert not unknown.reopened().over
    closed = known.closed("the minutes were used up")
    assert closed.trials[:3] == known.trials[:3]
    assert (closed.trials[3].status, closed.trials[3].ended) == ("stopped", 50.0)


def test_other_weights_under_the_same_name_are_another_search(tmp_path):
    training = check_parameters(load("base"), {}).training
    job = SimpleNamespace(
        base=training.model_copy(update={"weights": "some.pth"}),
        class_names=["N", "P"],
        splits=pd.DataFrame(
            {"image_id": ["a"], "label": ["N"], "part": ["train"], "source": "inside"}
        ),
        pixels=SimpleNamespace(manifest=SimpleNamespace(fingerprint="f", image_size=64)),
        project_folder=tmp_path,
    )
    keys = set()
    for content in (b"one", b"another"):
        (tmp_path / "some.pth").write_bytes(content)
        keys |= {search.search_key(TUNING, job), retraining.retraining_key([], job, CPU, 1)}
    assert len(keys) == 4


def test_time_left_follows_the_epochs_of_this_search():
    given = Trial(1, {"seed": 7}, 7, "finished", 0, 0, row(1, 0.3) + row(2, 0.2), 2)
    assert stages.estimated_seconds(SearchState("k", [given]), 3, 4, 2) is None
    running = Trial(2, {"seed": 8}, 8, "running", 10.0, 0.0, row(1, 0.4) + row(2, 0.3), 2)
    state = SearchState("k", [given, running], seconds=50.0)
    # 20 s an epoch: two of this one are left, and the four of another.
    assert stages.estimated_seconds(state, 3, 4, 1) == pytest.approx(120)
    assert stages.estimated_seconds(state, 3, 4, 2) == pytest.approx(60)


def test_of_so_few_patients_no_auc_is_told_from_chance(caplog):
    def validation(sick):
        labels = ["P"] * sick + ["N"] * 15
        return pd.DataFrame(
            {
                "part": "validation",
                "label": labels,
                "group_id": [str(n) for n in range(len(labels))],
            }
        )

    perfect = SearchState("k", [Trial(1, {}, 7, "finished", 0, 1, row(1, 0.1, auc=1.0), 1)])
    assert not finalists.better_than_chance(perfect, validation(1))
    assert "so few patients (15 of N, 1 of P)" in caplog.text
    assert finalists.better_than_chance(perfect, validation(2))


@pytest.mark.parametrize(("auc", "better"), [(0.55, False), (0.7, True)])
def test_chance_is_told_from_learning(auc, better, caplog):
    splits = pd.DataFrame(
        {
            "part": "validation",
            "label": ["NORMAL"] * 50 + ["PNEUMONIA"] * 50,
            "group_id": [str(number) for number in range(100)],
        }
    )
    one = Trial(1, {}, 7, "finished", 0, 1, row(1, 0.7, auc), 1)
    assert finalists.better_than_chance(SearchState("k", [one]), splits) is better
    assert ("better than chance" in caplog.text) is not better
