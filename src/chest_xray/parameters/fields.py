"""What the models of parameters share: a strict base class and common kinds of values."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

Backbone = Literal["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]
Share = Annotated[float, Field(ge=0, le=1)]
# Of a film's grey levels, ``radiographs.intensity``.
IntensityNormalization = Literal["none", "percentiles", "equalize", "clahe"]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Text = Annotated[str, Field(min_length=1)]
# Of the grey levels in a file of 16 bits; None where they have to fill them.
BitsStored = Annotated[int, Field(ge=8, le=16)] | None
# Processes on Ray; 0 for none, and nothing of Ray is started.
Workers = Literal["auto"] | Annotated[int, Field(ge=0)]


def _names_a_folder(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise ValueError("should have letters (A to Z, a to z), digits, - and _ only")
    return name


# Of a folder below the results.
FolderName = Annotated[str, AfterValidator(_names_a_folder)]


class ParameterGroup(BaseModel):
    """A strict part of the tree: no unknown keys, no infinite numbers, nothing changes later."""

    # The text below a field is its description in docs/reference/parameters.md.
    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _yes_is_no_number(cls, value: Any, info: ValidationInfo) -> Any:
        # YAML reads yes and on as true, which Python takes for 1.
        if (
            isinstance(value, bool)
            and cls.model_fields[str(info.field_name)].annotation is not bool
        ):
            raise ValueError("should be neither true nor false (YAML also reads yes and no so)")
        return value


def refuse_unused_address(workers: Literal["auto"] | int, ray_address: str | None) -> None:
    """Raise ``ValueError`` where a cluster is named and nothing would be done on it."""
    if workers == 0 and ray_address is not None:
        raise ValueError(
            f"ray_address is '{ray_address}' and workers 0, which uses no cluster; set workers to "
            "auto or a number, or ray_address to null"
        )
