"""Two settings on several splits by patient: both trained on each, compared on its test part."""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from chest_xray.errors import BadSearch
from chest_xray.evaluating.consistency import refuse_other_pixels, refuse_other_splits
from chest_xray.evaluating.finishing import keep_best_epoch
from chest_xray.evaluating.predictions import predict
from chest_xray.learning.state import TrainingState
from chest_xray.learning.tensorboard import TensorBoardRecords, epoch_scalars
from chest_xray.machine.device import choose_hardware
from chest_xray.parameters import TrainingParameters
from chest_xray.parameters.search_space import Setting, with_setting
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.shared_pixels import SharedPixels
from chest_xray.radiographs.splitting import splits_hash
from chest_xray.statistics.metrics import (
    Floats,
    as_labels,
    metrics,
    paired_differences,
)
from chest_xray.tuning.comparison import COMPARED, outcome_of
from chest_xray.tuning.context import TuningContext
from chest_xray.tuning.smaller_pixels import shrunk
from chest_xray.tuning.trial_process import Job

MODELS = ("baseline", "tuned")
_NOT_COMPARED = ("backbone", "backbone_candidates", "memory_share", "minutes_per_epoch", "seed")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pair:
    """One of the two settings on one of the splits.

    Attributes:
        model: ``baseline`` or ``tuned``: whose setting.
        split: From 1; ``splits``: which image is in which part.
        job: How it is trained.
    """

    model: str
    split: int
    splits: pd.DataFrame
    job: Job

    @property
    def setting(self) -> Setting:
        """What it changes of the job's parameters: nothing, as a job is of one setting."""
        return {"seed": self.job.base.seed}

    def key(self) -> str:
        """By which its predictions are known: of all that they depend on."""
        threshold = self.job.base.threshold.model_dump_json()
        trained = self.job.key(self.setting, choose_hardware(self.job.process))
        return hashlib.sha256(f"{trained} {threshold}".encode()).hexdigest()


def train_pairs(
    context: TuningContext,
    splits: pd.DataFrame,
    several_splits: pd.DataFrame,
    pixels: PixelMap,
    cards: tuple[Mapping[str, Any], Mapping[str, Any]],
    resume_point: Mapping[str, Any],
) -> Iterator[tuple[TensorBoardRecords, dict[str, Any]]]:
    """Train both settings on each split, or go on from the last whole epoch of what is left.

    Args:
        context: How; ``tuning.pooled`` says how short, and at which size.
        splits: Of the study.
        several_splits: ``split`` (from 1) and the columns of ``splits``
            (``splitting.several_splits``).
        pixels: Of all images.
        cards: Of the baseline and the tuned model, whose parameters are the settings.
        resume_point: What an earlier run left.

    Yields:
        After each epoch and each training, what TensorBoard is to show, and ``trainings``: by key
        ``image_ids``, ``probabilities`` and ``threshold`` of the test parts predicted so far; with
        ``pairs``: ``model``, ``split``, ``key`` of each; ``image_size`` and ``epochs``.

    Raises:
        MixedResults: A model was trained on other splits or pixels.
        BadSearch: A setting can't be trained as short as ``tuning.pooled`` says.
    """
    for card in cards:
        refuse_other_splits(card, splits)
        refuse_other_pixels(card, pixels.manifest)
    pooled = context.tuning.pooled
    context.tuning_folder.mkdir(parents=True, exist_ok=True)
    (context.states_folder / "pooled").mkdir(parents=True, exist_ok=True)
    size = pixels.manifest.image_size if pooled.image_size == "stored" else pooled.image_size
    smaller = pixels
    if size < pixels.manifest.image_size:
        smaller = shrunk(pixels, size, context.tuning_folder)
    pairs = pairs_of(context, several_splits, smaller, cards)
    document: dict[str, Any] = {
        "pairs": [{"model": p.model, "split": p.split, "key": p.key()} for p in pairs],
        "image_size": smaller.manifest.image_size,
        "epochs": pooled.epochs,
        "trainings": dict(resume_point.get("trainings", {})),
    }
    yield TensorBoardRecords("pooled"), document
    for number, pair in enumerate(pairs, start=1):
        key = pair.key()
        if key in document["trainings"]:
            continue
        logger.info(
            "Training %d of %d: the setting of the %s model on split %d.",
            number,
            len(pairs),
            "first" if pair.model == "baseline" else "tuned",
            pair.split,
        )
        run = f"pooled/split-{pair.split}-{pair.model}"
        state = None
        for state in pair.job.train(pair.setting):
            scalars = epoch_scalars(state.history[-2:])
            yield TensorBoardRecords(run, step=state.epochs, scalars=scalars), document
        trainings = {**document["trainings"], key: _predicted(pair, state, smaller, context)}
        document = {**document, "trainings": trainings}
        yield TensorBoardRecords("pooled"), document
        # Its predictions are kept, which is all that is needed of it.
        pair.job.state_path(pair.setting).unlink(missing_ok=True)


