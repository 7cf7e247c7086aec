"""What is stored of a study: a report of every film, and the heat maps that were drawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pydicom
from PIL import Image

from chest_xray.archiving.film import Film, read_film
from chest_xray.archiving.heat_map_image import heat_map_image
from chest_xray.archiving.result import ReportingModel, Result
from chest_xray.archiving.structured_report import structured_report


def study_results(
    table: pd.DataFrame,
    overlays: Mapping[str, Path],
    folder: Path,
    facts: Mapping[str, Any],
    made: datetime,
) -> list[pydicom.Dataset]:
    """DICOM objects of a study's films; one that couldn't be read has none.

    Args:
        table: ``predictions_table``.
        overlays: PNG files by ``{file}.png``, of some of the films.
        folder: The films, as ``dicomweb.Archive.fetch_films`` left them.
        facts: Those of a deployable file, or a model's card.
        made: When.
    """
    model = ReportingModel.of(facts)
    objects: list[pydicom.Dataset] = []
    for row in table[table["problem"] == ""].to_dict("records"):
        film = read_film((folder / row["file"]).read_bytes())
        objects.append(structured_report(film, _result(row), model, made))
        drawn = overlays.get(f"{row['file']}.png")
        if drawn is not None:
            objects.append(_heat_map(film, drawn, model, made))
    return objects


def _result(row: Mapping[Any, Any]) -> Result:
    # In a column with problems, numbers are text.
    distance = row["distance"]
    return Result(
        float(row["probability"]),
        row["decision"],
        tuple(filter(None, row["warnings"].split("; "))),
        None if distance in ("", None) or pd.isna(distance) else float(distance),
    )


def _heat_map(film: Film, drawn: Path, model: ReportingModel, made: datetime) -> pydicom.Dataset:
    with Image.open(drawn) as picture:
        overlay = np.asarray(picture.convert("RGB"))
    return heat_map_image(film, overlay, model, made)
