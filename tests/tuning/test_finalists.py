"""The best settings and the baseline's own are trained in full, and one of them wins."""

import dataclasses
import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from configured import load
from made_trials import SPACE, TUNING, none_frozen, pixel_map, row, trial

from chest_xray.errors import BadSearch
from chest_xray.learning.state import TrainingState
from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.machine.ray_cluster import Resources
from chest_xray.parameters import check_parameters
from chest_xray.radiographs.splitting import splits_hash
from chest_xray.reporting.tuning_figures import tuning_figure
from chest_xray.tuning import (
    comparison,
    engine,
    finalists,
    retraining,
    winner,
)
from chest_xray.tuning.context import TuningContext
from chest_xray.tuning.finalists import Finalist, FinalistTrainings
from chest_xray.tuning.resources import Capacity
from chest_xray.tuning.trials import (
    SearchState,
    Trial,
    with_search,
)


def test_the_best_settings_and_the_baseline_s_own_go_into_the_final():
    state = SearchState(
        "k",
        [
            trial(1, [0.5]),
            trial(2, [0.3, 0.2]),
            trial(3, [0.25]),
            trial(4, [0.1], status="failed"),
            trial(5, []),
        ],
    )
    chosen = finalists.choose_finalists(state, TUNING)
    assert [one.name for one in chosen] == ["baseline", "trial 2", "trial 3"]
    assert chosen[0].setting == {}
    with pytest.raises(BadSearch, match=r"finished an epoch within tuning\.minutes"):
        finalists.choose_finalists(SearchState("k", [trial(1, [])]), TUNING)
    failed = dataclasses.replace(trial(1, [], status="failed"), problem="There are no weights")
    with pytest.raises(BadSearch, match=r"All 1 trials failed, the first one: There are no"):
        finalists.choose_finalists(SearchState("k", [failed]), TUNING)


def test_full_trainings_fill_rounds_and_a_last_one_gets_the_whole_machine():
    wanted = finalists.runs([Finalist("baseline", {})], [1, 2, 3, 4, 5])
    stage = retraining.retraining_stage(TUNING, None, "k", wanted)
    assert stage.plan(SearchState("k"), [], 2).settings == wanted[:4]
    assert stage.plan(SearchState("k"), [{"seed": 5}], 2).settings == [wanted[4], *wanted[:3]]
    over = SearchState("k", [trial(number, [0.3], one) for number, one in enumerate(wanted[:4], 1)])
    assert stage.plan(over, [], 2).settings == [wanted[4]]
    assert retraining.unfinished(over, wanted) == [wanted[4]]


def test_what_is_trained_already_counts_and_leaves_whole_rounds_of_the_rest():
    wanted = finalists.runs([Finalist("baseline", {})], [7, 8, 9, 10])
    history = row(1, 0.3) + row(2, 0.2)
    kept = {
        7: TrainingState("key 7", "run", {}, "all done", history, best_epoch=2),
        8: TrainingState("another key", "run", {}, "all done", history, best_epoch=2),
        9: TrainingState("key 9", "run", {}, "", history, best_epoch=2),
    }
    job = SimpleNamespace(
        state=lambda setting: kept.get(setting["seed"]),
        key=lambda setting, hardware: f"key {setting['seed']}",
    )
    interrupted = trial(1, [0.3], {"seed": 7}, status="running", seed=7)
    state = retraining.with_all_earlier(SearchState("k", [interrupted]), wanted, job, None)
    assert [(one.number, one.setting, one.status) for one in state.trials] == [
        (1, {"seed": 7}, "finished")
    ]
    assert state.trials[0].kept_row()["loss"] == 0.2
    assert retraining.unfinished(state, wanted) == wanted[1:]
    assert retraining.with_all_earlier(state, wanted, job, None) == state


def test_the_lowest_mean_loss_over_the_seeds_wins_and_a_half_trained_setting_does_not():
    lucky, steady = {"dropout": 0.1}, {"dropout": 0.2}
    chosen = [
        Finalist("baseline", {}),
        Finalist("lucky", lucky),
        Finalist("steady", steady),
        Finalist("lost", {"dropout": 0.3}),
    ]
    runs = [
        ({}, 7, 0.30),
        ({}, 8, 0.30),
        (lucky, 7, 0.10),
        (lucky, 8, 0.60),
        (steady, 7, 0.25),
        (steady, 8, 0.27),
        ({"dropout": 0.3}, 7, 0.01),
    ]
    state = SearchState(
        "k",
        [
            trial(number, [loss], {**setting, "seed": seed}, seed=seed)
            for number, (setting, seed, loss) in enumerate(runs, 1)
        ],
    )
    rows = finalists.standings(FinalistTrainings(state, chosen, [7, 8]), "loss")
    assert [one["name"] for one in rows if one["chosen"]] == ["steady"]
    assert rows[2]["mean"] == pytest.approx(0.26)
    assert rows[3]["mean"] is None
    assert rows[1]["spread"] == pytest.approx(np.std([0.1, 0.6], ddof=1))


