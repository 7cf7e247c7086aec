"""A progress bar with the estimated time left; log lines where there is no terminal."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich import get_console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

Item = TypeVar("Item")

SECONDS_BETWEEN_LINES = 20.0

logger = logging.getLogger(__name__)


def track(items: Iterable[Item], description: str, total: int) -> Iterator[Item]:
    """Yield the items, showing how many of ``total`` are done and about how long the rest takes."""
    if get_console().is_terminal:
        yield from _with_bar(items, description, total)
    else:
        yield from _with_lines(items, description, total)


def _with_bar(items: Iterable[Item], description: str, total: int) -> Iterator[Item]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=get_console(), transient=True) as bar:
        task = bar.add_task(description, total=total)
        for item in items:
            yield item
            bar.advance(task)


def _with_lines(items: Iterable[Item], description: str, total: int) -> Iterator[Item]:
    start = last_line = time.monotonic()
    for done, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - last_line >= SECONDS_BETWEEN_LINES and done < total:
            left = (now - start) / done * (total - done)
            logger.info("%s: %d of %d, about %.0f s left", description, done, total, left)
            last_line = now
