"""What a search remembers, whom it takes into the final, and who wins there."""

import dataclasses
import json
import socket
from types import SimpleNamespace

import numpy as np
import optuna
import pandas as pd
import pytest
from configured import load
from ray.exceptions import RayActorError

from chest_xray.errors import BadSearch, MixedResults
from chest_xray.learning.state import TrainingState
from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.machine.device import Hardware
from chest_xray.parameters import check_parameters
from chest_xray.parameters.search_space import Hyperparameter, decode
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.splitting import splits_hash
from chest_xray.reporting import tuning_figures
from chest_xray.reporting.tuning_figures import tuning_figure
from chest_xray.tuning import (
    comparison,
    engine,
    finalists,
    importance,
    retraining,
    search,
    stages,
    winner,
)
from chest_xray.tuning import ray_session as ray_sessions
from chest_xray.tuning.context import TuningContext
from chest_xray.tuning.finalists import Finalist, FinalistTrainings
from chest_xray.tuning.ray_session import Resources, cluster_capacity, ray_session
from chest_xray.tuning.resources import Capacity
from chest_xray.tuning.shared_pixels import SharedPixels, shrunk
from chest_xray.tuning.trials import (
    SearchState,
    Trial,
    latest_search,
    search_with_key,
    with_search,
)

TUNING = check_parameters(load("base"), {}).tuning.model_copy(update={"criterion": "loss"})
SPACE = TUNING.searched
CPU = Hardware("cpu", "float32")


def row(epoch, loss, auc=0.9):
    values = {"loss": loss, "accuracy": 0.8, "f1": 0.8, "auc": auc, "seconds": 1.0}
    return [{"epoch": epoch, "part": part, **values} for part in ("train", "validation")]


def trial(number, losses, setting=None, status="finished", seed=7):
    history = [one for epoch, loss in enumerate(losses, start=1) for one in row(epoch, loss)]
    best = int(np.argmin(losses)) + 1 if losses else 0
    return Trial(
        number,
        setting or {"dropout": number / 100},
        seed,
        status,
        number,
        number + 1,
        history,
        best,
    )


def sampled(count, loss=lambda setting: abs(np.log(setting["learning_rate"] / 1e-3))):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    settings = [decode(SPACE, study.ask(engine.distributions(SPACE)).params) for _ in range(count)]
    return [trial(n, [loss(one)], one) for n, one in enumerate(settings, start=1)]


def none_frozen(setting):
    return 0


def test_a_state_survives_json_and_other_searches_stay():
    state = SearchState("a", [trial(1, [0.5, 0.4]), trial(2, [])], 12.5, 3.0)
    document = with_search({}, SearchState("b"), finalists=[])
    document = json.loads(json.dumps(with_search(document, state, finalists=[])))
    assert latest_search(document) == state
    assert search_with_key(document, "b") == SearchState("b")
    assert search_with_key(document, "c") == SearchState("c")


def test_asha_judges_new_trials_by_those_before_the_interruption():
    tuning = TUNING.model_copy(
        update={"grace_epochs": 1, "reduction_factor": 3, "scheduler": "asha"}
    )
    good = [trial(number, [0.1 + number / 100, 0.05]) for number in range(1, 7)]

    class Running:
        trial_id = "new"

    def decision(earlier, loss):
        asha = engine.scheduler(tuning, 4, earlier, none_frozen)
        asha.on_trial_add(None, Running)
        return asha.on_trial_result(None, Running, {"unfrozen_epochs": 1, "score": -loss})

    assert decision([], 0.5) == "CONTINUE"
    assert decision(good, 0.5) == "STOP"
    assert decision(good, 0.01) == "CONTINUE"