SEEDS = (7, 8)
LUCKY = {"dropout": 0.1}


@pytest.fixture
def train_finalists(tmp_path, monkeypatch):
    """Train finalists where ``breaks(setting, attempt)`` says which trainings fail."""
    pixels, _ = pixel_map(tmp_path)
    base = check_parameters(load("base"), {})
    training = base.training.model_copy(update={"backbone": "resnet18", "weights": "none"})
    tuning = TUNING.model_copy(update={"seeds": len(SEEDS), "finalists": 1})
    context = TuningContext(tuning, training, base.process, ["N", "P"], tmp_path, tmp_path)
    part = ["train", "train", "validation", "test"]
    splits = pd.DataFrame(
        {
            "image_id": pixels.manifest.image_ids,
            "source": "inside",
            "part": part,
            "label": ["N", "P", "P", "N"],
            "group_id": list("abcd"),
        }
    )
    splits = pd.concat([splits, splits.iloc[[2]].assign(label="N", group_id="e")])
    attempts = []

    def run_stage(stage, state, capacity, ray_folder):
        for setting in stage.plan(state, [], 1).settings:
            attempts.append(setting)
            known = [one.number for one in state.trials if one.setting == setting]
            number = known[0] if known else len(state.trials) + 1
            if run_stage.breaks(setting, attempts.count(setting)):
                done = dataclasses.replace(
                    trial(number, [], setting, "failed", setting["seed"]), problem="It broke."
                )
            else:
                loss = 0.2 if "dropout" in setting else 0.3
                done = trial(number, [loss], setting, seed=setting["seed"])
            state = state.with_trial(done)
            yield state, TensorBoardRecords("run")

    monkeypatch.setattr(retraining, "run_stage", run_stage)
    capacity = Capacity(1, Resources(1, 0, 0), 0)
    monkeypatch.setattr(retraining, "trial_capacity", lambda *others: capacity)
    searched = with_search({}, SearchState("s", [trial(1, [0.1], LUCKY)]))

    def train(breaks, document=None):
        run_stage.breaks = breaks
        attempts.clear()
        card = {
            "backbone": "resnet18",
            "training_hash": "of other parameters",
            "best_epoch": 1,
            "intensity_normalization": "none",
            "splits_hash": splits_hash(splits),
            "run": "baseline/first",
            "data_hash": pixels.manifest.fingerprint,
        }
        steps = retraining.train_finalists(
            context, splits, pixels, card, pd.DataFrame(), searched, document or {}
        )
        document = [state for _, state in steps][-1]
        # As it is kept.
        return json.loads(json.dumps(document)), list(attempts)

    return train


def broken(setting, attempt):
    return setting == {**LUCKY, "seed": 8}


def test_a_finalist_that_fails_once_is_trained_again_in_the_same_run(train_finalists):
    document, attempts = train_finalists(
        lambda setting, attempt: broken(setting, attempt) and attempt == 1
    )
    assert attempts.count({**LUCKY, "seed": 8}) == 2
    assert len(attempts) == 5
    rows = finalists.standings(FinalistTrainings.from_json(document), "loss")
    assert [row["name"] for row in rows if row["chosen"]] == ["trial 1"]
    assert [row["failed"] for row in rows] == [[], []]
    # Nothing is left to do at the next start.
    assert train_finalists(broken, document)[1] == []


def test_a_finalist_that_fails_again_cannot_win_and_is_reported(train_finalists, caplog):
    document, attempts = train_finalists(broken)
    assert attempts.count({**LUCKY, "seed": 8}) == 2
    assert "failed again, so that its setting cannot win: It broke." in caplog.text
    rows = finalists.standings(FinalistTrainings.from_json(document), "loss")
    assert [row["name"] for row in rows if row["chosen"]] == ["baseline"]
    assert rows[1]["failed"] == [{"seed": 8, "problem": "It broke."}]
    assert rows[1]["values"] == [0.2] and rows[1]["mean"] is None

    searched = SearchState("s", [trial(1, [0.1], LUCKY)])
    scored = finalists.scores(FinalistTrainings.from_json(document), "loss")
    table = comparison.trials_table(searched, scored, ["dropout"], "loss")
    assert table["finalist_failed"].tolist() == [True]
    axis = tuning_figure(table, {"dropout": SPACE["dropout"]}, {}).axes[0]
    assert "finalist whose full training failed" in [
        text.get_text() for text in axis.get_legend().get_texts()
    ]

    # At the next start it is tried once more, and counts where it is trained now.
    again, attempts = train_finalists(broken, document)
    assert attempts == [{**LUCKY, "seed": 8}]
    again, attempts = train_finalists(lambda setting, attempt: False, again)
    assert attempts == [{**LUCKY, "seed": 8}]
    rows = finalists.standings(FinalistTrainings.from_json(again), "loss")
    assert [row["name"] for row in rows if row["chosen"]] == ["trial 1"]


