"""Recalibration: measure what a fit to another hospital gives, show it, write the fitted model."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from chest_xray.parameters import ExternalValidationParameters, RecalibrationParameters


def measure(
    outside: pd.DataFrame,
    index: pd.DataFrame,
    inside: pd.DataFrame,
    splits: pd.DataFrame,
    card: dict[str, Any],
    place: ExternalValidationParameters,
    parameters: RecalibrationParameters,
) -> dict[str, Any]:
    """Recalibration, prevalence and three-way decisions, measured on films not fitted on."""
    from chest_xray.evaluating.adapting import measure_adaptation

    return measure_adaptation(outside, index, inside, splits, card, place.name, parameters)


def show(recalibration: dict[str, Any]) -> Figure:
    """Reliability before and after, films needed, scores for the prevalence, who decides."""
    from chest_xray.reporting.recalibration_figures import recalibration_figure

    return recalibration_figure(recalibration)


def write_card(card: dict[str, Any], recalibration: dict[str, Any]) -> dict[str, Any]:
    """The model's card with the fit; refused where the fit is."""
    from chest_xray.deploying.recalibrating import recalibrate_card
    from chest_xray.evaluating.adapting import fitted

    return recalibrate_card(card, fitted(recalibration), recalibration["fitted_on"])


def write_file(file: bytes, recalibration: dict[str, Any]) -> bytes:
    """The deployable file with the fit inside; refused where the fit is."""
    from chest_xray.deploying.recalibrating import recalibrate_file
    from chest_xray.evaluating.adapting import fitted
    from chest_xray.evaluating.three_way import TwoThresholds

    return recalibrate_file(
        file,
        fitted(recalibration),
        recalibration["fitted_on"],
        recalibration["weights_hash"],
        TwoThresholds(**recalibration["three_way"]["thresholds"]),
    )
