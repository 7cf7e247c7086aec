"""What happens around every run: parameters checked, process set up, errors said in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import yaml
from filelock import FileLock, Timeout
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.io import DataCatalog
from kedro.io.core import VersionNotFoundError
from kedro.pipeline import Pipeline

from chest_xray.errors import BadParameters, ChestXrayError
from chest_xray.parameters import check_parameters

DEFAULT_ENV = "local"


class ParameterHooks:
    """Checks the whole tree of parameters before anything else happens."""

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Stop with a sentence a mistake."""
        runtime = dict(context.config_loader.runtime_params or {})
        env = context.env or DEFAULT_ENV
        sources = _sources(context.project_path / "conf", env, runtime)
        try:
            check_parameters(context.config_loader["parameters"], sources)
        except BadParameters as error:
            raise click.ClickException(str(error)) from error


def _sources(conf: Path, env: str, runtime: Mapping[str, Any]) -> dict[str, str]:
    """Where each dotted key was last set."""
    sources = {}
    for environment in ("base", env):
        for path in sorted((conf / environment).glob("parameters*/**/*.yml")):
            content = yaml.safe_load(path.read_text(encoding="utf8")) or {}
            said = path.relative_to(conf.parent).as_posix()
            sources.update(dict.fromkeys(_keys(content), said))
    return sources | dict.fromkeys(_keys(runtime), "--params")


def _keys(tree: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for name, value in tree.items():
        key = f"{above}{name}"
        if isinstance(value, Mapping):
            yield from _keys(value, f"{key}.")
        else:
            yield key


class ProcessHooks:
    """Sets the process up once, and keeps a second run out of the same data folder."""

    def __init__(self) -> None:
        self._lock: FileLock | None = None

    @hook_impl
    def before_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog
    ) -> None:
        """Lock the data folder; set threads, allocator and seeds where a node computes."""
        self._acquire(catalog)
        if "params:process" in pipeline.inputs():
            from chest_xray.learning.hardware import set_up_process

            set_up_process(catalog.load("params:process"), catalog.load("params:training.seed"))

    def _acquire(self, catalog: DataCatalog) -> None:
        folder: Path = catalog.load("data_folder")
        folder.mkdir(parents=True, exist_ok=True)
        # The system lets go of it when the process ends, however it ends.
        lock = FileLock(folder / ".run.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise click.ClickException(
                f"Another run is going on in {folder}; wait for it, or give this one a data_root "
                "of its own."
            ) from error
        self._lock = lock

    @hook_impl
    def after_pipeline_run(self) -> None:
        """Let the next run in."""
        self._release()

    @hook_impl
    def on_pipeline_error(self) -> None:
        """Let the next run in."""
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


class SentenceHooks:
    """Turns what a person can mend into one sentence; everything else keeps its traceback."""

    @hook_impl(trylast=True)
    def on_pipeline_error(self, error: Exception, pipeline: Pipeline) -> None:
        """Raise the sentence in the error's place."""
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ChestXrayError):
                raise click.ClickException(str(cause)) from error
            if isinstance(cause, VersionNotFoundError):
                raise click.ClickException(_missing(str(error), pipeline)) from error
            cause = cause.__cause__


def _missing(message: str, pipeline: Pipeline) -> str:
    from kedro.framework.project import pipelines

    name = next((entry for entry in pipeline.inputs() if message.startswith(f"{entry}:")), "")
    maker = next(
        (
            title
            for title, one in pipelines.items()
            if title != "__default__" and name in one.all_outputs()
        ),
        "",
    )
    advice = f"; kedro run --pipelines={maker} makes it" if maker else ""
    return f"There is no '{name}' yet{advice}."
