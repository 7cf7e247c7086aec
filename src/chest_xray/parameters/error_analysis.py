"""Parameters of the pipeline error_analysis."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from chest_xray.parameters.fields import ParameterGroup, Share, Text


def _rising(edges: list[float]) -> list[float]:
    if sorted(set(edges)) != edges:
        raise ValueError("should rise from edge to edge")
    return edges


Edges = Annotated[list[float], AfterValidator(_rising)]


class ErrorAnalysisParameters(ParameterGroup):
    """What counts as an error type, what an error costs, and how much evidence is asked for."""

    rare_percent: Annotated[float, Field(gt=0, lt=50)]
    """Percentage of training films at each end of a film measure that counts as unusual."""
    border_share: Share
    """Least share of the area in black rows and columns along the edges that counts as black
    borders.
    """
    marker_contrast: Share
    """Least contrast of a burnt-in marker with its surroundings, as a share of the grey scale."""
    neighbours: Annotated[int, Field(ge=1)]
    """Nearest training images of other patients that are compared for a doubtful label."""
    doubtful_share: Annotated[float, Field(gt=0, le=1)]
    """Share of these neighbours with the other label that makes a label doubtful."""
    max_values: Annotated[int, Field(ge=2)]
    """Most different values of a column of ``radiograph_table`` that are an error type each;
    numbers of more are taken in bands, text of more is no error type.
    """
    bands: dict[Text, Edges]
    """Where the bands of a column of numbers end: ``age: [18, 40, 65]`` gives four. A column that
    is not here, or has ``[]``, has bands of a third of the training images each.
    """
    near_threshold: Share
    """Confidence up to which an error is near the threshold (0 at the threshold, 1 at a probability
    of 0 or 1).
    """
    confident: Share
    """Confidence from which on an error is a confident one."""
    missed_cost: Annotated[float, Field(gt=0)]
    """Cost of a missed pneumonia in units of a false alarm."""
    missed_costs_compared: Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=1)]
    """Costs for which the ranking of the error types is compared."""
    lower_bound_z: Annotated[float, Field(ge=0)]
    """Standard errors that a log risk ratio is lowered by for the ranking."""
    min_errors: Annotated[int, Field(ge=1)]
    """Least number of errors, and of patients with errors, below which a type is anecdotal."""
    significance: Annotated[float, Field(gt=0, lt=1)]
    """Largest p-value, after Holm's correction, of a clear association."""
    errors_per_page: Annotated[int, Field(ge=4, le=24, multiple_of=4)]
    """Misclassified images on one page of the figure."""
    pages_in_one_figure: Annotated[int, Field(ge=1, le=40)]
    """Pages in ``{model}_misclassified_figure``; all pages are in ``{model}_misclassified_pages``.
    """
