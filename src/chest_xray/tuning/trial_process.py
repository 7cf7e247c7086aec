"""A trial where it runs: in a process of Ray's, on this machine or another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from ray import tune

from chest_xray.errors import ChestXrayError
from chest_xray.learning import training
from chest_xray.learning.state import TrainingState, lean, read_state, training_key, write_state
from chest_xray.machine.atomic_files import replacing
from chest_xray.machine.device import Hardware, choose_hardware, set_up_process
from chest_xray.parameters import ProcessParameters, TrainingParameters
from chest_xray.parameters.search_space import Hyperparameter, Setting, decode, with_setting
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.shared_pixels import SharedPixels
from chest_xray.tuning.context import TuningContext
from chest_xray.tuning.trials import WORST_SCORE, scores_so_far

# The one name under which a setting that was chosen beforehand travels in Ray's config.
WHOLE_SETTING = "setting"


@dataclass(frozen=True)
class Job:
    """What all trials of a search share; small, since pixels travel as a path.

    Attributes:
        base: Training's parameters, which a trial's setting changes.
        process: With the threads that are a trial's share.
        space: How the searcher's values become a setting.
        criterion: The validation metric that trials are compared by.
        states: The folder, seen by every machine, in which each trial keeps its last whole epoch.
        keeps_weights: Whether a training that is finished keeps the weights of its best epoch.
    """

    base: TrainingParameters
    process: ProcessParameters
    class_names: list[str]
    splits: pd.DataFrame
    pixels: SharedPixels
    space: dict[str, Hyperparameter]
    criterion: str
    states: Path
    project_folder: Path
    keeps_weights: bool

    def setting(self, config: Mapping[str, Any]) -> Setting:
        """The setting that a trial's config stands for."""
        if WHOLE_SETTING in config:
            return json.loads(config[WHOLE_SETTING])
        return decode(self.space, config)

    def parameters(self, setting: Setting) -> TrainingParameters:
        """Training's parameters under a setting."""
        tree = with_setting(self.base.model_dump(mode="json"), setting)
        return TrainingParameters.model_validate(tree)

    def epochs_frozen(self, setting: Setting) -> int:
        """With how many epochs on a frozen backbone the training of a setting begins."""
        return self.parameters(setting).epochs_frozen

    def key(self, setting: Setting, hardware: Hardware) -> str:
        """By which the training of a setting is known."""
        return training.key_of(
            self.parameters(setting),
            self.class_names,
            self.splits,
            self.pixels.open(),
            hardware,
            self.project_folder,
        )

    def state_path(self, setting: Setting) -> Path:
        """Where the training of a setting keeps its last whole epoch."""
        parameters, manifest = self.parameters(setting), self.pixels.manifest
        key = training_key(
            parameters,
            self.splits,
            manifest.fingerprint,
            image_size=str(manifest.image_size),
            backbone=parameters.backbone,
            weights=parameters.weights,
            classes="/".join(self.class_names),
        )
        return self.states / f"{key[:16]}.pt"

    def state(self, setting: Setting) -> TrainingState | None:
        """The last whole epoch of a setting's training, if there is one."""
        path = self.state_path(setting)
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return read_state(file, str(path))

    def train(self, setting: Setting) -> Iterator[TrainingState]:
        """Train with a setting, or go on; each epoch is kept before it is yielded."""
        parameters = self.parameters(setting)
        set_up_process(self.process, parameters.seed)
        states = training.train(
            parameters,
            self.class_names,
            self.splits,
            self.pixels.open(),
            choose_hardware(self.process),
            self.state(setting),
            self.project_folder,
            "tuning",
        )
        path = self.state_path(setting)
        for state in states:
            # A kill leaves the epoch before.
            with replacing(path) as partial, partial.open("wb") as file:
                write_state(lean(state, self.keeps_weights), file)
            yield state


def make_job(
    context: TuningContext,
    base: TrainingParameters,
    splits: pd.DataFrame,
    pixels: PixelMap,
    threads: int,
    *,
    keeps_weights: bool,
) -> Job:
    """What trials share.

    Args:
        context: How and where they run.
        base: Training's parameters, which a trial's setting changes.
        splits: ``image_id, label, source, part``.
        pixels: Of all images, at the size of the trials.
        threads: A trial's share.
        keeps_weights: As ``Job.keeps_weights``: of finalists, not of the search's trials.
    """
    folder = "finalists" if keeps_weights else f"trials-{context.tuning.attempt}"
    return Job(
        base=base,
        process=context.process.model_copy(update={"threads": threads}),
        class_names=context.class_names,
        splits=splits[["image_id", "label", "source", "part"]],
        pixels=SharedPixels(pixels.manifest),
        space=context.tuning.searched,
        criterion=context.tuning.criterion,
        states=context.states_folder / folder,
        project_folder=context.project_folder,
        keeps_weights=keeps_weights,
    )


def reports(job: Job, setting: Setting) -> Iterator[dict[str, Any]]:
    """Train with a setting, or go on; all that is known of it after each epoch."""
    frozen = job.epochs_frozen(setting)
    try:
        for state in job.train(setting):
            yield {
                "score": scores_so_far(state.history, job.criterion)[-1],
                "unfrozen_epochs": max(0, state.epochs - frozen),
                "history": state.history,
                "best_epoch": state.best_epoch,
                "training_hash": state.key,
                "problem": "",
                "finished": bool(state.finished),
                "done": bool(state.finished),
            }
    except ChestXrayError as error:
        # A result of this setting, not of the machine: trying again would end in the same.
        yield {
            "score": WORST_SCORE,
            "unfrozen_epochs": 0,
            "history": [],
            "best_epoch": 0,
            "training_hash": "",
            "problem": str(error),
            "finished": False,
            "done": True,
        }


class TrialProcess(tune.Trainable):
    """Ray's side of a trial: a step is an epoch."""

    def setup(self, config: dict[str, Any], job: Job) -> None:  # type: ignore[override]
        """Begin the first trial of this process."""
        self.job = job
        self._reports = reports(job, job.setting(config))

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        """Begin another trial in the same process, which has torch loaded already."""
        self._reports = reports(self.job, self.job.setting(new_config))
        return True

    def step(self) -> dict[str, Any]:
        """Train an epoch, and report all that is known."""
        return next(self._reports)
