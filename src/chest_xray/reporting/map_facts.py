"""A sentence for each heat map: where its evidence lies, and whether that is a known lesion."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chest_xray.explaining.location import lesion_reader, mass_inside, pointing
from chest_xray.reporting.messages import Message, message

Map = NDArray[np.float32]

# By the half of the image, from above and from the left.
_QUADRANTS = {
    (0, 0): "quadrant-upper-left",
    (0, 1): "quadrant-upper-right",
    (1, 0): "quadrant-lower-left",
    (1, 1): "quadrant-lower-right",
}
_OUTCOMES = {"wrong": "map-called-wrong", "right": "map-called-right", "": "map-asked-for"}


def each_map(
    maps: Mapping[str, Any], table: pd.DataFrame, card: Mapping[str, Any], lesions: Path | None
) -> list[Message]:
    """Where in each image the evidence for the second class lies, computed from its map.

    Args:
        maps: ``{model}_heat_maps``, float [size, size] each, above 0 for the second class.
        table: ``{model}_heat_map_table``, one row per map.
        card: ``{model}_card``.
        lesions: The folder of lesion masks; None where there is none.
    """
    positive = card["class_names"][1]
    found = []
    for row in table.to_dict("records"):
        values = np.asarray(maps[row["image_id"]], dtype=np.float32)
        parts = [_evidence(row, values, positive)]
        if lesions is not None:
            parts += _lesion(values, lesion_reader(lesions, len(values))(row["image_id"]))
        found.append(message("sentences", sentences=parts))
    return found


def _evidence(row: Mapping[Hashable, Any], values: Map, positive: str) -> Message:
    told = {
        "image": row["image_id"],
        "called": message(_OUTCOMES[row["outcome"]], label=row["label"]),
        "positive": positive,
    }
    evidence = np.maximum(values, 0)
    if not evidence.any():
        return message("map-no-evidence", **told)
    half = len(values) // 2
    shares = {
        place: float(part.sum() / evidence.sum())
        for place, part in (
            ((down, right), evidence[_half(down, half), _half(right, half)])
            for down, right in _QUADRANTS
        )
    }
    most = max(shares, key=lambda place: shares[place])
    return message(
        "map-evidence",
        **told,
        share=shares[most],
        quadrant=message(_QUADRANTS[most]),
        side=message("side-left" if shares[0, 0] + shares[1, 0] > 0.5 else "side-right"),
        side_share=max(shares[0, 0] + shares[1, 0], shares[0, 1] + shares[1, 1]),
    )


def _half(second: int, half: int) -> slice:
    return slice(half, None) if second else slice(half)


def _lesion(values: Map, lesion: NDArray[np.bool_] | None) -> list[Message]:
    if lesion is None or not lesion.any() or values.max() <= 0:
        return []
    inside, area = mass_inside(values, lesion), float(lesion.mean())
    key = "map-points-at-lesion" if pointing(values, lesion) else "map-points-elsewhere"
    return [message(key, mass=inside, area=area)]
