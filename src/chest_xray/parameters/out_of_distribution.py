"""What is kept of the training images, to recognize others."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chest_xray.parameters.fields import ParameterGroup


class OodParameters(ParameterGroup):
    """What a finished model keeps of what its training images look like to it."""

    directions: Annotated[int, Field(ge=1)]
    rare_percent: Annotated[float, Field(ge=0, lt=50)]
