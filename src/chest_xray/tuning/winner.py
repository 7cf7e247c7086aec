"""The model that tuning ends with."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import pandas as pd
import torch

from chest_xray.errors import BadSearch
from chest_xray.evaluating.consistency import refuse_other_pixels, refuse_other_splits
from chest_xray.evaluating.finishing import keep_best_epoch
from chest_xray.machine.device import choose_hardware
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.tuning.context import TuningContext
from chest_xray.tuning.finalists import BASELINE, FinalistTrainings, standings
from chest_xray.tuning.trial_process import make_job

logger = logging.getLogger(__name__)

# Weights, card and history.
Model = tuple[Mapping[str, torch.Tensor], dict[str, Any], pd.DataFrame]


def keep_winner(
    context: TuningContext,
    splits: pd.DataFrame,
    pixels: PixelMap,
    baseline: Model,
    finalists_state: Mapping[str, Any],
) -> Model:
    """The winner's model from the first seed; the baseline itself where its setting won with it.

    Args:
        context: How and where trials ran.
        splits: ``image_id, label, part, group_id``.
        pixels: Of all images.
        baseline: The model whose own setting is a finalist as well.
        finalists_state: What came of the finalists' trainings (``retraining.train_finalists``).

    Raises:
        BadSearch: The winner's weights are gone.
        MixedResults: The baseline was trained on other splits or pixels.
    """
    weights, card, history = baseline
    refuse_other_splits(card, splits)
    refuse_other_pixels(card, pixels.manifest)
    trainings = FinalistTrainings.from_json(finalists_state)
    rows = standings(trainings, context.tuning.criterion)
    winner = next(row for row in rows if row["chosen"])
    setting = {**winner["setting"], "seed": trainings.seeds[0]}
    trials = trainings.state.trials
    training_hash = next(trial.training_hash for trial in trials if trial.setting == setting)
    tensorboard_run = f"tuned/{training_hash[:12]}"
    logger.info("The setting of %s wins: %s.", winner["name"], winner["setting"] or "unchanged")
    if winner["name"] == BASELINE and training_hash == card["training_hash"]:
        return weights, {**card, "run": tensorboard_run}, history
    base = context.full_training(card)
    job = make_job(context, base, splits, pixels, threads=1, keeps_weights=True)
    state = job.state(setting)
    if state is None or not state.finished or state.key != training_hash:
        raise BadSearch(
            f"The weights of {winner['name']} are no longer in {job.states}; give tuning.attempt "
            "another number, and they are made again."
        )
    weights, card, history = keep_best_epoch(
        state,
        job.parameters(setting),
        context.class_names,
        splits,
        pixels,
        choose_hardware(context.process),
    )
    return weights, {**card, "run": tensorboard_run}, history
