"""``kedro run`` as Kedro has it, with a sentence for what is mistyped after its options."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import click
import yaml
from kedro.framework.cli.project import run as kedro_run
from kedro.framework.cli.utils import CONTEXT_SETTINGS, _split_params, split_string

from chest_xray.pipeline_registry import register_pipelines


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


for option in kedro_run.params:
    if isinstance(option, click.Option) and option.callback is _split_params:
        option.callback = read_parameters
    if option.name in ("pipeline", "pipelines"):
        option.callback = read_pipelines

cli.add_command(kedro_run)
