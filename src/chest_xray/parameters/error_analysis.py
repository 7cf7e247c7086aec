"""Parameters of the pipeline error_analysis."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chest_xray.parameters.fields import ParameterGroup, Share


class ErrorAnalysisParameters(ParameterGroup):
    """What counts as an error type, what an error costs, and from when on a type is believed."""

    rare_percent: Annotated[float, Field(gt=0, lt=50)]
    border_share: Share
    marker_contrast: Share
    neighbours: Annotated[int, Field(ge=1)]
    doubtful_share: Annotated[float, Field(gt=0, le=1)]
    near_threshold: Share
    confident: Share
    missed_cost: Annotated[float, Field(gt=0)]
    missed_costs_compared: Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=1)]
    lower_bound_z: Annotated[float, Field(ge=0)]
    min_errors: Annotated[int, Field(ge=1)]
    significance: Annotated[float, Field(gt=0, lt=1)]
    errors_per_page: Annotated[int, Field(ge=4, le=24, multiple_of=4)]
    pages_in_one_figure: Annotated[int, Field(ge=1, le=40)]
