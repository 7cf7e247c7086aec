"""Limits from which on a film is unusual, and the warnings about a new one.

Needs numpy and Pillow only, as deployed models warn too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chest_xray.errors import MixedResults
from chest_xray.radiographs.film import measure_levels, square

# Types of unusual films: the measure that identifies each, and the side on which it is unusual.
FILM_TYPES: dict[str, tuple[str, str]] = {
    "too_dark": ("brightness", "low"),
    "too_bright": ("brightness", "high"),
    "low_contrast": ("contrast", "low"),
    "blurred": ("sharpness", "low"),
    "noisy": ("noise", "high"),
    "tilted": ("tilt", "high"),
    "cropped": ("cut", "high"),
    "tall_shape": ("shape", "low"),
    "wide_shape": ("shape", "high"),
    "black_borders": ("border", "high"),
    "burnt_in_marker": ("marker", "high"),
    "small_original": ("side", "low"),
    "low_jpeg_quality": ("jpeg_quality", "low"),
}
# The warning of a film that looks to a model unlike those it learned from, whatever it measures.
UNLIKE = "unlike_training_images"
OTHER_MODE = "other_colour_mode"
COLOURED = "coloured"


@dataclass(frozen=True)
class FilmLimits:
    """Limits of the film measures.

    Attributes:
        percent: The share of the training films that lies beyond each percentile.
        images: How many training films the percentiles are of.
        low: By measure; below it a film is unusual.
        high: By measure; above it a film is unusual. In error analysis, ``border`` and ``marker``
            are present or not: theirs are no percentiles.
        mode: Pillow's, of most training films.
    """

    percent: float
    images: int
    low: dict[str, float]
    high: dict[str, float]
    mode: str

    def is_unusual(self, name: str, value: Any) -> Any:
        """Whether a film is of a type, by its measure; of an array, bool [n]. NaN is usual."""
        measure, side = FILM_TYPES[name]
        if side == "low":
            return value < self.low.get(measure, -math.inf)
        return value > self.high.get(measure, math.inf)


@dataclass(frozen=True)
class FilmRanges:
    """The ranges of the training films, outside of which a new film is warned of.

    Attributes:
        limits: Of the measures.
        image_size: Side of the squares that were measured, px.
        splits_hash: Of the splits whose training part was measured (``splitting.splits_hash``).
    """

    limits: FilmLimits
    image_size: int
    splits_hash: str

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> FilmRanges:
        """From what ``dataclasses.asdict`` gave."""
        return cls(FilmLimits(**saved["limits"]), saved["image_size"], saved["splits_hash"])

    def refuse_other_model(self, card: Mapping[str, Any]) -> None:
        """Raise ``MixedResults`` unless a model learned from these films.

        Args:
            card: ``image_size, splits_hash``.
        """
        if (self.splits_hash, self.image_size) != (card["splits_hash"], card["image_size"]):
            raise MixedResults(
                f"The film_ranges are of the splits {self.splits_hash[:10]} at {self.image_size} "
                f"px, and the model was trained on the splits {card['splits_hash'][:10]} at "
                f"{card['image_size']} px; kedro run --pipelines=training (or tuning, for the "
                "tuned model) trains it on these."
            )

    def warnings(self, grey: NDArray[np.uint8], facts: Mapping[str, Any]) -> tuple[str, ...]:
        """The types of unusual film that a new film is.

        They depend neither on the model nor on other films.

        Args:
            grey: The decoded film, uint8 [height, width].
            facts: Those of ``decoding.decode``: ``width, height, jpeg_quality`` and
                ``coloured``.

        Returns:
            ``coloured`` where it is, and names of ``FILM_TYPES``, in their order.
        """
        width, height = float(facts["width"]), float(facts["height"])
        measures = measure_levels(square(grey, self.image_size), width / height)
        measures |= {
            "tilt": abs(measures["tilt_degrees"]),
            "shape": width / height,
            "side": min(width, height),
            "jpeg_quality": float(facts["jpeg_quality"]) or math.nan,
        }
        coloured = (COLOURED,) if facts["coloured"] else ()
        return coloured + tuple(
            name
            for name, (measure, _) in FILM_TYPES.items()
            if self.limits.is_unusual(name, measures[measure])
        )
