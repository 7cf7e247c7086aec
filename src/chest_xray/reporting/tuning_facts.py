"""What a search found, as tables and messages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from chest_xray.reporting.messages import Interval, Message, message
from chest_xray.reporting.metric_names import METRICS, metric_name
from chest_xray.reporting.numbers import bracketed, number, significant
from chest_xray.reporting.patient_facts import few_patients, unknown_patients
from chest_xray.reporting.soup_facts import BASELINE, finalist_name, soup_finding
from chest_xray.reporting.tables import Cell, Table

Comparison = Mapping[str, Any]
Card = Mapping[str, Any]

_COMPARED = ("accuracy", "f1", "auc")
_SHOWN_TRIALS = 8
_VERDICTS = {
    "better": "tuning-better",
    "not told apart": "tuning-not-told-apart",
    "worse": "tuning-worse",
}


def settings_table(trials: pd.DataFrame, baseline: Card, tuned: Card) -> Table:
    """Every hyperparameter that was searched: what was tried, and what was taken."""
    columns = trials.columns.tolist()
    names = columns[columns.index("problem") + 1 :]
    return Table(
        message("settings-table"),
        [
            message("settings-name"),
            message("settings-tried"),
            message("column-first-model"),
            message("column-tuned-model"),
        ],
        [
            [f"`{name}`", _tried(trials[name]), _setting(baseline, name), _setting(tuned, name)]
            for name in names
        ],
    )


def _tried(values: pd.Series) -> str:
    values = values.dropna()
    if pd.api.types.is_numeric_dtype(values) and values.nunique() > 4:
        return f"{_plain(float(values.min()))} … {_plain(float(values.max()))}"
    # In the order of the values, of which 10 comes after 9.
    return " | ".join(dict.fromkeys(_plain(value) for value in sorted(values)))


def _setting(card: Card, name: str) -> str:
    value: Any = card["parameters"]
    for part in name.split("."):
        value = value[part]
    return _plain(json.dumps(value) if isinstance(value, list) else value)


def _plain(value: Any) -> str:
    return significant(value, 3) if isinstance(value, float) else str(value)


def trials_table(trials: pd.DataFrame) -> Table:
    """The best trials of the search on validation, of those that a whole epoch was measured of."""
    criterion = trials["criterion"].iloc[0]
    measured = trials[trials["value"].notna() & (trials["epochs"] > 0)]
    best = measured.sort_values("value", ascending=criterion == "loss")
    shown = best.head(_SHOWN_TRIALS)
    return Table(
        message("trials-table"),
        [
            message("trials-trial"),
            message("trials-best", metric=metric_name(criterion)),
            message("metric-accuracy"),
            message("metric-area"),
            message("trials-epochs"),
            message("trials-seconds"),
            message("trials-finalist"),
        ],
        [
            [
                str(row["trial"]),
                number(row["value"], 4),
                number(row["accuracy"], 3),
                number(row["auc"], 3),
                str(row["epochs"]),
                number(row["seconds"]),
                message("yes") if row["finalist"] else message("no"),
            ]
            for row in shown.to_dict("records")
        ],
        message(
            "trials-note", shown=len(shown), all=len(trials), unmeasured=len(trials) - len(measured)
        ),
    )


def finalists_table(comparison: Comparison) -> Table:
    """The finalists over the same seeds, on validation."""
    metric = metric_name(comparison["criterion"]["metric"])
    return Table(
        message("finalists-table"),
        [
            message("finalists-setting"),
            message("finalists-trainings"),
            message("finalists-mean", metric=metric),
            message("finalists-deviation"),
            message("finalists-taken"),
        ],
        [
            [
                finalist_name(row),
                _trainings(row),
                number(row["mean"], 4),
                number(row["spread"], 4),
                message("yes") if row["chosen"] else "",
            ]
            for row in comparison["settings"]
        ],
        message("finalists-note", seeds=max(len(row["values"]) for row in comparison["settings"])),
    )


def _trainings(row: Mapping[str, Any]) -> Cell:
    done, failed = len(row["values"]), len(row.get("failed", []))
    return message("finalists-failed", done=done, failed=failed) if failed else str(done)


def comparison_table(comparison: Comparison) -> Table:
    """Both models on the same test images, and their difference."""
    test = comparison["test"]
    return Table(
        message("comparison-table"),
        [
            message("metrics-metric"),
            message("column-first-model"),
            message("column-tuned-model"),
            message("comparison-difference"),
        ],
        [
            [
                message(METRICS[name]),
                *(bracketed(test[model][name]) for model in ("baseline", "tuned", "difference")),
            ]
            for name in _COMPARED
        ],
        message("comparison-note", images=test["n"], patients=test["patients"]),
    )


def verdict(comparison: Comparison) -> Message:
    """Whether the tuned model is better on test, why it was chosen, and what was not compared.

    Args:
        comparison: ``outcome``, ``test``, ``settings`` and ``soup`` of
            ``tuning.comparison.compare``.
    """
    test, settings = comparison["test"], comparison["settings"]
    accuracy = test["difference"]["accuracy"]
    compared = message(
        _VERDICTS[comparison["outcome"]],
        images=test["n"],
        points=points(accuracy),
        p=float(test["mcnemar"]["p"]),
    )
    if _one_model(comparison):
        compared = message("tuning-same-model")
    told = [compared, *_why_kept(comparison), *_failures(settings)]
    return message("sentences", sentences=told)


def _one_model(comparison: Comparison) -> bool:
    """Whether the tuned model is the first one, by its weights."""
    hashes = comparison["weights_hash"]
    return bool(hashes["baseline"] == hashes["tuned"])


def points(share: Interval) -> Interval:
    """A difference of shares in percentage points."""
    value, low, high = (
        None if end is None else 100 * end for end in (share["value"], share["low"], share["high"])
    )
    return {"value": value, "low": low, "high": high}


def _why_kept(comparison: Comparison) -> list[Message]:
    """Why the baseline's own setting won, where it did and nothing is averaged."""
    settings, soup = comparison["settings"], comparison.get("soup")
    if soup and soup["models"] > 1:
        return []
    if not any(row["chosen"] and row["name"] == BASELINE for row in settings):
        return []
    if any(row.get("failed") for row in settings):
        return [message("tuning-none-compared-better")]
    return [message("tuning-none-better")]


