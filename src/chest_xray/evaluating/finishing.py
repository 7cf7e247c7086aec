"""What is kept of a training: the best epoch's weights, calibrated, and the model's card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import torch

from chest_xray.evaluating.calibration import choose_threshold, fit_calibration, probabilities
from chest_xray.learning import fitting
from chest_xray.learning.examples import examples
from chest_xray.learning.network import Classifier, weights_hash
from chest_xray.learning.state import TrainingState
from chest_xray.machine.device import Hardware
from chest_xray.parameters import TrainingParameters
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.preprocessing import MEAN, STANDARD_DEVIATION
from chest_xray.radiographs.splitting import splits_hash


def keep_best_epoch(
    state: TrainingState,
    parameters: TrainingParameters,
    class_names: Sequence[str],
    splits: pd.DataFrame,
    pixels: PixelMap,
    hardware: Hardware,
) -> tuple[dict[str, torch.Tensor], dict[str, Any], pd.DataFrame]:
    """The best epoch's weights, its card with temperature and threshold, and the history.

    What calibration adds to the logits is put into the bias of the last layer, so that everything
    made of the weights has it.
    """
    network = Classifier(
        state.network["backbone"],
        parameters.head_sizes,
        parameters.dropout,
        parameters.test_time_views,
    )
    network.load_state_dict(state.best_weights)
    network.to(hardware.device).to(memory_format=torch.channels_last)
    checked = examples(
        splits, pixels, class_names[1], "validation", parameters.balance_within_sources
    )
    logits = fitting.predict_logits(network, pixels, checked.rows, hardware.exact())
    labels = checked.labels > 0.5
    calibration = fit_calibration(logits, labels)
    probability = probabilities(logits + calibration.shift, calibration.temperature)
    threshold = choose_threshold(probability, labels, parameters.threshold)
    weights = dict(state.best_weights)
    weights[network.last_bias] = weights[network.last_bias] + calibration.shift
    card = {
        **state.network,
        "head_sizes": parameters.head_sizes,
        "dropout": parameters.dropout,
        "test_time_views": parameters.test_time_views,
        "image_size": pixels.manifest.image_size,
        "intensity_normalization": pixels.manifest.intensity_normalization,
        "preprocessing": pixels.manifest.preprocessing,
        "normalization": {"mean": MEAN, "standard_deviation": STANDARD_DEVIATION},
        "class_names": list(class_names),
        "temperature": calibration.temperature,
        "shift": calibration.shift,
        "threshold": threshold,
        "threshold_policy": parameters.threshold.model_dump(),
        "best_epoch": state.best_epoch,
        "finished": state.finished,
        "run": state.run,
        "hardware": {"device": hardware.device, "precision": hardware.precision},
        "data_hash": pixels.manifest.fingerprint,
        "splits_hash": splits_hash(splits),
        "training_hash": state.key,
        "parameters": parameters.model_dump(mode="json"),
        "weights_hash": weights_hash(weights),
    }
    return weights, card, state.history_table()
