"""The reference pages that ``make docs`` makes: all catalog entries and all parameters.

``docs/reference/catalog.md`` is made from conf/base/catalog, the comment above an entry being its
description, and from the registered pipelines. ``docs/reference/parameters.md`` is made from the
models of ``chest_xray.parameters`` and from the values of every environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import yaml
from kedro.config import OmegaConfigLoader
from kedro.framework.project import configure_project, pipelines, settings
from kedro.io import CatalogConfigResolver
from pydantic import BaseModel

from chest_xray.parameters import Globals, Parameters
from chest_xray.parameters.renamed import RENAMED
from chest_xray.project.configuration import DEFAULT_ENV

PROJECT = Path(__file__).parents[3]
CONF = PROJECT / "conf"
BASE = "base"

CATALOG_INTRODUCTION = """\
# Catalog

Every file that the pipelines read or write is an entry of `conf/base/catalog`. This page is made
from it by `make docs`; change the comments there, not this page.

- *File* is relative to `data_root` of the environment (`data`, or `data/demo` for the demo), unless
  a parameter names it. A versioned entry is a folder with one subfolder per run:
  `data/08_reporting/baseline_metrics.json/<version>/baseline_metrics.json`.
- A name in braces is a pattern: `{model}` is `baseline`, `tuned` or `quantized`. What it stands for
  is listed under *Written by*, behind the pipeline.
- In a notebook `catalog.load("baseline_metrics")` loads the newest version of an entry.
"""

PARAMETERS_INTRODUCTION = """\
# Parameters

Every parameter with its type, its default (`conf/base`) and its value in the environments that
change it. This page is made by `make docs` from the models in `src/chest_xray/parameters` and from
`conf/`; change those, not this page.

- For one run: `kedro run --params=training.epochs=3,data_processing.seed=8`.
- For every run: a file of the environment, such as `conf/cpu/parameters/training.yml`, which holds
  only what differs from base.
- All parameters are checked before the first node runs. An unknown or impossible one stops the run
  with a message that names the key, its value, what is allowed and the file.
"""

GLOBALS_INTRODUCTION = """\
Values that the catalog and several pipelines share, in `conf/<environment>/globals.yml`. For one
run, `--params` sets `radiographs_path`, `radiograph_table`, `lesion_masks`, `archive_url` and
`archive_study`.
"""

RENAMED_INTRODUCTION = """\
A run that finds an old name stops and gives the new one.
"""


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=PROJECT / "docs" / "reference",
    help="Where the pages are written.",
)
def main(folder: Path) -> None:
    """Write the reference pages of the catalog and of the parameters."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf8")
        click.echo(folder / name)


def pages() -> dict[str, str]:
    """The text of each reference page, by its file name."""
    configure_project("chest_xray")
    return {"catalog.md": catalog_page(), "parameters.md": parameters_page()}


# The catalog


def catalog_page() -> str:
    """The page of all catalog entries, one section per layer."""
    parts = [CATALOG_INTRODUCTION]
    files = sorted((CONF / BASE / "catalog").glob("*.yml"))
    entries = {path.stem: _entries(path) for path in files}
    writers = _writers([name for layer in entries.values() for name in layer])
    header = ["Entry", "What it is", "File", "Type", "Versioned", "Written by"]
    for path in files:
        descriptions = entry_descriptions(path.read_text(encoding="utf8"))
        rows = [
            [
                _code(name),
                descriptions[name],
                _file(entry.get("filepath") or entry.get("path") or entry["url"]),
                _code(entry["type"].removeprefix("chest_xray.datasets.")),
                "yes" if entry.get("versioned") else "",
                "<br>".join(writers[name]),
            ]
            for name, entry in entries[path.stem].items()
        ]
        parts += [f"## {path.stem}\n", _table(header, rows)]
    return "\n".join(parts)


def _entries(path: Path) -> dict[str, dict[str, Any]]:
    """The entries of a file, without the variables that Kedro replaces in it."""
    content = yaml.safe_load(path.read_text(encoding="utf8"))
    return {name: entry for name, entry in content.items() if not name.startswith("_")}


def entry_descriptions(text: str) -> dict[str, str]:
    """The comment directly above each entry of a catalog file, as one line.

    Raises:
        ValueError: An entry has no comment.
    """
    found: dict[str, str] = {}
    comment: list[str] = []
    for line in text.splitlines():
        key = re.match(r'"?([a-z{][\w{}]+)"?:', line)
        if line.startswith("#"):
            comment.append(line.removeprefix("#").strip())
        elif key and not comment:
            raise ValueError(f"Catalog entry {key[1]} has no comment above it that describes it.")
        elif key:
            found[key[1]] = " ".join(comment)
            comment = []
        else:
            comment = []
    return found


def _file(path: str) -> str:
    named = re.match(r"\$\{runtime_params:([\w.]+)", path)
    if named:
        return f"parameter {_code(named[1])}"
    if not path.startswith("${globals:data_root}"):
        return f"{_code(path)} (of the project)"
    path = path.replace("${_name}", "{name}")
    return _code(path.removeprefix("${globals:data_root}").removeprefix("/") or ".")


