"""Film measures of many images, and the limits that follow from the training part."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd

from chest_xray.errors import BadSplit
from chest_xray.machine.cores import available_cores
from chest_xray.machine.progress import track
from chest_xray.radiographs.film import MEASURES, measure_levels
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.splitting import splits_hash
from chest_xray.radiographs.unusual import FILM_TYPES, OTHER_MODE, FilmLimits, FilmRanges

_FILMS_PER_CHUNK = 32


def measure_films(pixels: PixelMap, image_ids: Sequence[str], index: pd.DataFrame) -> pd.DataFrame:
    """Measure the films of some images, on the stored pixels.

    Args:
        pixels: Of all images.
        image_ids: Which.
        index: ``image_id, width, height, mode, jpeg_quality``.

    Returns:
        One row per image: ``image_id``, ``mode``, and the columns of ``MEASURES``: those of
        ``measure_levels``, ``shape`` (width over height), ``side`` (the shorter side of the
        original, px) and ``jpeg_quality`` (1 to 100, NaN for other formats).
    """
    facts = index.set_index("image_id").loc[list(image_ids)]
    shapes = (facts["width"] / facts["height"]).to_numpy(dtype=float)
    rows = pixels.rows(image_ids)

    def measured(first: int) -> list[dict[str, float]]:
        chunk = slice(first, first + _FILMS_PER_CHUNK)
        films = zip(pixels.read(rows[chunk]), shapes[chunk], strict=True)
        return [measure_levels(levels, float(shape)) for levels, shape in films]

    starts = range(0, len(rows), _FILMS_PER_CHUNK)
    with ThreadPoolExecutor(available_cores()) as pool:
        chunks = list(track(pool.map(measured, starts), "Measuring films", len(starts)))
    quality = facts["jpeg_quality"].astype(float)
    table = pd.DataFrame([row for chunk in chunks for row in chunk]).assign(
        image_id=list(image_ids),
        mode=facts["mode"].tolist(),
        shape=shapes,
        side=facts[["width", "height"]].min(axis=1).to_numpy(dtype=float),
        jpeg_quality=quality.where(quality > 0).to_numpy(),
    )
    return table[["image_id", "mode", *MEASURES]]


def film_limits(
    training: pd.DataFrame, percent: float, border_share: float, marker_contrast: float
) -> FilmLimits:
    """The limits that the training part sets.

    Args:
        training: The measures (``measure_films``) of the training part.
        percent: Of the training films, to lie beyond each limit, 0 to 50.
        border_share: From which share of the area on black lines count as a border.
        marker_contrast: From which ``marker`` on there is one.
    """
    measures = _by_measure(training)
    known = [str(name) for name in measures if measures[name].notna().any()]
    return FilmLimits(
        percent=percent,
        images=len(training),
        low={name: float(np.nanpercentile(measures[name], percent)) for name in known},
        high={name: float(np.nanpercentile(measures[name], 100 - percent)) for name in known}
        | {"border": border_share, "marker": marker_contrast},
        mode=str(training["mode"].mode().iloc[0]),
    )


def film_ranges(
    measures: pd.DataFrame, splits: pd.DataFrame, percent: float, image_size: int
) -> FilmRanges:
    """The range of each film measure among the training films.

    Args:
        measures: Those of all images (``measure_films``).
        splits: ``image_id, label, part``.
        percent: Of the training films, beyond each end of each range, 0 to 50.
        image_size: Side of the measured images, px.

    Raises:
        BadSplit: Not all training images were measured.
    """
    trained = splits.loc[splits["part"] == "train", "image_id"]
    films = measures[measures["image_id"].isin(trained)]
    if len(films) < len(trained):
        raise BadSplit(
            f"The films of only {len(films)} of {len(trained)} training images were measured: "
            "film_measures are of other radiographs than splits; `kedro run "
            "--pipelines=data_processing` writes both."
        )
    limits = film_limits(films, percent, border_share=1.0, marker_contrast=1.0)
    present = {
        name: float(np.percentile(films[name], 100 - percent)) for name in ("border", "marker")
    }
    limits = replace(limits, high=limits.high | present)
    return FilmRanges(limits, image_size, splits_hash(splits))


def unusual_films(measures: pd.DataFrame, limits: FilmLimits) -> pd.DataFrame:
    """Which films are unusual in what: bool, by film, ``FILM_TYPES`` and ``OTHER_MODE``."""
    values = _by_measure(measures)
    found = {
        name: limits.is_unusual(name, values[measure]) for name, (measure, _) in FILM_TYPES.items()
    }
    return pd.DataFrame({**found, OTHER_MODE: measures["mode"] != limits.mode})


def _by_measure(measures: pd.DataFrame) -> pd.DataFrame:
    """The measures as limits are set on them: a tilt counts the same to either side."""
    tilt = measures["tilt_degrees"].abs()
    return measures[list(MEASURES)].drop(columns="tilt_degrees").assign(tilt=tilt)
