"""``kedro run`` as Kedro has it, with a sentence for what is mistyped after its options, and with
the parameter ``prediction.model`` choosing among the pipelines that predict.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
import yaml
from kedro.framework.cli.project import run as kedro_run
from kedro.framework.cli.utils import CONTEXT_SETTINGS, _split_params, split_string
from kedro.framework.project import settings
from kedro.io import DatasetNotFoundError
from kedro.utils import find_kedro_project

from chest_xray.pipeline_registry import DEFAULT_MODEL, PREDICTIONS, register_pipelines


@click.group(context_settings=CONTEXT_SETTINGS, name="chest-xray")
def cli() -> None:
    """Commands of this project."""


def read_parameters(context: click.Context, option: click.Parameter, value: Any) -> Any:
    """The values given after an option such as ``--params``, as a tree.

    Raises:
        click.BadParameter: A value means something else in YAML, such as a glob's first asterisk.
    """
    try:
        return _split_params(context, option, value)
    except yaml.MarkedYAMLError as error:
        raise click.BadParameter(
            f"a value in {value!r} is no YAML ({error.problem}); put a value that begins with a "
            "sign such as * into quotes of its own: --params=\"key='*.jpeg'\".",
            ctx=context,
            param=option,
        ) from error


def read_pipelines(context: click.Context, option: click.Parameter, value: Any) -> Any:
    """The names given after ``--pipelines`` or ``--pipeline``.

    Raises:
        click.BadParameter: There is no such pipeline.
    """
    several = option.name == "pipelines"
    names = split_string(context, option, value) if several else [value] if value else []
    known = register_pipelines()
    for name in names:
        if name not in known:
            alike = get_close_matches(name, known, n=1)
            meant = f"did you mean '{alike[0]}'? There" if alike else "there"
            raise click.BadParameter(
                f"there is no pipeline '{name}'; {meant} are {', '.join(known)}.",
                ctx=context,
                param=option,
            )
    return names if several else value


def choose_prediction(**options: Any) -> Any:
    """Run with the prediction pipeline of the model that ``prediction.model`` names.

    Kedro's edges are static: each model has a pipeline of its own, whose files are its inputs.
    """
    named = [*options["pipelines"], *([options["pipeline"]] if options["pipeline"] else [])]
    chosen = [name for name in named if name in PREDICTIONS.values()]
    if chosen == [PREDICTIONS[DEFAULT_MODEL]]:
        model = _chosen_model(options["env"], options["conf_source"], options["params"])
        options["pipelines"] = [
            PREDICTIONS.get(model, name) if name in chosen else name for name in named
        ]
        options["pipeline"] = None
    elif len(chosen) == 1:
        own = next(model for model, name in PREDICTIONS.items() if name == chosen[0])
        given = options["params"].setdefault("prediction", {})
        # Anything else than a mapping is refused with all other parameters.
        if isinstance(given, dict):
            given.setdefault("model", own)
    elif len(chosen) > 1:
        raise click.UsageError(
            f"{' and '.join(chosen)} write the same tables; run one after the other."
        )
    try:
        return kedro_callback(**options)
    except DatasetNotFoundError as error:
        # Kedro makes the catalog before any hook can say it.
        if "load_versions" not in str(error):
            raise
        entries = str(error).partition("[")[2].partition("]")[0]
        raise click.ClickException(
            f"--load-versions names {entries}, and the catalog has no such entry."
        ) from error


def _chosen_model(env: str | None, conf_source: str | None, params: dict[str, Any]) -> str:
    """``prediction.model`` of ``--params``, else of the environment's conf."""
    given = params.get("prediction")
    if isinstance(given, dict) and "model" in given:
        return str(given["model"])
    loader = settings.CONFIG_LOADER_CLASS(
        conf_source or str(_project() / settings.CONF_SOURCE),
        env=env,
        **settings.CONFIG_LOADER_ARGS,
    )
    return str(loader["parameters"]["prediction"]["model"])


def _project() -> Path:
    return find_kedro_project(Path.cwd()) or Path.cwd()


kedro_callback: Callable[..., Any] = kedro_run.callback  # type: ignore[assignment]
kedro_run.callback = choose_prediction
for option in kedro_run.params:
    if isinstance(option, click.Option) and option.callback is _split_params:
        option.callback = read_parameters
    if option.name in ("pipeline", "pipelines"):
        option.callback = read_pipelines

cli.add_command(kedro_run)
