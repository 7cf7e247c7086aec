"""Heat maps over new radiographs, of those that a person would want to see first."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from chest_xray.errors import BadExplanation
from chest_xray.explaining.baselines import smoothed
from chest_xray.explaining.heat_maps import heat_map
from chest_xray.explaining.model import ExplainedModel
from chest_xray.parameters import InterpretabilityParameters
from chest_xray.radiographs.decoding import NewFile, decode_new
from chest_xray.reporting.overlays import colour_limit, overlay


def seen_first(table: pd.DataFrame, count: int) -> list[str]:
    """The files to be looked at first: the most probable of those that could be read."""
    scored = table[table["problem"] == ""]
    return scored.nlargest(count, "probability", keep="first")["file"].tolist()


def overlays(
    model: ExplainedModel,
    files: Sequence[NewFile],
    names: Sequence[str],
    parameters: InterpretabilityParameters,
    bits_stored: int | None = None,
) -> dict[str, Callable[[], bytes]]:
    """By name, functions that make the map of a file and draw it, at the file's size, as a PNG.

    ``attribution`` and ``smoothing`` of the parameters are those of the explained test images;
    ``bits_stored`` is what is stated of files of 16 bits (``decoding.decode_new``).
    """
    paths = {file.name: file.path for file in files}
    return {f"{name}.png": _drawer(model, paths[name], parameters, bits_stored) for name in names}


def _drawer(
    model: ExplainedModel,
    path: Path,
    parameters: InterpretabilityParameters,
    bits_stored: int | None,
) -> Callable[[], bytes]:
    def draw() -> bytes:
        grey = _grey(path, bits_stored)
        values = heat_map(model, grey, how=parameters.attribution).values
        soft = smoothed(values, parameters.smoothing)
        file = io.BytesIO()
        Image.fromarray(overlay(grey, soft, colour_limit(soft))).save(file, "PNG")
        return file.getvalue()

    return draw


def _grey(path: Path, bits_stored: int | None) -> NDArray[np.uint8]:
    decoded = decode_new(path, bits_stored=bits_stored)
    if decoded.grey is None:
        raise BadExplanation(f"{path} can't be shown: {decoded.problem}.")
    return decoded.grey
