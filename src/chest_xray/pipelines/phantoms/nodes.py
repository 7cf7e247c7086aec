"""Phantoms: plan them, write down what a hospital would know, draw them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from chest_xray.errors import BadParameters
from chest_xray.parameters import PhantomParameters

FILMS_PER_CHUNK = 128


def plan(parameters: PhantomParameters) -> pd.DataFrame:
    """The truth about every phantom, one row per file.

    Raises:
        BadParameters: More defects than films.
    """
    from chest_xray.phantoms import PlantedDefects, plan_phantoms

    drawn = {"patients", "image_size", "seed", "hospitals", "hospital_with_class"}
    planted = parameters.model_dump(exclude=drawn)
    try:
        return plan_phantoms(
            **parameters.model_dump(include=drawn), defects=PlantedDefects(**planted)
        )
    except ValueError as error:
        # How many films there are for defects to be planted in shows only when they are planned.
        raise BadParameters(str(error)) from error


def write_table(truth: pd.DataFrame) -> pd.DataFrame:
    """What a hospital could know of each file, as a ``radiograph_table``."""
    from chest_xray.phantoms import radiograph_table

    return radiograph_table(truth)


def draw(truth: pd.DataFrame) -> Iterator[tuple[dict[str, bytes], dict[str, bytes]]]:
    """Radiographs and lesion masks by their paths, some at a time."""
    from chest_xray.machine.progress import track
    from chest_xray.phantoms import draw_phantom, encode_jpeg, encode_lesion_png

    plans: list[dict[Any, Any]] = truth.to_dict("records")
    chunks = [plans[i : i + FILMS_PER_CHUNK] for i in range(0, len(plans), FILMS_PER_CHUNK)]
    for chunk in track(chunks, "Drawing phantoms", len(chunks)):
        films = [(one, draw_phantom(one)) for one in chunk]
        radiographs = {one["file"]: encode_jpeg(phantom, one) for one, phantom in films}
        masks = {
            one["file"].replace(".jpeg", ".png"): encode_lesion_png(phantom)
            for one, phantom in films
        }
        yield radiographs, masks
