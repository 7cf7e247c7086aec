"""How well a model does within each group of films that a column of a table tells apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chest_xray.evaluating.bands import as_written, band_of, thirds
from chest_xray.parameters import ExternalValidationParameters
from chest_xray.statistics.discrimination import auc_difference_p
from chest_xray.statistics.draws import PatientDraws
from chest_xray.statistics.metrics import metrics_with_intervals
from chest_xray.statistics.risk import holm

# Of the films, beside the table's own columns; the source of a film tells subgroups apart too.
FILM_COLUMNS = (
    "image_id",
    "label",
    "patient_id",
    "group_id",
    "probability",
    "decision",
    "distance",
    "warnings",
    "texture_score",
    "weights_hash",
)
_METRICS = ("auc", "sensitivity", "specificity", "accuracy")


def measure_subgroups(
    films: pd.DataFrame,
    labels: NDArray[np.bool_],
    threshold: float,
    parameters: ExternalValidationParameters,
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Measure each subgroup, and test its AUC against that of the rest.

    A film whose cell is empty is in no subgroup of this column, nor in the rest.

    Args:
        films: ``probability, patient_id, group_id``; every column but ``FILM_COLUMNS`` makes
            subgroups.
        labels: bool [n], whether a film is of the positive class.
        threshold: At or above it a film is called positive.
        parameters: ``bands, max_values, min_patients, bootstrap_samples, seed``.

    Returns:
        The subgroups of at least ``min_patients``: ``column``, ``value``, ``n``, ``patients``,
        ``positives``, the metrics ``auc, sensitivity, specificity, accuracy`` (``value``, ``low``,
        ``high``), ``p`` (``discrimination.auc_difference_p``; None where the rest has too few
        patients, or one side lacks a class) and ``p_holm``, corrected for all tests (two values of
        a column are one test). And the columns that are left out, each with ``column`` and
        ``reason``: ``values`` (more than ``max_values``), ``one_value`` (or none) or
        ``few_patients`` (no subgroup is large enough).
    """
    found: list[dict[str, Any]] = []
    left_out = []
    tests: list[float] = []
    test_of: list[int] = []
    for column in films.columns[~films.columns.isin(FILM_COLUMNS)]:
        values = subgroup_values(films[column], parameters.bands, parameters.max_values)
        names = [] if values is None else list(values.cat.remove_unused_categories().cat.categories)
        if column == "source" and len(names) < 2:
            continue
        if values is None or len(names) < 2:
            reason = "values" if values is None else "one_value"
            left_out.append({"column": str(column), "reason": reason})
            continue
        known = values.notna().to_numpy()
        column_films = _Measured(films[known], labels[known], threshold, parameters)
        large = 0
        for name in names:
            own = (values[known] == name).to_numpy()
            if column_films.patients(own) < parameters.min_patients:
                continue
            large += 1
            found.append({"column": str(column), "value": str(name), **column_films.metrics(own)})
            if len(names) > 2 or large == 1:
                tests.append(column_films.p(own))
            test_of.append(len(tests) - 1)
        if not large:
            left_out.append({"column": str(column), "reason": "few_patients"})
    corrected = holm(tests)
    for one, test in zip(found, test_of, strict=True):
        one["p"], one["p_holm"] = (
            None if math.isnan(p) else float(p) for p in (tests[test], corrected[test])
        )
    return found, left_out


class _Measured:
    """The films whose cell of a column is filled, measured by subgroup."""

    def __init__(
        self,
        films: pd.DataFrame,
        labels: NDArray[np.bool_],
        threshold: float,
        parameters: ExternalValidationParameters,
    ) -> None:
        self._films, self._labels, self._threshold = films, labels, threshold
        self._parameters = parameters
        self._probability = films["probability"].to_numpy(dtype=float)

    def patients(self, own: NDArray[np.bool_]) -> int:
        return int(self._films.loc[own, "group_id"].nunique())

    def metrics(self, own: NDArray[np.bool_]) -> dict[str, Any]:
        measured = metrics_with_intervals(
            self._labels[own],
            self._probability[own],
            self._threshold,
            self._films.loc[own, "group_id"].tolist(),
            self._parameters.bootstrap_samples,
            self._parameters.seed,
        )
        return {
            "n": int(own.sum()),
            "patients": int(self._films.loc[own, "patient_id"].nunique()),
            "positives": int(self._labels[own].sum()),
            **{name: measured[name] for name in _METRICS},
        }

    def p(self, own: NDArray[np.bool_]) -> float:
        if self.patients(~own) < self._parameters.min_patients:
            return math.nan
        draws = PatientDraws(
            self._films["group_id"].tolist(),
            self._parameters.bootstrap_samples,
            self._parameters.seed,
        )
        return auc_difference_p(self._labels, self._probability, own, draws)


def subgroup_values(
    column: pd.Series, bands: Mapping[str, Sequence[float]], max_values: int
) -> pd.Series | None:
    """Which subgroup each film is in.

    Args:
        column: Any cells; missing ones, blanks and infinite numbers are no value. It holds numbers
            where every other cell is one, also as text.
        bands: By name of a column, in any case, the lower ends of its bands.
        max_values: Most different values of a column; one of more numbers is cut into bands, at
            its thirds unless ``bands`` has its name.

    Returns:
        Categories in their order, missing where a cell is; None where there are too many values. A
        band ``18–40`` begins at 18 and ends below 40, ``<18`` and ``≥65`` are the outer ones.
    """
    text = column.map(lambda cell: " ".join(str(cell).split()), na_action="ignore")
    text = text.astype(object).mask(text.isna() | (text == ""))
    numbers = pd.to_numeric(text, errors="coerce").astype(float)
    if text.notna().any() and numbers.notna().equals(text.notna()):
        numbers = numbers.where(np.isfinite(numbers))
        own_bands = {name.strip().casefold(): own for name, own in bands.items()}
        edges = tuple(map(as_written, own_bands.get(str(column.name).strip().casefold(), ())))
        if not edges and numbers.nunique() > max_values:
            edges = thirds(numbers.dropna())
        if edges:
            return _banded(numbers, edges)
        ordered = [f"{number:g}" for number in np.unique(numbers.dropna())]
        text = numbers.map("{:g}".format, na_action="ignore").astype(object)
    else:
        ordered = sorted(text.dropna().unique())
    if len(ordered) > max_values:
        return None
    return text.astype(pd.CategoricalDtype(list(dict.fromkeys(ordered)), ordered=True))


def _banded(numbers: pd.Series, edges: Sequence[str]) -> pd.Series:
    names = [
        f"<{edges[0]}",
        *(f"{low}–{high}" for low, high in pairwise(edges)),
        f"≥{edges[-1]}",
    ]
    named = band_of(numbers, edges).map(dict(enumerate(names)))
    return named.astype(pd.CategoricalDtype(names, ordered=True))
