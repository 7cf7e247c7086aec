"""The levers that ``robustness.py`` compares: one change of training each, or several together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from chest_xray.parameters import IntensityNormalization


@dataclass(frozen=True)
class Lever:
    """One change of training, or several together.

    Attributes:
        intensity: Of ``intensity.normalize_intensity``.
        changes: Parameters of training by their dotted names.
        adults: Whether half of the other hospital's patients are trained on, the other half
            being what is measured; which half, the seed says.
        crop: Share of each side of a film that is kept around its centre.
        soup: Whether the trainings' weights are averaged; trains nothing.
        views: Of test-time augmentation; trains nothing.
    """

    intensity: IntensityNormalization = "none"
    changes: dict[str, Any] = field(default_factory=dict)
    adults: bool = False
    crop: float = 1.0
    soup: bool = False
    views: int = 1

    def __or__(self, other: Lever) -> Lever:
        """Both together."""
        return Lever(
            other.intensity if self.intensity == "none" else self.intensity,
            self.changes | other.changes,
            self.adults or other.adults,
            min(self.crop, other.crop),
            self.soup or other.soup,
            max(self.views, other.views),
        )

    @property
    def trained(self) -> Lever:
        """What of it has to be trained."""
        return replace(self, soup=False, views=1)


# What the project did before these levers were compared.
PLAIN = {
    "augmentation.brightness": 0.1,
    "augmentation.gain": 0.2,
    "augmentation.mean_contrast": 0.0,
    "augmentation.gamma": 0.0,
}
GREY = {
    "augmentation.brightness": 0.2,
    "augmentation.gain": 0.4,
    "augmentation.mean_contrast": 0.4,
    "augmentation.gamma": 0.6,
}
TEXTURE = {
    "augmentation.blur": 1.0,
    "augmentation.sharpening": 1.0,
    "augmentation.noise": 0.03,
    "augmentation.jpeg_quality": 40,
}
SINGLE = {
    "plain": Lever(),
    "percentiles": Lever("percentiles"),
    "equalize": Lever("equalize"),
    "clahe": Lever("clahe"),
    "grey": Lever(changes=GREY),
    "texture": Lever(changes=TEXTURE),
    "amplitude": Lever(changes={"style_mixing.amplitude": 1.0}),
    "other_class_texture": Lever(changes={"style_mixing.other_class_texture": 0.5}),
    "mixstyle": Lever(changes={"style_mixing.features": 0.5}),
    "adults": Lever(adults=True),
    "zoom": Lever(changes={"augmentation.scale": 0.35}),
    "crop": Lever(crop=0.8),
    "soup": Lever(soup=True),
    "views": Lever(views=5),
}


def trained_name(name: str) -> str:
    """The name of what is trained for a lever: those that train nothing left out."""
    left = [one for one in name.split("+") if SINGLE[one].trained != Lever()]
    return "+".join(left) or "plain"


def lever(name: str) -> Lever:
    """The lever of a name, in which ``+`` joins several."""
    first, *others = (SINGLE[one] for one in name.split("+"))
    for other in others:
        first |= other
    return first
