"""A heat map laid over the radiograph that it is of."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import NDArray
from PIL import Image

from chest_xray.errors import BadExplanation
from chest_xray.explaining.baselines import smoothed
from chest_xray.radiographs.image_files import decode
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
        limit: The absolute value from which on the colour is full; it is the clearer the less.

    Returns:
        uint8 [height, width, 3].
    """
    height, width = grey.shape
    scaled = Image.fromarray((values / limit).clip(-1, 1).astype(np.float32))
    share = np.asarray(scaled.resize((width, height), Image.Resampling.BILINEAR))[..., None]
    colour = 255 * COLOURS((share[..., 0] + 1) / 2)[..., :3]
    opacity = _OPACITY * np.abs(share)
    mixed = (1 - opacity) * grey[..., None] + opacity * colour
    return np.round(mixed).astype(np.uint8)


def colour_limit(maps: NDArray[np.float32]) -> float:
    """The one limit of colour for some maps, [n, size, size]: few pixels lie beyond it."""
    return max(float(np.percentile(np.abs(maps), 99.5)), 1e-12)


def original(path: Path, bits: int | None = None) -> NDArray[np.uint8]:
    """A radiograph's grey levels at its own size, uint8 [height, width].

    Args:
        path: Its file.
        bits: With how many bits it was read before, as the index has it (``decoding.decode_new``).

    Raises:
        BadExplanation: It can't be decoded any more.
    """
    decoded = decode(path, bits)
    if decoded.grey is None:
        raise BadExplanation(
            f"{path} can't be shown: {decoded.problem}; a run of the data_processing pipeline "
            "lists the folder anew."
        )
    return decoded.grey


def overlay_png(
    path: Path, values: NDArray[np.float32], smoothing: float, bits: int | None = None
) -> Callable[[], bytes]:
    """A function that draws the overlay of a file as a PNG, at the file's size.

    A function, so that of many images only one is in memory at a time. The map is smoothed by a
    Gaussian, and has the colour limit of its own; ``bits`` as in ``original``.
    """

    def draw() -> bytes:
        soft = smoothed(values, smoothing)
        file = io.BytesIO()
        Image.fromarray(overlay(original(path, bits), soft, colour_limit(soft))).save(file, "PNG")
        return file.getvalue()

    return draw
