"""What warnings of unlike films are worth: a model with and without the films it warns of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chest_xray.parameters import ExternalValidationParameters
from chest_xray.statistics.draws import PatientDraws
from chest_xray.statistics.metrics import metrics_with_intervals, share_with_interval

_METRICS = ("accuracy", "auc", "sensitivity", "specificity")


def measure_warned(
    films: pd.DataFrame,
    labels: NDArray[np.bool_],
    threshold: float,
    parameters: ExternalValidationParameters,
) -> dict[str, Any]:
    """How many films are warned of, and how well the model does on them and on the others.

    Args:
        films: ``probability, group_id, warnings`` (names joined by '; ', '' for none); one film or
            more.
        labels: bool [n], whether a film is of the positive class.
        threshold: At or above it a film is called positive.
        parameters: ``bootstrap_samples, seed``.

    Returns:
        ``share`` of the films that have a warning (``value``, ``low``, ``high``), ``by`` warning
        the share that has it, and of the films ``warned`` and ``not_warned`` the numbers ``n`` and
        ``positives``, the share ``called_positive`` and ``accuracy``, ``auc``, ``sensitivity`` and
        ``specificity``, these five with intervals; None where there is no such film.
    """
    names = [set(filter(None, text.split("; "))) for text in films["warnings"]]
    warned = np.array([bool(own) for own in names])
    draws = _draws(films, parameters)
    return {
        "share": share_with_interval(warned, np.ones_like(warned), draws).as_json(),
        "by": {
            name: sum(name in own for own in names) / len(names)
            for name in sorted(set().union(*names))
        },
        "warned": _measured(films[warned], labels[warned], threshold, parameters),
        "not_warned": _measured(films[~warned], labels[~warned], threshold, parameters),
    }


def _draws(films: pd.DataFrame, parameters: ExternalValidationParameters) -> PatientDraws:
    patients = films["group_id"].tolist()
    return PatientDraws(patients, parameters.bootstrap_samples, parameters.seed)


def _measured(
    films: pd.DataFrame,
    labels: NDArray[np.bool_],
    threshold: float,
    parameters: ExternalValidationParameters,
) -> dict[str, Any] | None:
    if films.empty:
        return None
    probability = films["probability"].to_numpy(dtype=float)
    measured = metrics_with_intervals(
        labels,
        probability,
        threshold,
        films["group_id"].tolist(),
        parameters.bootstrap_samples,
        parameters.seed,
    )
    called, everything = probability >= threshold, np.ones_like(labels)
    return {
        "n": len(films),
        "positives": int(labels.sum()),
        "called_positive": share_with_interval(
            called, everything, _draws(films, parameters)
        ).as_json(),
        **{name: measured[name] for name in _METRICS},
    }