def _failures(settings: Sequence[Mapping[str, Any]]) -> list[Message]:
    """Which finalists are not compared, since a training of theirs failed twice."""
    lost = {row["name"]: row["failed"] for row in settings if row.get("failed")}
    if not lost:
        return []
    return [
        message(
            "tuning-failures",
            whole=len(settings) - len(lost),
            all=len(settings),
            settings=[
                message(
                    "tuning-failure",
                    name=finalist_name({"name": name}),
                    seeds=[one["seed"] for one in failed],
                    problem=failed[0]["problem"].rstrip("."),
                )
                for name, failed in lost.items()
            ],
        )
    ]


def tuning_findings(comparison: Comparison) -> list[Message]:
    """How much was searched, who won, and whether accuracy on test really rose."""
    search, test = comparison["search"], comparison["test"]
    found = [
        message(
            "tuning-search",
            trials=search["trials"],
            epochs=search["epochs"],
            minutes=search["seconds"] / 60,
            metric=metric_name(comparison["criterion"]["metric"]),
            chosen=finalist_name({"name": comparison["chosen"]}),
        )
    ]
    if comparison.get("soup"):
        found.append(soup_finding(comparison["soup"]))
    if not search["better_than_chance"]:
        found.append(message("tuning-chance"))
    return [
        *found,
        verdict(comparison),
        *([] if _one_model(comparison) else [_accuracy(comparison)]),
        *unknown_patients(test["images_counted_as_their_own_patient"]),
        *few_patients(test["few_patients"]),
    ]


def _accuracy(comparison: Comparison) -> Message:
    test = comparison["test"]
    before, after = (test[model]["accuracy"]["value"] for model in ("baseline", "tuned"))
    if after == before:
        return message("tuning-accuracy-stayed", after=after)
    open_still = comparison["outcome"] == "not told apart"
    if after > before:
        key = "tuning-accuracy-higher" if open_still else "tuning-accuracy-rose"
    else:
        key = "tuning-accuracy-lower" if open_still else "tuning-accuracy-fell"
    return message(key, before=before, after=after)
