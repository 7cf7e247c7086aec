"""The error table: how often each type goes wrong, against the rest, and how much it matters."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chest_xray.evaluating.error_types import LABEL_DOUBT, OUTCOMES, PERSON, members_of
from chest_xray.evaluating.table_types import TableType, table_type
from chest_xray.parameters import ErrorAnalysisParameters
from chest_xray.statistics.risk import Risk, holm, risk

COLUMNS = [
    "error_type",
    "count",
    "percent",
    "rate_inside",
    "rate_outside",
    "compared_within",
    "risk_ratio",
    "risk_ratio_low",
    "risk_ratio_high",
    "p_holm",
    "mean_confidence",
    "harm",
    "recoverable",
    "importance",
    "evidence",
    "examples",
]
EXAMPLES = 5


@dataclass(frozen=True)
class _Errors:
    """The images as the table counts them; ``costs`` float [n], 0 where there is no error."""

    images: pd.DataFrame
    members: pd.DataFrame
    costs: NDArray[np.float64]
    parameters: ErrorAnalysisParameters


def error_table(
    images: pd.DataFrame,
    causes: Mapping[str, Sequence[str]],
    parameters: ErrorAnalysisParameters,
    positive: str,
    missed_cost: float,
) -> pd.DataFrame:
    """One row per type that any of the images belongs to, the most important first.

    The risk ratio is the error rate inside a type over that outside of it. Where all images of a
    type are of one class (a subtype, the opacity of a lesion), outside are the others of this
    class, which ``compared_within`` names: a class has an error rate of its own, since the
    threshold trades missed ones for false alarms, and against the other class this difference would
    pass for the type's. Images whose cell of the table is missing are on neither side of this
    column's types; they are a type themselves. Types of both classes are compared across them, so
    one that is commoner in one class carries some of the class's difference.

    ``harm`` is what a type's errors cost in 100 images: how many they are, times their mean cost (a
    false alarm costs 1), times their mean confidence. ``recoverable`` is how many of the errors
    would go away if the type did as well as the rest. ``importance`` is the harm of these, with the
    risk ratio taken ``lower_bound_z`` standard errors lower, so that neither a large type with a
    small excess nor a small one with two unlucky images comes first. Types overlap, so no column
    adds up.

    Types that only errors can belong to (missed, a person's causes) have no outside: ratio, p,
    recoverable and importance are empty, and they follow the others, by harm.

    Args:
        images: What ``describe_images`` gives, of the parts that are looked at.
        causes: A person's, with the misclassified images of each.
        parameters: Limits, and the weight of evidence.
        positive: The class that is looked for.
        missed_cost: A missed pneumonia, in false alarms.

    Returns:
        The columns ``COLUMNS``.
    """
    wrong = images["error"].to_numpy(dtype=bool)
    ill = (images["label"] == positive).to_numpy()
    members = members_of(images)
    errors = _Errors(images, members, wrong * np.where(ill, missed_cost, 1.0), parameters)
    rows = [
        _untested(errors, name, members[name].to_numpy(), "by definition")
        if name in OUTCOMES
        else _tested(errors, name, members[name].to_numpy())
        for name in map(str, members)
    ]
    rows += [
        _untested(
            errors,
            f"{PERSON}{cause}",
            images["image_id"].isin(named).to_numpy(),
            "a person's reading",
        )
        for cause, named in causes.items()
    ]
    table = pd.DataFrame(rows, columns=[*COLUMNS, "patients"])
    table["p_holm"] = holm(table["p_holm"].to_numpy(dtype=float))
    table["evidence"] = [_evidence(row, parameters) for row in table.to_dict("records")]
    return table[COLUMNS].sort_values(
        ["importance", "recoverable", "harm"], ascending=False, kind="stable", ignore_index=True
    )


def _untested(
    errors: _Errors, name: str, inside: NDArray[np.bool_], evidence: str
) -> dict[str, Any]:
    wrong = errors.costs > 0
    chosen = errors.images[wrong & inside].sort_values("confidence", ascending=False, kind="stable")
    confidence = float(chosen["confidence"].mean()) if len(chosen) else math.nan
    cost = float(errors.costs[wrong & inside].sum())
    return {
        "error_type": name,
        "count": len(chosen),
        "percent": 100 * len(chosen) / wrong.sum() if wrong.any() else 0.0,
        "mean_confidence": confidence,
        "harm": 100 / len(wrong) * cost * confidence if len(chosen) else 0.0,
        "compared_within": "",
        "evidence": evidence,
        "examples": "; ".join(chosen["image_id"].head(EXAMPLES)),
        "patients": chosen["group_id"].nunique(),
    }


def _tested(errors: _Errors, name: str, inside: NDArray[np.bool_]) -> dict[str, Any]:
    row = _untested(errors, name, inside, "")
    wrong = errors.costs > 0
    within, outside = _outside(errors, name, inside)
    one = risk(
        int((wrong & inside).sum()),
        int(inside.sum()),
        int((wrong & outside).sum()),
        int(outside.sum()),
    )
    return row | {
        "rate_inside": one.inside,
        "rate_outside": one.outside,
        "compared_within": within,
        "risk_ratio": one.ratio,
        "risk_ratio_low": one.low,
        "risk_ratio_high": one.high,
        "p_holm": math.nan if math.isnan(one.ratio) else one.p,
        "recoverable": max(0.0, (wrong & inside).sum() - one.outside * inside.sum()),
        "importance": row["harm"] * _share_gone(one, errors.parameters.lower_bound_z),
    }


def _outside(
    errors: _Errors, name: str, inside: NDArray[np.bool_]
) -> tuple[str, NDArray[np.bool_]]:
    """The images that a type is compared with, and their class where it is one alone."""
    outside = ~inside
    told = table_type(name)
    if told is not None and not told.is_missing:
        missing = TableType(told.column).name
        if missing in errors.members:
            outside &= ~errors.members[missing].to_numpy()
    labels = errors.images["label"].to_numpy()
    own = sorted(set(labels[inside]))
    if len(own) != 1:
        return "", outside
    return str(own[0]), outside & (labels == own[0])


def _share_gone(one: Risk, lower_bound_z: float) -> float:
    """The share of a type's errors that would go away, if the ratio is that much lower."""
    if math.isnan(one.ratio):
        return 0.0
    return max(0.0, 1 - 1 / one.lower_bound(lower_bound_z))


def _evidence(row: Mapping[Hashable, Any], parameters: ErrorAnalysisParameters) -> str:
    """In a word how far the numbers carry; no word says more than that rates differ."""
    if row["evidence"]:
        return str(row["evidence"])
    ratio, low, high, p = (
        float(row[name]) for name in ("risk_ratio", "risk_ratio_low", "risk_ratio_high", "p_holm")
    )
    if math.isnan(ratio):
        return "nothing to compare with"
    # Several images of one patient are one piece of evidence.
    if min(int(row["count"]), int(row["patients"])) < parameters.min_errors:
        return "anecdotal"
    if p < parameters.significance and ratio > 1:
        return "clear, not independent" if row["error_type"] == LABEL_DOUBT else "clear"
    if low > 1:
        return "suggestive"
    return "fewer errors" if high < 1 else "not shown"


def explore(
    images: pd.DataFrame, parameters: ErrorAnalysisParameters, positive: str
) -> pd.DataFrame:
    """The same over validation and test together: more errors, and an exploration only.

    The epoch, the temperature and the threshold were chosen on the validation images, so their
    errors are no measurement; every row says so.
    """
    table = error_table(images, {}, parameters, positive, parameters.missed_cost)
    return table.assign(evidence="exploration: " + table["evidence"])


def orders_by_cost(
    images: pd.DataFrame, parameters: ErrorAnalysisParameters, positive: str
) -> dict[float, pd.Series]:
    """The importance of the tested types, the most important first, by cost of a missed one."""
    orders = {}
    for cost in parameters.missed_costs_compared:
        table = error_table(images, {}, parameters, positive, cost)
        tested = table[table["importance"].notna()]
        orders[cost] = tested.set_index("error_type")["importance"]
    return orders