def pairs_of(
    context: TuningContext,
    several_splits: pd.DataFrame,
    pixels: PixelMap,
    cards: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> list[Pair]:
    """Both settings on each split, a split at a time; arguments as in ``train_pairs``."""
    pairs = []
    for number, table in several_splits.groupby("split"):
        chosen = table.drop(columns="split").reset_index(drop=True)
        for model, card in zip(MODELS, cards, strict=True):
            job = Job(
                base=_short(context, card),
                process=context.process,
                class_names=context.class_names,
                splits=chosen[["image_id", "label", "source", "part"]],
                pixels=SharedPixels(pixels.manifest),
                space={},
                criterion=context.tuning.criterion,
                states=context.states_folder / "pooled",
                project_folder=context.project_folder,
                keeps_weights=True,
            )
            pairs.append(Pair(model, int(str(number)), chosen, job))
    return pairs


def _short(context: TuningContext, card: Mapping[str, Any]) -> TrainingParameters:
    """A model's parameters, its backbone by name, for the short trainings."""
    changes = {
        "backbone": card["backbone"],
        "epochs": context.tuning.pooled.epochs,
        "progressive_fraction": 0,
        "seed": context.training.seed,
        # Not in cards of before there were workers; each training has one process here.
        "workers": 0,
        "ray_address": None,
        "on_lost_worker": context.training.on_lost_worker,
    }
    try:
        return TrainingParameters.model_validate(with_setting(card["parameters"], changes))
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise BadSearch(
            f"A setting can't be trained for tuning.pooled.epochs "
            f"({context.tuning.pooled.epochs}): {message}."
        ) from error


def _predicted(
    pair: Pair, state: TrainingState | None, pixels: PixelMap, context: TuningContext
) -> dict[str, Any]:
    if state is None or not state.finished:
        raise BadSearch(f"The training on split {pair.split} ended before its last epoch.")
    hardware = choose_hardware(context.process)
    weights, card, _ = keep_best_epoch(
        state, pair.job.base, context.class_names, pair.splits, pixels, hardware
    )
    table = predict(weights, card, pair.splits, pixels, hardware)
    test = table[table["part"] == "test"]
    return {
        "image_ids": test["image_id"].tolist(),
        "probabilities": test["probability"].tolist(),
        "threshold": float(card["threshold"]),
    }


def compare_pooled(
    pooled_state: Mapping[str, Any],
    splits: pd.DataFrame,
    several_splits: pd.DataFrame,
    cards: tuple[Mapping[str, Any], Mapping[str, Any]],
    draws: int,
    seed: int,
) -> dict[str, Any]:
    """Tuned minus baseline on each split's test part, and over all of them.

    The pooled accuracy and F1 count the decisions on all test images; the pooled AUC is the mean
    over the splits, since probabilities of several models have no common ranking (Forman and
    Scholz, 2010, https://doi.org/10.1145/1882471.1882479). Test parts share no patient, so that
    patients of all parts are drawn together for accuracy and F1, and intervals of the splits'
    AUC combine as those of independent estimates (Zou and Donner, 2008,
    https://doi.org/10.1002/sim.3095). The intervals are of these trained models: how much another
    training seed would change is not in them, but shows between the splits.

    Args:
        pooled_state: What ``train_pairs`` left.
        splits: Of the study; ``several_splits`` as in ``train_pairs``.
        cards: Of the baseline and the tuned model.
        draws: Of patients, behind each interval; ``seed``: theirs.

    Returns:
        ``settings``: by model what differs between both; ``splits``: by split ``split``, ``own``
        (whether it is the study's), ``n``, ``patients``, each model's ``accuracy``, ``f1``, ``auc``
        and the ``difference`` with interval; ``pooled``: ``n``, ``patients``, ``difference``;
        ``seen_before``: the share of pooled images that were in train or validation when the
        setting was chosen; ``outcome`` as of ``model_comparison``; ``image_size``, ``epochs`` and
        ``splits_hash``.
    """
    own = splits_hash(splits)
    parts = []
    for number, table in several_splits.groupby("split"):
        test = table[table["part"] == "test"].reset_index(drop=True)
        both = [_of_split(pooled_state, model, int(str(number)), test) for model in MODELS]
        parts.append((int(str(number)), splits_hash(table) == own, test, both))
    positive = cards[0]["class_names"][1]
    rows = [
        _split_row(number, is_own, test, both, positive, draws, seed)
        for number, is_own, test, both in parts
    ]
    everything = pd.concat([test for _, _, test, _ in parts], ignore_index=True)
    called = [
        np.concatenate([both[model][0] >= both[model][1] for _, _, _, both in parts])
        for model in (0, 1)
    ]
    difference = paired_differences(
        as_labels(everything["label"], positive),
        (called[0].astype(np.float64), called[1].astype(np.float64)),
        (0.5, 0.5),
        everything["group_id"].tolist(),
        draws,
        seed,
    )
    chosen_on = set(splits.loc[splits["part"] != "test", "image_id"])
    pooled = {
        "accuracy": difference["accuracy"],
        "f1": difference["f1"],
        "auc": mean_difference([row["difference"]["auc"] for row in rows]),
    }
    return {
        "settings": _settings(cards),
        "splits": rows,
        "pooled": {
            "n": len(everything),
            "patients": int(everything["group_id"].nunique()),
            "difference": pooled,
        },
        "seen_before": float(everything["image_id"].isin(chosen_on).mean()),
        "outcome": outcome_of(pooled["accuracy"]),
        "image_size": pooled_state["image_size"],
        "epochs": pooled_state["epochs"],
        "splits_hash": own,
    }


def _of_split(
    pooled_state: Mapping[str, Any], model: str, split: int, test: pd.DataFrame
) -> tuple[Floats, float]:
    """Probabilities in the order of a test part, float [n], and the threshold."""
    key = next(
        pair["key"]
        for pair in pooled_state["pairs"]
        if (pair["model"], pair["split"]) == (model, split)
    )
    kept = pooled_state["trainings"][key]
    by_image = dict(zip(kept["image_ids"], kept["probabilities"], strict=True))
    return np.array([by_image[one] for one in test["image_id"]]), kept["threshold"]


def _split_row(
    number: int,
    is_own: bool,
    test: pd.DataFrame,
    both: Sequence[tuple[Floats, float]],
    positive: str,
    draws: int,
    seed: int,
) -> dict[str, Any]:
    labels = as_labels(test["label"], positive)
    difference = paired_differences(
        labels,
        (both[0][0], both[1][0]),
        (both[0][1], both[1][1]),
        test["group_id"].tolist(),
        draws,
        seed,
    )
    measured = {
        model: metrics(labels, probability, threshold)
        for model, (probability, threshold) in zip(MODELS, both, strict=True)
    }
    return {
        "split": number,
        "own": is_own,
        "n": len(test),
        "patients": int(test["group_id"].nunique()),
        **{model: {name: found[name] for name in COMPARED} for model, found in measured.items()},
        "difference": {name: difference[name] for name in COMPARED},
    }


def mean_difference(
    differences: Sequence[Mapping[str, float | None]],
) -> dict[str, float | None]:
    """The mean of differences on patients that no two of them share, with its 95 % interval.

    Each end's squared distance from the mean is the sum of those of the differences, over the
    square of their number (MOVER: Zou and Donner, 2008).
    """
    ends = [(one["value"], one["low"], one["high"]) for one in differences]
    values = np.array([[math.nan if end is None else end for end in row] for row in ends])
    value, low, high = values.T
    if np.isnan(values).any():
        return {"value": None, "low": None, "high": None}
    count = len(values)
    return {
        "value": float(value.mean()),
        "low": float(value.mean() - np.sqrt(((value - low) ** 2).sum()) / count),
        "high": float(value.mean() + np.sqrt(((high - value) ** 2).sum()) / count),
    }


def _settings(cards: tuple[Mapping[str, Any], Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """By model the parameters that differ between both."""
    first, second = (card["parameters"] for card in cards)
    names = [
        name for name in first if first[name] != second.get(name) and name not in _NOT_COMPARED
    ]
    return {
        model: {name: of[name] for name in names}
        for model, of in zip(MODELS, (first, second), strict=True)
    }
