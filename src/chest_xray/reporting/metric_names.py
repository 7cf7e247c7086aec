"""What metrics are called in sentences and tables."""

from __future__ import annotations

from chest_xray.reporting.messages import Message, message

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
# What an epoch is measured by, in the order of its table.
OF_EPOCHS = {
    "loss": "metric-loss",
    "accuracy": "metric-accuracy",
    "f1": "metric-f1",
    "auc": "metric-area",
}


def metric_name(name: str) -> Message:
    """The name of a validation metric that epochs and settings are chosen by."""
    return message(OF_EPOCHS[name])
