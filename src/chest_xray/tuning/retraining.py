"""The finalists' trainings in full, over the same seeds; those that are there already count."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

import pandas as pd

from chest_xray.evaluating.consistency import refuse_other_pixels, refuse_other_splits
from chest_xray.learning import training
from chest_xray.learning.state import training_key
from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.machine.device import Hardware, choose_hardware
from chest_xray.parameters import TuningParameters
from chest_xray.parameters.search_space import Setting
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.tuning import engine
from chest_xray.tuning.context import TuningContext
from chest_xray.tuning.finalists import better_than_chance, choose_finalists, runs, seeds
from chest_xray.tuning.resources import trial_capacity
from chest_xray.tuning.stages import Stage, run_stage
from chest_xray.tuning.trial_process import Job, make_job
from chest_xray.tuning.trials import (
    Rows,
    SearchState,
    Trial,
    latest_search,
    search_with_key,
    with_search,
)

logger = logging.getLogger(__name__)


def train_finalists(
    context: TuningContext,
    splits: pd.DataFrame,
    pixels: PixelMap,
    baseline_card: Mapping[str, Any],
    baseline_history: pd.DataFrame,
    tuning_state: Mapping[str, Any],
    resume_point: Mapping[str, Any],
) -> Iterator[tuple[TensorBoardRecords, dict[str, Any]]]:
    """Train the finalists in full, or go on with it, or return what is known where it is done.

    Args:
        context: How and where trials run.
        splits: ``image_id, label, part, group_id``.
        pixels: Of all images.
        baseline_card: Of the model whose own setting is a finalist as well.
        baseline_history: Of its training, which counts where it is the same.
        tuning_state: What the search found (``search.search``).
        resume_point: What earlier trainings of finalists left.

    Yields:
        After everything that happens, what TensorBoard is to show, and all trainings so far with
        ``finalists``, ``seeds`` and ``better_than_chance``.

    Raises:
        MixedResults: The baseline was trained on other splits or pixels.
        BadSearch: The search found nothing to train.
        BadCluster: Ray does not answer.
    """
    refuse_other_splits(baseline_card, splits)
    refuse_other_pixels(baseline_card, pixels.manifest)
    tuning = context.tuning
    found = latest_search(tuning_state)
    chosen = choose_finalists(found, tuning)
    over_seeds = seeds(context.training, tuning)
    wanted = runs(chosen, over_seeds)
    base = context.full_training(baseline_card)
    job = make_job(context, base, splits, pixels, threads=1, keeps_weights=True)
    hardware = choose_hardware(context.process)
    key = retraining_key(wanted, job, hardware, tuning.attempt)
    state = search_with_key(resume_point, key)
    state = _with_baseline(state, context, splits, pixels, baseline_card, baseline_history)
    state = with_all_earlier(state, wanted, job, hardware)
    others = {
        "finalists": [asdict(one) for one in chosen],
        "seeds": over_seeds,
        "better_than_chance": better_than_chance(found, splits),
    }
    # What failed at an earlier start is tried again, whatever it was may be fixed by now.
    again = failed(state, wanted)
    state = trained_again(state, again)
    if not unfinished(state, wanted):
        logger.info("The finalists are trained already (%d trainings).", len(state.over))
        stage = retraining_stage(tuning, job, key, wanted)
        yield TensorBoardRecords(stage.run), with_search(resume_point, state, **others)
        return
    tried_again = [trial.setting for trial in again]
    while left := unfinished(state, wanted):
        capacity = trial_capacity(context, base, pixels.manifest.image_size, len(left))
        threads = capacity.resources.cores
        job = make_job(context, base, splits, pixels, threads, keeps_weights=True)
        stage = retraining_stage(tuning, job, key, wanted)
        for latest, records in run_stage(stage, state, capacity, context.ray_folder):
            yield records, with_search(resume_point, latest, **others)
            state = latest
        again = [one for one in failed(state, wanted) if one.setting not in tried_again]
        if not unfinished(state, wanted):
            state = trained_again(state, again)
            tried_again += [trial.setting for trial in again]
    for trial in failed(state, wanted):
        logger.warning(
            "Finalists: training %d (%s) failed again, so that its setting cannot win: %s",
            trial.number,
            trial.setting,
            trial.problem,
        )


def _with_baseline(
    state: SearchState,
    context: TuningContext,
    splits: pd.DataFrame,
    pixels: PixelMap,
    card: Mapping[str, Any],
    history: pd.DataFrame,
) -> SearchState:
    """Count the baseline's own training, if it is what its setting would be trained to here."""
    training_hash = training.key_of(
        context.training,
        context.class_names,
        splits,
        pixels,
        choose_hardware(context.process),
        context.project_folder,
    )
    if training_hash != card["training_hash"]:
        logger.warning(
            "The first model was trained with other parameters or on other hardware than these: "
            "its setting is trained again here, and model_comparison holds the tuned model against "
            "the first model as it is. kedro run --pipelines=training brings it up to date."
        )
        return state
    setting = {"seed": context.training.seed}
    return with_earlier(state, setting, training_hash, card["best_epoch"], plain_rows(history))


def plain_rows(table: pd.DataFrame) -> Rows:
    """A history as a training's state has it, in plain numbers."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def retraining_key(wanted: list[Setting], job: Job, hardware: Hardware, attempt: int) -> str:
    """Hash of all that the finalists' trainings depend on."""
    return training_key(
        job.base,
        job.splits,
        job.pixels.manifest.fingerprint,
        wanted=json.dumps(wanted),
        attempt=str(attempt),
        backbone=job.base.backbone,
        classes="/".join(job.class_names),
        weights=training.weights_identity(job.base.weights, job.project_folder),
        device=hardware.device,
        precision=hardware.precision,
    )


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

    def plan(state: SearchState, interrupted: list[Setting], concurrent: int) -> engine.Plan:
        left = sorted(unfinished(state, wanted), key=lambda setting: setting not in interrupted)
        rounds = left[: len(left) - len(left) % concurrent] or left
        return engine.Plan(trials=len(rounds), concurrent=concurrent, settings=rounds)

    run = f"tuning/finalists-{key[:6]}"
    return Stage("Finalists", run, job, tuning, len(wanted), plan, seconds_allowed=None)


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
            trial.number,
            trial.setting,
            trial.problem,
        )
        state = state.with_trial(replace(trial, status="running", problem="", ended=0.0))
    return state
