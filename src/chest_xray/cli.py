"""The project's commands: ``kedro run, demo, report, export, clean-old, fetch, serve``.

``kedro run`` has Kedro's own options, with one sentence for what is mistyped after them, and the
parameters ``prediction.model``, ``external_validation.model`` and ``recalibration.model`` choose
among the pipelines of models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
import yaml
from kedro.framework.cli.project import run as kedro_run
from kedro.framework.cli.utils import CONTEXT_SETTINGS, env_option
from kedro.framework.project import settings
from kedro.io import DatasetNotFoundError
from kedro.pipeline.node import Node
from kedro.utils import find_kedro_project
from kedro_viz.launchers.cli.main import viz

from chest_xray.errors import ChestXrayError
from chest_xray.pipeline_registry import (
    DEFAULT_MODEL,
    EXTERNAL_VALIDATIONS,
    PREDICTIONS,
    RECALIBRATIONS,
    register_pipelines,
)
from chest_xray.project.export_command import export
from chest_xray.project.serve_command import serve

# What click calls to make an option's value of what was typed.
OptionCallback = Callable[[click.Context, click.Parameter, Any], Any]


@click.group(context_settings=CONTEXT_SETTINGS, name="chest-xray")
def cli() -> None:
    """Commands of this project."""


def with_checked_yaml(parse: OptionCallback) -> OptionCallback:
    """Refuse a value that means something else in YAML, such as a glob's first asterisk."""

    def parsed(context: click.Context, option: click.Parameter, value: Any) -> Any:
        try:
            return parse(context, option, value)
        except yaml.MarkedYAMLError as error:
            raise click.BadParameter(
                f"a value in {value!r} is no YAML ({error.problem}); put a value that begins with "
                "a sign such as * into quotes of its own: --params=\"key='*.jpeg'\".",
                ctx=context,
                param=option,
            ) from error

    return parsed


def with_known_pipelines(parse: OptionCallback | None) -> OptionCallback:
    """Refuse the name of a pipeline that there is not."""

    def parsed(context: click.Context, option: click.Parameter, value: Any) -> Any:
        given = parse(context, option, value) if parse is not None else value
        known = register_pipelines()
        for name in [given] if isinstance(given, str) else given or []:
            if name not in known:
                alike = get_close_matches(name, known, n=1)
                meant = f"did you mean '{alike[0]}'? There" if alike else "there"
                raise click.BadParameter(
                    f"there is no pipeline '{name}'; {meant} are {', '.join(known)}.",
                    ctx=context,
                    param=option,
                )
        return given

    return parsed


# The options that choose among a pipeline's nodes, and what a node is asked for.
_SELECTIONS: dict[str, tuple[str, Callable[[Node], set[str]]]] = {
    "node_names": ("node", lambda node: {node.name, node.short_name}),
    "from_nodes": ("node", lambda node: {node.name, node.short_name}),
    "to_nodes": ("node", lambda node: {node.name, node.short_name}),
    "from_inputs": ("dataset", lambda node: {*node.inputs, *node.outputs}),
    "to_outputs": ("dataset", lambda node: {*node.inputs, *node.outputs}),
    "tags": ("tag", lambda node: set(node.tags)),
    "namespaces": ("namespace", lambda node: {*filter(None, node.namespace_prefixes)}),
}


def refuse_unknown_selections(options: Mapping[str, Any]) -> None:
    """Refuse nodes, datasets, tags and namespaces that the pipelines to be run do not have.

    Raises:
        click.UsageError: It names the one that is alike, or the pipeline that has it.
    """
    registered = register_pipelines()
    chosen = options["pipelines"] or ["__default__"]
    context = click.get_current_context()
    for option in context.command.params:
        if option.name not in _SELECTIONS:
            continue
        kind, names_of = _SELECTIONS[option.name]
        by_pipeline = {
            title: {name for node in pipeline.nodes for name in names_of(node)}
            for title, pipeline in registered.items()
        }
        known = set().union(*(by_pipeline[title] for title in chosen))
        for name in options[option.name]:
            if name not in known:
                message = _unknown(kind, name, known, by_pipeline)
                raise click.BadParameter(message, ctx=context, param=option)


