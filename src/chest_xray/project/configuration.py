"""Loading conf/: what can't be understood is reported in one sentence, with its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

import click
import yaml
from kedro.config import MissingConfigException, OmegaConfigLoader
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

DEFAULT_ENV = "local"
SUFFIXES = frozenset({".yml", ".yaml", ".json"})
PARAMETER_FILES = ("parameters*", "parameters*/**/*", "**/parameters*")
GLOBALS_FILES = ("globals.*",)


class CheckedConfigLoader(OmegaConfigLoader):
    """Kedro's loader, which says before anything runs what is wrong with conf/."""

    def __init__(
        self,
        conf_source: str,
        env: str | None = None,
        runtime_params: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Look at every file of base and of the environment before Kedro does."""
        folder = Path(conf_source)
        if folder.is_dir():
            _refuse_unknown_environment(folder, env)
            for one in ("base", env or DEFAULT_ENV):
                for path in _files(folder / one):
                    _read(path)
                for patterns in (GLOBALS_FILES, PARAMETER_FILES):
                    _refuse_ambiguous(_environment_trees(folder, one, patterns))
            _refuse_other_kinds(_trees(folder, env, GLOBALS_FILES))
            parameters = _trees(folder, env, PARAMETER_FILES)
            _refuse_other_kinds([*parameters, ("--params", runtime_params or {})])
        with _one_sentence(conf_source):
            super().__init__(
                conf_source=conf_source, env=env, runtime_params=runtime_params, **kwargs
            )

    def __getitem__(self, key: str) -> dict[str, Any]:
        """A part of the configuration, such as ``parameters``.

        Credentials are those of ``conf/local`` too, whatever the environment: only that folder is
        kept out of git. Of an archive that needs none, there need be none.
        """
        with _one_sentence(str(self.conf_source)):
            if key == "credentials":
                return {"archive": {}} | self._local_credentials() | self._own_credentials()
            return super().__getitem__(key)

    def _own_credentials(self) -> dict[str, Any]:
        try:
            return super().__getitem__("credentials")
        except MissingConfigException:
            return {}

    def _local_credentials(self) -> dict[str, Any]:
        folder = Path(self.conf_source) / DEFAULT_ENV
        found = (OmegaConf.load(path) for path in _files(folder, "credentials*"))
        return cast(
            "dict[str, Any]", OmegaConf.to_container(OmegaConf.merge({}, *found), resolve=True)
        )


@contextmanager
def _one_sentence(conf_source: str) -> Iterator[None]:
    try:
        yield
    except TypeError as error:
        # OmegaConf's message for an archive; in a folder, the files were compared before.
        if "Cannot merge incompatible container types" not in str(error):
            raise
        raise click.ClickException(
            f"{conf_source} can't be loaded: what holds keys and values in one file is a "
            "list in another; make them alike."
        ) from error
    except (OmegaConfBaseException, ValueError) as error:
        # An interpolation of what isn't there, or Kedro's message for a key that two files give.
        message = " ".join(line.strip() for line in str(error).splitlines() if line.strip())
        raise click.ClickException(f"{conf_source} can't be loaded: {message}.") from error


def _refuse_unknown_environment(folder: Path, env: str | None) -> None:
    if env is None or (folder / env).is_dir():
        return
    there = sorted(path.name for path in folder.iterdir() if path.is_dir())
    alike = get_close_matches(env, there, n=1)
    meant = f"did you mean '{alike[0]}'? There" if alike else "there"
    raise click.ClickException(
        f"There is no environment '{env}' in {folder}; {meant} are {', '.join(there)}."
    )


def _files(folder: Path, pattern: str = "**/*") -> list[Path]:
    return sorted(path for path in folder.glob(pattern) if path.suffix in SUFFIXES)


def _read(path: Path) -> None:
    try:
        content = OmegaConf.load(path)
    except yaml.MarkedYAMLError as error:
        place = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise click.ClickException(f"{path} is no YAML{place}: {error.problem}.") from error
    except (yaml.YAMLError, OmegaConfBaseException, ValueError, OSError) as error:
        message = str(error).splitlines()[0]
        raise click.ClickException(f"{path} can't be read as YAML: {message}.") from error
    if not isinstance(content, DictConfig):
        raise click.ClickException(f"{path} should hold keys and values; it is a list.")


def sources(conf: Path, env: str | None, runtime: Mapping[str, Any]) -> dict[str, str]:
    """Where each dotted key of the parameters was last set: a file's path, or ``--params``."""
    return _sources(conf, env, PARAMETER_FILES) | dict.fromkeys(_keys(runtime), "--params")


def globals_sources(conf: Path, env: str | None) -> dict[str, str]:
    """The same of what the environments share."""
    return _sources(conf, env, GLOBALS_FILES)


def _sources(conf: Path, env: str | None, patterns: tuple[str, ...]) -> dict[str, str]:
    set_in: dict[str, str] = {}
    for place, tree in _trees(conf, env, patterns):
        set_in.update(dict.fromkeys(_keys(tree), place))
    return set_in


def _trees(
    conf: Path, env: str | None, patterns: tuple[str, ...]
) -> list[tuple[str, Mapping[str, Any]]]:
    """The path below the project and the content of each file, in the order of merging."""
    return [
        tree
        for environment in ("base", env or DEFAULT_ENV)
        for tree in _environment_trees(conf, environment, patterns)
    ]


def _environment_trees(
    conf: Path, environment: str, patterns: tuple[str, ...]
) -> list[tuple[str, Mapping[str, Any]]]:
    trees: dict[str, Mapping[str, Any]] = {}
    for pattern in patterns:
        for path in _files(conf / environment, pattern):
            content: Any = OmegaConf.to_container(OmegaConf.load(path), resolve=False)
            place = path.relative_to(conf.parent).as_posix()
            trees[place] = cast("dict[str, Any]", content)
    return list(trees.items())


def _refuse_ambiguous(trees: list[tuple[str, Mapping[str, Any]]]) -> None:
    """Refuse a value where another file of the same environment has keys and values.

    Kedro merges the files of an environment in any order, so that either could win.
    """
    groups = {
        key: place
        for place, tree in trees
        for key, value in _containers(tree)
        if isinstance(value, Mapping)
    }
    for place, tree in trees:
        for key, value in _leaves(tree):
            if key in groups and not isinstance(value, Mapping | list):
                raise click.ClickException(
                    f"Parameter '{key}' ({place}) is {value}; it should hold keys and values, "
                    f"as in {groups[key]}."
                )


def _refuse_other_kinds(trees: list[tuple[str, Mapping[str, Any]]]) -> None:
    """Refuse a list where another file has keys and values, or the reverse.

    OmegaConf merges neither into the other, and doesn't say of which key it speaks.
    """
    first: dict[str, tuple[bool, str]] = {}
    for place, tree in trees:
        for key, value in _containers(tree):
            is_list = isinstance(value, list)
            should_be_list, where = first.setdefault(key, (is_list, place))
            if is_list != should_be_list:
                kinds = ("holds keys and values", "is a list")
                right = ("should hold keys and values", "should be a list")
                raise click.ClickException(
                    f"Parameter '{key}' ({place}) {kinds[is_list]}; it "
                    f"{right[should_be_list]}, as in {where}."
                )


def _containers(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        key = f"{above}{name}"
        if isinstance(value, Mapping | list):
            yield key, value
        if isinstance(value, Mapping):
            yield from _containers(value, f"{key}.")


def _keys(tree: Mapping[str, Any]) -> Iterator[str]:
    return (key for key, _ in _leaves(tree))


def _leaves(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        key = f"{above}{name}"
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{key}.")
        else:
            yield key, value