def test_asha_judges_no_trial_by_its_head_on_a_frozen_backbone():
    tuning = TUNING.model_copy(
        update={"grace_epochs": 1, "reduction_factor": 3, "scheduler": "asha"}
    )
    frozen_first = [
        trial(number, [0.9, 0.1 + number / 100], {"epochs_frozen": 1}) for number in range(6)
    ]
    asha = engine.scheduler(tuning, 4, frozen_first, lambda setting: setting["epochs_frozen"])

    def decision(name, unfrozen_epochs, loss):
        running = SimpleNamespace(trial_id=name)
        asha.on_trial_add(None, running)
        return asha.on_trial_result(
            None, running, {"unfrozen_epochs": unfrozen_epochs, "score": -loss}
        )

    assert decision("frozen as yet", 0, 0.8) == "CONTINUE"
    assert decision("better than their frozen epochs only", 1, 0.5) == "STOP"
    assert decision("better than their first whole epochs", 1, 0.05) == "CONTINUE"


def test_the_searcher_remembers_and_does_not_repeat_itself():
    earlier = sampled(30)
    interrupted = {**earlier[0].setting, "dropout": 0.123}
    resumed = engine.searcher(TUNING, SPACE, earlier, [interrupted])
    suggested = [decode(SPACE, resumed.suggest(f"t{number}")) for number in range(12)]
    assert suggested[0] == interrupted
    assert not any(one in [t.setting for t in earlier] for one in suggested)
    fresh = engine.searcher(TUNING, SPACE, [], [])
    blind = [decode(SPACE, fresh.suggest(f"t{number}")) for number in range(12)]
    # Killed before any trial was over: the first draws are tried again, and then others.
    killed = engine.searcher(TUNING, SPACE, [], blind[:2])
    after = [decode(SPACE, killed.suggest(f"t{number}")) for number in range(4)]
    assert after[:2] == blind[:2]
    assert not any(one in blind for one in after[2:])

    def distance(settings):
        return np.median([abs(np.log(one["learning_rate"] / 1e-3)) for one in settings])

    assert distance(suggested[1:]) < distance(blind)


def test_a_small_space_is_drawn_from_without_repeating_a_setting():
    space = {"dropout": Hyperparameter(distribution="choice", values=[0.0, 0.1, 0.2, 0.3])}
    for name in ("random", "tpe"):
        tuning = TUNING.model_copy(update={"searcher": name})
        drawn = engine.searcher(tuning, space, [trial(1, [0.4], {"dropout": 0.2})], [])
        settings = [drawn.suggest(f"t{number}") for number in range(4)]
        assert {one["dropout"] for one in settings[:3]} == {"0.0", "0.1", "0.3"}
        assert settings[3] == "FINISHED"


def test_another_attempt_draws_other_settings():
    again = TUNING.model_copy(update={"attempt": 2})
    first, second = (engine.searcher(one, SPACE, [], []).suggest("t") for one in (TUNING, again))
    assert first != second


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
        splits=pd.DataFrame({"image_id": ["a"], "label": ["N"], "part": ["train"]}),
        pixels=SimpleNamespace(manifest=SimpleNamespace(fingerprint="f", image_size=64)),
        project_folder=tmp_path,
    )
    keys = set()
    for content in (b"one", b"another"):
        (tmp_path / "some.pth").write_bytes(content)
        keys |= {search.search_key(TUNING, job), retraining.retraining_key([], job, CPU, 1)}
    assert len(keys) == 4


