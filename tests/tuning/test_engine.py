"""The scheduler and the searcher know the trials before an interruption."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from made_trials import SPACE, TUNING, none_frozen, row, sampled, trial

from chest_xray.errors import BadSearch, BadTraining
from chest_xray.learning.state import TrainingState
from chest_xray.machine.ray_cluster import Resources
from chest_xray.parameters.search_space import Hyperparameter, decode
from chest_xray.tuning import engine, stages
from chest_xray.tuning.resources import Capacity
from chest_xray.tuning.retraining import retraining_stage
from chest_xray.tuning.trial_process import WHOLE_SETTING, TrialProcess
from chest_xray.tuning.trials import WORST_SCORE, SearchState


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


def test_a_small_space_is_sampled_without_repeating_a_setting():
    space = {"dropout": Hyperparameter(distribution="choice", values=[0.0, 0.1, 0.2, 0.3])}
    for name in ("random", "tpe"):
        tuning = TUNING.model_copy(update={"searcher": name})
        searcher = engine.searcher(tuning, space, [trial(1, [0.4], {"dropout": 0.2})], [])
        settings = [searcher.suggest(f"t{number}") for number in range(4)]
        assert {one["dropout"] for one in settings[:3]} == {"0.0", "0.1", "0.3"}
        assert settings[3] == "FINISHED"


def test_another_attempt_draws_other_settings():
    again = TUNING.model_copy(update={"attempt": 2})
    first, second = (engine.searcher(one, SPACE, [], []).suggest("t") for one in (TUNING, again))
    assert first != second


def test_a_trial_cut_off_before_its_first_epoch_says_nothing():
    cut_off = trial(1, [], decode(SPACE, engine.searcher(TUNING, SPACE, [], []).suggest("t")))
    assert engine.searcher(TUNING, SPACE, [cut_off], [])._ot_study.trials == []


def trained(setting):
    """Two epochs, or for a dropout of 0.9 a training that breaks down after the first."""
    states = [TrainingState("key", "run", {}, history=row(1, 0.4), best_epoch=1)]
    states.append(
        TrainingState("key", "run", {}, "both", history=row(1, 0.4) + row(2, 0.3), best_epoch=2)
    )
    yield states[0]
    if setting["dropout"] == 0.9:
        raise BadTraining("The loss is NaN.")
    yield states[1]


JOB = SimpleNamespace(
    train=trained,
    epochs_frozen=none_frozen,
    criterion="loss",
    parameters=lambda setting: SimpleNamespace(seed=setting["seed"]),
    setting=lambda config: json.loads(config[WHOLE_SETTING]),
    base=SimpleNamespace(epochs=2),
    keeps_weights=True,
)


@pytest.fixture
def train_alone(tmp_path, monkeypatch):
    """Run the one training that is left of the finalists, where Ray can't start."""

    def start(*others):
        raise AssertionError("Ray was started.")

    monkeypatch.setattr(stages, "ray_session", start)

    def train(dropout):
        job = SimpleNamespace(**vars(JOB), states=tmp_path / "states")
        stage = retraining_stage(TUNING, job, "k" * 16, [{"dropout": dropout, "seed": 7}])
        capacity = Capacity(2, Resources(1, 0, 0), 0)
        return [state for state, _ in stages.run_stage(stage, SearchState("k"), capacity, tmp_path)]

    return train


def test_the_last_training_of_the_finalists_is_run_without_ray(train_alone, tmp_path):
    states = train_alone(0.1)
    assert (tmp_path / "states").is_dir()
    assert [trial.epochs for state in states[1:3] for trial in state.trials] == [0, 1]
    (over,) = states[-1].trials
    assert (over.status, over.epochs, over.best_epoch, over.seed) == ("finished", 2, 2, 7)


def test_a_last_training_that_fails_says_why(train_alone):
    with pytest.raises(BadSearch, match=r"none succeeded: The loss is NaN\."):
        train_alone(0.9)


def test_a_process_of_ray_trains_one_setting_after_another():
    process = object.__new__(TrialProcess)
    process.setup({WHOLE_SETTING: json.dumps({"dropout": 0.9})}, JOB)
    good, bad = process.step(), process.step()
    assert (good["score"], good["done"]) == (-0.4, False)
    assert (bad["score"], bad["done"], bad["problem"]) == (WORST_SCORE, True, "The loss is NaN.")
    assert process.reset_config({WHOLE_SETTING: json.dumps({"dropout": 0.1})})
    assert [process.step()["unfrozen_epochs"] for _ in range(2)] == [1, 2]
