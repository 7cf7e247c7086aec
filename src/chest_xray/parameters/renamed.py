"""Parameters that have other names now: what conf/ and --params are to hold instead."""

from __future__ import annotations

# By the old dotted key; a search names those of training without their first step.
RENAMED = {
    "training.augmentation.contrast": (
        "is now 'gain', which multiplies all levels as 'contrast' did; 'mean_contrast' changes the "
        "distances from a film's mean"
    ),
    "phantoms.exposure_with_class": (
        "is now 'brightness_with_class', since a greater exposure makes a film darker"
    ),
    "prediction.rare_percent": "is now 'data_processing.film_warning_percent'",
    "familiarity": "is now 'ood'",
    "data_processing.largest_unreadable_share": "is now 'max_unreadable_share'",
    "training.early_stopping.minimum_gain": "is now 'min_delta'",
    "training.minutes_an_epoch": "is now 'minutes_per_epoch'",
    "training.small_share": "is now 'progressive_fraction'",
    "training.small_image_sizes": "is now 'progressive_image_sizes'",
    "training.weight_average": "is now 'ema_decay'",
    "training.fewest_patients": "is now 'min_patients'",
    "error_analysis.caution": "is now 'lower_bound_z'",
    "error_analysis.fewest_errors": "is now 'min_errors'",
    "error_analysis.errors_a_page": "is now 'errors_per_page'",
    "quantization.largest_class_loss": "is now 'max_class_accuracy_drop'",
    "interpretability.attribution.first_steps": "is now 'initial_steps'",
    "interpretability.attribution.most_steps": "is now 'max_steps'",
    "interpretability.shaken_images": "is now 'stability_images'",
    "interpretability.largest_lesion": "is now 'max_lesion_area'",
    "interpretability.corner_alarm": "is now 'corner_warning_ratio'",
}
_SEARCHED = ("tuning.space.", "tuning.trial_changes.")


def new_name(key: str) -> str:
    """What became of a parameter, the rest of a sentence about it; '' for one of no such name."""
    for place in _SEARCHED:
        if key.startswith(place):
            key = f"training.{key.removeprefix(place)}"
    return RENAMED.get(key, "")
