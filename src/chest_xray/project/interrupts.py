"""What Kedro leaves open when a run is interrupted: it calls no hook for Ctrl-C."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import wraps
from inspect import unwrap
from typing import Any

from kedro.framework.session import KedroServiceSession, KedroSession


def release_after_runs(release: Callable[[], None]) -> None:
    """Have every run of this process end with ``release``, however it ends.

    Kedro calls ``on_pipeline_error`` for an ``Exception`` only. Ctrl-C (``KeyboardInterrupt``) and
    ``SystemExit`` pass by all hooks, and in a notebook the process lives on. The sessions' own
    ``run`` is wrapped, as ``SESSION_CLASS`` would not reach a ``KedroSession`` that somebody
    creates in a cell.
    """
    for session in (KedroSession, KedroServiceSession):
        # Unwrapped first: %reload_kedro imports the settings again.
        session.run = _releasing(unwrap(session.run), release)  # type: ignore[method-assign]


def _releasing(run: Callable[..., Any], release: Callable[[], None]) -> Callable[..., Any]:
    @wraps(run)
    def run_and_release(*args: Any, **kwargs: Any) -> Any:
        try:
            return run(*args, **kwargs)
        except (KeyboardInterrupt, SystemExit) as error:
            # A notebook keeps the traceback, and with it every suspended generator: Ray, worker
            # threads and memory maps inside them are closed here.
            traceback.clear_frames(error.__traceback__)
            raise
        finally:
            release()

    return run_and_release
