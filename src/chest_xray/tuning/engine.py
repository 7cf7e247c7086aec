"""Ray Tune, run beside this process's main thread and received as a stream of events.

Of Ray Tune 2.60 this uses the searcher, the scheduler, ``time_budget_s``, restarts after a crash
(``FailureConfig``), reuse of actors, and callbacks. Not its ``Tuner.restore``: that continues an
unchanged experiment only, while ``tuning.trials`` and ``tuning.minutes`` may be raised between two
runs; it restores the searcher, but no scheduler, whose rungs would be empty (``ResumableASHA``);
and it loads pickles. Not its ``ResultGrid`` and ``ProgressReporter`` either: results must be kept
while the search still runs, and both know nothing of the trials of an earlier run.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
import optuna
from ray import cloudpickle, tune
from ray.exceptions import RayError
from ray.tune.experiment import Trial as RayTrial
from ray.tune.schedulers import AsyncHyperBandScheduler, FIFOScheduler, TrialScheduler
from ray.tune.search import Searcher
from ray.tune.search.optuna import OptunaSearch
from ray.util import get_node_ip_address

from chest_xray.machine.ray_cluster import Resources, why_ended
from chest_xray.machine.storage import Storage
from chest_xray.parameters import TuningParameters
from chest_xray.parameters.search_space import Setting, Space, encode
from chest_xray.tuning.distributions import distributions
from chest_xray.tuning.trial_process import WHOLE_SETTING, Job, TrialProcess, reports
from chest_xray.tuning.trials import Trial, scores_so_far

# A trial whose process dies goes on so often; an error of its own is no reason to try again.
_RESTARTS = 2
# Optuna's own number of random settings before TPE begins; of a smaller search, a third.
_RANDOM_AT_FIRST = 10
# How each failure begins in the file that Ray Tune keeps of a trial's.
_FAILURE = "Failure # "


# Of a machine's own resource, which it has one of: enough for any number of trials.
_TOKEN_SHARE = 0.001

EventKind = Literal["started", "reported", "restarted", "ended", "failed"]


@dataclass(frozen=True)
class Event:
    """What has happened to a trial: ``trial_id`` is Ray's, ``config`` what Ray gave it."""

    kind: EventKind
    trial_id: str
    config: Mapping[str, Any]
    result: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


class _QueueCallback(tune.Callback):
    """Puts what Ray Tune reports into a queue."""

    def __init__(self, events: queue.SimpleQueue[Event | None]) -> None:
        self._events = events

    def _put(self, kind: EventKind, trial: RayTrial, **others: Any) -> None:
        self._events.put(Event(kind, trial.trial_id, dict(trial.config), **others))

    def on_trial_start(
        self, iteration: int, trials: list[RayTrial], trial: RayTrial, **info: Any
    ) -> None:
        self._put("started", trial)

    def on_trial_result(
        self,
        iteration: int,
        trials: list[RayTrial],
        trial: RayTrial,
        result: dict[str, Any],
        **info: Any,
    ) -> None:
        self._put("reported", trial, result=dict(result))

    def on_trial_recover(
        self, iteration: int, trials: list[RayTrial], trial: RayTrial, **info: Any
    ) -> None:
        self._put("restarted", trial, problem=_reason(trial))

    def on_trial_complete(
        self, iteration: int, trials: list[RayTrial], trial: RayTrial, **info: Any
    ) -> None:
        self._put("ended", trial)

    def on_trial_error(
        self, iteration: int, trials: list[RayTrial], trial: RayTrial, **info: Any
    ) -> None:
        self._put("failed", trial, problem=_reason(trial))

    def __getstate__(self) -> dict[str, Any]:
        # Ray Tune pickles its callbacks for a restoration of its own, which is not made use of.
        return {}


