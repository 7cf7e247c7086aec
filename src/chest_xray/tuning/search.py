"""Trials in Ray, made into a state that outlives a kill, and into what is shown of them."""

from __future__ import annotations

import logging
import random
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from chest_xray.errors import BadSearch
from chest_xray.learning.state import training_key
from chest_xray.learning.tensorboard import TensorBoardRecords, epoch_scalars
from chest_xray.learning.training import weights_identity
from chest_xray.parameters import TuningParameters
from chest_xray.parameters.search_space import Setting, grid, settings_in
from chest_xray.tuning import engine
from chest_xray.tuning.ray_session import at_once_on_the_cluster, ray_session
from chest_xray.tuning.resources import Capacity
from chest_xray.tuning.shared_pixels import share
from chest_xray.tuning.trial_display import board
from chest_xray.tuning.trial_process import Job
from chest_xray.tuning.trials import SearchState, Trial

# So many trials that fail, and none that succeeds, end the search.
_FAILURES_THAT_TELL = 3
TIME_IS_UP = "the minutes were used up"
ENOUGH_TRIALS = "as many trials as were asked for are over"

logger = logging.getLogger(__name__)

Step = tuple[SearchState, TensorBoardRecords]


@dataclass(frozen=True)
class Stage:
    """A search, or the trainings of its finalists: what both are run from.

    Attributes:
        title: What it is called in the terminal.
        run: Its name in TensorBoard.
        job: What its trials share.
        tuning: The budget, and how Ray is found.
        planned: How many trials there are to be.
        plan: From the state, the settings of interrupted trials and how many run at once to what
            is left to do.
        seconds_allowed: For all trials together, or None.
    """

    title: str
    run: str
    job: Job
    tuning: TuningParameters
    planned: int
    plan: Callable[[SearchState, list[Setting], int], engine.Plan]
    seconds_allowed: float | None


def search_key(tuning: TuningParameters, job: Job) -> str:
    """Hash of all that the trials of a search depend on; budget and machine are no part of it.

    Weights in a file count by what is in it.
    """
    ours = tuning.model_dump_json(
        include={"space", "searcher", "scheduler", "grace_epochs", "reduction_factor", "criterion",
                 "attempt", "seed"},
    )  # fmt: skip
    manifest = job.pixels.manifest
    return training_key(
        job.base, job.splits, manifest.fingerprint, search=ours, backbone=job.base.backbone,
        weights=weights_identity(job.base.weights, job.project_folder),
        image_size=str(manifest.image_size), classes="/".join(job.class_names),
    )  # fmt: skip


def search_stage(tuning: TuningParameters, job: Job, key: str) -> Stage:
    """The search that the parameters describe."""
    space = tuning.searched
    whole_grid = grid(space) if tuning.searcher == "grid" else []
    random.Random(tuning.seed).shuffle(whole_grid)
    planned = int(min(tuning.trials, settings_in(space)))
    max_epochs = max([job.base.epochs, *(space["epochs"].ends if "epochs" in space else [])])

    def plan(state: SearchState, interrupted: list[Setting], at_once: int) -> engine.Plan:
        over = state.over
        done = [trial.setting for trial in over]
        left = planned - len(over)
        settings = None
        if whole_grid:
            settings = [one for one in whole_grid if one not in done][:left]
        seconds = tuning.minutes * 60 - state.seconds
        return engine.Plan(
            trials=left,
            at_once=at_once,
            settings=settings,
            search=None if whole_grid else engine.searcher(tuning, space, over, interrupted[:left]),
            scheduler=engine.scheduler(tuning, max_epochs, over, job.epochs_frozen),
            seconds=seconds,
        )

    return Stage(
        "Search", f"tuning/search-{key[:6]}", job, tuning, planned, plan, tuning.minutes * 60,
    )  # fmt: skip


def guessed_seconds(state: SearchState, planned: int, whole: int, at_once: int) -> float | None:
    """How long what is left takes, if epochs go on as they did; None before the first one.

    Args:
        state: What is known.
        planned: How many trials there are to be; ``whole``: epochs of one that nothing stops.
        at_once: How many run at a time.
    """
    # What was trained before this search took none of its time.
    here = [one for one in state.trials if one.epochs and (one.ended or not one.over)]
    if not here:
        return None
    spent = sum((one.ended or state.seconds) - one.started for one in here)
    over = [one.epochs for one in here if one.over]
    typical = sum(over) / len(over) if over else whole
    running = sum(one.epochs for one in here if not one.over)
    left = max(0.0, typical * (planned - len(state.over)) - running)
    return spent / sum(one.epochs for one in here) * left / at_once


