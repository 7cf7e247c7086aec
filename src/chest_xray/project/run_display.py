"""What a run shows of itself: a line per node, the time left, what was found; and its log file."""

from __future__ import annotations

import logging
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from threading import Lock, get_ident
from typing import Any

import click
from kedro import __version__ as kedro_version
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.io import CatalogProtocol
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node
from rich import get_console
from rich.live import Live
from rich.text import Text

from chest_xray.project import findings, terminal
from chest_xray.project.durations import Durations, in_words

LOGS = "logs"
_KEPT_LOGS = 30
_REDRAWN_PER_SECOND = 2

# Whether the run is one of several, after which it is not yet for a person to do anything.
_more_follows = ContextVar("more_follows", default=False)

logger = logging.getLogger(__name__)


@contextmanager
def more_follows() -> Iterator[None]:
    """Runs within do not say what to run next: whoever started them goes on by itself."""
    before = _more_follows.set(True)
    try:
        yield
    finally:
        _more_follows.reset(before)


class Progress:
    """The nodes of one run: which is running, which are done, how long the rest takes."""

    def __init__(self, names: list[str], durations: Durations) -> None:
        self.start = time.monotonic()
        # What shows ``status``, where something does.
        self.redraw: Callable[[], None] = lambda: None
        self.done: list[str] = []
        self._waiting = dict.fromkeys(names)
        self._durations = durations
        # By thread, the node that runs in it and since when: a generator works while it is saved,
        # so that a node ends where the next one begins.
        self._running: dict[int, tuple[str, float]] = {}
        self._lock = Lock()

    def begin(self, name: str) -> None:
        """Note that a node begins, and that the one before it in this thread has ended."""
        thread = get_ident()
        if self._running.get(thread, ("", 0.0))[0] == name:
            return
        self.end(thread)
        with self._lock:
            self._waiting.pop(name, None)
            self._running[thread] = (name, time.monotonic())

    def end(self, thread: int) -> None:
        """Note that what runs in a thread has ended, and log it."""
        with self._lock:
            if thread not in self._running:
                return
            name, start = self._running.pop(thread)
            seconds = time.monotonic() - start
            self._durations.took(name, seconds)
            self.done.append(name)
        self.redraw()
        logger.info("%s %s: %s%s", self._count(), name, in_words(seconds), self._left())

    def end_all(self) -> None:
        """Note that everything has ended."""
        for thread in list(self._running):
            self.end(thread)

    def running(self) -> dict[str, float]:
        """Seconds of the nodes that are running."""
        now = time.monotonic()
        with self._lock:
            return {name: now - start for name, start in self._running.values()}

    def status(self) -> Text:
        """What is redrawn at the bottom of a terminal."""
        nodes = ", ".join(f"{name} {in_words(one)}" for name, one in self.running().items())
        text = f"{self._count()} done; {nodes}{self._left()}" if nodes else ""
        return Text(text, "cyan", no_wrap=True, overflow="ellipsis")

    def _count(self) -> str:
        whole = len(self.done) + len(self._running) + len(self._waiting)
        return f"[{len(self.done):{len(str(whole))}}/{whole}]"

    def _left(self) -> str:
        left = self._durations.left(self.running(), list(self._waiting))
        return left and f"; {left}"