def _writers(entries: Sequence[str]) -> dict[str, list[str]]:
    """By entry, the pipelines that write it, with what a pattern stands for in each."""
    patterns = {name: {"type": "MemoryDataset"} for name in entries if "{" in name}
    resolver = CatalogConfigResolver(patterns, default_runtime_patterns={})
    found: dict[str, list[str]] = {name: [] for name in entries}
    for title, pipeline in pipelines.items():
        if title == "__default__":
            continue
        written: dict[str, list[str]] = {}
        for name in sorted(pipeline.all_outputs()):
            entry = name if name in found else resolver.match_dataset_pattern(name)
            written.setdefault(entry or "", []).append(name)
        for entry in written.keys() & found.keys():
            names = f": {', '.join(map(_code, written[entry]))}" if "{" in entry else ""
            found[entry].append(_code(title) + names)
    return found


# Parameters


def parameters_page() -> str:
    """The page of all parameters, one section per group."""
    environments = sorted(
        path.name
        for path in CONF.iterdir()
        if path.is_dir() and path.name not in (BASE, DEFAULT_ENV)
    )
    values = {env: _loader(env)["parameters"] for env in (BASE, *environments)}
    shared = {env: _raw_globals(env) for env in (BASE, *environments)}
    header = ["Parameter", "Type", "Default", "Changed in", "Meaning"]
    parts = [
        PARAMETERS_INTRODUCTION,
        "## globals\n",
        GLOBALS_INTRODUCTION,
        _table(header, _rows(Globals, shared)),
    ]
    for name, field in Parameters.model_fields.items():
        group = _group(field.annotation)
        if group is None:
            continue
        of_group = {env: tree[name] for env, tree in values.items()}
        introduction = (group.__doc__ or "").partition("\n")[0]
        rows = _rows(group, of_group)
        parts += [f"## {name}\n", f"{introduction}\n", _table(header, rows)]
    renamed = [[_code(old), _with_code(text)] for old, text in RENAMED.items()]
    parts += ["## Renamed\n", RENAMED_INTRODUCTION, _table(["Old name", "What to do"], renamed)]
    return "\n".join(parts)


def _loader(env: str) -> OmegaConfigLoader:
    """The configuration of an environment as a run sees it."""
    return OmegaConfigLoader(str(CONF), env=env, **settings.CONFIG_LOADER_ARGS)


def _raw_globals(env: str) -> dict[str, Any]:
    path = CONF / env / "globals.yml"
    text = path.read_text(encoding="utf8") if path.is_file() else ""
    return yaml.safe_load(text) or {}


def _rows(
    group: type[BaseModel], values: Mapping[str, Mapping[str, Any]], above: str = ""
) -> Iterator[list[str]]:
    schema = group.model_json_schema()
    for name, field in group.model_fields.items():
        own = {env: tree[name] for env, tree in values.items() if name in tree}
        if part := _group(field.annotation):
            yield from _rows(part, own, f"{above}{name}.")
            continue
        changes = [
            f"{env}: {_value(_changed(value, own[BASE]), between=', ')}"
            for env, value in own.items()
            if value != own[BASE]
        ]
        yield [
            _code(above + name),
            _type(schema["properties"][name], schema.get("$defs", {})),
            _value(own[BASE]),
            "<br>".join(changes),
            " ".join((field.description or "").replace("``", "`").split()),
        ]


def _group(annotation: Any) -> type[BaseModel] | None:
    """The model that a field holds, None where it holds a value."""
    holds_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation if holds_model else None


def _changed(value: Any, default: Any) -> Any:
    """Of a mapping only the entries that differ."""
    if not isinstance(value, dict) or not isinstance(default, dict):
        return value
    return {key: one for key, one in value.items() if key not in default or one != default[key]}


def _type(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """A JSON schema in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        choices = definitions[name].get("enum")
        return _choices(choices) if choices else name.lower()
    if "anyOf" in schema:
        return " or ".join(_type(one, definitions) for one in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return _choices(schema.get("enum", [schema.get("const")]))
    kind = schema.get("type")
    if kind == "array":
        of = re.sub(r"^(integer|number)\b", r"\1s", _type(schema["items"], definitions))
        return f"list of {of}"
    if kind == "object":
        of = schema["additionalProperties"]
        return f"mapping of names to {_type(of, definitions) if isinstance(of, dict) else 'values'}"
    if kind == "boolean":
        return "`true` or `false`"
    return {"string": "text", "null": "`null`"}.get(str(kind), str(kind)) + _limits(schema)


def _choices(values: Iterable[str]) -> str:
    return ", ".join(map(_code, values))


def _limits(schema: Mapping[str, Any]) -> str:
    """Of a number, such as ``, 0 to 1`` or ``, > 0, < 1``."""
    if "minimum" in schema and "maximum" in schema:
        limits = [f"{_yaml(schema['minimum'])} to {_yaml(schema['maximum'])}"]
    else:
        signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
        limits = [f"{sign} {_yaml(schema[key])}" for key, sign in signs.items() if key in schema]
    if "multipleOf" in schema:
        limits.append(f"a multiple of {schema['multipleOf']}")
    return "".join(f", {limit}" for limit in limits)


def _value(value: Any, between: str = "<br>") -> str:
    """A value as conf/ writes it; entries of mappings and of long lists apart."""
    if isinstance(value, dict) and value:
        return between.join(_code(f"{key}: {_yaml(one)}") for key, one in value.items())
    if isinstance(value, list) and sum(len(str(one)) for one in value) > 60:
        return between.join(_code(_yaml(one)) for one in value)
    return _code(_yaml(value))


def _yaml(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...")


# Markdown


def _code(text: str) -> str:
    return f"`{text}`"


def _with_code(text: str) -> str:
    return re.sub(r"'([^']+)'", r"`\1`", text)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(
        "| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |\n" for line in lines
    )


if __name__ == "__main__":
    main()
