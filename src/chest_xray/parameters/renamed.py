"""Parameters that have other names now: what conf/ and --params are to hold instead."""

from __future__ import annotations

# By the old dotted key; a search names those of training without their first step.
_RENAMED = {
    "training.augmentation.contrast": (
        "is now 'gain', which multiplies all levels as 'contrast' did; 'mean_contrast' changes the "
        "distances from a film's mean"
    ),
    "phantoms.exposure_with_class": (
        "is now 'brightness_with_class', since a greater exposure makes a film darker"
    ),
    "prediction.rare_percent": "is now 'data_processing.film_warning_percent'",
}
_SEARCHED = ("tuning.space.", "tuning.trial_changes.")


def new_name(key: str) -> str:
    """What became of a parameter, the rest of a sentence about it; '' for one of no such name."""
    for place in _SEARCHED:
        if key.startswith(place):
            key = f"training.{key.removeprefix(place)}"
    return _RENAMED.get(key, "")
