"""The trials in the terminal, while they run."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich import get_console
from rich.live import Live
from rich.table import Table

from chest_xray.machine.progress import SECONDS_BETWEEN_LINES
from chest_xray.tuning.trials import SearchState, Trial, score

_SHOWN = 15

logger = logging.getLogger(__name__)

Show = Callable[[SearchState, float | None], None]


@contextmanager
def trial_display(title: str, criterion: str, planned: int) -> Iterator[Show]:
    """Something to show a search with: a table in a terminal, now and then a line elsewhere.

    Args:
        title: What is running.
        criterion: The validation metric that trials are compared by.
        planned: How many trials there will be.

    Yields:
        A function that takes the search so far and the seconds left, None where not known.
    """
    if get_console().is_terminal:
        with Live(console=get_console(), auto_refresh=False, transient=True) as live:
            yield lambda state, left: live.update(
                trial_table(title, state, criterion, planned, left), refresh=True
            )
    else:
        yield _lines(title, criterion, planned)


def trial_table(
    title: str, state: SearchState, criterion: str, planned: int, seconds_left: float | None
) -> Table:
    """The running trials and the best ones, best first."""
    best = state.best(criterion)
    best_text = "" if best is None else f"; best {criterion} {_value(best, criterion)}"
    table = Table(
        title=f"{title}: {len(state.over)} of {planned} over{best_text}; {time_left(seconds_left)}"
    )
    for column in ("trial", "status", "epochs", f"validation {criterion}", "setting"):
        table.add_column(column, overflow="fold")
    ranked = sorted(state.trials, key=lambda trial: (trial.over, -trial.best_score(criterion)))
    for trial in ranked[:_SHOWN]:
        table.add_row(
            str(trial.number),
            trial.status,
            str(trial.epochs),
            _value(trial, criterion),
            setting_text(trial),
        )
    return table


def _value(trial: Trial, criterion: str) -> str:
    if not trial.history:
        return "-"
    return f"{abs(score(trial.best_score(criterion), criterion)):.4f}"


def setting_text(trial: Trial) -> str:
    """``learning_rate 0.00123, dropout 0.2``."""
    return ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in trial.setting.items()
    )


def time_left(seconds: float | None) -> str:
    """About how long, in words."""
    if seconds is None:
        return "time left is known after the first epoch"
    return f"about {seconds / 60:.0f} min left" if seconds >= 90 else f"about {seconds:.0f} s left"


def _lines(title: str, criterion: str, planned: int) -> Show:
    logged = {"at": time.monotonic(), "over": 0}

    def show(state: SearchState, seconds_left: float | None) -> None:
        now, over = time.monotonic(), len(state.over)
        if over == logged["over"] and now - logged["at"] < SECONDS_BETWEEN_LINES:
            return
        best = state.best(criterion)
        best_text = (
            ""
            if best is None
            else f"; best validation {criterion} {_value(best, criterion)} (trial {best.number}: "
            f"{setting_text(best)})"
        )
        left = time_left(seconds_left)
        logger.info("%s: %d of %d trials over%s; %s", title, over, planned, best_text, left)
        logged.update(at=now, over=over)

    return show
