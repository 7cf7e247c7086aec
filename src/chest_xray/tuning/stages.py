"""Trials in Ray, made into a state that outlives a kill, and into what is shown of them."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from chest_xray.errors import BadSearch
from chest_xray.learning.tensorboard import FINAL_METRICS, TensorBoardRecords, epoch_scalars
from chest_xray.machine.ray_cluster import (
    cluster_capacity,
    ray_session,
    refuse_unseen_folder,
)
from chest_xray.parameters import TuningParameters
from chest_xray.parameters.search_space import Setting
from chest_xray.radiographs.shared_pixels import share
from chest_xray.tuning import engine
from chest_xray.tuning.resources import Capacity
from chest_xray.tuning.trial_display import trial_display
from chest_xray.tuning.trial_process import Job
from chest_xray.tuning.trials import SearchState, Trial

# So many trials that fail, and none that succeeds, end the search.
_MAX_FAILURES_AT_FIRST = 3
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
        plan: What is left to do, given the state, the settings of interrupted trials and how many
            trials run at once.
        seconds_allowed: For all trials together, or None.
    """

    title: str
    run: str
    job: Job
    tuning: TuningParameters
    planned: int
    plan: Callable[[SearchState, list[Setting], int], engine.Plan]
    seconds_allowed: float | None


def estimated_seconds(
    state: SearchState, planned: int, max_epochs: int, concurrent: int
) -> float | None:
    """How long what is left takes, if epochs go on as they did; None before the first one.

    Args:
        state: What is known.
        planned: How many trials there are to be.
        max_epochs: Of a trial that nothing stops.
        concurrent: How many trials run at a time.
    """
    # What was trained before this search took none of its time.
    here = [one for one in state.trials if one.epochs and (one.ended or not one.over)]
    if not here:
        return None
    spent = sum((one.ended or state.seconds) - one.started for one in here)
    over = [one.epochs for one in here if one.over]
    typical = sum(over) / len(over) if over else max_epochs
    running = sum(one.epochs for one in here if not one.over)
    left = max(0.0, typical * (planned - len(state.over)) - running)
    return spent / sum(one.epochs for one in here) * left / concurrent


def run_stage(
    stage: Stage, state: SearchState, capacity: Capacity, ray_folder: Path
) -> Iterator[Step]:
    """Run what is left of a stage.

    Args:
        stage: What to run.
        state: What is known; trials in it that are over are not run again.
        capacity: Of this machine.
        ray_folder: Where a Ray of its own keeps its files.

    Yields:
        The state and what TensorBoard is to show of it, after everything that happens.

    Raises:
        BadSearch: Trials fail from the start.
        BadCluster: Ray does not answer, or its machines don't see the trials' folder.
    """
    interrupted = [trial.setting for trial in state.trials if not trial.over]
    if interrupted:
        logger.info("%s: %d interrupted trials go on.", stage.title, len(interrupted))
    alone = _last_training(stage, state, interrupted, capacity)
    if alone is not None:
        _refuse_unwritable(stage.job.states)
        events = engine.events_here(stage.job, alone)
        yield from _followed(stage, stage.job, state, events, concurrent=1)
        return
    tuning = stage.tuning
    folder = stage.job.states / "ray-tune" / state.key[:16]
    _refuse_unwritable(folder)
    with ray_session(
        tuning.ray_address,
        "tuning.ray_address",
        ray_folder,
        capacity.cores,
        capacity.memory,
        tuning.dashboard,
    ) as session:
        if tuning.ray_address is not None:
            refuse_unseen_folder(folder, "tuning.storage_path")
        state = replace(state, ray_seconds=state.ray_seconds + session.start_seconds)
        job = replace(
            stage.job, pixels=share(stage.job.pixels.open(), tuning.ray_address is not None)
        )
        concurrent = _concurrent_trials(tuning, capacity)
        plan = stage.plan(state, interrupted, concurrent)
        events = engine.events(job, plan, capacity.resources, folder)
        yield from _followed(stage, job, state, events, concurrent)
    # What Ray Tune keeps for a restoration: everything that a later run asks for is in the state.
    shutil.rmtree(folder, ignore_errors=True)


def _last_training(
    stage: Stage, state: SearchState, interrupted: list[Setting], capacity: Capacity
) -> Setting | None:
    """The one training that is left of a stage without a budget: it has this machine alone."""
    if stage.tuning.ray_address is not None or stage.seconds_allowed is not None:
        return None
    settings = stage.plan(state, interrupted, capacity.trials).settings or []
    return settings[0] if len(settings) == 1 else None


def _followed(
    stage: Stage, job: Job, state: SearchState, events: Iterator[engine.Event], concurrent: int
) -> Iterator[Step]:
    """What becomes of a state, event by event."""
    tracker = TrialTracker(stage, job, state)
    # Whatever happens to the first trials, there is something to keep.
    yield tracker.state, TensorBoardRecords(stage.run)
    with trial_display(stage.title, stage.tuning.criterion, stage.planned) as show:
        for event in events:
            for records in tracker.handle(event):
                yield tracker.state, records
            tracker.remove_states()
            show(tracker.state, tracker.seconds_left(concurrent))
    for records in tracker.close():
        yield tracker.state, records
    yield tracker.state, TensorBoardRecords(stage.run)
    tracker.remove_states()


