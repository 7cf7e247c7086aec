"""``kedro run`` as Kedro has it, with a sentence for a value after --params that is no YAML."""

from __future__ import annotations

from typing import Any

import click
import yaml
from kedro.framework.cli.project import run as kedro_run
from kedro.framework.cli.utils import CONTEXT_SETTINGS, _split_params


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


for option in kedro_run.params:
    if isinstance(option, click.Option) and option.callback is _split_params:
        option.callback = read_parameters

cli.add_command(kedro_run)
