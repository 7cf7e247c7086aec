"""Parameters of the pipeline phantoms."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from chest_xray.parameters.fields import ParameterGroup, Seed, Share


class PhantomParameters(ParameterGroup):
    """How many phantoms are made, and what is planted in them."""

    patients: Annotated[int, Field(ge=10)]
    """Patients to draw, each with one or more films."""
    image_size: Annotated[int, Field(ge=32, le=4096)]
    """Mean of the longer side, px."""
    seed: Seed
    """Seed of the drawing."""
    unreadable: Annotated[int, Field(ge=0)]
    """Files that are damaged on purpose."""
    duplicates: Annotated[int, Field(ge=0)]
    """Files that are copied under another name."""
    flipped_labels: Annotated[int, Field(ge=0)]
    """Films put into the folder of the other class."""
    marker_with_class: Share
    """How strongly a side marker goes with the class: 0 not at all, 1 always."""
    brightness_with_class: Share
    """How strongly a brighter film goes with the class: 0 not at all, 1 always."""
    hospitals: Literal[1, 2]
    """Hospitals whose films are drawn; the second, the south, has adults, another exposure, a
    grainier and sharper detector and boxed side markers, and files lie below ``north`` and
    ``south``.
    """
    hospital_with_class: Share
    """How strongly the second hospital goes with pneumonia: 0 not at all, 1 always."""
