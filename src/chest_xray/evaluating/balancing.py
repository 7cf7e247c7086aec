"""A model's AUC where texture and view no longer tell the class.

In another hospital's folder the class can go with how films were made: a model that only reads
this looks skilled, and one that learned it the other way round looks worse than it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

from chest_xray.statistics.discrimination import weighted_auc, weighted_auc_interval
from chest_xray.statistics.draws import PatientDraws
from chest_xray.statistics.intervals import effective_patients

VIEW_COLUMNS = ("view", "view_position", "viewposition")
# Beyond this AUC of the class's probability under the weights, these have not balanced it.
_LARGEST_IMBALANCE = 0.05
_PENALTY = 1e-3
# Films of the rarer class for each further coefficient.
_FILMS_PER_TERM = 20
_RARE_VIEW = 10
_LARGEST_LOGIT = 6.0

Floats = NDArray[np.float64]


def balanced_auc(
    films: pd.DataFrame, labels: NDArray[np.bool_], draws: int, seed: int
) -> dict[str, Any] | None:
    """The AUC of films weighted to equal distributions of texture and view in both classes.

    Args:
        films: ``probability, group_id``; ``texture_score`` (0 to 1, the probability of the
            positive class from texture alone, from a model that was fitted on other patients; NaN
            where unknown: these films are left out); ``view``, ``view_position`` or
            ``viewposition``, in any case, where there is one.
        labels: bool [n], whether a film is of the positive class; both classes occur.
        draws: Of patients, behind the interval.
        seed: Of the draws.

    Returns:
        ``over``: ``texture``, ``view`` or both; ``auc`` with ``value``, ``low`` and ``high``;
        ``effective_images``: how many films of equal weight carry as much (Kish, 1965), the sum
        over both classes; ``propensity_auc``: how well texture and view tell the class, as the
        control ``unweighted`` and ``weighted`` (0.5 where the weights balance). None where neither
        texture nor view is known, and where no weights balance them, as the classes hardly overlap.
    """
    texture = _texture(films)
    view = _view(films)
    known = np.ones(len(films), dtype=bool) if texture is None else np.isfinite(texture)
    side = labels[known]
    if (texture is None and view is None) or side.all() or not side.any():
        return None
    weights, propensity = overlap_weights(
        side,
        None if texture is None else texture[known],
        None if view is None else view[known],
    )
    once = np.stack([np.ones_like(weights), weights])
    unweighted, weighted = (float(one) for one in weighted_auc(side, propensity, once))
    if not abs(weighted - 0.5) <= _LARGEST_IMBALANCE:
        return None
    auc = weighted_auc_interval(
        side,
        films["probability"].to_numpy(dtype=float)[known],
        weights,
        PatientDraws(films["group_id"].to_numpy()[known].tolist(), draws, seed),
    )
    return {
        "over": [name for name, one in (("texture", texture), ("view", view)) if one is not None],
        "auc": auc.as_json(),
        "effective_images": sum(effective_patients(weights[own]) for own in (side, ~side)),
        "propensity_auc": {"unweighted": unweighted, "weighted": weighted},
    }


def overlap_weights(
    labels: NDArray[np.bool_], texture: Floats | None, view: NDArray[np.str_] | None
) -> tuple[Floats, Floats]:
    """Weights under which both classes have the same distribution of texture and view.

    Overlap weights (Li, Morgan and Zaslavsky, 2018, https://doi.org/10.1080/01621459.2016.1260466):
    1 - e for a positive, e for a negative, e being the probability of the positive class given
    texture and view. It is fitted on these same films by logistic regression: only then are the
    weighted means of all its terms the same in both classes (their theorem 3). Its terms are the
    texture's log-odds, piecewise linear between quantiles, the view, and the texture within each
    view; as many of them as the rarer class has films for.

    Args:
        labels: bool [n], whether a film is of the positive class; both classes occur.
        texture: float [n], log-odds of the positive class from texture; None where unknown.
        view: str [n]; None where unknown.

    Returns:
        The weights and e, each float [n], 0 to 1.
    """
    terms = _terms(labels, texture, view)
    model = LogisticRegression(
        C=1 / _PENALTY, solver="newton-cholesky", tol=1e-8, max_iter=1000
    ).fit(terms, labels)
    propensity = model.predict_proba(terms)[:, 1]
    return np.where(labels, 1 - propensity, propensity), propensity


def _terms(
    labels: NDArray[np.bool_], texture: Floats | None, view: NDArray[np.str_] | None
) -> Floats:
    rarer = int(min(labels.sum(), (~labels).sum()))
    terms: list[Floats] = []
    scaled = None
    if texture is not None:
        scaled = (texture - texture.mean()) / (texture.std() or 1.0)
        knots = min(4, rarer // _FILMS_PER_TERM)
        ends = np.quantile(scaled, np.arange(1, knots + 1) / (knots + 1))
        terms += [scaled, *(np.maximum(0, scaled - end) for end in np.unique(ends))]
    for own in _views(labels, view):
        terms.append(own.astype(np.float64))
        if scaled is not None and min((own & labels).sum(), (own & ~labels).sum()) >= (
            _FILMS_PER_TERM
        ):
            terms.append(own * scaled)
    return np.column_stack(terms) if terms else np.zeros((len(labels), 1))


def _views(labels: NDArray[np.bool_], view: NDArray[np.str_] | None) -> Sequence[NDArray[np.bool_]]:
    """The films of each view but the most frequent one; rare views are one together."""
    if view is None:
        return []
    names, counts = np.unique(view, return_counts=True)
    rare = np.isin(view, names[counts < _RARE_VIEW])
    frequent = names[counts >= _RARE_VIEW][np.argsort(-counts[counts >= _RARE_VIEW])]
    found = [view == name for name in frequent[1:]]
    return [*found, rare] if rare.any() and not rare.all() else found


def _texture(films: pd.DataFrame) -> Floats | None:
    if "texture_score" not in films or films["texture_score"].isna().all():
        return None
    score = films["texture_score"].to_numpy(dtype=float)
    with np.errstate(divide="ignore"):
        return np.clip(logit(score), -_LARGEST_LOGIT, _LARGEST_LOGIT)


def _view(films: pd.DataFrame) -> NDArray[np.str_] | None:
    for name in films:
        if str(name).strip().casefold() in VIEW_COLUMNS:
            view = films[name].fillna("").astype(str).to_numpy(dtype=str)
            return view if len(np.unique(view)) > 1 else None
    return None
