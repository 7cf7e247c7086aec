"""From logits to a probability one may take at its word, and from there to a decision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.metrics import roc_curve

from chest_xray.parameters import ThresholdParameters

# Between a network whose answers all but vanish and one that is always as good as certain.
_LARGEST_SLOPE = 20.0


@dataclass(frozen=True)
class Calibration:
    """``(logit + shift) / temperature`` is the log-odds that validation bears out."""

    shift: float
    temperature: float


def probabilities(logits: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Probabilities, float [n], 0 to 1, of logits that hold their shift already, float [n]."""
    return expit(logits / temperature)


def fit_calibration(logits: NDArray[np.float64], labels: NDArray[np.bool_]) -> Calibration:
    """The shift and the temperature under which the log-loss of the given images is least.

    Platt's scaling (1999, "Probabilistic outputs for support vector machines"). Both are needed: a
    network trained with weighted classes answers as if the classes were equally frequent, which
    only a shift fixes, and is too sure or not sure enough, which a temperature fixes. Neither
    changes the order of images. His targets, a little inside 0 and 1, keep the temperature from
    vanishing where the images can be told apart without an error.

    Args:
        logits: float [n], of the validation part.
        labels: bool [n].
    """
    positive = int(labels.sum())
    negative = len(labels) - positive
    targets = np.where(labels, (positive + 1) / (positive + 2), 1 / (negative + 2))

    def loss(parameters: NDArray[np.float64]) -> float:
        odds = parameters[0] * logits + parameters[1]
        return float((np.logaddexp(0, odds) - targets * odds).mean())

    best = minimize(
        loss,
        x0=[1.0, 0.0],
        method="L-BFGS-B",
        bounds=[(1 / _LARGEST_SLOPE, _LARGEST_SLOPE), (None, None)],
    )
    slope, intercept = (float(value) for value in best.x)
    return Calibration(shift=intercept / slope, temperature=1 / slope)


def choose_threshold(
    probability: NDArray[np.float64], labels: NDArray[np.bool_], policy: ThresholdParameters
) -> float:
    """The probability from which on an image is called positive, chosen on validation.

    ``half``: 0.5. ``youden``: where sensitivity + specificity is largest (Youden, 1950).
    ``sensitivity``: the highest with at least the stated sensitivity. A threshold between two
    images lies half way, so that it doesn't hang on one of them.
    """
    if policy.policy == "half":
        return 0.5
    false_rate, true_rate, thresholds = roc_curve(labels, probability, drop_intermediate=False)
    if policy.policy == "youden":
        best = int(np.argmax(true_rate - false_rate))
    else:
        best = int(np.argmax(true_rate >= policy.sensitivity))
    lowest_called = float(thresholds[best])
    below = probability[probability < lowest_called]
    if not np.isfinite(lowest_called):
        return 1.0
    return (lowest_called + float(below.max())) / 2 if len(below) else lowest_called