def test_a_trial_cut_off_before_its_first_epoch_says_nothing():
    cut_off = trial(1, [], decode(SPACE, engine.searcher(TUNING, SPACE, [], []).suggest("t")))
    assert engine.searcher(TUNING, SPACE, [cut_off], [])._ot_study.trials == []


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
    splits = pd.DataFrame({"image_id": ids, "part": "train", "label": "N", "group_id": ids})
    card = {
        "backbone": "resnet18",
        "training_hash": "own",
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


def test_time_left_follows_the_epochs_of_this_search():
    given = Trial(1, {"seed": 7}, 7, "finished", 0, 0, row(1, 0.3) + row(2, 0.2), 2)
    assert stages.estimated_seconds(SearchState("k", [given]), 3, 4, 2) is None
    running = Trial(2, {"seed": 8}, 8, "running", 10.0, 0.0, row(1, 0.4) + row(2, 0.3), 2)
    state = SearchState("k", [given, running], seconds=50.0)
    # 20 s an epoch: two of this one are left, and the four of another.
    assert stages.estimated_seconds(state, 3, 4, 1) == pytest.approx(120)
    assert stages.estimated_seconds(state, 3, 4, 2) == pytest.approx(60)


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


@pytest.mark.parametrize(
    ("right", "outcome"), [(10, "not told apart"), (150, "better"), (-150, "worse")]
)
def test_the_outcome_is_what_was_found(right, outcome):
    random = np.random.default_rng(0)
    labels = np.array(["NORMAL", "PNEUMONIA"] * 300)
    positive = labels == "PNEUMONIA"
    poor = np.where(positive, 0.6, 0.4)
    wrong = random.permutation(600)[:200]
    poor[wrong] = 1 - poor[wrong]
    other = poor.copy()
    fixed = wrong[: abs(right)]
    other[fixed] = np.where(positive[fixed], 0.9, 0.1)
    if right == 10:
        spoilt = np.setdiff1d(np.arange(600), wrong)[:10]
        other[spoilt] = 1 - other[spoilt]
    pair = (poor, other) if right > 0 else (other, poor)
    ids = [f"i{number}" for number in range(600)]
    tables = tuple(
        pd.DataFrame(
            {
                "image_id": ids,
                "part": "test",
                "label": labels,
                "probability": one,
                "weights_hash": "w",
            }
        )
        for one in pair
    )
    splits = pd.DataFrame(
        {"image_id": ids, "group_id": ids, "patient_id": ids, "part": "test", "label": labels}
    )
    card = {
        "class_names": ["NORMAL", "PNEUMONIA"],
        "threshold": 0.5,
        "weights_hash": "w",
        "splits_hash": splits_hash(splits),
        "run": "tuned/first",
    }
    standings = [{"name": "baseline", "chosen": False}, {"name": "trial 3", "chosen": True}]
    summary = comparison.summarize_search(SearchState("k"), standings, True, "loss")
    result = comparison.compare(summary, tables, (card, card), splits, 200, 0, 20)
    assert result["outcome"] == outcome
    assert result["chosen"] == "trial 3"
    assert result["test"]["n"] == 600
    assert result["weights_hash"] == {"baseline": "w", "tuned": "w"}
    with pytest.raises(MixedResults, match="The tuned model was trained on the splits elsewhere"):
        elsewhere = card | {"splits_hash": "elsewhere"}
        comparison.compare(summary, tables, (card, elsewhere), splits, 200, 0, 20)
    json.dumps(result)


def test_the_hyperparameter_that_decides_is_found_and_drawn(tmp_path):
    state = SearchState("k", sampled(30))
    shares = importance.importance(state, SPACE, "loss")
    assert next(iter(shares)) == "learning_rate"
    table = comparison.trials_table(state, [{"name": "trial 3"}], list(SPACE), "loss")
    assert list(table.loc[table["finalist"], "trial"]) == [3]
    table.to_parquet(tmp_path / "trials.parquet")
    figure = tuning_figure(table, SPACE, shares)
    assert len(figure.axes) == 3
    figure.savefig(tmp_path / "figure.png")


def test_where_all_trials_score_alike_no_hyperparameter_mattered():
    state = SearchState("k", sampled(14, loss=lambda setting: 0.5))
    assert importance.importance(state, SPACE, "loss") == {}


def test_a_single_hyperparameter_is_drawn_as_points_where_it_would_have_no_line():
    trials = [trial(number, [0.5], {"dropout": number / 10}) for number in (1, 2, 3)]
    table = comparison.trials_table(SearchState("k", trials), [], ["dropout"], "loss")
    axis = tuning_figure(table, {"dropout": SPACE["dropout"]}, {}).axes[-1]
    shown = [line for line in axis.lines if line.get_marker() == "o"]
    assert sorted(float(line.get_ydata()[0]) for line in shown) == [0.2, 0.4, 0.6]


def test_choices_that_begin_alike_have_places_of_their_own():
    space = {
        "head_sizes": Hyperparameter(
            distribution="choice", values=[[256, 128, 64], [256, 128, 64, 32]]
        )
    }
    places = tuning_figures._positions(
        pd.Series([[256, 128, 64, 32], [256, 128, 64]]), space, "head_sizes"
    )
    assert places.tolist() == [1.0, 0.0]


def pixel_map(folder, count=5, size=8):
    levels = np.random.default_rng(0).integers(0, 256, (count, size, size), dtype=np.uint8)
    levels.tofile(folder / "all.pixels")
    ids = [f"i{number}" for number in range(count - 1)]
    records_used = [4, 2, 1, 0]
    manifest = PixelManifest(ids, records_used, size, "p", "f" * 64, str(folder / "all.pixels"))
    return PixelMap(manifest), levels[records_used]


def test_smaller_pixels_are_made_once_and_belong_to_the_same_images(tmp_path):
    pixels, levels = pixel_map(tmp_path)
    small = shrunk(pixels, 4, tmp_path)
    made = (tmp_path / f"{'f' * 16}-4.pixels").stat().st_mtime_ns
    again = shrunk(pixels, 4, tmp_path)
    assert (tmp_path / f"{'f' * 16}-4.pixels").stat().st_mtime_ns == made
    assert small.manifest.image_ids == pixels.manifest.image_ids
    read = again.read(small.rows(["i2"])).astype(float)
    assert read.mean() == pytest.approx(levels[2].mean(), abs=4)


def test_a_machine_without_pixels_fetches_them_once(tmp_path, monkeypatch):
    import ray

    pixels, levels = pixel_map(tmp_path)
    fetched = []
    monkeypatch.setattr(ray, "get", lambda stored: fetched.append(1) or stored)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    handle = SharedPixels(pixels.manifest, pixels.read(np.arange(len(pixels))))
    (tmp_path / "all.pixels").unlink()
    for _ in range(2):
        there = handle.open()
        np.testing.assert_array_equal(there.read(there.rows(["i0", "i3"])), levels[[0, 3]])
    assert fetched == [1]


def test_an_address_that_does_not_answer_is_said():
    with (
        pytest.raises(BadSearch, match=r"No Ray answers at '127\.0\.0\.1:1'"),
        ray_session("127.0.0.1:1", None, 1, 0, False),
    ):
        pass


def test_something_else_than_ray_at_the_address_is_said(monkeypatch):
    monkeypatch.setattr(ray_sessions, "_JOINING_SECONDS", 5)
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        with (
            pytest.raises(BadSearch, match=f"No Ray answers at '{address}'"),
            ray_session(address, None, 1, 0, False),
        ):
            pass


def test_a_cluster_bears_what_its_living_machines_do(monkeypatch):
    alive = {"Alive": True, "Resources": {"CPU": 4.0, "memory": 8.0}}
    small = {"Alive": True, "Resources": {"CPU": 9.0, "memory": 3.0}}
    dead = {"Alive": False, "Resources": {"CPU": 64.0, "memory": 64.0}}
    monkeypatch.setattr(ray_sessions.ray, "nodes", lambda: [alive, small, dead])
    assert cluster_capacity(Resources(cores=2, gpus=0, memory=3)) == 3
    with pytest.raises(BadSearch, match="No machine of the cluster has what a trial takes"):
        cluster_capacity(Resources(cores=2, gpus=1, memory=3))


def test_a_killed_trial_is_told_in_words_and_another_by_its_last_line():
    killed = SimpleNamespace(get_pickled_error=lambda: RayActorError())
    assert engine._last_line(killed).startswith("its process was killed, as the system does")
    other = SimpleNamespace(
        get_pickled_error=lambda: ValueError("no"), get_error=lambda: "Traceback\nValueError: no\n"
    )
    assert engine._last_line(other) == "ValueError: no"


def test_storage_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BadSearch, match="Nothing can be written into"):
        stages._refuse_unwritable(tmp_path / "file" / "states")
