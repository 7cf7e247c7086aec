"""The model that tuning ends with."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import torch

from chest_xray.errors import BadSearch
from chest_xray.evaluating.consistency import refuse_other_pixels, refuse_other_splits
from chest_xray.evaluating.finishing import keep_best_epoch
from chest_xray.learning.network import Classifier
from chest_xray.learning.state import TrainingState
from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.machine.device import choose_hardware
from chest_xray.parameters.search_space import Setting
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.tuning.context import TuningContext
from chest_xray.tuning.finalists import BASELINE, FinalistTrainings, runs, standings
from chest_xray.tuning.retraining import plain_rows
from chest_xray.tuning.soup import Candidate, Networks, Soup, greedy_soup, soup_records
from chest_xray.tuning.trial_process import Job, make_job

logger = logging.getLogger(__name__)

# Weights, card and history.
Model = tuple[Mapping[str, torch.Tensor], dict[str, Any], pd.DataFrame]


def keep_tuned(
    context: TuningContext,
    splits: pd.DataFrame,
    pixels: PixelMap,
    baseline: Model,
    finalists_state: Mapping[str, Any],
) -> tuple[Model, TensorBoardRecords]:
    """The greedy soup of the finalists' trainings, or without ``tuning.soup`` the winner's model.

    Args:
        context: How and where trials ran.
        splits: ``image_id, label, source, part``.
        pixels: Of all images.
        baseline: The model whose own setting is a finalist as well.
        finalists_state: What came of the finalists' trainings (``retraining.train_finalists``).

    Returns:
        The model, and what TensorBoard is to show of the soup.

    Raises:
        BadSearch: The weights of a finalist are gone.
        MixedResults: The baseline was trained on other splits or pixels.
    """
    if not context.tuning.soup:
        model = keep_winner(context, splits, pixels, baseline, finalists_state)
        return model, TensorBoardRecords(model[1]["run"])
    model = keep_soup(context, splits, pixels, baseline, finalists_state)
    return model, soup_records(model[1]["run"], model[1]["soup"])


def keep_winner(
    context: TuningContext,
    splits: pd.DataFrame,
    pixels: PixelMap,
    baseline: Model,
    finalists_state: Mapping[str, Any],
) -> Model:
    """The winner's model from the first seed; the baseline itself where its setting won with it.

    Arguments and errors as in ``keep_tuned``.
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
    state = _kept_state(job, winner["name"], setting, training_hash)
    weights, card, history = keep_best_epoch(
        state,
        job.parameters(setting),
        context.class_names,
        splits,
        pixels,
        choose_hardware(context.process),
    )
    return weights, {**card, "run": tensorboard_run}, history


def keep_soup(
    context: TuningContext,
    splits: pd.DataFrame,
    pixels: PixelMap,
    baseline: Model,
    finalists_state: Mapping[str, Any],
) -> Model:
    """The greedy soup of the trainings of all finalists that were trained over all seeds.

    Temperature and threshold are fitted to the soup. Its card has the parameters, the kept epoch
    and ``finished`` of the training that the soup starts with, and ``soup`` (``Soup.record``); the
    history is of that training, as the average itself was not trained. Arguments and errors as in
    ``keep_tuned``.
    """
    own_weights, card, history = baseline
    refuse_other_splits(card, splits)
    refuse_other_pixels(card, pixels.manifest)
    base = context.full_training(card)
    job = make_job(context, base, splits, pixels, threads=1, keeps_weights=True)
    own = _baseline_state(baseline)

    def state(one: Candidate) -> TrainingState:
        if one.training_hash == own.key:
            return own
        return _kept_state(job, one.name, one.setting, one.training_hash)

    hardware = choose_hardware(context.process)
    criterion = context.tuning.criterion
    networks = Networks(job.parameters, context.class_names, splits, pixels, hardware)
    soup = greedy_soup(
        soup_candidates(FinalistTrainings.from_json(finalists_state), criterion),
        lambda one: state(one).best_weights,
        lambda one, weights: networks.measure(one, weights, criterion),
        networks.with_statistics,
        criterion,
    )
    key = _soup_key(soup)
    tensorboard_run = f"tuned/{key[:12]}"
    if key == own.key:
        return own_weights, {**card, "run": tensorboard_run, "soup": soup.record}, history
    first = replace(state(soup.first), key=key, best_weights=dict(soup.weights))
    parameters = job.parameters(soup.first.setting)
    weights, card, history = keep_best_epoch(
        first, parameters, context.class_names, splits, pixels, hardware
    )
    return weights, {**card, "run": tensorboard_run, "soup": soup.record}, history


def soup_candidates(trainings: FinalistTrainings, criterion: str) -> list[Candidate]:
    """The trainings of the finalists that were trained over all seeds, the baseline's own first.

    Raises:
        BadSearch: No finalist was trained over all seeds.
    """
    whole = {row["name"] for row in standings(trainings, criterion) if row["mean"] is not None}
    trials = trainings.state.trials
    return [
        Candidate(finalist.name, trial.setting, trial.training_hash)
        for finalist in trainings.finalists
        if finalist.name in whole
        for setting in runs([finalist], trainings.seeds)
        for trial in trials
        if trial.setting == setting
    ]


def _soup_key(soup: Soup) -> str:
    """By which a soup is known: of one training that one's key, else a hash of all of them."""
    keys = [one["training_hash"] for one in soup.record["ingredients"] if one["kept"]]
    if len(keys) == 1:
        return str(keys[0])
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


def _baseline_state(baseline: Model) -> TrainingState:
    """The baseline as the state that its training ended in: its weights before calibration."""
    weights, card, history = baseline
    network = Classifier(card["backbone"], card["head_sizes"], card["dropout"])
    bias = network.last_bias
    return TrainingState(
        key=card["training_hash"],
        run=card["run"],
        network={name: card[name] for name in ("backbone", "initial_weights", "candidates")},
        finished=card["finished"],
        history=[dict(row) for row in plain_rows(history)],
        best_epoch=card["best_epoch"],
        best_weights={**weights, bias: weights[bias] - card["shift"]},
    )


def _kept_state(job: Job, name: str, setting: Setting, training_hash: str) -> TrainingState:
    state = job.state(setting)
    if state is None or not state.finished or state.key != training_hash:
        raise BadSearch(
            f"The weights of {name} are no longer in {job.states}; give tuning.attempt "
            "another number, and they are made again."
        )
    return state
