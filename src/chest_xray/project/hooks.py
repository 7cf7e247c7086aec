"""What happens around every run: parameters checked, process set up, errors as one sentence."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from filelock import FileLock, Timeout
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.io import DataCatalog
from kedro.io.core import DatasetError, VersionNotFoundError
from kedro.pipeline import Pipeline

from chest_xray.errors import BadParameters, ChestXrayError
from chest_xray.machine.atomic_files import remove_partial_files
from chest_xray.parameters import check_globals, check_parameters, refuse_other_places
from chest_xray.project.commands import maker_of, node_that_makes, run_command
from chest_xray.project.configuration import globals_sources, sources

# What a person can do about what the system refuses.
ADVICE = {
    errno.ENOENT: "put the file there, or fix its path",
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space, or have the quota raised",
    errno.EFBIG: "have the limit on the size of files raised",
    errno.EROFS: "mount it for writing, or set another data_root",
    errno.EACCES: "have the permission given, or set another data_root",
    errno.EPERM: "have the permission given, or set another data_root",
    errno.EIO: "have the disk looked at",
    errno.ENOTDIR: "move the file that is in the way",
    errno.EEXIST: "move the file that is in the way",
}


class ParameterHooks:
    """Checks the whole tree of parameters before anything else happens."""

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Stop with one sentence per mistake."""
        loader = context.config_loader
        conf = Path(loader.conf_source)
        set_in = sources(conf, context.env, loader.runtime_params or {})
        try:
            everywhere = check_globals(loader["globals"], globals_sources(conf, context.env))
            parameters = check_parameters(loader["parameters"], set_in)
            refuse_other_places(parameters, everywhere, loader.runtime_params or {})
        except BadParameters as error:
            raise click.ClickException(str(error)) from error
        _refuse_strange_entries(loader["catalog"])


def _refuse_strange_entries(catalog: Mapping[str, Any]) -> None:
    for name, entry in catalog.items():
        if not isinstance(entry, Mapping) or "type" not in entry:
            raise click.ClickException(
                f"Catalog entry '{name}' is {entry!r}; it should hold a type, such as "
                "pandas.CSVDataset, and what that needs, such as filepath."
            )


class ProcessHooks:
    """Sets the process up once, and keeps a second run out of the same data folder.

    The settings have every run end with ``release`` (``interrupts``), as Kedro calls no hook where
    a run is interrupted.
    """

    def __init__(self) -> None:
        self._lock: FileLock | None = None

    @hook_impl
    def before_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog
    ) -> None:
        """Lock the data folder, clear it of what a killed run left half written, set threads,
        allocator and seeds where a node computes.
        """
        folder: Path = catalog.load("data_folder")
        try:
            self._lock = lock_folder(folder)
            remove_partial_files(folder)
        except OSError as error:
            self.release()
            raise click.ClickException(_refused(error)) from error
        if "params:process" in pipeline.inputs():
            from chest_xray.machine.device import set_up_process

            try:
                set_up_process(catalog.load("params:process"), catalog.load("params:training.seed"))
            except ChestXrayError as error:
                self.release()
                raise click.ClickException(str(error)) from error

    def release(self) -> None:
        """Let the next run in; nothing where this thread runs none."""
        # The lock is of the thread that took it: a run that was refused in another one keeps it.
        if self._lock is not None and self._lock.is_locked:
            self._lock.release()
            self._lock = None


def lock_folder(folder: Path) -> FileLock:
    """Have a data folder alone, until the lock is released or the process ends, however it ends.

    Raises:
        click.ClickException: A run is using it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".run.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise click.ClickException(
            f"Another run is going on in {folder}; wait for it, or give this one a data_root "
            "of its own."
        ) from error
    return lock


class ErrorMessageHooks:
    """Turns what a person can fix into one sentence; everything else keeps its traceback."""

    def __init__(self) -> None:
        self._env: str | None = None

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """The environment, for commands in messages."""
        self._env = context.env

    @hook_impl(tryfirst=True)
    def before_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog
    ) -> None:
        """Refuse a part of a pipeline, chosen by its nodes, that lacks what is never saved."""
        makers = {name: node_that_makes(name) for name in pipeline.inputs() if name not in catalog}
        lacking = {name: maker for name, maker in sorted(makers.items()) if maker}
        if lacking:
            nodes = sorted({*lacking.values(), *(node.name for node in pipeline.nodes)})
            raise click.ClickException(
                f"{', '.join(map(repr, lacking))} {'are' if len(lacking) > 1 else 'is'} passed on "
                f"in memory and not saved; run what makes it too: --nodes={','.join(nodes)}"
            )

    @hook_impl(trylast=True)
    def on_pipeline_error(self, error: Exception, pipeline: Pipeline) -> None:
        """Raise the sentence in the error's place."""
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ChestXrayError):
                raise click.ClickException(str(cause)) from error
            if isinstance(cause, VersionNotFoundError):
                message = _missing(str(error), pipeline, self._env)
                raise click.ClickException(message) from error
            name = str(error).partition(":")[0]
            if isinstance(cause, FileNotFoundError) and maker_of(name):
                made = _made_by(name, self._env)
                raise click.ClickException(f"There is no '{name}' yet{made}.") from error
            if isinstance(cause, OSError) and cause.errno in ADVICE:
                raise click.ClickException(_refused(cause)) from error
            if _is_no_dataset(cause):
                message = " ".join(str(cause).split()).partition(" Hint: ")[0].rstrip(".")
                raise click.ClickException(f"The catalog can't be used: {message}.") from error
            if _is_failed_load(cause):
                message = _damaged(str(error), cause.__cause__, self._env)
                raise click.ClickException(message) from error
            cause = cause.__cause__


def _is_no_dataset(error: BaseException) -> bool:
    # Kedro makes an entry's dataset when a node first needs it, and has no class for that failure.
    messages = (
        "An exception occurred when parsing config for dataset",
        "must only contain arguments",
    )
    return isinstance(error, DatasetError) and any(one in str(error) for one in messages)


def _is_failed_load(error: BaseException) -> bool:
    # For what is no such file, parsers of json, parquet and csv raise kinds of ValueError, those
    # of images OSErrors that are none of the system's.
    cause = error.__cause__
    if not isinstance(error, DatasetError) or not str(error).startswith("Failed while loading"):
        return False
    return isinstance(cause, ValueError) or (
        isinstance(cause, OSError) and cause.errno not in ADVICE
    )


def _refused(error: OSError) -> str:
    place = f" at {error.filename}" if error.filename else ""
    return (
        f"The system let nothing be read or saved{place} ({error.strerror}): "
        f"{ADVICE.get(error.errno or 0, 'fix that')}; then the same command goes on, and what "
        "was saved before is whole."
    )


def _damaged(message: str, cause: BaseException | None, env: str | None) -> str:
    name = message.partition(":")[0]
    reason = (str(cause) or type(cause).__name__).splitlines()[0]
    return f"The newest '{name}' is damaged and can't be loaded ({reason}){_made_by(name, env)}."


def _missing(message: str, pipeline: Pipeline, env: str | None) -> str:
    name = next((entry for entry in pipeline.inputs() if message.startswith(f"{entry}:")), "")
    return f"There is no '{name}' yet{_made_by(name, env)}."


def _made_by(name: str, env: str | None) -> str:
    maker = maker_of(name)
    return f"; {run_command(maker, env)} makes it" if maker else ""