def _concurrent_trials(tuning: TuningParameters, capacity: Capacity) -> int:
    """As many as this machine has room for, or as the cluster has."""
    if tuning.ray_address is None:
        return capacity.trials
    possible = cluster_capacity(capacity.resources)
    if possible == 0:
        raise BadSearch(
            f"No machine of the cluster has what a trial takes ({capacity.resources}); raise "
            "tuning.concurrent_trials, so that each trial gets less."
        )
    return (
        possible if tuning.concurrent_trials == "auto" else min(possible, tuning.concurrent_trials)
    )


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


class TrialTracker:
    """Turns events into the next state; the numbers of trials outlive Ray's names for them."""

    def __init__(self, stage: Stage, job: Job, state: SearchState) -> None:
        self.state = state
        self._stage, self._job = stage, job
        self._start = time.monotonic() - state.seconds
        self._number_of: dict[str, int] = {}
        self._interrupted = [trial for trial in state.trials if not trial.over]
        self._failures = 0
        self._logged_problems: set[str] = set()
        self._finished: set[int] = set()
        self._states_to_remove: list[Setting] = []

    def handle(self, event: engine.Event) -> list[TensorBoardRecords]:
        """Take an event in; what there is to show, at least one."""
        now = time.monotonic() - self._start
        trial = self._trial(event, now)
        if event.kind == "reported":
            known = trial.epochs
            trial = self._reported(trial, event.result)
            self._keep(trial, now)
            new = range(known + 1, trial.epochs + 1)
            return [self._epoch_records(trial, epoch) for epoch in new] or [self._no_records(trial)]
        if event.kind in ("ended", "failed"):
            return [self._over(trial, event.problem or trial.problem, now)]
        if event.kind == "restarted":
            logger.warning(
                "%s: trial %d goes on from its last epoch after: %s",
                self._stage.title,
                trial.number,
                event.problem,
            )
        return [self._no_records(trial)]

    def close(self) -> Iterator[TensorBoardRecords]:
        """Count what still runs when the budget of a search is used up as over."""
        now = time.monotonic() - self._start
        self.state = replace(self.state, seconds=now)
        if self._stage.seconds_allowed is None:
            return
        running = [trial for trial in self.state.trials if not trial.over]
        in_time = now < self._stage.seconds_allowed
        self.state = self.state.closed(ENOUGH_TRIALS if in_time else TIME_IS_UP)
        for trial in running:
            if not self._stage.job.keeps_weights:
                self._states_to_remove.append(trial.setting)
            yield self._final_records(trial)

    def seconds_left(self, concurrent: int) -> float | None:
        """A rough estimate from the epochs so far; None before the first."""
        allowed, max_epochs = self._stage.seconds_allowed, self._job.base.epochs
        estimate = estimated_seconds(self.state, self._stage.planned, max_epochs, concurrent)
        if estimate is None or allowed is None:
            return estimate
        return max(0.0, min(estimate, allowed - self.state.seconds))

    def remove_states(self) -> None:
        """Remove the weights of trials of a search that are over, now that this is recorded."""
        for setting in self._states_to_remove:
            self._job.state_path(setting).unlink(missing_ok=True)
        self._states_to_remove.clear()

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
            self._finished.add(trial.number)
        return replace(
            trial,
            history=list(result["history"]),
            best_epoch=result["best_epoch"],
            training_hash=result["training_hash"],
        )

    def _over(self, trial: Trial, problem: str, now: float) -> TensorBoardRecords:
        status = "finished" if trial.number in self._finished else "stopped"
        trial = replace(trial, status="failed" if problem else status, problem=problem, ended=now)
        self._keep(trial, now)
        if not self._stage.job.keeps_weights:
            self._states_to_remove.append(trial.setting)
        if problem:
            self._failed(trial)
        return self._final_records(trial)

    def _failed(self, trial: Trial) -> None:
        self._failures += 1
        if trial.problem not in self._logged_problems:
            self._logged_problems.add(trial.problem)
            logger.warning(
                "%s: trial %d failed: %s", self._stage.title, trial.number, trial.problem
            )
        none_succeeds = all(one.status in ("failed", "running") for one in self.state.trials)
        if none_succeeds and self._failures >= min(_MAX_FAILURES_AT_FIRST, self._stage.planned):
            raise BadSearch(
                f"The first {self._failures} trials failed, and none succeeded: {trial.problem}"
            )

    def _no_records(self, trial: Trial) -> TensorBoardRecords:
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
            return self._no_records(trial)
        kept = trial.kept_row()
        return TensorBoardRecords(
            self._run(trial),
            step=trial.epochs,
            hyperparameters=trial.setting,
            final_metrics={name: kept[name] for name in FINAL_METRICS},
        )
