"""What each version of a result was made from, kept in its layer's folder ``.lineage``.

Beside that stand the parameters that its node was given, so that a figure can be drawn again as it
was. Index, splits, pixels and models are known by a hash of their content. While a run goes on,
each result takes over the hashes of what its node was given; a node whose inputs come from two
splits, two indexes, two image sizes or two models of one name is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

import click
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.io import CatalogProtocol
from kedro.io.core import AbstractVersionedDataset, get_filepath_str
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node
from pydantic import BaseModel, TypeAdapter, ValidationError

from chest_xray.errors import ChestXrayError, MixedResults, OtherVersion, UnknownOrigin
from chest_xray.machine.versions import lineage_path
from chest_xray.project.commands import command_for

# What results are known by, and what a person calls it.
ROOTS = {
    "radiograph_index": "index",
    "splits": "splits",
    "pixels": "pixels",
    "baseline_weights": "first model",
    "tuned_weights": "tuned model",
    "baseline_card": "first model's card",
    "tuned_card": "tuned model's card",
    "quantized_onnx": "quantized model",
    "external_index": "index of the other hospital",
    "external_pixels": "pixels of the other hospital",
}
# A tuned model is chosen beside the first one and not made from it: it outlives its retraining.
_LEFT_BEHIND = {"tuned_weights": ("baseline_weights", "baseline_card")}
# Streams that a run may start from: their lineage lies beside them. Resume points have their keys.
_STREAMS = ("training_state", "tuning_state", "finalists_state", "pooled_state")
# What a card adds to its weights: the same ones decide otherwise with other views or thresholds.
_DECIDES = ("weights_hash", "class_names", "test_time_views", "temperature", "threshold")
_DIGITS = 10
_PARAMETERS = "params:"

# By catalog name of what it was made from, the hash of that.
Lineage = dict[str, str]


def identity(name: str, data: Any) -> str:
    """The hash of what is saved as one of ``ROOTS``; pixels also say their settings."""
    if name in ("radiograph_index", "external_index"):
        from chest_xray.radiographs.tables import index_hash

        return index_hash(data)
    if name == "splits":
        from chest_xray.radiographs.splitting import splits_hash

        return splits_hash(data)
    if name in ("pixels", "external_pixels"):
        return f"{data.fingerprint} at {_settings(data.image_size, data.intensity_normalization)}"
    if name == "quantized_onnx":
        return hashlib.sha256(data).hexdigest()
    if name.endswith("_card"):
        return hashlib.sha256(json.dumps([data[key] for key in _DECIDES]).encode()).hexdigest()
    from chest_xray.learning.network import weights_hash

    return weights_hash(data)


def _settings(image_size: int, intensity_normalization: str) -> str:
    side = f"{image_size} px"
    return side if intensity_normalization == "none" else f"{side}, {intensity_normalization}"


def short(one: str) -> str:
    """An identity as a message gives it."""
    digits, _, side = one.partition(" at ")
    return f"{digits[:_DIGITS]} at {side}" if side else digits[:_DIGITS]


def read_lineage(name: str, dataset: object) -> Lineage | None:
    """What a saved version or stream was made from; None for entries that keep no lineage.

    Args:
        name: Its catalog name.
        dataset: Its dataset, which holds something.

    Raises:
        UnknownOrigin: It says nothing of it.
    """
    found = _read_kept(name, dataset)
    return None if found is None else made_from(found)


def made_from(kept: Mapping[str, Any]) -> Lineage:
    """Of what is kept of a version, what it was made from: without the parameters of its node."""
    return {name: one for name, one in kept.items() if not name.startswith(_PARAMETERS)}


def parameters_given(name: str, dataset: object, group: str, kind: type) -> Any:
    """The parameters that the node of a saved version was given.

    Args:
        name: The version's catalog name.
        dataset: Its dataset, which holds something.
        group: The parameters' catalog name, such as ``params:error_analysis``.
        kind: Their type.

    Raises:
        OtherVersion: A version of this project wrote it that kept none, or others.
        UnknownOrigin: It says nothing of what it was made from.
    """
    try:
        return TypeAdapter(kind).validate_python((_read_kept(name, dataset) or {})[group])
    except (KeyError, ValidationError) as error:
        raise OtherVersion(f"{name} is of a version that kept no such {group}.") from error


def _read_kept(name: str, dataset: object) -> dict[str, Any] | None:
    path = _lineage_path(name, dataset, saving=False)
    if path is None:
        return None
    fs: Any = dataset._fs  # type: ignore[attr-defined]
    if not fs.exists(path):
        version = ""
        if isinstance(dataset, AbstractVersionedDataset):
            version = str(dataset.resolve_load_version())
        raise UnknownOrigin(name, version, command_for(name))
    found: dict[str, Any] = json.loads(fs.cat_file(path))
    return found


def _write_kept(name: str, dataset: object, kept: Mapping[str, Any]) -> None:
    path = _lineage_path(name, dataset, saving=True)
    if path is not None:
        with dataset._fs.open(path, "w") as file:  # type: ignore[attr-defined]
            json.dump(kept, file, indent=2)


def _lineage_path(name: str, dataset: object, saving: bool) -> str | None:
    if isinstance(dataset, AbstractVersionedDataset) and dataset._version:
        version = dataset.resolve_save_version() if saving else dataset.resolve_load_version()
        path = lineage_path(PurePosixPath(dataset._filepath), str(version))
        return get_filepath_str(PurePosixPath(path), "file")
    if name in _STREAMS and hasattr(dataset, "_filepath"):
        return str(lineage_path(PurePosixPath(dataset._filepath), "stream"))
    return None


def outdated(lineage: Mapping[str, str], catalog: CatalogProtocol[Any, Any]) -> str:
    """The first of ``ROOTS`` whose newest version is another than a result was made from, or ''."""
    for root, made_from in lineage.items():
        if not catalog.exists(root):
            continue
        newest = read_lineage(root, catalog[root])
        if newest is not None and newest.get(root) != made_from:
            return root
    return ""


def _refuse_version(
    name: str, version: str, pipeline: Pipeline, catalog: CatalogProtocol[Any, Any]
) -> None:
    if name not in pipeline.inputs():
        raise click.ClickException(
            f"--load-versions names '{name}', which this run doesn't load; it loads "
            f"{', '.join(sorted(one for one in pipeline.inputs() if ':' not in one))}."
        )
    dataset = catalog[name]
    if not isinstance(dataset, AbstractVersionedDataset) or not dataset._version:
        raise click.ClickException(
            f"--load-versions names '{name}', which has no versions: there is only the newest."
        )
    found = dataset._glob_function(str(dataset._get_versioned_path("*")))
    there = sorted(PurePosixPath(one).parent.name for one in found)
    if version not in there:
        raise click.ClickException(
            f"There is no version {version} of '{name}' (--load-versions); there "
            f"{'are ' + ', '.join(there[-3:]) if there else 'is none yet'}."
        )


class LineageHooks:
    """Follows through a run what everything is made from."""

    def __init__(self) -> None:
        self._env: str | None = None
        self._catalog: CatalogProtocol[Any, Any] | None = None
        self._known: dict[str, Lineage] = {}
        self._of_node: dict[str, Lineage] = {}

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """The environment, for commands in messages."""
        self._env = context.env

    @hook_impl(tryfirst=True)
    def before_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: CatalogProtocol[Any, Any]
    ) -> None:
        """Refuse what the run would mix, before the folder is locked and anything is computed.

        Raises:
            click.ClickException: ``--load-versions`` names what the pipeline doesn't load, or a
                version that isn't there; or its inputs don't belong together.
        """
        for name, version in (run_params.get("load_versions") or {}).items():
            _refuse_version(name, version, pipeline, catalog)
        self._catalog, self._known, self._of_node = catalog, {}, {}
        there = (name for name in sorted(pipeline.inputs()) if catalog.exists(name))
        try:
            self._refuse_mixed({name: self._lineage(name) for name in there})
            self._refuse_other_settings(pipeline)
        except ChestXrayError as error:
            # Kedro calls no on_pipeline_error for what happens before a pipeline.
            raise click.ClickException(str(error)) from error

    @hook_impl
    def before_node_run(self, node: Node) -> None:
        """Refuse inputs that don't belong together.

        Raises:
            MixedResults: Two inputs come from different contents of one of ``ROOTS``.
            UnknownOrigin: An input doesn't say what it was made from.
        """
        inputs = {name: self._lineage(name) for name in node.inputs}
        self._refuse_mixed(inputs)
        lineage = {root: one for found in inputs.values() for root, one in found.items()}
        for model, others in _LEFT_BEHIND.items():
            if model in node.outputs:
                lineage = {root: one for root, one in lineage.items() if root not in others}
        self._of_node[node.name] = lineage

    @hook_impl
    def before_dataset_saved(self, dataset_name: str, data: Any, node: Node) -> None:
        """Write it before the version itself, which so is never there without it."""
        if dataset_name in ROOTS:
            # What the node saves after it belongs to it, as a card to its weights.
            self._of_node[node.name][dataset_name] = identity(dataset_name, data)
        lineage = dict(self._of_node[node.name])
        if dataset_name in _STREAMS and self._known.get(dataset_name) == lineage:
            # A stream is saved at every step.
            return
        self._known[dataset_name] = lineage
        kept = lineage | self._parameters(node)
        _write_kept(dataset_name, self._dataset(dataset_name), kept)

    def _parameters(self, node: Node) -> dict[str, Any]:
        given = {
            name: self._catalog.load(name)
            for name in node.inputs
            if name.startswith(_PARAMETERS) and self._catalog is not None
        }
        return {
            name: one.model_dump(mode="json") if isinstance(one, BaseModel) else one
            for name, one in given.items()
        }

    def _lineage(self, name: str) -> Lineage:
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def _read(self, name: str) -> Lineage:
        try:
            return read_lineage(name, self._dataset(name)) or {}
        except UnknownOrigin as error:
            raise UnknownOrigin(name, error.version, command_for(name, self._env)) from error

    def _dataset(self, name: str) -> object:
        return self._catalog[name] if self._catalog is not None else None

    def _refuse_other_settings(self, pipeline: Pipeline) -> None:
        """Environments that share a data folder may differ in how their images are prepared."""
        catalog = self._catalog
        if catalog is None or "pixels" not in pipeline.inputs() or not catalog.exists("pixels"):
            return
        stored = self._lineage("pixels").get("pixels", "")
        side, _, kind = stored.partition(" at ")[2].partition(" px")
        made_with = {
            "data_processing.image_size": side,
            "data_processing.intensity_normalization": kind.removeprefix(", ") or "none",
        }
        asked = {
            key: str(catalog.load(f"params:{key}"))
            for key in made_with
            if f"params:{key}" in catalog
        }
        other = {key: value for key, value in asked.items() if value != made_with[key]}
        if stored and other:
            own = ",".join(f"{key}={made_with[key]}" for key in other)
            wanted = " and ".join(f"{key} is {value}" for key, value in other.items())
            raise MixedResults(
                f"'pixels' were made with {own}, and {wanted} in this environment "
                f"({self._env or 'the default one'}), which may share its data_root with another. "
                f"{command_for('pixels', self._env)} makes them again (with the same "
                f"--params, if any); --params={own} uses them as they are."
            )

    def _refuse_mixed(self, inputs: Mapping[str, Lineage]) -> None:
        for root, called in ROOTS.items():
            of = {name: found[root] for name, found in inputs.items() if root in found}
            if len(set(of.values())) < 2:
                continue
            current = self._current(root, of)
            name = next(name for name, one in of.items() if one != current)
            others = next(other for other, one in of.items() if one != of[name])
            raise MixedResults(
                f"'{name}' was made from the {called} {short(of[name])}, and '{others}' from "
                f"{short(of[others])}: results of both are never mixed. "
                f"{command_for(name, self._env)} makes '{name}' again."
            )

    def _current(self, root: str, of: Mapping[str, str]) -> str:
        if root in of:
            return of[root]
        if root in self._known or (self._catalog is not None and self._catalog.exists(root)):
            return self._lineage(root).get(root, "")
        return _most_common(of.values())


def _most_common(values: Iterable[str]) -> str:
    listed = list(values)
    return max(listed, key=listed.count)
