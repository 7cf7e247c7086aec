"""Where the mass of a map lies: regions of the film, lesions, and corners with markers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from chest_xray.explaining.attribution import Map
from chest_xray.explaining.model import LogOdds
from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.preprocessing import resize

Mask = NDArray[np.bool_]


def regions(size: int, border: float, corner: tuple[float, float]) -> dict[str, Mask]:
    """Parts of the film, bool [size, size] each; some overlap.

    ``centre`` is the middle half of width and height, ``border`` a frame, ``left`` and ``right``
    are the image's (the patient's right is on the left), ``corners`` the four of ``PATCHES``.

    Args:
        size: Side of the image, px.
        border: Breadth of the frame, a share of the side.
        corner: Width and height of a corner, shares of the side.
    """
    place = (np.arange(size) + 0.5) / size
    x, y = np.meshgrid(place, place)
    from_edge = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y))
    patch = patches(size, corner)
    return {
        "centre": from_edge > 0.25,
        "border": from_edge < border,
        "corners": patch["upper_corners"] | patch["lower_corners"],
        "left": x < 0.5,
        "right": x > 0.5,
    }


def patches(size: int, corner: tuple[float, float]) -> dict[str, Mask]:
    """Pairs of equal rectangles, one on either side: at the corners, and as controls elsewhere."""
    width, height = (max(1, round(share * size)) for share in corner)
    columns = {"edge": 0, "inner": round(0.45 * size) - width}
    rows = {"upper": 0, "middle": (size - height) // 2, "lower": size - height}

    def pair(row: str, column: str) -> Mask:
        mask = np.zeros((size, size), dtype=np.bool_)
        mask[rows[row] : rows[row] + height, columns[column] : columns[column] + width] = True
        return mask | mask[:, ::-1]

    return {
        "upper_corners": pair("upper", "edge"),
        "lower_corners": pair("lower", "edge"),
        "middle_edges": pair("middle", "edge"),
        "upper_inner": pair("upper", "inner"),
        "middle_inner": pair("middle", "inner"),
        "lower_inner": pair("lower", "inner"),
    }


CORNERS = ("upper_corners", "lower_corners")


def mass_shares(values: Map, masks: Mapping[str, Mask]) -> dict[str, float]:
    """The share of a map's mass, whatever its sign, in each region."""
    mass = np.abs(values).astype(np.float64)
    total = float(mass.sum())
    return {name: float(mass[mask].sum()) / total if total else 0.0 for name, mask in masks.items()}


def occlusion_effects(
    log_odds: LogOdds, levels: torch.Tensor, cover: torch.Tensor, masks: Mapping[str, Mask]
) -> dict[str, float]:
    """By how much the log-odds change, either way, when a region is covered.

    Args:
        log_odds: Of any class.
        levels: The image, float [1, 1, size, size].
        cover: What is shown there instead, the same shape.
        masks: Regions by name.
    """
    covered = [
        torch.where(torch.from_numpy(mask).to(levels.device), cover, levels)
        for mask in masks.values()
    ]
    with torch.inference_mode():
        answers = log_odds(torch.cat([levels, *covered])).tolist()
    changes = [abs(answer - answers[0]) for answer in answers[1:]]
    return dict(zip(masks, changes, strict=True))


def lesion_reader(folder: Path, size: int) -> Callable[[str], Mask | None]:
    """A function that reads where an image's lesion is, bool [size, size], by its ``image_id``.

    Args:
        folder: Of masks, PNG of any size with 0 outside the lesion and 255 inside, named like the
            images: by the path below their folder or, in a flat folder, by the file's name. An
            image without one gives None, and so does a folder that isn't there.
        size: Side of the images that the model sees, px.
    """

    def read(image_id: str) -> Mask | None:
        paths = [(folder / name).with_suffix(".png") for name in (image_id, Path(image_id).name)]
        path = next((one for one in paths if one.is_file()), None)
        mask = None if path is None else decode(path).grey
        return None if mask is None else resize(mask, size) > 127

    return read


def pointing(values: Map, lesion: Mask) -> bool:
    """Whether a map's highest value lies in the lesion.

    The pointing game (Zhang et al., 2018, https://doi.org/10.1007/s11263-017-1059-x).
    """
    return bool(lesion.flat[int(np.argmax(values))])


def mass_inside(values: Map, lesion: Mask) -> float:
    """The share of a map's positive mass that lies in the lesion."""
    positive = np.maximum(values, 0).astype(np.float64)
    total = float(positive.sum())
    return float(positive[lesion].sum()) / total if total else 0.0
