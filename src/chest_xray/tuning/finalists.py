"""The best settings and the baseline's own, trained in full over the same seeds."""

from __future__ import annotations

import json
import logging
import statistics
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from chest_xray.errors import BadSearch
from chest_xray.learning.state import training_key
from chest_xray.learning.training import weights_identity
from chest_xray.machine.device import Hardware
from chest_xray.parameters import TrainingParameters, TuningParameters
from chest_xray.parameters.search_space import Setting
from chest_xray.statistics.intervals import chance_auc
from chest_xray.tuning import engine
from chest_xray.tuning.search import Stage
from chest_xray.tuning.trial_process import Job
from chest_xray.tuning.trials import Rows, SearchState, Trial, score

BASELINE = "baseline"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finalist:
    """A setting that is trained in full: ``name``, and what it changes of the baseline's."""

    name: str
    setting: Setting


def choose_finalists(state: SearchState, tuning: TuningParameters) -> list[Finalist]:
    """The baseline's own setting and the best of the search, which differ from one another.

    Raises:
        BadSearch: No trial has an epoch behind it.
    """
    tried = [trial for trial in state.trials if trial.history and trial.status != "failed"]
    failed = [trial for trial in state.trials if trial.status == "failed"]
    if failed and not tried:
        raise BadSearch(f"All {len(failed)} trials failed, the first one: {failed[0].problem}")
    if not tried:
        raise BadSearch(
            f"No trial finished an epoch within tuning.minutes ({tuning.minutes:g}); raise it, or "
            "make trials cheaper (tuning.trial_image_size)."
        )
    ranked = sorted(tried, key=lambda trial: trial.best_score(tuning.criterion), reverse=True)
    chosen: list[Finalist] = [Finalist(BASELINE, {})]
    for trial in ranked:
        if trial.setting not in [finalist.setting for finalist in chosen]:
            chosen.append(Finalist(f"trial {trial.number}", trial.setting))
        if len(chosen) == 1 + tuning.finalists:
            break
    return chosen


def better_than_chance(state: SearchState, splits: pd.DataFrame) -> bool:
    """Whether the best AUC on validation is higher than chance gives in 19 of 20 cases.

    Patients count, as images of one are alike (``intervals.chance_auc``). That the best of several
    is looked at makes the test lenient: where it fails, there is nothing.
    """
    held_out = splits[splits["part"] == "validation"]
    patients = held_out.groupby("label")["group_id"].nunique()
    chance = chance_auc(*patients.tolist())
    best = max((trial.kept_row()["auc"] for trial in state.trials if trial.best_epoch), default=0.0)
    if best > chance:
        return True
    if chance == 1:
        logger.warning(
            "Validation has so few patients (%s) that no AUC on it can be told from chance.",
            ", ".join(f"{count} of {name}" for name, count in patients.items()),
        )
        return False
    logger.warning(
        "No trial is better than chance: the highest AUC on validation is %.3f, and chance alone "
        "reaches %.3f. Look at the labels (data_audit), or give trials more epochs "
        "(tuning.trial_changes).",
        best, chance,
    )  # fmt: skip
    return False


def seeds(training: TrainingParameters, tuning: TuningParameters) -> list[int]:
    """The seeds over which every finalist is trained; the first is the baseline's."""
    return [(training.seed + step) % 2**32 for step in range(tuning.seeds)]


def runs(finalists: list[Finalist], over: list[int]) -> list[Setting]:
    """The settings of all trainings, a seed at a time, so that an early end leaves pairs."""
    return [{**finalist.setting, "seed": seed} for seed in over for finalist in finalists]


def retraining_key(wanted: list[Setting], job: Job, hardware: Hardware, attempt: int) -> str:
    """Hash of all that the finalists' trainings depend on."""
    return training_key(
        job.base, job.splits, job.pixels.manifest.fingerprint, wanted=json.dumps(wanted),
        attempt=str(attempt), backbone=job.base.backbone, classes="/".join(job.class_names),
        weights=weights_identity(job.base.weights, job.project_folder),
        device=hardware.device, precision=hardware.precision,
    )  # fmt: skip


def with_earlier(
    state: SearchState, setting: Setting, key: str, best_epoch: int, history: Rows
) -> SearchState:
    """Count a training that is there already as the run of its setting.

    Args:
        state: Of the finalists.
        setting: With its seed.
        key: By which the training is known (``training.key_of``).
        best_epoch: That it keeps; ``history``: rows of its epochs.
    """
    if any(trial.setting == setting and trial.status == "finished" for trial in state.trials):
        return state
    logger.info("Finalists: a training that is there already counts as %s.", setting)
    known = [trial.number for trial in state.trials if trial.setting == setting]
    return state.with_trial(
        Trial(
            number=known[0] if known else len(state.trials) + 1,
            setting=setting,
            seed=setting["seed"],
            status="finished",
            history=[dict(row) for row in history],
            best_epoch=best_epoch,
            training_hash=key,
        )
    )