def _unknown(kind: str, name: str, known: set[str], by_pipeline: Mapping[str, set[str]]) -> str:
    homes = [title for title, names in by_pipeline.items() if name in names]
    if homes:
        return f"'{name}' is a {kind} of another pipeline; add --pipelines={homes[0]}."
    everywhere = known.union(*by_pipeline.values())
    if not everywhere:
        return f"there is no {kind} '{name}': no pipeline has {kind}s."
    alike = [
        match
        for names in (known, everywhere)
        for match in (
            *get_close_matches(name, sorted(names), n=1),
            *sorted(one for one in names if name in one),
        )
    ]
    if alike:
        return f"there is no {kind} '{name}'; did you mean '{alike[0]}'?"
    return f"there is no {kind} '{name}'; kedro registry describe lists each pipeline's nodes."


def _checked(option: click.Parameter) -> click.Parameter:
    """An option of Kedro's, or a copy of it that also checks what it is given."""
    checked = copy(option)
    if option.name in ("pipeline", "pipelines"):
        checked.callback = with_known_pipelines(option.callback)
    elif option.name in ("params", "runner_params") and option.callback is not None:
        checked.callback = with_checked_yaml(option.callback)
    return checked


def choose_models(**options: Any) -> Any:
    """Run with the pipelines of the models that ``prediction.model``, ``external_validation.model``
    or ``recalibration.model`` names.

    Kedro's edges are static: each model has a pipeline of its own, whose files are its inputs.
    """
    named = [*options["pipelines"], *([options["pipeline"]] if options["pipeline"] else [])]
    for group, titles, there in (
        ("external_validation", EXTERNAL_VALIDATIONS, _finished),
        ("recalibration", RECALIBRATIONS, _measured_elsewhere),
    ):
        named = _of_models(named, group, titles, there, options)
    options["pipelines"], options["pipeline"] = named, None
    _choose_prediction(options)
    refuse_unknown_selections(options)
    try:
        return click.get_current_context().invoke(kedro_run, **options)
    except DatasetNotFoundError as error:
        # Kedro makes the catalog before any hook can say it.
        if "load_versions" not in str(error):
            raise
        entries = str(error).partition("[")[2].partition("]")[0]
        raise click.ClickException(
            f"--load-versions names {entries}, and the catalog has no such entry."
        ) from error


def _of_models(
    named: list[str],
    group: str,
    titles: dict[str, str],
    there: Callable[[dict[str, Any], list[str]], list[str]],
    options: dict[str, Any],
) -> list[str]:
    """The pipelines, with those of all models asked for in place of the group's general one."""
    general = titles[DEFAULT_MODEL]
    if general not in named:
        return named
    model = _chosen_model(group, options)
    own = [model] if model in titles else there(options, named) or ["baseline"]
    return [
        title
        for name in named
        for title in ([titles[one] for one in own] if name == general else [name])
    ]


def _finished(options: dict[str, Any], _: list[str]) -> list[str]:
    """The models that there are."""
    folder = _data_root(options) / "06_models"
    files = {
        "baseline": "baseline_weights.safetensors",
        "tuned": "tuned_weights.safetensors",
        "quantized": "quantized_onnx.onnx",
    }
    return [model for model, file in files.items() if (folder / file).exists()]


def _measured_elsewhere(options: dict[str, Any], named: list[str]) -> list[str]:
    """The models that were measured at the place, or are in this run before."""
    place = _loader(options)["globals"].get("external_name", "")
    given = options["params"].get("external_validation")
    if isinstance(given, dict):
        place = given.get("name", place)
    folder = _data_root(options) / "07_model_output" / "external" / str(place)
    return [
        model
        for model in RECALIBRATIONS
        if (folder / f"{model}_external_predictions.parquet").exists()
        or EXTERNAL_VALIDATIONS[model] in named
    ]


