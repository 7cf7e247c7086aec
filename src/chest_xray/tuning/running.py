"""The steps of tuning, each from what the catalog gives to what it keeps."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from chest_xray.errors import BadSearch
from chest_xray.evaluating.belonging import refuse_other_pixels, refuse_other_splits
from chest_xray.evaluating.finishing import keep_best_epoch
from chest_xray.learning import training as whole_training
from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.machine.cores import available_cores
from chest_xray.machine.device import choose_hardware
from chest_xray.machine.memory import free_memory
from chest_xray.parameters import ProcessParameters, TrainingParameters, TuningParameters
from chest_xray.parameters.search_space import Hyperparameter, with_setting
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.tuning import finalists as finals
from chest_xray.tuning import trials as records
from chest_xray.tuning.finalists import BASELINE, Finalist
from chest_xray.tuning.ray_session import Resources
from chest_xray.tuning.resources import Capacity, capacity, share_of_gpus
from chest_xray.tuning.search import (
    ENOUGH_TRIALS,
    TIME_IS_UP,
    Stage,
    run_stage,
    search_key,
    search_stage,
)
from chest_xray.tuning.shared_pixels import SharedPixels, shrunk
from chest_xray.tuning.trial_process import Job

logger = logging.getLogger(__name__)

Model = tuple[dict[str, torch.Tensor], dict[str, Any], pd.DataFrame]
Steps = Iterator[tuple[TensorBoardRecords, dict[str, Any]]]


@dataclass(frozen=True)
class TuningContext:
    """Where and how trials run: parameters, and the two folders that they are relative to."""

    tuning: TuningParameters
    process: ProcessParameters
    tuning_folder: Path
    project_folder: Path

    @property
    def states(self) -> Path:
        """The folder in which trials keep their state, seen by every machine."""
        if self.tuning.storage_path is None:
            return self.tuning_folder / "states"
        return self.project_folder / Path(self.tuning.storage_path).expanduser()

    @property
    def ray_files(self) -> Path:
        """Where a Ray that ends with the search keeps its own files."""
        return self.tuning_folder / "ray"

    def capacity(
        self, base: TrainingParameters, searched: Mapping[str, Hyperparameter], image_size: int,
        most: int,
    ) -> Capacity:  # fmt: skip
        """How many trials run at once; measured, unless a number is given."""
        hardware = choose_hardware(self.process)
        wanted = self.tuning.concurrent_trials
        if wanted != "auto":
            cores = available_cores()
            at_once = max(1, min(wanted, cores, most))
            gpus = torch.cuda.device_count() if hardware.device == "cuda" else 0
            share = Resources(cores // at_once, share_of_gpus(at_once, gpus), 0)
            return Capacity(
                at_once, share, int(self.tuning.memory_share * free_memory(hardware.device))
            )
        backbones = searched["backbone"].values if "backbone" in searched else [base.backbone]
        batches = searched["batch_size"].ends if "batch_size" in searched else [base.batch_size]
        return capacity(
            backbones, max(batches), image_size, hardware, most, self.tuning.memory_share
        )

    def job(
        self,
        base: TrainingParameters,
        class_names: list[str],
        splits: pd.DataFrame,
        pixels: PixelMap,
        threads: int,
        *,
        keeps_weights: bool,
    ) -> Job:
        """What trials share."""
        return Job(
            base=base,
            process=self.process.model_copy(update={"threads": threads}),
            class_names=class_names,
            splits=splits[["image_id", "label", "part"]],
            pixels=SharedPixels(pixels.manifest),
            space=self.tuning.searched,
            criterion=self.tuning.criterion,
            states=self.states
            / ("finalists" if keeps_weights else f"trials-{self.tuning.attempt}"),
            project_folder=self.project_folder,
            keeps_weights=keeps_weights,
        )


def _refuse_other_data(card: Mapping[str, Any], splits: pd.DataFrame, pixels: PixelMap) -> None:
    refuse_other_splits(card, splits)
    refuse_other_pixels(card, pixels.manifest)


def _named(training: TrainingParameters, card: Mapping[str, Any]) -> TrainingParameters:
    """Training with the backbone by its name: what the baseline's ``auto`` came to."""
    return training.model_copy(update={"backbone": card["backbone"]})