def _reason(trial: RayTrial) -> str:
    """Why a trial's processes ended the last time."""
    if not trial.error_file:
        return "they ended without a message"
    # All failures of a trial stand in its file, one after the other; the error itself beside it is
    # that of an earlier one, where Ray Tune does not keep the last one.
    told = Path(trial.error_file).read_text(encoding="utf8").rpartition(_FAILURE)[2]
    error: BaseException = RuntimeError(told)
    if trial.pickled_error_file:
        with Path(trial.pickled_error_file).open("rb") as file:
            kept = cloudpickle.load(file)
        if str(kept) in told:
            error = kept
    return why_ended(error)


class ResumableASHA(AsyncHyperBandScheduler):
    """ASHA (Li et al., 2020, https://arxiv.org/abs/1810.05934) that can be given earlier trials.

    Ray Tune doesn't bring a scheduler's rungs back after an interruption, and has no public way to
    fill them.
    """

    def add_result(self, name: str, unfrozen_epoch: int, score: float) -> None:
        """Count the score that a trial which is over had at an epoch."""
        trial: Any = SimpleNamespace(trial_id=name)
        self._brackets[0].on_result(trial, unfrozen_epoch, score)


def scheduler(
    parameters: TuningParameters,
    max_epochs: int,
    earlier: Sequence[Trial],
    epochs_frozen: Callable[[Setting], int],
) -> TrialScheduler:
    """ASHA with the results of an interrupted search, or one that stops no trial.

    It counts a trial's epochs from where the backbone learns too: a head on a frozen backbone
    scores less than a whole network, and says little of what becomes of it.

    Args:
        parameters: Which of the two, and its settings.
        max_epochs: That a trial can have.
        earlier: Trials that are over.
        epochs_frozen: How many a setting's training begins with.
    """
    if parameters.scheduler == "none":
        return FIFOScheduler()
    asha = ResumableASHA(
        time_attr="unfrozen_epochs",
        metric="score",
        mode="max",
        max_t=max_epochs,
        grace_period=min(parameters.grace_epochs, max_epochs),
        reduction_factor=parameters.reduction_factor,
    )
    for trial in earlier:
        scores = scores_so_far(trial.history, parameters.criterion)
        for epoch, score in enumerate(scores[epochs_frozen(trial.setting) :], start=1):
            asha.add_result(f"earlier {trial.number}", epoch, score)
    return asha


class _DistinctSettings(OptunaSearch):
    """Optuna's searcher, drawing again where a setting came before: in a small space, many do.

    Ray's class keeps its study and trials private, and can't be asked for another setting.
    """

    _DRAWS = 100

    def suggest(self, trial_id: str) -> Any:
        """A setting that no trial had, or the end of the search where none is found."""
        study: Any = self._ot_study
        known = [trial.params for trial in study.trials]
        for _ in range(self._DRAWS):
            setting = super().suggest(trial_id)
            if setting not in known:
                return setting
            study.tell(self._ot_trials.pop(trial_id), state=optuna.trial.TrialState.FAIL)
        return Searcher.FINISHED


