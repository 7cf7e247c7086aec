"""``chest-xray serve`` and ``kedro serve``: a deployable file as an HTTP service with a page."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from chest_xray.errors import BadService, ChestXrayError
from chest_xray.machine.cores import available_cores

MIB = 2**20
_MOST_WORKERS = 4
_NEEDED = ("fastapi", "uvicorn", "python_multipart", "prometheus_client", "jinja2", "fluent")


@click.command()
@click.option(
    "--model",
    type=click.Path(path_type=Path),
    help="A deployable file; left out, the study's newest quantized one.",
)
@click.option(
    "--study",
    type=click.Path(path_type=Path, file_okay=False),
    help="The data folder of the study that made it, whose weights draw heat maps.",
)
@click.option(
    "-e", "--env", help="The same by the name of an environment, in the project's folder."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help=f"Processes; left out, one for each core, at most {_MOST_WORKERS}.",
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    help="A file with the token that every request has to bring.",
)
@click.option(
    "--without-token", is_flag=True, help="Let other machines ask without one (see --host)."
)
@click.option(
    "--allow-origin",
    "origins",
    multiple=True,
    help="A web page's origin whose scripts may ask (CORS), such as https://example.org.",
)
@click.option("--max-file-mib", type=click.IntRange(1), help="Of one file.")
@click.option("--max-files", type=click.IntRange(1), help="In one request.")
@click.option("--max-pixels", type=click.IntRange(1, 100_000_000), help="Of one image.")
@click.option("--max-requests", type=click.IntRange(1), help="At once, for each process.")
@click.option("--seconds", type=click.FloatRange(0, min_open=True), help="To answer a request in.")
def serve(
    model: Path | None,
    study: Path | None,
    env: str | None,
    host: str,
    port: int,
    workers: int | None,
    token_file: Path | None,
    without_token: bool,
    origins: tuple[str, ...],
    **limits: Any,
) -> None:
    """Answer HTTP requests with a deployable file, and show a page to try it.

    Research and teaching; not a medical device. docs/serve.md is the whole description.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise click.ClickException(
            f"The service needs {', '.join(missing)}: pip install 'chest-xray[serve]'."
        )
    from chest_xray.serving import server
    from chest_xray.serving.settings import ServeSettings, read_token

    try:
        folder = study if study is not None or env is None else _data_folder(env)
        settings = ServeSettings(
            model=model or _newest_file(folder),
            study=folder,
            token=None if token_file is None else read_token(token_file),
            origins=origins,
            **_settings_of(limits),
        )
        server.refuse_open_door(host, settings.token is not None, without_token)
        server.serve(settings, host, port, workers or min(available_cores(), _MOST_WORKERS))
    except ChestXrayError as error:
        raise click.ClickException(str(error)) from error


def _settings_of(limits: dict[str, Any]) -> dict[str, Any]:
    """The limits that were given, by the names of the settings."""
    given = {name: value for name, value in limits.items() if value is not None}
    if "max_file_mib" in given:
        given["max_file_bytes"] = given.pop("max_file_mib") * MIB
        # A request with one file of that size, and some more bytes around it.
        given["max_request_bytes"] = max(256 * MIB, given["max_file_bytes"] + MIB)
        given["max_held_bytes"] = 2 * given["max_request_bytes"]
    if "seconds" in given:
        given["answer_seconds"] = given.pop("seconds")
    return given


def _newest_file(study: Path | None) -> Path:
    from chest_xray.machine.versions import version_path

    if study is None:
        raise BadService(
            "Nothing says which model to serve; give --model FILE, --study FOLDER or --env NAME."
        )
    return version_path(study / "06_models" / "quantized_onnx.onnx", "quantization")


def _data_folder(env: str) -> Path:
    """The data folder of an environment of the project that one is in."""
    # Whoever serves a file by its path needs no Kedro.
    if find_spec("kedro") is None:
        raise BadService("--env needs Kedro; give --model FILE and --study FOLDER instead.")
    from kedro.framework.project import settings
    from kedro.framework.startup import bootstrap_project
    from kedro.utils import find_kedro_project

    project = find_kedro_project(Path.cwd())
    if project is None:
        raise BadService(
            "--env is the name of an environment of the project, and this is not in its folder; "
            "give --study FOLDER instead."
        )
    bootstrap_project(project)
    loader = settings.CONFIG_LOADER_CLASS(
        str(project / settings.CONF_SOURCE), env=env, **settings.CONFIG_LOADER_ARGS
    )
    return project / str(loader["globals"]["data_root"])