def search(
    place: TuningContext,
    training: TrainingParameters,
    class_names: list[str],
    splits: pd.DataFrame,
    pixels: PixelMap,
    baseline_card: Mapping[str, Any],
    document: Mapping[str, Any],
) -> Steps:
    """Search, or go on with it, or say that it is done already.

    Raises:
        MixedResults: The baseline was trained on other splits or pixels.
    """
    _refuse_other_data(baseline_card, splits, pixels)
    tuning = place.tuning
    changed = with_setting(
        _named(training, baseline_card).model_dump(mode="json"), tuning.trial_changes
    )
    base = TrainingParameters.model_validate(changed)
    size = tuning.trial_image_size
    place.tuning_folder.mkdir(parents=True, exist_ok=True)
    smaller = pixels if size == "stored" else shrunk(pixels, size, place.tuning_folder)
    job = place.job(base, class_names, splits, smaller, threads=1, keeps_weights=False)
    state = records.known(document, search_key(tuning, job))
    stage = search_stage(tuning, job, state.key)
    in_time = state.seconds < tuning.minutes * 60
    if in_time:
        state = state.reopened()
    left = stage.planned - len(state.over)
    if left <= 0 or not in_time:
        logger.info("This search is done already (%d trials).", len(state.over))
        state = state.closed(ENOUGH_TRIALS if in_time else TIME_IS_UP)
        yield TensorBoardRecords(stage.run), records.with_latest(document, state)
        return
    bears = place.capacity(base, tuning.searched, smaller.manifest.image_size, left)
    job = place.job(base, class_names, splits, smaller, bears.resources.cores, keeps_weights=False)
    stage = search_stage(tuning, job, state.key)
    yield from _steps(stage, state, bears, place, document)


def _steps(
    stage: Stage,
    state: records.SearchState,
    bears: Capacity,
    place: TuningContext,
    document: Mapping[str, Any],
    **others: Any,
) -> Steps:
    for known, shown in run_stage(stage, state, bears, place.ray_files):
        yield shown, records.with_latest(document, known, **others)


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A history as a training's state has it, in plain numbers."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def train_finalists(
    place: TuningContext,
    training: TrainingParameters,
    class_names: list[str],
    splits: pd.DataFrame,
    pixels: PixelMap,
    baseline_card: Mapping[str, Any],
    baseline_history: pd.DataFrame,
    tuning_state: Mapping[str, Any],
    document: Mapping[str, Any],
) -> Steps:
    """Train the finalists in full, or go on with it, or say that it is done already.

    Raises:
        MixedResults: The baseline was trained on other splits or pixels.
    """
    _refuse_other_data(baseline_card, splits, pixels)
    tuning = place.tuning
    found = records.latest(tuning_state)
    chosen = finals.choose_finalists(found, tuning)
    seeds = finals.seeds(training, tuning)
    wanted = finals.runs(chosen, seeds)
    base = _named(training, baseline_card)
    job = place.job(base, class_names, splits, pixels, threads=1, keeps_weights=True)
    hardware = choose_hardware(place.process)
    state = records.known(document, finals.retraining_key(wanted, job, hardware, tuning.attempt))
    own_key = whole_training.key_of(
        training, class_names, splits, pixels, hardware, place.project_folder
    )
    if own_key == baseline_card["training_hash"]:
        state = finals.with_earlier(
            state, {"seed": training.seed}, own_key, baseline_card["best_epoch"],
            _rows(baseline_history),
        )  # fmt: skip
    else:
        logger.warning(
            "The first model was trained with other parameters or on other hardware than these: "
            "its setting is trained again here, and model_comparison holds the tuned model against "
            "the first model as it is. kedro run --pipelines=training brings it up to date."
        )
    state = finals.with_all_earlier(state, wanted, job, hardware)
    others = {
        "finalists": [asdict(one) for one in chosen],
        "seeds": seeds,
        "better_than_chance": finals.better_than_chance(found, splits),
    }
    # What failed at an earlier start is tried again, whatever it was may be fixed by now.
    again = finals.failed(state, wanted)
    state = finals.trained_again(state, again)
    stage = finals.retraining_stage(tuning, job, state.key, wanted)
    if not finals.unfinished(state, wanted):
        logger.info("The finalists are trained already (%d trainings).", len(state.over))
        yield TensorBoardRecords(stage.run), records.with_latest(document, state, **others)
        return
    tried_again = [trial.setting for trial in again]
    while left := finals.unfinished(state, wanted):
        bears = place.capacity(base, tuning.searched, pixels.manifest.image_size, len(left))
        cores = bears.resources.cores
        job = place.job(base, class_names, splits, pixels, cores, keeps_weights=True)
        stage = finals.retraining_stage(tuning, job, state.key, wanted)
        for known in _steps(stage, state, bears, place, document, **others):
            yield known
            state = records.latest(known[1])
        again = [one for one in finals.failed(state, wanted) if one.setting not in tried_again]
        if not finals.unfinished(state, wanted):
            state = finals.trained_again(state, again)
            tried_again += [trial.setting for trial in again]
    for trial in finals.failed(state, wanted):
        logger.warning(
            "Finalists: training %d (%s) failed again, so that its setting cannot win: %s",
            trial.number, trial.setting, trial.problem,
        )  # fmt: skip


