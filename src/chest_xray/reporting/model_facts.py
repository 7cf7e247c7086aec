"""How a model was trained and how well it does, as tables and messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from chest_xray.reporting.baseline_facts import BASELINES
from chest_xray.reporting.messages import Message, interval, message
from chest_xray.reporting.numbers import bracketed, ends, number
from chest_xray.reporting.patient_facts import few_patients, patient_doubts
from chest_xray.reporting.soup_facts import soup_finding
from chest_xray.reporting.tables import Cell, Table

Metrics = Mapping[str, Any]
Card = Mapping[str, Any]

METRICS = {
    "accuracy": "metric-accuracy",
    "f1": "metric-f1",
    "macro_f1": "metric-macro-f1",
    "auc": "metric-auc",
    "sensitivity": "metric-sensitivity",
    "specificity": "metric-specificity",
    "brier": "metric-brier",
    "ece": "metric-ece",
}
_OF_EPOCHS: dict[str, str | Message] = {
    "loss": message("metric-loss"),
    "accuracy": message("metric-accuracy"),
    "f1": message("metric-f1"),
    "auc": "AUC",
}
# What is told of a kind of intensity normalization.
_INTENSITY = {
    "none": (),
    "percentiles": ("model-percentiles",),
    "equalize": ("model-equalize",),
    "clahe": ("model-clahe",),
}
_EPOCH_PARTS = {"train": "part-train", "validation": "part-validation"}
# By how much validation accuracy may fall behind train before one speaks of overfitting.
_GAP = 0.05
# The parameter's value at which no film is compressed.
_UNCOMPRESSED = 100


def training_method(card: Card) -> list[Message]:
    """How the model of a card was trained."""
    settings = card["parameters"]
    moves, stopping = settings["augmentation"], settings["early_stopping"]
    return [
        message(
            "model-network",
            backbone=card["backbone"],
            weights=card["initial_weights"],
            sizes=card["head_sizes"] or None,
            dropout=card["dropout"],
            side=card["image_size"],
        ),
        *(message(key) for key in _INTENSITY[card["intensity_normalization"]]),
        message(
            "model-augmentation",
            rotation=moves["rotation_degrees"],
            **{
                name: moves[name]
                for name in ("translation", "scale", "brightness", "gain", "mean_contrast")
            },
        ),
        *_texture_and_style(moves, settings["style_mixing"]),
        *(
            [message("model-views", views=card["test_time_views"])]
            if card["test_time_views"] > 1
            else []
        ),
        message(
            "model-stopping",
            epochs=settings["epochs"],
            metric=stopping["metric"],
            patience=stopping["patience"],
            best=card["best_epoch"],
            finished=card["finished"],
            threshold=card["threshold"],
            policy=card["threshold_policy"]["policy"],
        ),
        *([soup_finding(card["soup"])] if card.get("soup") else []),
    ]


def _texture_and_style(moves: Card, mixing: Card) -> list[Message]:
    """What else augmentation did, where it did anything."""
    found = []
    compressed = moves["jpeg_quality"] < _UNCOMPRESSED
    texture = {name: moves[name] for name in ("gamma", "blur", "sharpening", "noise")}
    if any(texture.values()) or compressed:
        found.append(message("model-texture", **texture, jpeg_quality=moves["jpeg_quality"]))
    if any(mixing.values()):
        found.append(message("model-style-mixing", **mixing))
    return found


def metrics_table(metrics: Metrics) -> Table:
    """Every metric of the test part with its 95 % interval, beside the strongest
    of what can be told without the disease.
    """
    strongest = metrics["strongest_baseline"]
    rows: list[list[Cell]] = []
    for name, key in METRICS.items():
        without = bracketed(strongest[name]) if strongest and name in strongest else ""
        rows.append([message(key), *ends(metrics[name]), without])
    return Table(
        message("metrics-table"),
        [
            message("metrics-metric"),
            message("metrics-value"),
            message("metrics-low"),
            message("metrics-high"),
            message("metrics-strongest", baseline=BASELINES[strongest["name"]])
            if strongest
            else message("metrics-without-disease"),
        ],
        rows,
        message("metrics-note", images=metrics["n"], patients=metrics["patients"]),
    )


def epochs_table(history: pd.DataFrame) -> Table:
    """Loss, accuracy, F1 and AUC of train and validation, a row per epoch."""
    rows: list[list[Cell]] = []
    for epoch in history["epoch"].unique().tolist():
        found = history[history["epoch"] == epoch].set_index("part")
        cells = [
            number(float(found.loc[part, name]), 3) for part in _EPOCH_PARTS for name in _OF_EPOCHS
        ]
        rows.append([str(epoch), str(found.loc["train", "image_size"]), *cells])
    return Table(
        message("epochs-table"),
        [
            message("epochs-epoch"),
            message("epochs-side"),
            *(
                message("epochs-metric", part=message(part), metric=metric)
                for part in _EPOCH_PARTS.values()
                for metric in _OF_EPOCHS.values()
            ),
        ],
        rows,
    )


def training_findings(history: pd.DataFrame, card: Card) -> list[Message]:
    """What the curves show at the epoch that was kept."""
    kept = history[history["epoch"] == card["best_epoch"]].set_index("part")
    train, validation = (float(kept.loc[part, "accuracy"]) for part in ("train", "validation"))
    if train - validation > _GAP:
        key = "curves-overfitted"
    elif validation > train:
        key = "curves-validation-ahead"
    else:
        key = "curves-close"
    ran = int(history["epoch"].max())
    return [message(key, epoch=card["best_epoch"], ran=ran, train=train, validation=validation)]


def model_findings(metrics: Metrics, card: Card) -> list[Message]:
    """How well a model does on test, what to hold it against, and what its errors are."""
    negative, positive = card["class_names"]
    (true_negative, alarms), (missed, found) = metrics["confusion_matrix"]
    return [
        message(
            "model-measured",
            images=metrics["n"],
            patients=metrics["patients"],
            **{name: interval(metrics[name]) for name in ("accuracy", "f1", "auc")},
        ),
        *against_strongest(metrics),
        *_by_part(metrics),
        message(
            "model-errors",
            positive=positive,
            negative=negative,
            ill=missed + found,
            missed=missed,
            healthy=true_negative + alarms,
            alarms=alarms,
        ),
        *patient_doubts(metrics["patient_doubts"]),
        *few_patients(metrics["few_patients"]),
    ]


def _by_part(metrics: Metrics) -> list[Message]:
    """The sources of the test part by themselves, and films with and without a known number."""
    found = [
        message(
            "model-source",
            source=source,
            images=part["n"],
            **{name: interval(part[name]) for name in ("accuracy", "auc")},
        )
        for source, part in metrics.get("by_source", {}).items()
    ]
    shared = metrics.get("shared_numbers", {})
    if len(shared) == 2:
        # By class: in the published folders only ill patients have a number on both sides.
        numbers = {
            f"{part}_{name}": interval(shared[part][name])
            for part in ("with", "without")
            for name in ("sensitivity", "specificity")
        }
        counts = {part: shared[part]["n"] for part in ("with", "without")}
        found.append(message("model-shared-numbers", **counts, **numbers))
    return found


def against_strongest(metrics: Metrics) -> list[Message]:
    """What a model's accuracy and AUC stand beside: the strongest baseline without the disease."""
    strongest, low = metrics["strongest_baseline"], metrics["auc"]["low"]
    if not strongest or strongest["auc"]["high"] is None or low is None:
        return [message("model-baseline-unknown")]
    high = strongest["auc"]["high"]
    learnt = round(low, 3) > round(high, 3)
    return [
        message(
            "model-strongest-baseline",
            baseline=BASELINES[strongest["name"]],
            accuracy=interval(strongest["accuracy"]),
            auc=interval(strongest["auc"]),
        ),
        message(
            "model-learnt-more" if learnt else "model-learning-not-shown",
            low=low,
            high=high,
        ),
    ]
