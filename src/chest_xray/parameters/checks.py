"""The check of the whole tree: one message per mistake."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError

from chest_xray.errors import BadParameters
from chest_xray.parameters.globals import Globals
from chest_xray.parameters.renamed import new_name
from chest_xray.parameters.search_checks import search_mistakes
from chest_xray.parameters.tree import Parameters

Model = TypeVar("Model", bound=BaseModel)


def check_globals(raw: Mapping[str, Any], sources: Mapping[str, str]) -> Globals:
    """Check what the environments share, as ``check_parameters`` does.

    Raises:
        BadParameters: One sentence per mistake.
    """
    return _checked(Globals, raw, sources)


def check_parameters(raw: Mapping[str, Any], sources: Mapping[str, str]) -> Parameters:
    """Check the whole tree of parameters.

    Args:
        raw: The tree as Kedro loads it, ``--params`` merged in.
        sources: Where each dotted key was last set, such as ``conf/cpu/parameters/training.yml``.

    Raises:
        BadParameters: One sentence per mistake: the key, what was found, what is allowed, the file.
    """
    parameters = _checked(Parameters, raw, sources)
    mistakes = [
        f"Parameter '{key}'{_source(key, sources)} {message}{'' if message.endswith('?') else '.'}"
        for key, message in search_mistakes(parameters)
    ]
    if mistakes:
        raise BadParameters("\n".join(mistakes))
    return parameters


def _checked(model: type[Model], raw: Mapping[str, Any], sources: Mapping[str, str]) -> Model:
    try:
        return model.model_validate(dict(raw))
    except ValidationError as error:
        # Pydantic reports a union ('auto' or a number) once a member, under one key of the tree.
        details = {_key(model, detail["loc"]): detail for detail in reversed(error.errors())}
        mistakes = [_mistake(model, key, details[key], sources) for key in reversed(details)]
        raise BadParameters("\n".join(mistakes)) from error


def _key(model: type[BaseModel], location: Iterable[int | str]) -> str:
    key: list[str] = []
    part: Any = model
    for step in location:
        fields = getattr(part, "model_fields", None)
        if fields is not None and step in fields:
            part = fields[str(step)].annotation
        elif get_origin(part) is dict:
            # A mapping's own names are keys too; what lies below them is not.
            part = None
        elif fields is None and not isinstance(step, int):
            break
        key.append(str(step))
    return ".".join(key)


def _mistake(model: type[BaseModel], key: str, detail: Any, sources: Mapping[str, str]) -> str:
    place = _source(key, sources)
    above, _, name = key.rpartition(".")
    if detail["type"] in ("extra_forbidden", "invalid_key"):
        if message := new_name(key):
            return f"Parameter '{key}'{place} {message}."
        near = difflib.get_close_matches(name, _fields(model, above), n=1)
        advice = f"did you mean '{near[0]}'?" if near else "leave it out."
        return f"Parameter '{key}'{place} is not known; {advice}"
    if detail["type"] == "missing":
        return f"Parameter '{key}' is missing; conf/base has its default."
    # Pydantic begins with what it speaks of (Input, List, String), as ours begins with the key.
    message = re.sub(r"^\w+ (?=should )", "", detail["msg"].removeprefix("Value error, "))
    if detail["type"] == "model_type":
        message = f"should hold {', '.join(_fields(model, key))}"
    if not key:
        return f"{message}."
    if isinstance(detail["input"], Mapping):
        return f"Parameters of '{key}'{place}: {message}."
    # What a parameter's own check says is more than which kinds of values it takes.
    choices = "" if detail["type"] == "value_error" else _choices(model, key)
    allowed = f"should be {choices}" if choices else message
    return f"Parameter '{key}'{place} is {detail['input']!r}; it {allowed}."


def _fields(model: type[BaseModel], key: str) -> list[str]:
    """The names of the fields of a part, given by its dotted key."""
    part: Any = model
    for step in key.split(".") if key else ():
        field = getattr(part, "model_fields", {}).get(step)
        # A name with a dot in it is no path.
        part = None if field is None else field.annotation
    return list(getattr(part, "model_fields", {}))


def _choices(model: type[BaseModel], key: str) -> str:
    """The alternatives of a key that takes one thing or another, '' for other keys."""
    schema: Any = model.model_json_schema()
    definitions = schema.get("$defs", {})
    for step in key.split("."):
        schema = definitions.get(schema.get("$ref", "").rpartition("/")[2], schema)
        schema = schema.get("properties", {}).get(step, {})
    alternatives = [text for one in schema.get("anyOf", ()) for text in _alternatives(one)]
    return ", ".join(alternatives[:-1]) + " or " + alternatives[-1] if alternatives else ""


def _alternatives(schema: Mapping[str, Any]) -> list[str]:
    if "const" in schema or "enum" in schema:
        return [f"'{value}'" for value in schema.get("enum", [schema.get("const")])]
    kinds = {"integer": "a whole number", "number": "a number", "string": "text", "null": "nothing"}
    limits = f" of at least {schema['minimum']}" if "minimum" in schema else ""
    if "maximum" in schema:
        limits += f" and at most {schema['maximum']}"
    return [kinds[schema["type"]] + limits]


def _source(key: str, sources: Mapping[str, str]) -> str:
    while key:
        if key in sources:
            return f" ({sources[key]})"
        key = key.rpartition(".")[0]
    return ""


def refuse_other_places(
    parameters: Parameters, everywhere: Globals, given: Mapping[str, Any]
) -> None:
    """Refuse where another hospital's films lie to be set where the catalog can't see it.

    Args:
        parameters: The tree.
        everywhere: What globals.yml hold.
        given: With ``--params``.

    Raises:
        BadParameters: A place is set in an environment's parameters.
    """
    with_params = given.get("external_validation") or {}
    for name in ("name", "radiographs_path", "table", "lesion_masks"):
        shared = getattr(everywhere, f"external_{name}")
        own = getattr(parameters.external_validation, name)
        if own != shared and name not in with_params:
            raise BadParameters(
                f"external_validation.{name} is '{own}' and external_{name} of globals.yml is "
                f"'{shared}'; set it there, or with --params=external_validation.{name}={own}, "
                "since the catalog takes it from there."
            )