def standings(finalists_state: Mapping[str, Any], criterion: str) -> list[dict[str, Any]]:
    """The finalists over their seeds, the winner marked."""
    return finals.standings(*_finals(finalists_state), criterion)


def scores(finalists_state: Mapping[str, Any], criterion: str) -> list[dict[str, Any]]:
    """The finalists over their seeds, also where none can win."""
    return finals.scores(*_finals(finalists_state), criterion)


def _finals(
    finalists_state: Mapping[str, Any],
) -> tuple[records.SearchState, list[Finalist], list[int]]:
    chosen = [Finalist(**one) for one in finalists_state["finalists"]]
    return records.latest(finalists_state), chosen, finalists_state["seeds"]


def keep_winner(
    place: TuningContext,
    training: TrainingParameters,
    class_names: list[str],
    splits: pd.DataFrame,
    pixels: PixelMap,
    baseline: Model,
    finalists_state: Mapping[str, Any],
) -> Model:
    """The winner's model from the first seed; the baseline's own where its setting won with it.

    Raises:
        BadSearch: The winner's weights are gone.
        MixedResults: The baseline was trained on other splits or pixels.
    """
    _refuse_other_data(baseline[1], splits, pixels)
    winner = next(
        row for row in standings(finalists_state, place.tuning.criterion) if row["chosen"]
    )
    setting = {**winner["setting"], "seed": finalists_state["seeds"][0]}
    run = next(
        trial for trial in records.latest(finalists_state).trials if trial.setting == setting
    )
    weights, card, history = baseline
    tensorboard_run = f"tuned/{run.training_hash[:12]}"
    logger.info("The setting of %s wins: %s.", winner["name"], winner["setting"] or "unchanged")
    if winner["name"] == BASELINE and run.training_hash == card["training_hash"]:
        return weights, {**card, "run": tensorboard_run}, history
    base = _named(training, card)
    job = place.job(base, class_names, splits, pixels, threads=1, keeps_weights=True)
    state = job.state(setting)
    if state is None or not state.finished or state.key != run.training_hash:
        raise BadSearch(
            f"The weights of {winner['name']} are no longer in {job.states}; give tuning.attempt "
            "another number, and they are made again."
        )
    weights, card, history = keep_best_epoch(
        state, job.parameters(setting), class_names, splits, pixels,
        choose_hardware(place.process),
    )  # fmt: skip
    return weights, {**card, "run": tensorboard_run}, history
