"""A small model with random weights, to be explained."""

import numpy as np
import torch

from chest_xray.explaining.model import ExplainedModel, with_network
from chest_xray.learning.network import Classifier

SIZE = 32
CARD = {
    "backbone": "resnet18",
    "head_sizes": [8],
    "test_time_views": 1,
    "dropout": 0.2,
    "image_size": SIZE,
    "intensity_normalization": "none",
    "class_names": ["NORMAL", "PNEUMONIA"],
    "temperature": 0.5,
    "threshold": 0.5,
    "run": "test",
    "best_epoch": 1,
}
GREY = np.full((SIZE, SIZE), 100, dtype=np.uint8)


def small_model(mean_image=GREY, kind="none", views=1) -> ExplainedModel:
    torch.manual_seed(0)
    network = Classifier("resnet18", [8], 0.2, views)
    card = CARD | {"intensity_normalization": kind}
    return with_network(ExplainedModel(network, card, mean_image, "cpu"), network)
