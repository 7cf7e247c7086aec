"""A file that should hold weights: read, or refused in a sentence; never executed.

How many were sampled, and what came of them:

    pytest tests/learning/test_damaged_weights.py --hypothesis-show-statistics
"""

import io
import os
import pickle
import tempfile
from pathlib import Path

import pytest
import torch
import torchvision
from conftest import examples
from damage import damaged
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from chest_xray.errors import BadWeights
from chest_xray.learning.network import Classifier, load_backbone_weights, read_state_dict
from chest_xray.learning.state import TrainingState, read_state, write_state

TENSORS = {"layer.weight": torch.arange(12.0).reshape(3, 4), "count": torch.tensor(7)}


def torch_bytes(content, **options):
    file = io.BytesIO()
    torch.save(content, file, **options)
    return file.getvalue()


def state_bytes():
    file = io.BytesIO()
    write_state(TrainingState("key", "run", {"backbone": "resnet18"}, weights=TENSORS), file)
    return file.getvalue()


FILES = {
    "weights.pth": torch_bytes(TENSORS),
    "legacy.pth": torch_bytes(TENSORS, _use_new_zipfile_serialization=False),
    "weights.safetensors": save(TENSORS),
    "plain.pth": pickle.dumps({"a": [1, 2]}),
    "training_state.pt": state_bytes(),
}


@settings(
    max_examples=examples(120),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_damaged_weights_are_read_or_refused_in_a_sentence(data):
    name = data.draw(st.sampled_from(sorted(FILES)))
    changed, kind = data.draw(damaged(FILES[name], header=200))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(changed)
        try:
            if name == "training_state.pt":
                read_state(io.BytesIO(changed), str(path))
            else:
                read_state_dict(path)
        except BadWeights as error:
            event("refused")
            assert "\n" not in str(error)
            assert str(error).endswith(".")
            assert kind != "none" or name == "plain.pth"
        else:
            event("read: no damage, or none that the format can tell")


class Payload:
    """What a checkpoint from the internet can hold."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("options", [{}, {"_use_new_zipfile_serialization": False}])
def test_what_a_checkpoint_would_execute_is_never_executed(tmp_path, options):
    executed = tmp_path / "executed"
    content = torch_bytes({"layer.weight": Payload(str(executed))}, **options)
    (tmp_path / "evil.pth").write_bytes(content)
    with pytest.raises(BadWeights, match="nothing else in the file is executed"):
        read_state_dict(tmp_path / "evil.pth")
    with pytest.raises(BadWeights, match="remove the file, and training starts from the start"):
        read_state(io.BytesIO(content), "training_state.pt")
    assert not executed.exists()


def load(tmp_path, content, name="weights.pth"):
    (tmp_path / name).write_bytes(content)
    return load_backbone_weights(Classifier("resnet18", [], 0.0), "resnet18", name, tmp_path)


def test_weights_of_another_network_and_what_holds_none_are_refused_by_name(tmp_path):
    other = torchvision.models.resnet34(weights=None).state_dict()
    with pytest.raises(BadWeights, match=r"file weights.pth are not a resnet18's: layer1.2.conv1"):
        load(tmp_path, torch_bytes(other))
    with pytest.raises(BadWeights, match="something else than weights: a state_dict is needed"):
        load(tmp_path, torch_bytes({"state_dict": {"a": torch.zeros(1)}}))
    with pytest.raises(BadWeights, match="can be read safely"):
        load(tmp_path, b"a text", "text.safetensors")
    with pytest.raises(BadWeights, match="There are no weights at"):
        load_backbone_weights(Classifier("resnet18", [], 0.0), "resnet18", "no.pth", tmp_path)
    with pytest.raises(BadWeights, match=r"no weights 'IMAGENET9' for resnet18; .* takes DEFAULT"):
        load_backbone_weights(Classifier("resnet18", [], 0.0), "resnet18", "IMAGENET9", tmp_path)


def test_weights_in_a_name_without_suffix_are_read(tmp_path):
    own = torchvision.models.resnet18(weights=None).state_dict()
    assert load(tmp_path, torch_bytes(own), "weights.tar") == "file weights.tar"
