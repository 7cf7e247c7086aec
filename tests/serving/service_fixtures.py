"""A model file, and a service of it that tests only ask."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from deploying.small_network import random_network
from PIL import Image
from safetensors.torch import save_file
from serving.served import client_of

from chest_xray.explaining import heat_map
from chest_xray.machine.versions import lineage_path
from chest_xray.parameters import AttributionParameters
from chest_xray.serving.settings import ServeSettings

VERSION = "2026-01-01"


@pytest.fixture(scope="session")
def model_file(exported, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "quantized_onnx.onnx"
    path.write_bytes(exported[0])
    return path


@pytest.fixture(scope="session")
def study_folder(exported, tmp_path_factory):
    """The weights, the card and the mean image of the file's float model."""
    folder = tmp_path_factory.mktemp("study")
    card = exported[2] | {"run": "test", "best_epoch": 1}
    weights = {name: one.contiguous() for name, one in random_network().state_dict().items()}
    for name in ("tuned_weights.safetensors", "tuned_card.json"):
        (folder / "06_models" / name / VERSION).mkdir(parents=True)
    models = folder / "06_models"
    save_file(weights, models / "tuned_weights.safetensors" / VERSION / "tuned_weights.safetensors")
    (models / "tuned_card.json" / VERSION / "tuned_card.json").write_text(json.dumps(card))
    mean = folder / "03_primary" / "mean_training_image.png" / VERSION
    mean.mkdir(parents=True)
    size = card["image_size"]
    Image.fromarray(np.full((size, size), 120, np.uint8)).save(mean / mean.parent.name)
    kept = Path(lineage_path(mean.parent, VERSION))
    kept.parent.mkdir(parents=True)
    kept.write_text(json.dumps({"splits": card["splits_hash"], "pixels": card["data_hash"]}))
    return folder


@pytest.fixture(scope="session")
def client(model_file, study_folder):
    """A client of a service with heat maps and what is set by default."""
    with client_of(ServeSettings(model=model_file, study=study_folder)) as opened:
        yield opened


@pytest.fixture
def few_steps(monkeypatch):
    """Maps of a few steps: a network of random weights needs many, and is not what is tested."""
    how = AttributionParameters(initial_steps=4, max_steps=4)
    monkeypatch.setattr("chest_xray.explaining.heat_map", partial(heat_map, how=how))
