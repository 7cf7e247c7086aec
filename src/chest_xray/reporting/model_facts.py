"""How a model was trained and how well it does, as tables and messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from chest_xray.reporting.baseline_facts import BASELINES
from chest_xray.reporting.messages import Message, interval, message
from chest_xray.reporting.metric_names import METRICS, OF_EPOCHS, metric_name
from chest_xray.reporting.numbers import bracketed, ends, number
from chest_xray.reporting.patient_facts import few_patients, patient_doubts
from chest_xray.reporting.soup_facts import soup_finding
from chest_xray.reporting.tables import Cell, Table
from chest_xray.statistics.risk import risk

Metrics = Mapping[str, Any]
Card = Mapping[str, Any]

# What is told of a kind of intensity normalization.
_INTENSITY = {
    "none": (),
    "percentiles": ("model-percentiles",),
    "equalize": ("model-equalize",),
    "clahe": ("model-clahe",),
}
_EPOCH_PARTS = {"train": "part-train", "validation": "part-validation"}
# What a card says of weights that were not trained before, and of a training of all its epochs.
_RANDOM = "random"
_WHOLE = "all "
# By the largest random change of each kind.
_CHANGES = {
    "rotation_degrees": "change-rotation",
    "translation": "change-translation",
    "scale": "change-scale",
    "brightness": "change-brightness",
    "gain": "change-gain",
    "mean_contrast": "change-contrast",
    "gamma": "change-gamma",
    "blur": "change-blur",
    "sharpening": "change-sharpening",
    "noise": "change-noise",
}
_MIXED = {
    "amplitude": "mixed-amplitude",
    "other_class_texture": "mixed-texture",
    "features": "mixed-features",
}
_THRESHOLDS = {
    "half": "model-threshold-half",
    "youden": "model-threshold-youden",
    "sensitivity": "model-threshold-sensitivity",
}
_SIGNIFICANCE = 0.05
_BY_CHANCE = 0.5
# By how much validation accuracy may fall behind train before one speaks of overfitting.
_GAP = 0.05
# The parameter's value at which no film is compressed.
_UNCOMPRESSED = 100


def training_method(card: Card) -> list[Message]:
    """How the model of a card was trained; nothing is told that was not done."""
    settings = card["parameters"]
    return [
        _network(card),
        *(message(key) for key in _INTENSITY[card["intensity_normalization"]]),
        *_fitting(settings, card["image_size"]),
        _loss(settings),
        _augmentation(settings["augmentation"]),
        *_style(settings["style_mixing"]),
        *(
            [message("model-views", views=card["test_time_views"])]
            if card["test_time_views"] > 1
            else []
        ),
        *_end(card),
        *_trainings(card),
    ]


def _network(card: Card) -> Message:
    random = card["initial_weights"] == _RANDOM
    start = (
        message("model-random", backbone=card["backbone"])
        if random
        else message("model-pretrained", backbone=card["backbone"], weights=card["initial_weights"])
    )
    sizes, dropout = card["head_sizes"], card["dropout"]
    head = (
        message("model-head", sizes=sizes, dropout=dropout)
        if sizes
        else message("model-head-of-one-layer", dropout=dropout)
    )
    return _together(start, head, message("model-input", side=card["image_size"]))


def _together(*found: Message) -> Message:
    return message("sentences", sentences=found)


def _fitting(settings: Card, side: int) -> list[Message]:
    """What is trained when, and how fast; and at which size of the images."""
    frozen = settings["epochs_frozen"]
    rates = {"rate": settings["learning_rate"], "head_rate": settings["head_learning_rate"]}
    decay = settings["stage_decay"]
    found = [
        message("model-frozen", epochs=frozen) if frozen else message("model-not-frozen"),
        message("model-rates-by-stage", **rates, decay=decay)
        if decay < 1
        else message("model-rates", **rates),
    ]
    small = round(settings["progressive_fraction"] * settings["epochs"])
    small = min(small, settings["epochs"] - 1)
    sizes = settings["progressive_image_sizes"]
    if small and max(sizes) < side:
        found.append(message("model-smaller-images", epochs=small, sizes=sizes))
    if settings["ema_decay"]:
        found.append(message("model-moving-average", decay=settings["ema_decay"]))
    return [_together(*found)]


def _loss(settings: Card) -> Message:
    within = settings["balance_within_sources"]
    found = [message("model-loss-within-sources" if within else "model-loss")]
    if settings["label_smoothing"]:
        found.append(message("model-label-smoothing", smoothing=settings["label_smoothing"]))
    return _together(*found)


def _augmentation(moves: Card) -> Message:
    """Each random change that is larger than none."""
    changes = [message(key, **{name: moves[name]}) for name, key in _CHANGES.items() if moves[name]]
    if moves["jpeg_quality"] < _UNCOMPRESSED:
        changes.append(message("change-jpeg-quality", jpeg_quality=moves["jpeg_quality"]))
    if moves["mirror"]:
        changes.append(message("change-mirror"))
    if not changes:
        return message("model-no-augmentation")
    return message("model-augmentation", changes=changes)


def _style(mixing: Card) -> list[Message]:
    kinds = [message(key, **{name: mixing[name]}) for name, key in _MIXED.items() if mixing[name]]
    return [message("model-style-mixing", kinds=kinds)] if kinds else []


def _end(card: Card) -> list[Message]:
    """When training ended, and what was chosen on validation."""
    settings, threshold = card["parameters"], card["threshold_policy"]
    stopping = settings["early_stopping"]
    whole = card["finished"].startswith(_WHOLE)
    chosen = {"threshold": card["threshold"]}
    if threshold["policy"] == "sensitivity":
        chosen["sensitivity"] = threshold["sensitivity"]
    return [
        _together(
            message(
                "model-stopping",
                epochs=settings["epochs"],
                metric=metric_name(stopping["metric"]),
                patience=stopping["patience"],
            ),
            message(
                "model-ended" if whole else "model-stopped-early",
                best=card["best_epoch"],
                metric=metric_name(stopping["metric"]),
            ),
        ),
        message(_THRESHOLDS[threshold["policy"]], **chosen),
    ]


def _trainings(card: Card) -> list[Message]:
    soup = card.get("soup")
    if soup:
        return [soup_finding(soup)]
    return [message("model-one-training", seed=card["parameters"]["seed"])]


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
            number(float(found.loc[part, name]), 3) for part in _EPOCH_PARTS for name in OF_EPOCHS
        ]
        rows.append([str(epoch), str(found.loc["train", "image_size"]), *cells])
    return Table(
        message("epochs-table"),
        [
            message("epochs-epoch"),
            message("epochs-side"),
            *(
                message("epochs-metric", part=message(part), metric=metric_name(metric))
                for part in _EPOCH_PARTS.values()
                for metric in OF_EPOCHS
            ),
        ],
        rows,
    )


def training_findings(history: pd.DataFrame, card: Card, audit: Metrics) -> list[Message]:
    """What the curves show at the epoch that was kept.

    Args:
        history: ``{model}_history``.
        card: ``{model}_card``.
        audit: ``data_audit``, for the number of images behind each accuracy.
    """
    kept = history[history["epoch"] == card["best_epoch"]].set_index("part")
    train, validation = (float(kept.loc[part, "accuracy"]) for part in _EPOCH_PARTS)
    images = [_images(audit, part) for part in _EPOCH_PARTS]
    gap = train - validation
    if gap > _GAP:
        by_chance = _by_chance((train, validation), images)
        key = "curves-open" if by_chance else "curves-overfitted"
    elif gap < 0:
        key = "curves-validation-ahead"
    else:
        key = "curves-close"
    ran = int(history["epoch"].max())
    return [
        message(
            key,
            epoch=card["best_epoch"],
            ran=ran,
            train=train,
            validation=validation,
            images=images[1],
        )
    ]


def _images(audit: Metrics, part: str) -> int:
    return sum(n for key, n in audit["counts_by_part"].items() if key.startswith(f"{part}/"))


def _by_chance(accuracies: Sequence[float], images: Sequence[int]) -> bool:
    """Whether two accuracies may differ by luck alone (Fisher); images as independent."""
    wrong = [round((1 - one) * count) for one, count in zip(accuracies, images, strict=True)]
    return risk(wrong[1], images[1], wrong[0], images[0]).p >= _SIGNIFICANCE


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
        *_errors(positive, missed, missed + found, "model-missed", "model-none-missed"),
        *_errors(negative, alarms, true_negative + alarms, "model-alarms", "model-no-alarms"),
        *patient_doubts(metrics["patient_doubts"]),
        *few_patients(metrics["few_patients"]),
    ]


def _errors(class_name: str, errors: int, images: int, some: str, none: str) -> list[Message]:
    """How many images of a class were called wrong; nothing of a class that the part lacks."""
    if not images:
        return [message("model-no-images", class_name=class_name)]
    if not errors:
        return [message(none, class_name=class_name, images=images)]
    return [message(some, class_name=class_name, images=images, errors=errors)]


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
    if round(low, 3) <= _BY_CHANCE:
        key = "model-like-chance"
    else:
        key = "model-learnt-more" if round(low, 3) > round(high, 3) else "model-learning-not-shown"
    return [
        message(
            "model-strongest-baseline",
            baseline=BASELINES[strongest["name"]],
            accuracy=interval(strongest["accuracy"]),
            auc=interval(strongest["auc"]),
        ),
        message(key, low=low) if key == "model-like-chance" else message(key, low=low, high=high),
    ]
