"""The space that a search looks through: one line per hyperparameter, as conf/ writes it."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from chest_xray.errors import OtherVersion

Setting = dict[str, Any]

_FORMS = {
    "uniform": "[uniform, LOW, HIGH]",
    "loguniform": "[loguniform, LOW, HIGH] with LOW above 0",
    "integer": "[integer, LOW, HIGH], both whole and both included",
    "choice": "[choice, VALUE, VALUE, ...]",
}


class Hyperparameter(BaseModel):
    """The values that one hyperparameter may take; ``[loguniform, 0.0002, 0.003]`` in conf/.

    Attributes:
        distribution: How values are sampled.
        values: Low and high, or for ``choice`` all of them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    distribution: Literal["uniform", "loguniform", "integer", "choice"]
    values: list[Any]

    @model_validator(mode="before")
    @classmethod
    def _from_a_line(cls, line: Any) -> Any:
        if isinstance(line, (Hyperparameter, dict)):
            return line
        if not isinstance(line, list) or not line or line[0] not in _FORMS:
            raise ValueError(f"should be one of {', '.join(_FORMS.values())}")
        return {"distribution": line[0], "values": line[1:]}

    @model_validator(mode="after")
    def _has_values(self) -> Hyperparameter:
        if self.distribution == "choice":
            texts = [json.dumps(value) for value in self.values]
            sound = len(texts) >= 2 and len(set(texts)) == len(texts)
        else:
            sound = (
                len(self.values) == 2
                and all(_is_number(value) for value in self.values)
                and self.values[0] < self.values[1]
                and (self.distribution != "loguniform" or self.values[0] > 0)
                and (self.distribution != "integer" or all(v == int(v) for v in self.values))
            )
        if not sound:
            raise ValueError(
                f"holds nothing to choose from; {_FORMS[self.distribution]} is needed, LOW below "
                "HIGH, or at least two VALUEs that differ"
            )
        return self

    @property
    def ends(self) -> list[Any]:
        """The values between which, or the ones of which, all others lie."""
        if self.distribution == "integer":
            return [int(value) for value in self.values]
        return self.values

    @property
    def probes(self) -> list[Any]:
        """Values that stand for all others: the ends, and where numbers are sampled one that is not
        whole.
        """
        if self.distribution in ("uniform", "loguniform"):
            low, high = self.ends
            return [low, high, low + (high - low) / math.pi]
        return self.ends

    @property
    def all_values(self) -> list[Any] | None:
        """Every value, or None where there is no end of them."""
        if self.distribution == "integer":
            return list(range(int(self.values[0]), int(self.values[1]) + 1))
        return self.values if self.distribution == "choice" else None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


Space = Mapping[str, Hyperparameter]


def space_of(comparison: Mapping[str, Any]) -> Space:
    """The space that was searched, as ``model_comparison`` keeps it.

    Raises:
        OtherVersion: It was written by a version that kept none.
    """
    lines = comparison["search"].get("space")
    if lines is None:
        raise OtherVersion("model_comparison is of a version that kept no search space.")
    return {name: Hyperparameter.model_validate(line) for name, line in lines.items()}


def with_setting(training: Mapping[str, Any], setting: Mapping[str, Any]) -> dict[str, Any]:
    """A tree of training's parameters with some changed; ``augmentation.scale`` names a leaf."""
    tree = json.loads(json.dumps(training))
    for name, value in setting.items():
        *above, leaf = name.split(".")
        branch = tree
        for step in above:
            branch = branch[step]
        branch[leaf] = value
    return tree


def encode(space: Space, setting: Setting) -> Setting:
    """A setting as searchers take it: choices as text, since some are lists."""
    return {
        name: json.dumps(setting[name]) if one.distribution == "choice" else setting[name]
        for name, one in space.items()
    }


def decode(space: Space, encoded: Mapping[str, Any]) -> Setting:
    """The setting that ``encode`` was given."""
    return {
        name: json.loads(encoded[name]) if one.distribution == "choice" else encoded[name]
        for name, one in space.items()
    }


def settings_in(space: Space) -> float:
    """How many settings a space has; infinitely many where a line has."""
    counts = [math.inf if one.all_values is None else len(one.all_values) for one in space.values()]
    return math.prod(counts)


def grid(space: Space) -> list[Setting]:
    """Every setting of a space of choices and integers."""
    values: Iterable[list[Any]] = [one.all_values or [] for one in space.values()]
    return [dict(zip(space, chosen, strict=True)) for chosen in itertools.product(*values)]
