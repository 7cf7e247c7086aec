"""Parameters of the pipeline phantoms."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chest_xray.parameters.fields import ParameterGroup, Seed, Share


class PhantomParameters(ParameterGroup):
    """How many radiographs are drawn, and what is planted in them."""

    patients: Annotated[int, Field(ge=10)]
    image_size: Annotated[int, Field(ge=32, le=4096)]
    seed: Seed
    unreadable: Annotated[int, Field(ge=0)]
    duplicates: Annotated[int, Field(ge=0)]
    flipped_labels: Annotated[int, Field(ge=0)]
    marker_with_class: Share
    brightness_with_class: Share
