"""What the terminal shows: the project's own lines and warnings; a run's log file has the rest."""

from __future__ import annotations

import logging
import os
from collections import deque

from kedro.logging import RichHandler
from rich import get_console
from rich.text import Text

OWN = "chest_xray"
# With a record, what a file keeps and the terminal does not show.
FILE_ONLY = {"file_only": True}
# Beginnings of loggers' names and messages that a user can do nothing about.
_SILENT = (
    # The run's last message says why the node failed.
    ("kedro.pipeline.node", "Node "),
    # Whatever is wrong with the command, it says to repeat it.
    ("kedro.runner", "No nodes ran."),
    # How kedro viz colours nodes by their last run, which is of no use to a run.
    ("kedro_viz.integrations", "Workflow tracking is disabled"),
)
_BACKLOG_RECORDS = 200
_LOUD = {logging.WARNING: ("Warning: ", "yellow"), logging.ERROR: ("", "red")}


def take_over() -> None:
    """Put the project's handler in place of Kedro's, unless ``KEDRO_LOGGING_CONFIG`` is set."""
    root = logging.getLogger()
    if backlog not in root.handlers:
        root.addHandler(backlog)
    if "KEDRO_LOGGING_CONFIG" in os.environ:
        return
    for handler in list(root.handlers):
        if isinstance(handler, RichHandler):
            root.removeHandler(handler)
            root.addHandler(TerminalHandler())


class Backlog(logging.Handler):
    """Holds what is logged before a run has its file."""

    def __init__(self) -> None:
        super().__init__()
        self._records: deque[logging.LogRecord] = deque(maxlen=_BACKLOG_RECORDS)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self._records.append(record)

    def hand_on(self, handler: logging.Handler) -> None:
        """Give everything to a handler, and forget it."""
        while self._records:
            handler.handle(self._records.popleft())


backlog = Backlog()


class TerminalHandler(logging.Handler):
    """Prints the project's own messages, and the warnings and errors of everything else, once."""

    def __init__(self) -> None:
        super().__init__()
        self._warned: set[str] = set()

    def forget(self) -> None:
        """Show warnings again that were shown already: another run begins."""
        self._warned.clear()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is for the terminal."""
        if getattr(record, "file_only", False):
            return False
        if record.levelno < logging.WARNING:
            return record.name.partition(".")[0] == OWN
        message = record.getMessage()
        if any(
            record.name.startswith(logger) and message.startswith(beginning)
            for logger, beginning in _SILENT
        ):
            return False
        repeated = message in self._warned
        self._warned.add(message)
        return not repeated

    def emit(self, record: logging.LogRecord) -> None:
        """Print a record; on a terminal above what is redrawn at its bottom."""
        try:
            prefix, style = _LOUD.get(record.levelno, ("", ""))
            # Not wrapped: a file or another program gets whole lines.
            get_console().print(Text(prefix + self.format(record), style), soft_wrap=True)
        except (OSError, TypeError, ValueError):
            self.handleError(record)


def start_again() -> None:
    """Show the warnings of the run that begins, whatever an earlier one has shown."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, TerminalHandler):
            handler.forget()
