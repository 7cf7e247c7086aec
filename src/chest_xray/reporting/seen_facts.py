"""What one sees in the images that a model gets wrong, beside those that it gets right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd
from scipy.stats import mannwhitneyu

from chest_xray.reporting.messages import Message, Value, message

# Measures that an eye sees too: the name where the wrong ones have less, and more.
_SEEN = {
    "brightness": ("seen-darker", "seen-brighter"),
    "contrast": ("seen-paler", "seen-more-contrast"),
    "sharpness": ("seen-softer", "seen-sharper"),
    "noise": ("seen-smoother", "seen-grainier"),
    "cut": ("seen-wider-cut", "seen-closer-cut"),
    "tilt": ("seen-straighter", "seen-more-tilted"),
}


class _Keys(NamedTuple):
    differ: str
    alike: str
    few: str


_MISSED = _Keys("seen-missed", "seen-missed-alike", "seen-missed-few")
_ALARMS = _Keys("seen-alarms", "seen-alarms-alike", "seen-alarms-few")
_FEWEST = 3
_SIGNIFICANCE = 0.05


def what_one_sees(images: pd.DataFrame, card: dict[str, Any]) -> list[Message]:
    """How wrong answers look beside right ones of the same class, in what the films measure.

    A measure is named where a Mann-Whitney test tells both groups apart, corrected for the number
    of measures (Bonferroni); images of one patient are not independent, so these are descriptions.

    Args:
        images: ``{model}_error_images``.
        card: ``{model}_card``.
    """
    test = images[images["part"] == "test"].assign(tilt=lambda one: one["tilt_degrees"].abs())
    negative, positive = card["class_names"]
    return [
        *_class_seen(test, positive, _MISSED),
        *_class_seen(test, negative, _ALARMS),
    ]


def _class_seen(test: pd.DataFrame, label: str, keys: _Keys) -> list[Message]:
    of_class = test[test["label"] == label]
    wrong, right = of_class[of_class["error"]], of_class[~of_class["error"]]
    if wrong.empty:
        return []
    counts: dict[str, Value] = {"wrong": len(wrong), "right": len(right), "label": label}
    if min(len(wrong), len(right)) < _FEWEST:
        return [message(keys.few, **counts)]
    differences = _differences(wrong, right)
    if not differences:
        return [message(keys.alike, **counts)]
    return [message(keys.differ, **counts, differences=differences)]


def _differences(wrong: pd.DataFrame, right: pd.DataFrame) -> Sequence[Message]:
    found = []
    for measure, (less, more) in _SEEN.items():
        p = float(mannwhitneyu(wrong[measure], right[measure]).pvalue)
        middle, other = float(wrong[measure].median()), float(right[measure].median())
        if p < _SIGNIFICANCE / len(_SEEN) and middle != other:
            finding = message(less if middle < other else more, wrong=middle, right=other)
            found.append((p, finding))
    return [finding for _, finding in sorted(found, key=lambda one: one[0])]
