"""The search: settings tried in short trainings, within a budget of trials and minutes."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from chest_xray.evaluating.consistency import refuse_other_pixels, refuse_other_splits
from chest_xray.learning.state import training_key
from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.learning.training import weights_identity
from chest_xray.parameters import TrainingParameters, TuningParameters
from chest_xray.parameters.search_space import Setting, grid, settings_in, with_setting
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.tuning import engine
from chest_xray.tuning.context import TuningContext
from chest_xray.tuning.resources import trial_capacity
from chest_xray.tuning.smaller_pixels import shrunk
from chest_xray.tuning.stages import ENOUGH_TRIALS, TIME_IS_UP, Stage, run_stage
from chest_xray.tuning.trial_process import Job, make_job
from chest_xray.tuning.trials import SearchState, search_with_key, with_search

# Of ``tuning``; with another of these, another search is begun.
_FIELDS_OF_THE_KEY = {
    "space",
    "searcher",
    "scheduler",
    "grace_epochs",
    "reduction_factor",
    "criterion",
    "attempt",
    "seed",
}

logger = logging.getLogger(__name__)


def search(
    context: TuningContext,
    splits: pd.DataFrame,
    pixels: PixelMap,
    baseline_card: Mapping[str, Any],
    resume_point: Mapping[str, Any],
) -> Iterator[tuple[TensorBoardRecords, dict[str, Any]]]:
    """Search, or go on with it, or return what is known where it is done already.

    Args:
        context: How and where trials run.
        splits: ``image_id, label, part, group_id``.
        pixels: Of all images.
        baseline_card: Of the model whose parameters they change.
        resume_point: What earlier searches left (``trials.with_search``).

    Yields:
        After everything that happens, what TensorBoard is to show, and all searches so far.

    Raises:
        MixedResults: The baseline was trained on other splits or pixels.
        BadSearch: Trials fail from the start.
        BadCluster: Ray does not answer.
    """
    refuse_other_splits(baseline_card, splits)
    refuse_other_pixels(baseline_card, pixels.manifest)
    tuning = context.tuning
    base = _short_training(context, baseline_card)
    smaller = _trial_pixels(context, pixels)
    job = make_job(context, base, splits, smaller, threads=1, keeps_weights=False)
    state = search_with_key(resume_point, search_key(tuning, job))
    stage = search_stage(tuning, job, state.key)
    in_time = state.seconds < tuning.minutes * 60
    if in_time:
        state = state.reopened()
    left = stage.planned - len(state.over)
    if left <= 0 or not in_time:
        logger.info("This search is done already (%d trials).", len(state.over))
        state = state.closed(ENOUGH_TRIALS if in_time else TIME_IS_UP)
        yield TensorBoardRecords(stage.run), with_search(resume_point, state)
        return
    capacity = trial_capacity(context, base, smaller.manifest.image_size, left)
    threads = capacity.resources.cores
    job = make_job(context, base, splits, smaller, threads, keeps_weights=False)
    stage = search_stage(tuning, job, state.key)
    for found, records in run_stage(stage, state, capacity, context.ray_folder):
        yield records, with_search(resume_point, found)


def _short_training(context: TuningContext, baseline_card: Mapping[str, Any]) -> TrainingParameters:
    """The baseline's parameters with ``tuning.trial_changes``, which a setting changes further."""
    whole = context.full_training(baseline_card).model_dump(mode="json")
    return TrainingParameters.model_validate(with_setting(whole, context.tuning.trial_changes))


def _trial_pixels(context: TuningContext, pixels: PixelMap) -> PixelMap:
    """The images at the size of trials."""
    context.tuning_folder.mkdir(parents=True, exist_ok=True)
    size = context.tuning.trial_image_size
    return pixels if size == "stored" else shrunk(pixels, size, context.tuning_folder)


def search_key(tuning: TuningParameters, job: Job) -> str:
    """Hash of all that the trials of a search depend on; budget and machine are no part of it.

    Weights in a file count by what is in it.
    """
    ours = tuning.model_dump_json(include=_FIELDS_OF_THE_KEY)
    manifest = job.pixels.manifest
    return training_key(
        job.base,
        job.splits,
        manifest.fingerprint,
        search=ours,
        backbone=job.base.backbone,
        weights=weights_identity(job.base.weights, job.project_folder),
        image_size=str(manifest.image_size),
        classes="/".join(job.class_names),
    )


def search_stage(tuning: TuningParameters, job: Job, key: str) -> Stage:
    """The search that the parameters describe."""
    space = tuning.searched
    whole_grid = grid(space) if tuning.searcher == "grid" else []
    random.Random(tuning.seed).shuffle(whole_grid)
    planned = int(min(tuning.trials, settings_in(space)))
    max_epochs = max([job.base.epochs, *(space["epochs"].ends if "epochs" in space else [])])

    def plan(state: SearchState, interrupted: list[Setting], concurrent: int) -> engine.Plan:
        over = state.over
        done = [trial.setting for trial in over]
        left = planned - len(over)
        settings = None
        if whole_grid:
            settings = [one for one in whole_grid if one not in done][:left]
        seconds = tuning.minutes * 60 - state.seconds
        return engine.Plan(
            trials=left,
            concurrent=concurrent,
            settings=settings,
            search=None if whole_grid else engine.searcher(tuning, space, over, interrupted[:left]),
            scheduler=engine.scheduler(tuning, max_epochs, over, job.epochs_frozen),
            seconds=seconds,
        )

    run = f"tuning/search-{key[:6]}"
    return Stage("Search", run, job, tuning, planned, plan, seconds_allowed=tuning.minutes * 60)