@pytest.fixture
def keep_winner(tmp_path, monkeypatch):
    """Keep the winner of finished finalists, whose states are ``kept`` by the losses given."""
    pixels, _ = pixel_map(tmp_path)
    base = check_parameters(load("base"), {})
    folders = (tmp_path / "tuning", tmp_path)
    context = TuningContext(TUNING, base.training, base.process, ["N", "P"], *folders)
    ids = pixels.manifest.image_ids
    splits = pd.DataFrame(
        {"image_id": ids, "part": "train", "label": "N", "group_id": ids, "source": "inside"}
    )
    card = {
        "backbone": "resnet18",
        "training_hash": "own",
        "intensity_normalization": "none",
        "splits_hash": splits_hash(splits),
        "data_hash": pixels.manifest.fingerprint,
        "run": "baseline/first",
    }
    monkeypatch.setattr(
        winner, "keep_best_epoch", lambda state, *others: (state.best_weights, dict(card), None)
    )

    def keep(losses, kept):
        trials = [
            dataclasses.replace(trial(number, [loss], setting), training_hash=key)
            for number, (setting, loss, key) in enumerate(losses, 1)
        ]
        document = with_search(
            {},
            SearchState("k", trials),
            finalists=[{"name": "baseline", "setting": {}}, {"name": "trial 1", "setting": LUCKY}],
            seeds=[7],
        )
        monkeypatch.setattr("chest_xray.tuning.trial_process.Job.state", lambda self, _: kept)
        return winner.keep_winner(context, splits, pixels, ("own weights", card, "own"), document)

    return keep


def test_the_winner_is_the_model_of_the_first_seed_or_the_baseline_itself(keep_winner):
    own, lucky = ({"seed": 7}, 0.3, "own"), ({**LUCKY, "seed": 7}, 0.2, "of trial 1")
    trained = TrainingState("of trial 1", "run", {}, "all done", best_weights={"w": 1})
    weights, card, _ = keep_winner([own, lucky], trained)
    assert weights == {"w": 1}
    assert card["run"] == "tuned/of trial 1"

    weights, card, history = keep_winner([own, (lucky[0], 0.4, lucky[2])], None)
    assert (weights, history, card["run"]) == ("own weights", "own", "tuned/own")

    for gone in (None, dataclasses.replace(trained, key="of another attempt")):
        with pytest.raises(BadSearch, match=r"The weights of trial 1 are no longer in .*finalists"):
            keep_winner([own, lucky], gone)


def test_by_auc_the_highest_goes_into_the_final_wins_and_is_not_stopped():
    by_auc = TUNING.model_copy(update={"criterion": "auc", "scheduler": "asha", "grace_epochs": 1})

    def of(number, auc, setting):
        return Trial(number, setting, 7, "finished", 0, 1, row(1, 1 - auc / 2, auc), 1)

    trials = [
        of(number, auc, {"dropout": number / 10})
        for number, auc in enumerate((0.91, 0.97, 0.95, 0.90, 0.89, 0.88), 1)
    ]
    chosen = finalists.choose_finalists(SearchState("k", trials), by_auc)
    assert [one.name for one in chosen] == ["baseline", "trial 2", "trial 3"]
    full = [
        of(1, 0.96, {"seed": 7}),
        of(2, 0.98, {"dropout": 0.2, "seed": 7}),
        of(3, 0.97, {"dropout": 0.3, "seed": 7}),
    ]
    rows = finalists.standings(FinalistTrainings(SearchState("k", full), chosen, [7]), "auc")
    assert [one["name"] for one in rows if one["chosen"]] == ["trial 2"]
    asha = engine.scheduler(by_auc, 4, trials, none_frozen)
    for name, auc, decision in (("poor", 0.85, "STOP"), ("good", 0.99, "CONTINUE")):
        running = SimpleNamespace(trial_id=name)
        asha.on_trial_add(None, running)
        assert asha.on_trial_result(None, running, {"unfrozen_epochs": 1, "score": auc}) == decision


def test_where_nothing_is_better_the_baseline_s_own_setting_wins():
    chosen = [Finalist("baseline", {}), Finalist("equal", {"dropout": 0.1})]
    state = SearchState(
        "k", [trial(1, [0.3], {"seed": 7}), trial(2, [0.3], {"dropout": 0.1, "seed": 7})]
    )
    rows = finalists.standings(FinalistTrainings(state, chosen, [7]), "loss")
    assert rows[0]["chosen"]
