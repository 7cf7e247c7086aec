"""From logits to a probability one may take at its word, and from there to a decision."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import expit
from sklearn.metrics import roc_curve

from chest_xray.parameters import ThresholdParameters

_LARGEST_TEMPERATURE = 20.0


def probabilities(logits: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Calibrated probabilities, float [n], 0 to 1, of logits, float [n]."""
    return expit(logits / temperature)


def fit_temperature(logits: NDArray[np.float64], labels: NDArray[np.bool_]) -> float:
    """The temperature under which the log-loss of the given images is least.

    Temperature scaling (Guo et al., 2017, https://arxiv.org/abs/1706.04599) changes how sure the
    network is, and neither the order of images nor the side of one half that they lie on.

    Args:
        logits: float [n], of the validation part.
        labels: bool [n].
    """
    signed = np.where(labels, logits, -logits)

    def loss(log_temperature: float) -> float:
        return float(np.logaddexp(0, -signed / np.exp(log_temperature)).mean())

    limit = np.log(_LARGEST_TEMPERATURE)
    best = minimize_scalar(loss, bounds=(-limit, limit), method="bounded")
    return float(np.exp(best.x))


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
