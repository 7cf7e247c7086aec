"""All models that a study has trained, beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from chest_xray.errors import MissingResult

# Of the test part, with 95 % intervals.
METRICS = ("accuracy", "f1", "auc", "sensitivity", "specificity")
# Of a card beside its parameters, what a person chose.
_CHOSEN = ("backbone", "initial_weights", "image_size", "intensity_normalization")
_ENDS = {"": "value", "_low": "low", "_high": "high"}
_DIGITS = 8
# Only in a table of every run: they say what was allowed or measured, and not what was trained.
_NO_CHOICE = ("backbone_candidates", "memory_share", "minutes_per_epoch", "bootstrap_samples")


def compare_runs(
    cards: Mapping[str, Mapping[str, dict[str, Any]]],
    metrics: Sequence[dict[str, Any]],
    elsewhere: Sequence[dict[str, Any]],
) -> pd.DataFrame:
    """A row per trained model, the oldest first.

    Models that were finished again from the same weights, with the same threshold, are one row.

    Args:
        cards: By model (``baseline``, ``tuned``), each version of its card.
        metrics: Every version of their metrics on the test part, the oldest first.
        elsewhere: Every version of their metrics on another hospital's films.

    Returns:
        ``version`` of the card, ``model``, ``weights`` and ``split`` (the first digits of their
        hashes), ``best_epoch``, ``n`` (test images), each of ``METRICS`` (0 to 1) with ``_low`` and
        ``_high``, ``elsewhere_auc`` likewise, and a column per parameter that differs between rows,
        by its dotted name. What was not measured is missing.

    Raises:
        MissingResult: There is no card.
    """
    measured, outside = _by_model(metrics), _by_model(elsewhere)
    rows: dict[tuple[str, str, float], dict[str, Any]] = {}
    chosen: dict[tuple[str, str, float], dict[str, Any]] = {}
    for model, versions in cards.items():
        for version, card in versions.items():
            key = (model, card["weights_hash"], card["threshold"])
            rows[key] = {
                "version": version,
                "model": model,
                "weights": card["weights_hash"][:_DIGITS],
                "split": card["splits_hash"][:_DIGITS],
                "best_epoch": card["best_epoch"],
                **_reached(measured.get(key[1:], {})),
                **_interval("elsewhere_auc", outside.get(key[1:], {}).get("auc")),
            }
            chosen[key] = dict(_choices(card))
    if not rows:
        raise MissingResult("baseline_card", "kedro run --pipelines=data_processing,training")
    table = pd.concat(
        [pd.DataFrame(list(rows.values())), _differing(list(chosen.values()))], axis=1
    )
    return table.sort_values("version", ignore_index=True)


def _differing(chosen: list[dict[str, Any]]) -> pd.DataFrame:
    """The columns in which rows differ, as they are."""
    names = dict.fromkeys(name for one in chosen for name in one)
    columns = {name: [one.get(name) for one in chosen] for name in names}
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=object)
            for name, values in columns.items()
            # As text: lists can't be hashed.
            if len(set(map(repr, values))) > 1
        },
        index=range(len(chosen)),
    )


def _by_model(found: Sequence[dict[str, Any]]) -> dict[tuple[str, float], dict[str, Any]]:
    """The newest of each weights and threshold."""
    return {(one["weights_hash"], one["threshold"]): one for one in found}


def _reached(metrics: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"n": metrics.get("n")}
    for name in METRICS:
        found |= _interval(name, metrics.get(name))
    return found


def _interval(name: str, metric: dict[str, float] | None) -> dict[str, float | None]:
    found = metric or {}
    return {f"{name}{end}": found.get(key) for end, key in _ENDS.items()}


def _choices(card: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    parameters = {name: one for name, one in card["parameters"].items() if name not in _NO_CHOICE}
    yield from _flat(parameters | {name: card.get(name) for name in _CHOSEN})


def _flat(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield above + name, value


def parameter_columns(table: pd.DataFrame) -> list[str]:
    """The columns of a comparison that are parameters."""
    return list(table.columns[list(table.columns).index("elsewhere_auc_high") + 1 :])


def in_words(table: pd.DataFrame) -> Iterator[str]:
    """A line per run: when, which model, what it reached, and its parameters that differ."""
    names = parameter_columns(table)
    for row in table.to_dict("records"):
        parameters = ", ".join(f"{name}={short(row[name])}" for name in names)
        yield (
            f"{row['version'][:16].replace('T', ' ')} {row['model']}, split {row['split']}: "
            f"{_of(row, 'accuracy')}, {_of(row, 'auc')} on test"
            f"{'' if pd.isna(row['elsewhere_auc']) else ', ' + _of(row, 'elsewhere_auc')}"
            f"{'; ' + parameters if parameters else ''}"
        )


def short(value: Any) -> str:
    """A parameter in four digits at most."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _of(row: Mapping[Any, Any], name: str) -> str:
    shown = name.replace("_", " ").replace("auc", "AUC")
    if pd.isna(row[name]):
        return f"{shown} not measured"
    interval = f"{row[name + '_low']:.3f} to {row[name + '_high']:.3f}"
    return f"{shown} {row[name]:.3f} ({interval})"
