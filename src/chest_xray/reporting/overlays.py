"""Heat maps laid over the radiographs that they explain, as arrays and as PNG files."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import NDArray
from PIL import Image

from chest_xray.errors import BadExplanation
from chest_xray.explaining.baselines import smoothed
from chest_xray.explaining.heat_maps import heat_map
from chest_xray.explaining.model import ExplainedModel
from chest_xray.parameters import InterpretabilityParameters
from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.files import NamedFile
from chest_xray.reporting.style import CLASS_COLOURS

# From the first class's colour over white to the second's.
COLOURS = LinearSegmentedColormap.from_list(
    "classes", [CLASS_COLOURS[0], "white", CLASS_COLOURS[1]]
)
_OPACITY = 0.75


def overlay(
    grey: NDArray[np.uint8], values: NDArray[np.float32], limit: float
) -> NDArray[np.uint8]:
    """Lay a map over an image at the image's size.

    Args:
        grey: uint8 [height, width], any size.
        values: float [size, size], enlarged bilinearly to the image.
        limit: The absolute value from which on the colour is full; below it, the overlay is the
            more transparent the smaller the value.

    Returns:
        uint8 [height, width, 3].
    """
    colour, opacity = _coloured(values, limit, grey.shape)
    mixed = (1 - opacity) * grey[..., None] + opacity * colour
    return np.round(mixed).astype(np.uint8)


def layer(values: NDArray[np.float32], limit: float, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """A map alone, to be laid over an image: red, green, blue and opacity.

    Args:
        values: float [size, size]; ``limit``: see ``overlay``.
        limit: The value from which on the colour is full; there the layer is opaque, so that
            whoever lays it over the image chooses how strong it is.
        shape: Height and width of the layer, px.

    Returns:
        uint8 [height, width, 4].
    """
    colour, opacity = _coloured(values, limit, shape)
    return np.round(np.dstack([colour, 255 / _OPACITY * opacity])).astype(np.uint8)


def _coloured(
    values: NDArray[np.float32], limit: float, shape: tuple[int, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Colours [height, width, 3], 0 to 255, and opacities [height, width, 1], of a map."""
    height, width = shape
    scaled = Image.fromarray((values / limit).clip(-1, 1).astype(np.float32))
    share = np.asarray(scaled.resize((width, height), Image.Resampling.BILINEAR))[..., None]
    return 255 * COLOURS((share[..., 0] + 1) / 2)[..., :3], _OPACITY * np.abs(share)


def colour_limit(maps: NDArray[np.float32]) -> float:
    """The one limit of colour for some maps, [n, size, size]: few pixels lie beyond it."""
    return max(float(np.percentile(np.abs(maps), 99.5)), 1e-12)


def original(path: Path, bits_stored: int | None = None) -> NDArray[np.uint8]:
    """A radiograph's grey levels at its own size, uint8 [height, width].

    Args:
        path: Its file, which could be decoded before.
        bits_stored: As ``decoding.decode`` takes it.

    Raises:
        BadExplanation: It can't be decoded any more.
    """
    decoded = decode(path, bits_stored)
    if decoded.grey is None:
        raise BadExplanation(
            f"{path} can't be shown: {decoded.problem}; it could be read before, so put it back, "
            "or run the pipeline again that listed it."
        )
    return decoded.grey


def overlay_png(
    path: Path, values: NDArray[np.float32], smoothing: float, bits_stored: int | None = None
) -> Callable[[], bytes]:
    """A function that draws the overlay of a file as a PNG, at the file's size.

    A function, so that of many images only one is in memory at a time. The map is smoothed by a
    Gaussian, and has the colour limit of its own; ``bits_stored`` as in ``original``.
    """

    def draw() -> bytes:
        return _png(original(path, bits_stored), values, smoothing)

    return draw


def most_probable(table: pd.DataFrame, count: int) -> list[str]:
    """The names of the files to look at first: of those that could be read, the most probable.

    Args:
        table: ``file, probability, problem``, one row per file.
        count: At most so many.
    """
    scored = table[table["problem"] == ""]
    return scored.nlargest(count, "probability", keep="first")["file"].tolist()


def explained_overlays(
    model: ExplainedModel,
    files: Sequence[NamedFile],
    names: Sequence[str],
    parameters: InterpretabilityParameters,
    bits_stored: int | None = None,
) -> dict[str, Callable[[], bytes]]:
    """Functions that explain a new file and draw the overlay as a PNG, at the file's size.

    Args:
        model: Explains.
        files: All that were asked for.
        names: Of those to draw.
        parameters: ``attribution`` and ``smoothing``, as for test images.
        bits_stored: As ``decoding.decode`` takes it.

    Returns:
        By ``{name}.png``.
    """
    paths = {file.name: file.path for file in files}

    def drawer(path: Path) -> Callable[[], bytes]:
        def draw() -> bytes:
            grey = original(path, bits_stored)
            values = heat_map(model, grey, how=parameters.attribution).values
            return _png(grey, values, parameters.smoothing)

        return draw

    return {f"{name}.png": drawer(paths[name]) for name in names}


def _png(grey: NDArray[np.uint8], values: NDArray[np.float32], smoothing: float) -> bytes:
    soft = smoothed(values, smoothing)
    file = io.BytesIO()
    Image.fromarray(overlay(grey, soft, colour_limit(soft))).save(file, "PNG")
    return file.getvalue()
