"""Parameters of the recalibration pipelines."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from chest_xray.parameters.fields import ParameterGroup, Seed, Share
from chest_xray.parameters.training import ThresholdParameters

Between = Annotated[float, Field(gt=0, lt=1)]


class RecalibrationParameters(ParameterGroup):
    """Finished models fitted to the hospital that ``external_validation.name`` names."""

    model: Literal["all", "baseline", "tuned", "quantized"]
    """Which of the models that were measured there are fitted."""
    threshold: ThresholdParameters
    """How the hospital's decision threshold is chosen."""
    folds: Annotated[int, Field(ge=2)]
    """Folds of patients: each is measured by a fit to the others."""
    curve_films: list[Annotated[int, Field(ge=10)]]
    """Numbers of films of the learning curve."""
    curve_draws: Annotated[int, Field(ge=10)]
    """Draws of patients at each of these numbers."""
    prevalence: Between | None
    """Prevalence that is stated for the hospital, or ``null``."""
    largest_warned_share: Share
    """Share of films with a warning above which a correction for prevalence is unsafe."""
    significance: Between
    """The p value below which scores are taken as no mixture of those inside."""
    npv: Between
    """Negative predictive value of three-way decisions, on validation."""
    ppv: Between
    """Positive predictive value of three-way decisions, on validation."""
    bootstrap_samples: Annotated[int, Field(ge=100)]
    """Draws of patients behind the intervals."""
    seed: Seed
    """Seed of folds and draws."""