class RunHooks:
    """Shows a run and keeps its log, from when its data folder is its own to its end."""

    def __init__(self) -> None:
        self._env: str | None = None
        self._parameters: dict[str, Any] = {}
        self._progress: Progress | None = None
        self._saved: set[str] = set()
        self._thread = 0
        self._endings = ExitStack()
        self._log = Path()

    @hook_impl(trylast=True)
    def after_context_created(self, context: KedroContext) -> None:
        """The environment, for commands, and what the durations of nodes depend on."""
        # Kedro configures logging after the settings are imported, and in a notebook again.
        terminal.take_over()
        self._env, self._parameters = context.env, context.config_loader["parameters"]

    @hook_impl(trylast=True)
    def before_pipeline_run(
        self,
        run_params: dict[str, Any],
        pipeline: Pipeline,
        catalog: CatalogProtocol[Any, Any],
    ) -> None:
        """Begin the log and the display."""
        folder = Path(catalog.load("data_folder")) / LOGS
        self._log = folder / f"{run_params['run_id']}.log"
        durations = Durations(folder / "durations.json", self._parameters)
        self._progress = Progress([node.name for node in pipeline.nodes], durations)
        self._saved, self._thread = set(), get_ident()
        terminal.start_again()
        try:
            self._endings.enter_context(_log_file(self._log))
        except OSError as error:
            raise click.ClickException(
                f"The log {self._log} can't be written ({error.strerror})."
            ) from error
        self._endings.callback(durations.save)
        logger.info(
            "%s, environment %s, Kedro %s, run %s",
            shlex.join(sys.argv),
            self._env or "the default one",
            kedro_version,
            run_params["run_id"],
            extra=terminal.FILE_ONLY,
        )
        nodes = len(pipeline.nodes)
        logger.info(
            "%d node%s; full log: %s",
            nodes,
            "" if nodes == 1 else "s",
            findings.below_here(self._log),
        )
        self._endings.enter_context(_status(self._progress))

    @hook_impl
    def before_dataset_loaded(self, dataset_name: str, node: Node) -> None:
        """A node begins with its first input."""
        self._begin(node)

    @hook_impl(tryfirst=True)
    def before_node_run(self, node: Node) -> None:
        """A node without inputs begins here."""
        self._begin(node)

    @hook_impl
    def after_dataset_saved(self, dataset_name: str, data: Any, node: Node) -> None:
        """What was found in this run is told from what was saved in it."""
        self._saved.add(dataset_name)

    @hook_impl
    def after_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: CatalogProtocol[Any, Any]
    ) -> None:
        """Say what was found, and what to open next."""
        progress = self._progress
        if progress is None:
            return
        progress.end_all()
        lines = findings.found(self._saved, catalog)
        following = (
            [] if _more_follows.get() else findings.what_next(self._saved, catalog, self._env)
        )
        took = in_words(time.monotonic() - progress.start)
        logger.info("Done in %s.", took)
        for line in [*lines, *following]:
            logger.info("%s", line)
        self.release()

    @hook_impl(tryfirst=True)
    def on_pipeline_error(self, error: Exception) -> None:
        """Say which node failed and where the log is, which has the traceback."""
        progress = self._progress
        if progress is None:
            return
        for name, seconds in progress.running().items():
            logger.info(
                "%s failed after %s; full log: %s",
                name,
                in_words(seconds),
                findings.below_here(self._log),
            )
        logger.error("The run failed.", exc_info=error, extra=terminal.FILE_ONLY)
        self.release()

    def release(self) -> None:
        """End display and log, nothing where this thread runs none."""
        if self._progress is not None and self._thread == get_ident():
            self._progress = None
            self._endings.close()

    def _begin(self, node: Node) -> None:
        if self._progress is not None:
            self._progress.begin(node.name)


class LogFile(logging.FileHandler):
    """A log that a full disk cuts off, instead of the run's own message about that disk."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf8")
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))

    def handleError(self, record: logging.LogRecord) -> None:
        """Called where a record could not be written."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):
            super().close()


@contextmanager
def _log_file(path: Path) -> Iterator[None]:
    """Everything that is logged goes into a file; of earlier runs, the newest logs are kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = LogFile(path)
    for old in sorted(path.parent.glob("*.log"))[:-_KEPT_LOGS]:
        old.unlink(missing_ok=True)
    terminal.backlog.hand_on(handler)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


@contextmanager
def _status(progress: Progress) -> Iterator[None]:
    """The node that is running and the time left, at the bottom of a terminal."""
    console = get_console()
    if not console.is_terminal or console.is_jupyter:
        yield
        return
    with Live(
        console=console,
        get_renderable=progress.status,
        refresh_per_second=_REDRAWN_PER_SECOND,
        transient=True,
    ) as live:
        # Else a progress bar that has ended would stand below the next line still.
        progress.redraw = live.refresh
        yield
