"""Error types and what was found of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from chest_xray.evaluating.error_types import LABEL_DOUBT, MANY_IMAGES, PERSON
from chest_xray.evaluating.table_types import TableType, table_type
from chest_xray.radiographs.unusual import FILM_TYPES, OTHER_MODE, FilmLimits
from chest_xray.reporting.languages import LANGUAGES, language
from chest_xray.reporting.messages import Message, Value, message
from chest_xray.reporting.patient_facts import unknown_patients

_TYPES = {
    "missed": "type-missed",
    "false_alarm": "type-false-alarm",
    "near_threshold": "type-near-threshold",
    "confident": "type-confident",
    "too_dark": "type-too-dark",
    "too_bright": "type-too-bright",
    "low_contrast": "type-low-contrast",
    "blurred": "type-blurred",
    "noisy": "type-noisy",
    "tilted": "type-tilted",
    "cropped": "type-cropped",
    "tall_shape": "type-tall-shape",
    "wide_shape": "type-wide-shape",
    "black_borders": "type-black-borders",
    "burnt_in_marker": "type-burnt-in-marker",
    "small_original": "type-small-original",
    "low_jpeg_quality": "type-low-jpeg-quality",
    "other_colour_mode": "type-other-colour-mode",
    "many_images": "type-many-images",
    "label_doubt": "type-label-doubt",
    "subtype_bacteria": "type-bacteria",
    "subtype_virus": "type-virus",
    "virus_at_low_contrast": "type-virus-at-low-contrast",
}
EVIDENCE = {
    "by definition": "evidence-by-definition",
    "a person's reading": "evidence-reading",
    "nothing to compare with": "evidence-nothing-to-compare",
    "anecdotal": "evidence-anecdotal",
    "clear": "evidence-clear",
    "clear, not independent": "evidence-clear-not-independent",
    "suggestive": "evidence-suggestive",
    "fewer errors": "evidence-fewer-errors",
    "not shown": "evidence-not-shown",
}


def explanation(error_type: str, limits: FilmLimits) -> Message:
    """What a type means, in a plain sentence."""
    if error_type.startswith(PERSON):
        return message("type-of-a-person", cause=error_type.removeprefix(PERSON))
    if told := table_type(error_type):
        return _of_the_table(told)
    if error_type not in _TYPES:
        kind, _, value = error_type.partition("_")
        return message("type-folder" if kind == "folder" else "type-subtype", name=value)
    key = _TYPES[error_type]
    if error_type == MANY_IMAGES:
        return message(key, usual=100 - limits.percent)
    if error_type == OTHER_MODE:
        return message(key, mode=limits.mode)
    if error_type not in FILM_TYPES:
        return message(key)
    measure, side = FILM_TYPES[error_type]
    limit = (limits.low if side == "low" else limits.high)[measure]
    return message(key, limit=limit, percent=limits.percent)


def _of_the_table(told: TableType) -> Message:
    column = told.column
    if told.value:
        return message("type-table-value", column=column, value=told.value)
    if told.low and told.high:
        return message(
            "type-table-between", column=column, low=float(told.low), high=float(told.high)
        )
    if told.high:
        return message("type-table-below", column=column, high=float(told.high))
    if told.low:
        return message("type-table-from", column=column, low=float(told.low))
    return message("type-table-missing", column=column)


def with_explanations(table: pd.DataFrame, limits: FilmLimits) -> pd.DataFrame:
    """An error table with a column ``explanation_{language}`` for each, after ``error_type``."""
    messages = [explanation(name, limits) for name in table["error_type"]]
    explained = table.copy()
    for place, code in enumerate(LANGUAGES, start=1):
        explained.insert(place, f"explanation_{code}", list(map(language(code).text, messages)))
    return explained


def error_findings(
    images: pd.DataFrame,
    table: pd.DataFrame,
    orders: Mapping[float, Sequence[str]],
    positive: str,
    min_errors: int,
    significance: float,
    unknown: int,
) -> list[Message]:
    """What the table shows.

    Args:
        images: ``error, label``, of the test part.
        table: The error table.
        orders: By the cost of a missed pneumonia: the tested types, the most important first.
        positive: The class that is looked for.
        min_errors: Under so many, a type is an anecdote.
        significance: Of the corrected p values.
        unknown: Of how many images nothing tells the patient.
    """
    wrong = images[images["error"]]
    missed = int((wrong["label"] == positive).sum())
    found = [_counted(len(wrong), len(images), missed)]
    if len(wrong):
        found += [
            _clear(table, min_errors, significance),
            *_first(table, orders),
            *_few(len(wrong), min_errors),
        ]
    theirs = table[table["error_type"].str.startswith(PERSON)]
    if len(theirs):
        found.append(_theirs(theirs))
    return [*found, *unknown_patients(unknown)]


def _counted(errors: int, images: int, missed: int) -> Message:
    if not errors:
        return message("errors-none", images=images)
    return message(
        "errors-counted",
        errors=errors,
        images=images,
        share=errors / images,
        missed=missed,
        alarms=errors - missed,
    )


def _clear(table: pd.DataFrame, min_errors: int, significance: float) -> Message:
    clear = table.loc[table["evidence"] == "clear", "error_type"].tolist()
    if not clear:
        return message("errors-none-clear", fewest=min_errors, significance=significance)
    return message("errors-clear", types=[f"`{name}`" for name in clear])


def _first(table: pd.DataFrame, orders: Mapping[float, Sequence[str]]) -> list[Message]:
    tested = table[table["importance"].fillna(0) > 0]
    if tested.empty:
        return []
    found = [message("errors-first", **_numbers(tested.iloc[0])), _order(orders)]
    independent = tested[tested["error_type"] != LABEL_DOUBT]
    if tested["error_type"].iloc[0] == LABEL_DOUBT and len(independent):
        # What is told from the model's own features can't be held against the model alone.
        numbers = _numbers(independent.iloc[0])
        found.append(message("errors-first-without-doubtful-labels", **numbers))
    return found


def _numbers(row: pd.Series) -> dict[str, Value]:
    return {
        "type": row["error_type"],
        "errors": int(row["count"]),
        "ratio": {
            "value": float(row["risk_ratio"]),
            "low": float(row["risk_ratio_low"]),
            "high": float(row["risk_ratio_high"]),
        },
        "evidence": message(EVIDENCE[row["evidence"]]),
        "recoverable": float(row["recoverable"]),
    }


def _order(orders: Mapping[float, Sequence[str]]) -> Message:
    firsts = {cost: order[0] for cost, order in orders.items()}
    if len(set(firsts.values())) == 1:
        return message("errors-order-holds", low=min(firsts), high=max(firsts))
    return message(
        "errors-order-depends",
        firsts=[message("errors-first-at", type=name, cost=cost) for cost, name in firsts.items()],
    )


def _theirs(theirs: pd.DataFrame) -> Message:
    causes = [
        message("errors-cause", cause=name.removeprefix(PERSON), errors=int(count))
        for name, count in zip(theirs["error_type"], theirs["count"], strict=True)
    ]
    return message("errors-causes", causes=causes)


def _few(errors: int, min_errors: int) -> list[Message]:
    if errors >= 4 * min_errors:
        return []
    return [message("errors-few", errors=errors, fewest=min_errors)]