def with_all_earlier(
    state: SearchState, wanted: list[Setting], job: Job, hardware: Hardware
) -> SearchState:
    """Count what earlier searches have trained to its end."""
    for setting in unfinished(state, wanted):
        kept = job.state(setting)
        if kept is not None and kept.finished and kept.key == job.key(setting, hardware):
            state = with_earlier(state, setting, kept.key, kept.best_epoch, kept.history)
    return state


def retraining_stage(tuning: TuningParameters, job: Job, key: str, wanted: list[Setting]) -> Stage:
    """Trainings of the finalists that fill whole rounds, none of which is stopped early.

    Of five trainings two at a time, four are run: the last one would leave half of the machine
    idle, and is better run alone with all of it.
    """

    def plan(state: SearchState, interrupted: list[Setting], at_once: int) -> engine.Plan:
        left = sorted(unfinished(state, wanted), key=lambda setting: setting not in interrupted)
        rounds = left[: len(left) - len(left) % at_once] or left
        return engine.Plan(trials=len(rounds), at_once=at_once, settings=rounds)

    return Stage(
        "Finalists", f"tuning/finalists-{key[:6]}", job, tuning, len(wanted), plan,
        seconds_allowed=None,
    )  # fmt: skip


def unfinished(state: SearchState, wanted: list[Setting]) -> list[Setting]:
    """The settings of trainings that are not over, in their order."""
    done = [trial.setting for trial in state.over]
    return [setting for setting in wanted if setting not in done]


def failed(state: SearchState, wanted: list[Setting]) -> list[Trial]:
    """The trainings of finalists that are over without having come to their end."""
    return [trial for trial in state.over if trial.setting in wanted and trial.status != "finished"]


def trained_again(state: SearchState, trials: list[Trial]) -> SearchState:
    """The same with these trainings to be run once more, from their last whole epoch."""
    for trial in trials:
        logger.warning(
            "Finalists: training %d (%s) failed and is run again: %s",
            trial.number, trial.setting, trial.problem,
        )  # fmt: skip
        state = state.with_trial(replace(trial, status="running", problem="", ended=0.0))
    return state


def standings(
    state: SearchState, finalists: list[Finalist], over: list[int], criterion: str
) -> list[dict[str, Any]]:
    """Each finalist with its scores over the seeds (``scores``), the winner marked.

    The lowest mean loss, or the highest mean of another metric, wins; where two are equal, the one
    that comes first, and the baseline's own comes before all others. One with a training that
    failed has no mean and cannot win.

    Raises:
        BadSearch: No finalist was trained over all seeds.
    """
    rows = scores(state, finalists, over, criterion)
    candidates = [row for row in rows if row["mean"] is not None]
    if not candidates:
        raise BadSearch(
            "No finalist could be trained over all seeds; tuning_trials and the log say why."
        )
    winner = max(candidates, key=lambda row: score(row["mean"], criterion))
    return [{**row, "chosen": row is winner} for row in rows]


def scores(
    state: SearchState, finalists: list[Finalist], over: list[int], criterion: str
) -> list[dict[str, Any]]:
    """What is known of each finalist.

    Returns:
        ``name``, ``setting``, ``seeds`` and ``values`` of the criterion, ``accuracy`` and ``auc``
        over those that are trained; their ``mean`` and ``spread`` where all are; ``failed``:
        ``seed`` and ``problem`` of those that could not be.
    """
    rows: list[dict[str, Any]] = []
    for finalist in finalists:
        wanted = [{**finalist.setting, "seed": seed} for seed in over]
        trials = [
            trial
            for trial in state.trials
            if trial.setting in wanted and trial.status == "finished"
        ]
        values = [float(trial.kept_row()[criterion]) for trial in trials]
        whole = len(values) == len(over)
        rows.append(
            {
                "name": finalist.name,
                "setting": finalist.setting,
                "seeds": [trial.seed for trial in trials],
                "values": values,
                "mean": statistics.fmean(values) if whole else None,
                "spread": statistics.stdev(values) if whole and len(values) > 1 else None,
                "accuracy": [float(trial.kept_row()["accuracy"]) for trial in trials],
                "auc": [float(trial.kept_row()["auc"]) for trial in trials],
                "failed": [
                    {"seed": trial.seed, "problem": trial.problem}
                    for trial in failed(state, wanted)
                ],
            }
        )
    return rows
