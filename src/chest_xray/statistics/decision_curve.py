"""Whether acting on a model does more good than acting on everyone or on no one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

THRESHOLDS = np.round(np.arange(0.05, 0.951, 0.01), 2)


def net_benefit(labels: NDArray[np.bool_], called: NDArray[np.bool_], threshold: float) -> float:
    """True positives less false positives, these in units of a true positive, per image.

    At a threshold t a person takes ``(1 - t) / t`` false alarms for a missed case (Vickers and
    Elkin, 2006, https://doi.org/10.1177/0272989X06295361).

    Args:
        labels: bool [n], whether an image is of the positive class.
        called: bool [n], whether it is called so.
        threshold: Above 0 and below 1.

    Returns:
        At most the share of positives; below 0 where acting on no one is better.
    """
    right, wrong = (labels & called).mean(), (~labels & called).mean()
    return float(right - wrong * threshold / (1 - threshold))


def decision_curve(
    labels: NDArray[np.bool_], probabilities: NDArray[np.float64]
) -> list[dict[str, float]]:
    """The net benefit of calling every image positive whose probability reaches a threshold.

    Args:
        labels: bool [n], whether an image is of the positive class.
        probabilities: float [n], 0 to 1.

    Returns:
        For each threshold from 0.05 to 0.95 ``threshold`` and the net benefits of the ``model``,
        of calling ``all`` positive and of calling ``none`` so, which is 0.
    """
    everyone = np.ones_like(labels)
    return [
        {
            "threshold": threshold,
            "model": net_benefit(labels, probabilities >= threshold, threshold),
            "all": net_benefit(labels, everyone, threshold),
            "none": 0.0,
        }
        for threshold in THRESHOLDS.tolist()
    ]
