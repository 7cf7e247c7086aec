"""``kedro viz run`` in one process, so that nothing is left of it once it is stopped.

Kedro-Viz serves from a second process, which lives on when only the first is ended, and which is
waited for in vain when it can't start.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from threading import Thread
from typing import Any

import click
from kedro.framework.project import PACKAGE_NAME
from kedro.utils import find_kedro_project
from kedro_viz.launchers.cli.run import run as kedro_viz_run
from kedro_viz.launchers.utils import (
    _check_viz_up,
    _find_available_port,
    _start_browser,
    _wait_for,
)


def serve(**options: Any) -> None:
    """Serve the pipelines of this project until the process is stopped.

    Args:
        options: Those of ``kedro viz run``.
    """
    if options["autoreload"]:
        # Serving again after each change takes a process that watches.
        click.get_current_context().forward(kedro_viz_run)
        return
    from kedro_viz.server import run_server

    # Kedro-Viz answers with a class that FastAPI will drop.
    warnings.filterwarnings("ignore", "ORJSONResponse is deprecated")
    host = options["host"]
    port = _find_available_port(host, options["port"])
    click.echo("Starting Kedro-Viz ...")
    Thread(target=_announce, args=(host, port, options["browser"]), daemon=True).start()
    run_server(
        host=host,
        port=port,
        load_file=options["load_file"],
        save_file=options["save_file"],
        pipeline_name=options["pipeline"],
        env=options["env"],
        # A file is looked for in the working directory.
        project_path=None if options["load_file"] else str(find_kedro_project(Path.cwd())),
        include_hooks=options["include_hooks"],
        package_name=PACKAGE_NAME,
        extra_params=options["params"],
        is_lite=options["lite"],
    )


def _announce(host: str, port: int, browser: bool) -> None:
    _wait_for(_check_viz_up, host=host, port=port)
    click.echo(f"Kedro-Viz is running at http://{host}:{port}/. Ctrl-C stops it.")
    if browser:
        _start_browser(host, port)


run = click.Command(
    kedro_viz_run.name,
    context_settings=kedro_viz_run.context_settings,
    params=kedro_viz_run.params,
    callback=serve,
    help=kedro_viz_run.help,
)
