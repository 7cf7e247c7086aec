"""How a new film measures among those that were learnt from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chest_xray.radiographs.film import (
    FILM_TYPES,
    MEASURES,
    FilmLimits,
    film_limits,
    measure_levels,
    unusual_films,
)


def ranges(training: pd.DataFrame, rare_percent: float) -> FilmLimits:
    """The range of each film measure among the training films.

    Args:
        training: What ``film.measure_film`` says of the training part.
        rare_percent: Of the training films, beyond each end of each range.
    """
    limits = film_limits(training, rare_percent, border_share=1.0, marker_contrast=1.0)
    present = {
        name: float(np.percentile(training[name], 100 - rare_percent))
        for name in ("border", "marker")
    }
    return replace(limits, high=limits.high | present)


def film_warnings(
    pixels: NDArray[np.uint8], facts: Sequence[Mapping[str, Any]], limits: FilmLimits
) -> list[list[str]]:
    """In what each film lies outside the training films' ranges, names of ``film.FILM_TYPES``.

    Args:
        pixels: As the model sees them, uint8 [n, size, size].
        facts: What ``new_files.decode_new`` says of each.
        limits: What ``ranges`` gives, of films at the same size.
    """
    width, height = (np.array([one[side] for one in facts], float) for side in ("width", "height"))
    quality = np.array([one["jpeg_quality"] for one in facts], float)
    measures = pd.DataFrame(
        {
            **measure_levels(pixels, width / height),
            "shape": width / height,
            "side": np.minimum(width, height),
            "jpeg_quality": np.where(quality > 0, quality, np.nan),
            "mode": limits.mode,
        }
    )
    found = unusual_films(measures[["mode", *MEASURES]], limits)[list(FILM_TYPES)]
    return [[name for name in FILM_TYPES if row[name]] for row in found.to_dict("records")]
