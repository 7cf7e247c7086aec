"""What is known of a search while it goes on: plain values, kept as json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from chest_xray.parameters.search_space import Setting

# Below what any epoch can score: of a trial whose training broke down.
WORST_SCORE = -1000.0

Rows = Sequence[Mapping[str, Any]]


def score(value: float, criterion: str) -> float:
    """A validation metric as a score, of which more is better."""
    return -value if criterion == "loss" else value


def scores_so_far(history: Rows, criterion: str) -> list[float]:
    """The best score up to each epoch, from the rows of a training's history."""
    best, scores = WORST_SCORE, []
    for row in history:
        if row["part"] == "validation":
            best = max(best, score(row[criterion], criterion))
            scores.append(best)
    return scores


@dataclass(frozen=True)
class Trial:
    """One training of a search, or of the finalists.

    Attributes:
        number: From 1, in the order of their starts.
        setting: What it changes of training's parameters.
        seed: Of its training.
        status: ``running``, ``finished`` by its own schedule, ``stopped`` by the search, or
            ``failed``.
        started, ended: Seconds of the search, Ray's start left out.
        history: Rows of its epochs.
        best_epoch: The epoch that training keeps.
        problem: Why it failed, or was stopped by something else than its results.
        training_hash: Of all that its result depends on (``state.training_key``).
    """

    number: int
    setting: Setting
    seed: int
    status: str = "running"
    started: float = 0.0
    ended: float = 0.0
    history: list[dict[str, Any]] = field(default_factory=list)
    best_epoch: int = 0
    problem: str = ""
    training_hash: str = ""

    @property
    def epochs(self) -> int:
        """How many whole epochs are known."""
        return max((row["epoch"] for row in self.history), default=0)

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.status != "running"

    def best_score(self, criterion: str) -> float:
        """The best score of its epochs."""
        return max(scores_so_far(self.history, criterion), default=WORST_SCORE)

    def kept_row(self) -> Mapping[str, Any]:
        """The validation row of the epoch that training keeps."""
        return next(
            row
            for row in self.history
            if row["epoch"] == self.best_epoch and row["part"] == "validation"
        )


@dataclass(frozen=True)
class SearchState:
    """A search so far; what an interrupted one goes on from.

    Attributes:
        key: Hash of all that its trials depend on; the budget is not part of it.
        seconds: How long it has run, Ray's starts left out; ``ray_seconds``: those.
    """

    key: str
    trials: list[Trial] = field(default_factory=list)
    seconds: float = 0.0
    ray_seconds: float = 0.0

    @property
    def over(self) -> list[Trial]:
        """The trials from which nothing more will come."""
        return [trial for trial in self.trials if trial.over]

    @property
    def tried(self) -> list[Trial]:
        """The trials that tell something: all but those that ended before their first epoch.

        One that failed is among them; one that the budget ended so early has tried nothing.
        """
        return [trial for trial in self.trials if trial.history or trial.status == "failed"]

    def best(self, criterion: str) -> Trial | None:
        """The trial with the best score, if any has an epoch behind it."""
        tried = [trial for trial in self.trials if trial.history]
        return max(tried, key=lambda trial: trial.best_score(criterion), default=None)

    def with_trial(self, trial: Trial) -> SearchState:
        """The same with a trial added, or put in place of the one with its number."""
        others = [one for one in self.trials if one.number != trial.number]
        return replace(self, trials=sorted([*others, trial], key=lambda one: one.number))

    def closed(self, reason: str) -> SearchState:
        """The same with every trial over; ``reason``: why those that still ran go on no more."""
        closed = [
            trial
            if trial.over
            else replace(trial, status="stopped", problem=reason, ended=self.seconds)
            for trial in self.trials
        ]
        return replace(self, trials=closed)

    def reopened(self) -> SearchState:
        """The same with those trials to be run again of which nothing is known.

        Those that the budget ended before their first epoch; and where no trial has an epoch behind
        it, those that failed, as what failed them all (a file that wasn't there) may be fixed.
        """
        nothing_known = not any(trial.history for trial in self.trials)
        again = [
            replace(trial, status="running", problem="", ended=0.0)
            if not trial.history
            and (trial.status == "stopped" or (trial.status == "failed" and nothing_known))
            else trial
            for trial in self.trials
        ]
        return replace(self, trials=again)

    def as_json(self) -> dict[str, Any]:
        """Plain values only."""
        return asdict(self)

    @staticmethod
    def from_json(content: Mapping[str, Any]) -> SearchState:
        """What ``as_json`` gave."""
        trials = [Trial(**trial) for trial in content["trials"]]
        return SearchState(**{**content, "trials": trials})


def latest_search(document: Mapping[str, Any]) -> SearchState:
    """The search that was last written into a document."""
    return SearchState.from_json(document["searches"][document["latest"]])


def search_with_key(document: Mapping[str, Any], key: str) -> SearchState:
    """The search that a document has under a key; a new one where it has none."""
    content = document.get("searches", {}).get(key)
    return SearchState(key) if content is None else SearchState.from_json(content)


def with_search(document: Mapping[str, Any], state: SearchState, **others: Any) -> dict[str, Any]:
    """The document with a search put in as its latest; those under other keys stay."""
    searches = {**document.get("searches", {}), state.key: state.as_json()}
    return {"latest": state.key, **others, "searches": searches}