def searcher(
    parameters: TuningParameters, space: Space, earlier: Sequence[Trial], first: list[Setting]
) -> OptunaSearch:
    """Optuna's TPE (Bergstra et al., 2011) or random search, with the results there are.

    Args:
        parameters: ``searcher`` and ``seed``.
        space: What it chooses from.
        earlier: Trials that are over, in their order.
        first: Settings to try before any of its own: those of interrupted trials.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    # From where an interrupted search left off, the same draws must not come again.
    begun = len(earlier) + len(first)
    entropy = [parameters.seed, parameters.attempt, begun]
    seed = int(np.random.SeedSequence(entropy).generate_state(1)[0])
    sampler: optuna.samplers.BaseSampler
    if parameters.searcher == "tpe":
        sampler = optuna.samplers.TPESampler(
            seed=seed, n_startup_trials=max(1, min(_RANDOM_AT_FIRST, parameters.trials // 3))
        )
    else:
        sampler = optuna.samplers.RandomSampler(seed=seed)
    search = _DistinctSettings(
        space=distributions(space),
        metric="score",
        mode="max",
        sampler=sampler,
        points_to_evaluate=[encode(space, setting) for setting in first],
    )
    # A trial that the clock cut off before its first epoch says nothing.
    for trial in (one for one in earlier if one.history or one.status == "failed"):
        scores = scores_so_far(trial.history, parameters.criterion)
        search.add_evaluated_point(
            encode(space, trial.setting),
            trial.best_score(parameters.criterion),
            error=trial.status == "failed",
            intermediate_values=scores,
        )
    return search


@dataclass(frozen=True)
class Plan:
    """What Ray Tune is to run.

    Attributes:
        settings: Chosen beforehand, one trial each; or None, where ``search`` chooses them.
        search: Chooses ``trials`` settings.
        scheduler: Stops trials early.
        seconds: After which all are stopped; None for no limit.
        concurrent: How many run at a time at most.
    """

    trials: int
    concurrent: int
    settings: Sequence[Setting] | None = None
    search: OptunaSearch | None = None
    scheduler: TrialScheduler | None = None
    seconds: float | None = None


def events(job: Job, plan: Plan, resources: Resources, storage: Storage) -> Iterator[Event]:
    """Run a plan in the Ray that this process has joined.

    Args:
        job: What the trials share.
        plan: Which trials.
        resources: Of one trial that is one process.
        storage: Where Ray Tune keeps its own files.

    Yields:
        What happens, as it happens; the generator ends with the last trial.
    """
    events_queue: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
    failure: list[BaseException] = []
    tuner = _tuner(job, plan, resources, storage, _QueueCallback(events_queue))

    def fit() -> None:
        try:
            tuner.fit()
        except BaseException as error:  # noqa: BLE001 - raised again below, in the main thread
            failure.append(error)
        finally:
            events_queue.put(None)

    # A daemon: where the run is interrupted, Ray is shut down and this thread ends with it.
    threading.Thread(target=fit, name="ray-tune", daemon=True).start()
    while (event := events_queue.get()) is not None:
        yield event
    if failure and isinstance(failure[0].__cause__, RayError):
        # Ray Tune puts what its loop did not expect into an error without a class of its own.
        raise failure[0].__cause__
    if failure:
        raise failure[0]


def events_here(job: Job, setting: Setting) -> Iterator[Event]:
    """Train with one setting in this process, which needs neither Ray's start nor its imports.

    Args:
        job: As for ``events``.
        setting: Of the one trial.

    Yields:
        What happens, as ``events`` has it.
    """
    config = {WHOLE_SETTING: json.dumps(setting)}
    yield Event("started", "here", config)
    for result in reports(job, setting):
        yield Event("reported", "here", config, result)
    yield Event("ended", "here", config)


def _tuner(
    job: Job, plan: Plan, resources: Resources, storage: Storage, callback: tune.Callback
) -> tune.Tuner:
    # Ray Tune has names of its own for the same resources.
    named = {name.lower(): amount for name, amount in resources.as_ray_names().items()}
    if job.workers is not None:
        # A trial itself computes nothing: it is on this machine, and its workers take resources.
        named = {f"node:{get_node_ip_address()}": _TOKEN_SHARE}
    trainable = tune.with_resources(tune.with_parameters(TrialProcess, job=job), named)
    space = {}
    if plan.settings is not None:
        texts = [json.dumps(setting) for setting in plan.settings]
        space = {WHOLE_SETTING: tune.grid_search(texts)}
    logging.getLogger("ray.tune").setLevel(logging.CRITICAL)
    return tune.Tuner(
        trainable,
        param_space=space,
        tune_config=tune.TuneConfig(
            search_alg=plan.search,
            scheduler=plan.scheduler,
            num_samples=1 if plan.settings is not None else plan.trials,
            max_concurrent_trials=plan.concurrent,
            time_budget_s=plan.seconds,
            # Of workers that end with their epoch nobody needs to wait for the end.
            reuse_actors=job.workers is None,
        ),
        run_config=tune.RunConfig(
            **storage.for_ray(),
            callbacks=[callback],
            failure_config=tune.FailureConfig(max_failures=_RESTARTS),
            # Trials keep their own state (``Job.train``), which a new Ray finds as well.
            checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),
            verbose=0,
        ),
    )
