"""Which settings are trained in full over the same seeds, and which of them wins."""

from __future__ import annotations

import logging
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from chest_xray.errors import BadSearch
from chest_xray.parameters import TrainingParameters, TuningParameters
from chest_xray.parameters.search_space import Setting
from chest_xray.statistics.intervals import chance_auc
from chest_xray.tuning.trials import SearchState, latest_search, score

BASELINE = "baseline"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finalist:
    """A setting that is trained in full: ``name``, and what it changes of the baseline's."""

    name: str
    setting: Setting


@dataclass(frozen=True)
class FinalistTrainings:
    """The finalists' trainings: ``state``, whose they are, and the seeds of each."""

    state: SearchState
    finalists: list[Finalist]
    seeds: list[int]

    @staticmethod
    def from_json(content: Mapping[str, Any]) -> FinalistTrainings:
        """What was last written into ``finalists_state`` (``retraining.train_finalists``)."""
        finalists = [Finalist(**one) for one in content["finalists"]]
        return FinalistTrainings(latest_search(content), finalists, content["seeds"])


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
        best,
        chance,
    )
    return False


def seeds(training: TrainingParameters, tuning: TuningParameters) -> list[int]:
    """The seeds over which every finalist is trained; the first is the baseline's."""
    return [(training.seed + step) % 2**32 for step in range(tuning.seeds)]


def runs(finalists: list[Finalist], over: list[int]) -> list[Setting]:
    """The settings of all trainings, a seed at a time, so that an early end leaves pairs."""
    return [{**finalist.setting, "seed": seed} for seed in over for finalist in finalists]


def standings(trainings: FinalistTrainings, criterion: str) -> list[dict[str, Any]]:
    """Each finalist with its scores over the seeds (``scores``), the winner marked.

    The lowest mean loss, or the highest mean of another metric, wins; where two are equal, the one
    that comes first, and the baseline's own comes before all others. One with a training that
    failed has no mean and cannot win.

    Raises:
        BadSearch: No finalist was trained over all seeds.
    """
    rows = scores(trainings, criterion)
    candidates = [row for row in rows if row["mean"] is not None]
    if not candidates:
        raise BadSearch(
            "No finalist could be trained over all seeds; tuning_trials and the log say why."
        )
    winner = max(candidates, key=lambda row: score(row["mean"], criterion))
    return [{**row, "chosen": row is winner} for row in rows]


def scores(trainings: FinalistTrainings, criterion: str) -> list[dict[str, Any]]:
    """What is known of each finalist.

    Returns:
        ``name``, ``setting``, ``seeds`` and ``values`` of the criterion, ``accuracy`` and ``auc``
        over those that are trained; their ``mean`` and ``spread`` where all are; ``failed``:
        ``seed`` and ``problem`` of those that could not be.
    """
    rows: list[dict[str, Any]] = []
    for finalist in trainings.finalists:
        wanted = runs([finalist], trainings.seeds)
        ours = [trial for trial in trainings.state.trials if trial.setting in wanted]
        trials = [trial for trial in ours if trial.status == "finished"]
        values = [float(trial.kept_row()[criterion]) for trial in trials]
        whole = len(values) == len(wanted)
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
                    for trial in ours
                    if trial.over and trial.status != "finished"
                ],
            }
        )
    return rows
