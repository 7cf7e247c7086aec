"""What is kept of the training images, to recognize others."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chest_xray.parameters.fields import ParameterGroup


class OodParameters(ParameterGroup):
    """How images that are unlike the training images are recognized."""

    directions: Annotated[int, Field(ge=1)]
    """Principal directions of the training features that are kept; the rest counts as one."""
    rare_percent: Annotated[float, Field(ge=0, lt=50)]
    """Percentage of validation images beyond the distance from which on images are warned of."""
