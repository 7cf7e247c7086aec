"""The model that is explained: grey levels in, log-odds out."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from chest_xray.errors import BadExplanation
from chest_xray.evaluating.consistency import MAKERS, refuse_older_card
from chest_xray.learning.network import Classifier, load_classifier, read_state_dict
from chest_xray.machine.versions import lineage_path, version_path
from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.preprocessing import normalize, prepare, resize

EXPLAINABLE = ("baseline", "tuned")


class LogOdds(nn.Module):
    """The log-odds of a class as a function of grey levels.

    Takes grey levels as the preprocessing leaves them before ``normalize``, float [n, 1, size,
    size], 0 to 255, so that a baseline is an honest grey image. Intensity normalization lies
    before them: it is a table, piecewise constant, through which no gradient gets. Gives float
    [n]: log(p / (1 - p)) of the probability p that predictions give, temperature included.

    Computes in float32 whatever the hardware: bfloat16 rounds the gradients so much that half of
    the integrals miss a tolerance of 1 %.
    """

    def __init__(self, network: Classifier, temperature: float, class_index: int) -> None:
        super().__init__()
        self.network = network
        self.factor = (1 if class_index == 1 else -1) / temperature

    def forward(self, levels: torch.Tensor) -> torch.Tensor:
        """Log-odds of grey levels."""
        images = normalize(levels).contiguous(memory_format=torch.channels_last)
        return self.factor * self.network(images)


@dataclass(frozen=True)
class ExplainedModel:
    """A trained network with what its explanation needs.

    Attributes:
        network: For evaluation, its weights frozen.
        card: Its model card.
        mean_image: The mean of the training images, as the network sees them, uint8 [size, size],
            or None where it is not known; the baselines ``mean`` and ``several`` need it.
        device: Where it computes.
    """

    network: Classifier
    card: Mapping[str, Any]
    mean_image: NDArray[np.uint8] | None
    device: str

    @property
    def image_size(self) -> int:
        """Side of the images that the network sees, px."""
        return int(self.card["image_size"])

    def prepared(self, grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A radiograph, uint8 [height, width], as the network sees it: uint8 [size, size]."""
        resized = resize(grey, self.image_size)
        return prepare(resized[None], self.card["intensity_normalization"])[0]

    def log_odds(self, class_index: int = 1) -> LogOdds:
        """The log-odds of a class, by its place in the card's ``class_names``.

        Raises:
            BadExplanation: There is no such class.
        """
        names = self.card["class_names"]
        if class_index not in range(len(names)):
            known = " and ".join(f"{index} ({name})" for index, name in enumerate(names))
            raise BadExplanation(f"There is no class {class_index}; the model knows {known}.")
        return LogOdds(self.network, self.card["temperature"], class_index)

    def images_within(self, memory_mib: int) -> int:
        """How many images' forward and backward pass a memory budget holds, at least one."""
        return max(1, memory_mib * 2**20 // self._bytes_per_image)

    @cached_property
    def _bytes_per_image(self) -> int:
        """What one image's forward pass keeps for the backward pass, and once more for that one."""
        own = {tensor.untyped_storage().data_ptr() for tensor in self.network.state_dict().values()}
        kept: dict[int, int] = {}

        def count(tensor: torch.Tensor) -> torch.Tensor:
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in own:
                kept[storage.data_ptr()] = storage.nbytes()
            return tensor

        levels = self.levels(np.zeros((1, self.image_size, self.image_size)))
        with torch.autograd.graph.saved_tensors_hooks(count, lambda tensor: tensor):
            answer = self.log_odds()(levels.requires_grad_())
        del answer
        return 2 * sum(kept.values())

    def levels(self, images: NDArray[Any]) -> torch.Tensor:
        """Prepared images [n, size, size] on the model's device, float [n, 1, size, size]."""
        return torch.from_numpy(np.array(images, dtype=np.float32))[:, None].to(self.device)


def explained_model(
    weights: Mapping[str, torch.Tensor],
    card: Mapping[str, Any],
    mean_image: NDArray[np.uint8] | None,
    device: str,
) -> ExplainedModel:
    """Put a model together from its weights and its card, which must belong to each other."""
    network = load_classifier(weights, card)
    return with_network(ExplainedModel(network, card, mean_image, device), network)


def with_network(model: ExplainedModel, network: Classifier) -> ExplainedModel:
    """The same model with another network, frozen and on the model's device."""
    network = copy.deepcopy(network).eval().requires_grad_(False).to(model.device)
    return replace(model, network=network.to(memory_format=torch.channels_last))


def load_model(
    data_folder: str | Path, name: str = "tuned", device: str = "cpu", version: str = ""
) -> ExplainedModel:
    """Load a trained model without Kedro: weights, card and mean training image of one run.

    Args:
        data_folder: An environment's ``data_root``: ``data``, ``data/demo``.
        name: ``tuned`` or ``baseline``.
        device: ``cpu``, ``cuda`` or ``mps``.
        version: Of the model, such as ``2026-11-27T18.05.07.423Z``; '' for the newest.

    Raises:
        MissingVersion: No such model or version there.
        BadExplanation: A model that can't be explained, or mean training images of other splits
            only.
        BadWeights: The card was written for other weights.
        MixedResults: The card doesn't state which splits the model was trained on, or with which
            intensity normalization.
    """
    if name not in EXPLAINABLE:
        raise BadExplanation(
            f"The model '{name}' can't be explained: {' and '.join(EXPLAINABLE)} can. The "
            "quantized file holds whole numbers and has no gradients; it was made from the tuned "
            "model, and quantization_report says how often both agree."
        )
    folder = Path(data_folder).expanduser()
    models, maker = folder / "06_models", MAKERS[name]
    weights = version_path(models / f"{name}_weights.safetensors", maker, version)
    card = version_path(models / f"{name}_card.json", maker, weights.parent.name)
    content = json.loads(card.read_text(encoding="utf8"))
    refuse_older_card(content)
    mean_image = _mean_image(folder / "03_primary" / "mean_training_image.png", content)
    return explained_model(read_state_dict(weights), content, mean_image, device)


def _mean_image(entry: Path, card: Mapping[str, Any]) -> NDArray[np.uint8] | None:
    """The newest mean of the images that the model was trained on; None where no mean is kept."""
    means = sorted(entry.glob(f"*/{entry.name}"), reverse=True)
    for mean in means:
        lineage = Path(lineage_path(entry, mean.parent.name))
        made_from = json.loads(lineage.read_text(encoding="utf8")) if lineage.is_file() else {}
        same_splits = made_from.get("splits") == card["splits_hash"]
        if same_splits and made_from.get("pixels", "").startswith(card["data_hash"]):
            return decode(mean).grey
    if means:
        raise BadExplanation(
            f"No {entry.name} at {entry.parent} is the mean of the images that this model was "
            f"trained on (splits {card['splits_hash'][:10]}, {card['image_size']} px); kedro run "
            "--pipelines=data_processing on the same radiographs makes it."
        )
    return None