def _data_root(options: dict[str, Any]) -> Path:
    return _project() / str(_loader(options)["globals"].get("data_root", ""))


def _choose_prediction(options: dict[str, Any]) -> None:
    named = options["pipelines"]
    chosen = [name for name in named if name in PREDICTIONS.values()]
    if chosen == [PREDICTIONS[DEFAULT_MODEL]]:
        model = _chosen_model("prediction", options)
        options["pipelines"] = [
            PREDICTIONS.get(model, name) if name in chosen else name for name in named
        ]
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


def _chosen_model(group: str, options: dict[str, Any]) -> str:
    """``model`` of a group of parameters: of ``--params``, else of the environment's conf."""
    given = options["params"].get(group)
    if isinstance(given, dict) and "model" in given:
        return str(given["model"])
    if given is not None and not isinstance(given, dict):
        return DEFAULT_MODEL
    found = _loader(options)["parameters"].get(group)
    # Anything else than a mapping is refused with all other parameters.
    return str(found.get("model")) if isinstance(found, dict) else DEFAULT_MODEL


def _loader(options: dict[str, Any]) -> Any:
    return settings.CONFIG_LOADER_CLASS(
        options["conf_source"] or str(_project() / settings.CONF_SOURCE),
        env=options["env"],
        **settings.CONFIG_LOADER_ARGS,
    )


def _project() -> Path:
    return find_kedro_project(Path.cwd()) or Path.cwd()


run = click.Command(
    kedro_run.name,
    params=[_checked(option) for option in kedro_run.params],
    callback=choose_models,
    help=kedro_run.help,
)
cli.add_command(run)
cli.add_command(export)
cli.add_command(serve)

# Kedro-Viz is a global command, which a project's own can't replace.
viz.lazy_subcommands |= {name: f"chest_xray.project.viz.{name}" for name in ("run", "build")}


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Say what a person can fix without a traceback."""
    try:
        yield
    except ChestXrayError as error:
        raise click.ClickException(str(error)) from error


@cli.command()
@env_option(default="demo", help="An environment whose radiographs are phantoms.")
def demo(env: str, params: dict[str, Any]) -> None:
    """Draw phantoms, run the whole study on them and write its report; skip what is up to date."""
    from chest_xray.project.demo import run_demo

    with _one_sentence():
        run_demo(env, params)


demo.params.extend(option for option in run.params if option.name == "params")


@cli.command()
@env_option(help="The environment whose results are reported.")
def report(env: str | None) -> None:
    """Write the report and the models' cards in every language, from the results there are."""
    from chest_xray.project.pages import write_pages

    with _one_sentence():
        for written in write_pages(env):
            click.echo(written)


@cli.command(name="clean-old")
@env_option(help="The environment whose results are cleaned.")
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="How many versions of each result stay.",
)
def clean_old(env: str | None, keep: int) -> None:
    """Remove all but the newest versions of every result, and what these were made from."""
    from chest_xray.project.cleaning import clean_old
    from chest_xray.project.hooks import lock_folder

    folder = _data_root({"conf_source": None, "env": env})
    if not folder.is_dir():
        raise click.ClickException(f"There is no {folder} to clean.")
    lock = lock_folder(folder)
    try:
        cleaned = clean_old(folder, keep)
    finally:
        lock.release()
    needed = f"; {cleaned.needed} older ones stay, as newer results were made from them"
    click.echo(
        f"{folder}: removed {cleaned.versions} old versions, {cleaned.bytes / 1e6:.0f} MB"
        f"{needed if cleaned.needed else ''}."
    )


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
def fetch(folder: Path) -> None:
    """Fetch the published radiographs (about 2.4 GB) into FOLDER, which must not exist."""
    from chest_xray.radiographs.fetching import fetch

    with _one_sentence():
        fetch(folder)
