"""What came of a search: trials as a table, finalists over their seeds, both models on test."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from chest_xray.evaluating.consistency import refuse_other_predictions, refuse_other_splits
from chest_xray.parameters.search_space import Space
from chest_xray.radiographs.splitting import unknown_patients
from chest_xray.statistics.metrics import (
    as_labels,
    few_patients,
    mcnemar,
    metrics_with_intervals,
    paired_differences,
)
from chest_xray.tuning.trials import SearchState, Trial, score

COMPARED = ("accuracy", "f1", "auc")


def trials_table(
    search: SearchState,
    finalists: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    criterion: str,
) -> pd.DataFrame:
    """One row per trial of the search that tells something (``SearchState.tried``).

    Args:
        search: With its trials.
        finalists: ``name`` and ``failed`` of each (``finalists.scores``).
        names: Of the hyperparameters.
        criterion: The validation metric that decides.

    Returns:
        ``trial, status, finalist, finalist_failed`` (whether a training of its setting in full
        did), ``epochs, criterion, value`` (the best of its epochs; NaN where it has none), ``loss,
        accuracy, f1, auc`` (on validation, at the epoch that training keeps), ``seconds, started,
        ended`` (of the search), ``problem``, and a column per hyperparameter; lists are json.
    """
    chosen = {row["name"]: bool(row.get("failed")) for row in finalists}
    return pd.DataFrame([_row(trial, chosen, names, criterion) for trial in search.tried])


def _row(
    trial: Trial, finalists: Mapping[str, bool], names: Sequence[str], criterion: str
) -> dict[str, Any]:
    kept = trial.kept_row() if trial.best_epoch else {}
    best = score(trial.best_score(criterion), criterion) if trial.history else np.nan
    return {
        "trial": trial.number,
        "status": trial.status,
        "finalist": f"trial {trial.number}" in finalists,
        "finalist_failed": finalists.get(f"trial {trial.number}", False),
        "epochs": trial.epochs,
        "criterion": criterion,
        "value": best,
        **{name: kept.get(name, np.nan) for name in ("loss", "accuracy", "f1", "auc")},
        "seconds": sum(row["seconds"] for row in trial.history),
        "started": trial.started,
        "ended": trial.ended,
        "problem": trial.problem,
        **{name: _plain(trial.setting[name]) for name in names},
    }


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list) else value


def summarize_search(
    search: SearchState,
    standings: Sequence[Mapping[str, Any]],
    better_than_chance: bool,
    criterion: str,
    space: Space,
    soup: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """How the tuned model was chosen, all of it on validation.

    Args:
        search: With which trials, and in which time.
        standings: The finalists over their seeds (``finalists.standings``).
        better_than_chance: Whether any trial was (``finalists.better_than_chance``).
        criterion: The validation metric that decided.
        space: What was searched.
        soup: Of the tuned model (``soup.Soup.record``); None where it is the winner's own.

    Returns:
        ``criterion``, ``search``, ``settings`` (the standings), ``chosen``, the finalist whose
        setting the tuned model has, and ``soup``. With a soup, ``chosen`` is the finalist of its
        first training, and so marked in ``settings``.
    """
    best = "lowest" if criterion == "loss" else "highest"
    if soup is None:
        chosen = next(row["name"] for row in standings if row["chosen"])
        rule = (
            f"the {best} mean over the seeds, at the epoch that training keeps; between equals the "
            "baseline's own setting"
        )
    else:
        chosen = soup["ingredients"][0]["name"]
        rule = (
            f"greedy soup: starting from the training that is {best} alone, at the epoch that it "
            "keeps, the next is averaged in where the average does not get worse by it"
        )
    return {
        "criterion": {"metric": criterion, "part": "validation", "rule": rule},
        "search": {
            "trials": len(search.tried),
            "epochs": sum(trial.epochs for trial in search.tried),
            "seconds": search.seconds,
            "ray_start_seconds": search.ray_seconds,
            "better_than_chance": better_than_chance,
            "space": {name: line.model_dump() for name, line in space.items()},
        },
        "settings": [{**row, "chosen": row["name"] == chosen} for row in standings],
        "chosen": chosen,
        "soup": None if soup is None else dict(soup),
    }


def compare(
    summary: Mapping[str, Any],
    predictions: tuple[pd.DataFrame, pd.DataFrame],
    cards: tuple[Mapping[str, Any], Mapping[str, Any]],
    splits: pd.DataFrame,
    draws: int,
    seed: int,
    min_patients: int,
) -> dict[str, Any]:
    """Everything that speaks for or against the tuned model.

    Args:
        summary: How the setting was chosen (``summarize_search``).
        predictions: Of the baseline and the tuned model.
        cards: Theirs.
        splits: ``image_id, label, part, group_id, patient_id``.
        draws: Of patients, behind each interval.
        seed: Of the draws.
        min_patients: Of a class in validation and test, below which it is noted.

    Returns:
        All of ``summary``, ``test`` (``n``,
        ``patients``, ``images_counted_as_their_own_patient``, ``few_patients``, each model's
        metrics, ``difference`` tuned minus baseline, ``mcnemar``), ``outcome`` (``better``, ``not
        told apart`` or ``worse``), and what it is of: ``weights_hash`` by model and
        ``splits_hash``.

    Raises:
        MixedResults: Models, predictions and splits don't belong together.
    """
    for table, card in zip(predictions, cards, strict=True):
        refuse_other_splits(card, splits)
        refuse_other_predictions(table, splits, card)
    test = _test_part(predictions, splits)
    labels = as_labels(test["label"], cards[0]["class_names"][1])
    both = (test["probability"].to_numpy(float), test["probability_tuned"].to_numpy(float))
    thresholds = (cards[0]["threshold"], cards[1]["threshold"])
    groups = test["group_id"].tolist()
    difference = paired_differences(labels, both, thresholds, groups, draws, seed)
    right = [
        (probability >= threshold) == labels
        for probability, threshold in zip(both, thresholds, strict=True)
    ]
    exact = mcnemar(right[0], right[1])
    few = few_patients(splits, cards[0]["class_names"], min_patients)
    return {
        **summary,
        "test": {
            "n": len(test),
            "patients": int(test["patient_id"].nunique()),
            "images_counted_as_their_own_patient": unknown_patients(splits),
            "few_patients": few,
            **{
                model: _only_compared(
                    metrics_with_intervals(labels, probability, threshold, groups, draws, seed)
                )
                for model, probability, threshold in zip(
                    ("baseline", "tuned"), both, thresholds, strict=True
                )
            },
            "difference": _only_compared(difference),
            "mcnemar": exact,
        },
        "weights_hash": {
            model: card["weights_hash"]
            for model, card in zip(("baseline", "tuned"), cards, strict=True)
        },
        "splits_hash": cards[1]["splits_hash"],
        "outcome": outcome_of(difference["accuracy"]),
    }


def _test_part(
    predictions: tuple[pd.DataFrame, pd.DataFrame], splits: pd.DataFrame
) -> pd.DataFrame:
    baseline, tuned = (table[table["part"] == "test"] for table in predictions)
    pair = baseline.merge(
        tuned[["image_id", "probability"]],
        on="image_id",
        suffixes=("", "_tuned"),
        validate="one_to_one",
    )
    return pair.merge(
        splits[["image_id", "group_id", "patient_id"]], on="image_id", validate="one_to_one"
    )


def _only_compared(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in COMPARED}


def outcome_of(accuracy: Mapping[str, float | None]) -> str:
    """Of a difference with its interval: ``better``, ``not told apart`` or ``worse``."""
    if accuracy["low"] is not None and accuracy["low"] > 0:
        return "better"
    if accuracy["high"] is not None and accuracy["high"] < 0:
        return "worse"
    return "not told apart"
