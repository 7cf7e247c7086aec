"""A trial where it runs: in a process of Ray's, on this machine or another."""

from __future__ import annotations

import io
import json
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from ray import tune

from chest_xray.errors import BadStorage, ChestXrayError
from chest_xray.learning import data_parallel, training
from chest_xray.learning.data_parallel import Workers
from chest_xray.learning.state import (
    TrainingState,
    lean,
    read_state,
    state_content,
    training_key,
)
from chest_xray.machine.device import Hardware, choose_hardware, set_up_process
from chest_xray.machine.storage import Storage
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
        states: Seen by every machine; in it each trial keeps its last whole epoch.
        keeps_weights: Whether a training that is finished keeps the weights of its best epoch.
        hardware: On what workers compute, as found where the search was started; ``workers``: that
            share each trial. Both None where a trial is one process.
    """

    base: TrainingParameters
    process: ProcessParameters
    class_names: list[str]
    splits: pd.DataFrame
    pixels: SharedPixels
    space: dict[str, Hyperparameter]
    criterion: str
    states: Storage
    project_folder: Path
    keeps_weights: bool
    hardware: Hardware | None = None
    workers: Workers | None = None

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

    def state_name(self, setting: Setting) -> str:
        """Of the file in ``states`` in which the training of a setting keeps its last epoch."""
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
        return f"{key[:16]}.pt"

    def state(self, setting: Setting) -> TrainingState | None:
        """The last whole epoch of a setting's training, if there is one."""
        name = self.state_name(setting)
        content = self.states.read(name)
        return None if content is None else read_state(io.BytesIO(content), f"{self.states}/{name}")

    def keep(self, setting: Setting, state: TrainingState) -> None:
        """Keep the last whole epoch of a setting's training; a kill leaves the one before."""
        content = state_content(lean(state, self.keeps_weights))
        self.states.write(self.state_name(setting), content)

    def forget(self, setting: Setting) -> None:
        """Remove what is kept of a setting's training."""
        self.states.remove(self.state_name(setting))

    def train(self, setting: Setting) -> Generator[TrainingState]:
        """Train with a setting, or go on; each epoch is kept before it is yielded."""
        states = self._states(setting)
        # Closed together with this generator, whose workers end then.
        with closing(states):
            for state in states:
                self.keep(setting, state)
                yield state

    def _states(self, setting: Setting) -> Generator[TrainingState]:
        parameters, previous = self.parameters(setting), self.state(setting)
        set_up_process(self.process, parameters.seed)
        if self.workers is None or self.hardware is None:
            yield from training.train(
                parameters,
                self.class_names,
                self.splits,
                self.pixels.open(),
                choose_hardware(self.process),
                previous,
                self.project_folder,
                "tuning",
            )
        else:
            yield from data_parallel.train_here(
                parameters,
                self.process,
                self.class_names,
                self.splits,
                self.pixels,
                self.hardware,
                previous,
                self.project_folder,
                "tuning",
                self.workers,
            )


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
        states=context.states.below(folder),
        project_folder=context.project_folder,
        keeps_weights=keeps_weights,
    )


def reports(job: Job, setting: Setting) -> Generator[dict[str, Any]]:
    """Train with a setting, or go on; all that is known of it after each epoch."""
    frozen = job.epochs_frozen(setting)
    try:
        with closing(job.train(setting)) as states:
            for state in states:
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
    except BadStorage:
        # Of the machine; tried again.
        raise
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
        self._reports.close()
        self._reports = reports(self.job, self.job.setting(new_config))
        return True

    def cleanup(self) -> None:
        """End what still runs of a trial that is over, also where it was stopped early."""
        self._reports.close()

    def step(self) -> dict[str, Any]:
        """Train an epoch, and report all that is known."""
        return next(self._reports)
