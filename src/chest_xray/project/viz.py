"""``kedro viz run`` and ``kedro viz build`` with the whole study folded to its pipelines.

Both run in one process, so that nothing is left of them once they are stopped: Kedro-Viz serves and
builds from a second one, which lives on when only the first is ended, and which is waited for in
vain when it can't start.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Thread
from typing import Any

import click
from kedro.framework.project import PACKAGE_NAME
from kedro.pipeline import Node, Pipeline
from kedro.utils import find_kedro_project
from kedro_viz.launchers.cli.build import build as kedro_viz_build
from kedro_viz.launchers.cli.run import run as kedro_viz_run
from kedro_viz.launchers.utils import (
    _check_viz_up,
    _find_available_port,
    _start_browser,
    _wait_for,
)

from chest_xray.project.commands import STUDY

WHOLE = "__default__"


def serve(**options: Any) -> None:
    """Serve the pipelines of this project until the process is stopped.

    Args:
        options: Those of ``kedro viz run``.
    """
    if options["autoreload"] or options["load_file"] or options["save_file"]:
        click.get_current_context().forward(kedro_viz_run)
        return
    import uvicorn

    _silence()
    from kedro_viz.api.apps import create_api_app_from_project

    host = options["host"]
    try:
        port = _find_available_port(host, options["port"])
    except ValueError as error:
        raise click.ClickException(f"{error}; --port takes one up to 49151.") from error
    click.echo("Starting Kedro-Viz ...")
    project = find_kedro_project(Path.cwd()) or Path.cwd()
    _populate(
        project,
        options["env"],
        options["include_hooks"],
        options["params"],
        options["lite"],
        options["pipeline"],
    )
    Thread(target=_announce, args=(host, port, options["browser"]), daemon=True).start()
    uvicorn.run(create_api_app_from_project(project), host=host, port=port, log_config=None)


def write_site(include_hooks: bool, include_previews: bool) -> None:
    """Write what is served as a web site, which opens without this project, to ``build/``.

    Args:
        include_hooks: As in ``kedro viz build``.
        include_previews: Whether figures and first rows of tables are in it.
    """
    _silence()
    from kedro_viz.integrations.deployment.local_deployer import LocalDeployer

    click.echo("Writing a web site ...")
    _populate(find_kedro_project(Path.cwd()) or Path.cwd(), None, include_hooks)
    LocalDeployer().deploy(include_previews)
    click.echo("The web site is in build/.")


def _silence() -> None:
    # Kedro-Viz answers with a class that FastAPI will drop.
    warnings.filterwarnings("ignore", "ORJSONResponse is deprecated")
    # It asks for the nodes of each namespace of a pipeline; only runs need these without a gap.
    warnings.filterwarnings("ignore", "Namespace '.*' is interrupted by nodes")


def _populate(
    project: Path,
    env: str | None,
    include_hooks: bool,
    params: dict[str, Any] | None = None,
    lite: bool = False,
    only: str | None = None,
) -> None:
    """Give Kedro-Viz the folded pipelines, or only the one of a name."""
    from kedro_viz.data_access import data_access_manager
    from kedro_viz.integrations.kedro.data_loader import load_data
    from kedro_viz.server import populate_data

    catalog, pipelines, extras = load_data(project, env, include_hooks, PACKAGE_NAME, params, lite)
    populate_data(data_access_manager, catalog, _chosen(folded(pipelines), only), extras)


def _chosen(pipelines: dict[str, Pipeline], name: str | None) -> dict[str, Pipeline]:
    if name is None:
        return pipelines
    if name not in pipelines:
        raise click.UsageError(f"There is no pipeline '{name}'; there are {', '.join(pipelines)}.")
    return {name: pipelines[name]}


def _announce(host: str, port: int, browser: bool) -> None:
    _wait_for(_check_viz_up, host=host, port=port)
    click.echo(f"Kedro-Viz is running at http://{host}:{port}/. Ctrl-C stops it.")
    if browser:
        _start_browser(host, port)


class _FoldedNode(Node):
    """A node in a namespace, for Kedro-Viz, which tells nodes apart by their text.

    In a pipeline of its own the same node stands in no namespace; both are run by one name.
    """

    def __str__(self) -> str:
        return f"{self.namespace}: {super().__str__()}"

    @property
    def name(self) -> str:
        return self.short_name


class _Folded(Pipeline):
    """The whole study for Kedro-Viz, which asks it for the part of each namespace.

    A part has no outputs of its own: they would all stand beside the folded part, while what
    another part needs is looked for there and stands beside it anyway.
    """

    def outputs(self) -> set[str]:
        return set()

    def only_nodes_with_namespaces(self, node_namespaces: list[str]) -> Pipeline:
        return _Folded(super().only_nodes_with_namespaces(node_namespaces).nodes)


def folded(pipelines: Mapping[str, Pipeline]) -> dict[str, Pipeline]:
    """The pipelines, with the nodes of the whole study in a namespace per pipeline.

    Evaluating the first and the tuned model is one of its own: the comparison begins with
    predictions, which would put the tuned model both before and after their layer. Only here do
    nodes have namespaces: in a run, their names would begin with them.
    """
    whole = [_in_namespace(node, title) for title in STUDY for node in pipelines[title].nodes]
    return {**pipelines, WHOLE: _Folded(whole)}


def _in_namespace(node: Node, title: str) -> Node:
    evaluation = title in ("training", "tuning") and _evaluates(node)
    return _FoldedNode(
        node.func,
        node._inputs,
        node._outputs,
        name=node.name,
        tags=node.tags,
        namespace="evaluation" if evaluation else title,
    )


def _evaluates(node: Node) -> bool:
    return node.name == "compare_models" or node.func.__module__.endswith(".evaluation.nodes")


def _command(original: click.Command, callback: Callable[..., None]) -> click.Command:
    """A command of Kedro-Viz, with its own name, options and help, that does something else."""
    return click.Command(
        original.name,
        context_settings=original.context_settings,
        params=original.params,
        callback=callback,
        help=original.help,
    )


run = _command(kedro_viz_run, serve)
build = _command(kedro_viz_build, write_site)