def run_stage(
    stage: Stage, state: SearchState, capacity: Capacity, ray_files: Path
) -> Iterator[Step]:
    """Run what is left of a stage.

    Args:
        stage: What to run.
        state: What is known; trials in it that are over are not run again.
        capacity: Of this machine.
        ray_files: Where a Ray of its own keeps its files.

    Yields:
        The state and what TensorBoard is to show of it, after everything that happens.

    Raises:
        BadSearch: Trials fail from the start, or Ray does not answer.
    """
    tuning = stage.tuning
    folder = stage.job.states / "ray-tune" / state.key[:16]
    _refuse_unwritable(folder)
    with ray_session(
        tuning.ray_address, ray_files, _cores(capacity), capacity.memory, tuning.dashboard
    ) as session:
        state = replace(state, ray_seconds=state.ray_seconds + session.start_seconds)
        job = replace(stage.job, pixels=share(stage.job.pixels.open(), session.machines))
        interrupted = [trial.setting for trial in state.trials if not trial.over]
        if interrupted:
            logger.info("%s: %d interrupted trials go on.", stage.title, len(interrupted))
        tracker = _TrialTracker(stage, job, state)
        # Whatever happens to the first trials, there is something to keep.
        yield tracker.state, TensorBoardRecords(stage.run)
        at_once = capacity.at_once
        if tuning.ray_address is not None:
            at_once = at_once_on_the_cluster(capacity.resources)
            if tuning.concurrent_trials != "auto":
                at_once = min(at_once, tuning.concurrent_trials)
        plan = stage.plan(state, interrupted, at_once)
        with board(stage.title, tuning.criterion, stage.planned) as show:
            for event in engine.events(job, plan, capacity.resources, folder):
                for records in tracker.handle(event):
                    yield tracker.state, records
                tracker.forget_states()
                show(tracker.state, tracker.seconds_left(at_once))
        for records in tracker.close():
            yield tracker.state, records
        yield tracker.state, TensorBoardRecords(stage.run)
        tracker.forget_states()
    # Ray Tune's own notes: everything that a later run asks for is in the state.
    shutil.rmtree(folder, ignore_errors=True)


def _cores(capacity: Capacity) -> int:
    return capacity.at_once * capacity.resources.cores


def _refuse_unwritable(folder: Path) -> None:
    probe = folder / ".probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise BadSearch(
            f"Nothing can be written into {folder} ({error.strerror}): trials keep their state "
            "there; set tuning.storage_path to a folder that every machine may write into."
        ) from error


class _TrialTracker:
    """Turns events into the next state; the numbers of trials outlive Ray's names for them."""

    def __init__(self, stage: Stage, job: Job, state: SearchState) -> None:
        self.state = state
        self._stage, self._job = stage, job
        self._begun = time.monotonic() - state.seconds
        self._number_of: dict[str, int] = {}
        self._interrupted = [trial for trial in state.trials if not trial.over]
        self._failures = 0
        self._said: set[str] = set()
        self._by_itself: set[int] = set()
        self._done_with: list[Setting] = []

    def handle(self, event: engine.Event) -> list[TensorBoardRecords]:
        """Take an event in; what there is to show, at least one."""
        now = time.monotonic() - self._begun
        trial = self._trial(event, now)
        if event.kind == "reported":
            known = trial.epochs
            trial = self._reported(trial, event.result)
            self._keep(trial, now)
            new = range(known + 1, trial.epochs + 1)
            return [self._epoch_records(trial, epoch) for epoch in new] or [self._nothing(trial)]
        if event.kind in ("ended", "failed"):
            return [self._over(trial, event.problem or trial.problem, now)]
        if event.kind == "restarted":
            logger.warning(
                "%s: trial %d goes on from its last epoch after: %s",
                self._stage.title, trial.number, event.problem,
            )  # fmt: skip
        return [self._nothing(trial)]

    def close(self) -> Iterator[TensorBoardRecords]:
        """Count what still runs when the budget of a search is used up as over."""
        now = time.monotonic() - self._begun
        self.state = replace(self.state, seconds=now)
        if self._stage.seconds_allowed is None:
            return
        running = [trial for trial in self.state.trials if not trial.over]
        in_time = now < self._stage.seconds_allowed
        self.state = self.state.closed(ENOUGH_TRIALS if in_time else TIME_IS_UP)
        for trial in running:
            if not self._stage.job.keeps_weights:
                self._done_with.append(trial.setting)
            yield self._final_records(trial)

    def seconds_left(self, at_once: int) -> float | None:
        """A rough guess from the epochs so far; None before the first."""
        allowed, whole = self._stage.seconds_allowed, self._job.base.epochs
        guess = guessed_seconds(self.state, self._stage.planned, whole, at_once)
        if guess is None or allowed is None:
            return guess
        return max(0.0, min(guess, allowed - self.state.seconds))

    def forget_states(self) -> None:
        """Remove the weights of trials of a search that are over, now that this is recorded."""
        for setting in self._done_with:
            self._job.state_path(setting).unlink(missing_ok=True)
        self._done_with.clear()

    def _trial(self, event: engine.Event, now: float) -> Trial:
        if event.trial_id not in self._number_of:
            setting = self._job.setting(event.config)
            earlier = [one for one in self._interrupted if one.setting == setting]
            if earlier:
                trial = earlier[0]
                self._interrupted.remove(trial)
            else:
                seed = self._job.parameters(setting).seed
                trial = Trial(len(self.state.trials) + 1, setting, seed, started=now)
            self._number_of[event.trial_id] = trial.number
            self._keep(trial, now)
        number = self._number_of[event.trial_id]
        return next(one for one in self.state.trials if one.number == number)

    def _keep(self, trial: Trial, now: float) -> None:
        self.state = replace(self.state.with_trial(trial), seconds=now)

    def _reported(self, trial: Trial, result: Mapping[str, Any]) -> Trial:
        if result["problem"]:
            return replace(trial, problem=result["problem"])
        if result["finished"]:
            self._by_itself.add(trial.number)
        return replace(
            trial,
            history=list(result["history"]),
            best_epoch=result["best_epoch"],
            training_hash=result["training_hash"],
        )

    def _over(self, trial: Trial, problem: str, now: float) -> TensorBoardRecords:
        status = "finished" if trial.number in self._by_itself else "stopped"
        trial = replace(trial, status="failed" if problem else status, problem=problem, ended=now)
        self._keep(trial, now)
        if not self._stage.job.keeps_weights:
            self._done_with.append(trial.setting)
        if problem:
            self._failed(trial)
        return self._final_records(trial)

    def _failed(self, trial: Trial) -> None:
        self._failures += 1
        if trial.problem not in self._said:
            self._said.add(trial.problem)
            logger.warning(
                "%s: trial %d failed: %s", self._stage.title, trial.number, trial.problem
            )
        none_succeeds = all(one.status in ("failed", "running") for one in self.state.trials)
        if none_succeeds and self._failures >= min(_FAILURES_THAT_TELL, self._stage.planned):
            raise BadSearch(
                f"The first {self._failures} trials failed, and none succeeded: {trial.problem}"
            )

    def _nothing(self, trial: Trial) -> TensorBoardRecords:
        return TensorBoardRecords(self._run(trial))

    def _run(self, trial: Trial) -> str:
        return f"{self._stage.run}/trial-{trial.number:03d}"

    def _epoch_records(self, trial: Trial, epoch: int) -> TensorBoardRecords:
        rows = [row for row in trial.history if row["epoch"] == epoch]
        return TensorBoardRecords(
            self._run(trial),
            step=epoch,
            scalars=epoch_scalars(rows),
        )

    def _final_records(self, trial: Trial) -> TensorBoardRecords:
        if not trial.best_epoch:
            return self._nothing(trial)
        kept = trial.kept_row()
        return TensorBoardRecords(
            self._run(trial),
            step=trial.epochs,
            hyperparameters=trial.setting,
            final_metrics={name: kept[name] for name in ("loss", "accuracy", "f1", "auc")},
        )
