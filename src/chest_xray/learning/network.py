"""The network: a ResNet of torchvision as backbone, linear layers on top, one logit."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import URLError

import torch
import torchvision
from torch import nn
from torch.nn import functional

from chest_xray.errors import BadWeights
from chest_xray.learning.damage import DAMAGED

logger = logging.getLogger(__name__)

# From the input to the output; the backbone learns more slowly the lower the stage.
STAGES = ("stem", "layer1", "layer2", "layer3", "layer4")
# Down and across, in steps of a 25th of the side: what augmentation shifts training images by.
_SHIFTS = ((0, 0), (0, -1), (0, 1), (-1, 0), (1, 0))
_SHIFTS_PER_SIDE = 25


class Classifier(nn.Module):
    """A ResNet (He et al., 2016, https://arxiv.org/abs/1512.03385) with a head of linear layers.

    Takes normalized images, float [n, 3, size, size]; gives logits, float [n]: the log-odds of the
    second class, which only a finished model's temperature makes a probability of.

    With ``views`` above 1 a finished network gives the mean logit of so many views of an image:
    itself, and shifted by a 25th of its side to each side (test-time augmentation; Shanmugam et
    al., 2021, https://arxiv.org/abs/2011.11156, say when it helps). It costs as many times more.
    """

    def __init__(
        self, backbone: str, head_sizes: Sequence[int], dropout: float, views: int = 1
    ) -> None:
        super().__init__()
        self.views = views
        self.backbone = torchvision.models.get_model(backbone, weights=None)
        features = self.backbone.fc.in_features
        self.backbone.fc = nn.Identity()
        layers: list[nn.Module] = [nn.Dropout(dropout)]
        for size in head_sizes:
            layers += [nn.Linear(features, size), nn.ReLU(), nn.Dropout(dropout)]
            features = size
        self.head = nn.Sequential(*layers, nn.Linear(features, 1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Logits of normalized images."""
        if self.training or self.views == 1:
            return self._logits(images)
        views = shifted_views(images, self.views)
        return self._logits(views).view(self.views, -1).mean(0)

    def _logits(self, images: torch.Tensor) -> torch.Tensor:
        return self.head(self.backbone(images)).squeeze(1)

    @property
    def last_bias(self) -> str:
        """The name, among the weights, of what is added to every logit."""
        return f"head.{len(self.head) - 1}.bias"

    def stage_parameters(self, stage: str) -> list[nn.Parameter]:
        """The parameters of a stage of the backbone; ``stem`` is what lies below ``layer1``."""
        return [
            parameter
            for name, parameter in self.backbone.named_parameters()
            if (name.partition(".")[0] if name.startswith("layer") else "stem") == stage
        ]


def shifted_views(images: torch.Tensor, count: int) -> torch.Tensor:
    """Images as they are, then all of them shifted right, left, down and up, edges repeated.

    Args:
        images: float [n, channels, size, size].
        count: How many of these views, 1 to 5.

    Returns:
        float [count * n, channels, size, size].
    """
    size = images.shape[-1]
    step = max(1, size // _SHIFTS_PER_SIDE)
    wide = functional.pad(images, (step, step, step, step), mode="replicate")
    corners = [(step + down * step, step + across * step) for down, across in _SHIFTS[:count]]
    return torch.cat([wide[:, :, top:, left:][:, :, :size, :size] for top, left in corners])


def load_backbone_weights(network: Classifier, backbone: str, weights: str, folder: Path) -> str:
    """Give the backbone its initial weights.

    Args:
        network: Changed in place.
        backbone: torchvision's name of it.
        weights: A name of torchvision's weights for this backbone (downloaded once), the path of a
            file in torchvision's format, relative to ``folder``, or ``none``.
        folder: The project's.

    Returns:
        What was loaded, in words, for the model card.

    Raises:
        BadWeights: No such file or name, a file of another network or that holds more than
            tensors, or a download that fails.
    """
    if weights == "none":
        logger.info("%s starts from random weights: nothing is transferred.", backbone)
        return "random"
    path = folder / Path(weights).expanduser()
    looks_like_path = (
        path.is_file() or path.suffix in {".pth", ".pt", ".safetensors"} or "/" in weights
    )
    if looks_like_path:
        state, message = read_state_dict(path), f"file {path.name}"
    else:
        state, message = _download(backbone, weights), f"torchvision {weights}"
    _load(network, backbone, state, message)
    logger.info("%s starts from the weights of %s.", backbone, message)
    return message


def read_state_dict(path: Path) -> dict[str, torch.Tensor]:
    """Read a file of weights without executing anything in it.

    Raises:
        BadWeights: No file there, or not a dictionary of tensors.
    """
    if not path.is_file():
        raise BadWeights(
            f"There are no weights at {path}: training.weights takes a file in torchvision's "
            "format, a name such as IMAGENET1K_V1, or none."
        )
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        if path.suffix == ".safetensors":
            state = load_file(path)
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
    except (*DAMAGED, SafetensorError, OSError) as error:
        raise BadWeights(
            f"{path} holds no weights that can be read safely "
            f"({str(error).splitlines()[0][:120] if str(error) else type(error).__name__}): a "
            "state_dict of tensors is needed, and nothing else in the file is executed."
        ) from error
    if not isinstance(state, dict) or not all(
        isinstance(name, str) and isinstance(value, torch.Tensor) for name, value in state.items()
    ):
        raise BadWeights(f"{path} holds something else than weights: a state_dict is needed.")
    return state


def _download(backbone: str, weights: str) -> dict[str, torch.Tensor]:
    choices = torchvision.models.get_model_weights(backbone)
    names = ["DEFAULT", *(choice.name for choice in choices)]
    if weights not in names:
        raise BadWeights(
            f"torchvision has no weights '{weights}' for {backbone}; training.weights takes "
            f"{', '.join(names)}, a file, or none."
        )
    try:
        # The hash is that of a download; a file that lies in the cache is loaded without it, so
        # nothing in it may be executed.
        return choices[weights].get_state_dict(progress=True, check_hash=True, weights_only=True)
    except (URLError, HTTPException, OSError, *DAMAGED) as error:
        raise BadWeights(
            f"The weights {weights} of {backbone} can't be downloaded, or their copy below "
            f"{torch.hub.get_dir()} is damaged ({error}): remove that copy; without a network, set "
            "training.weights to a file in torchvision's format, or to none."
        ) from error


def _load(network: Classifier, backbone: str, state: dict[str, torch.Tensor], message: str) -> None:
    own = network.backbone.state_dict()
    given = {name: tensor for name, tensor in state.items() if not name.startswith("fc.")}
    unfit = [
        name
        for name in own
        if name not in given or given[name].shape != own[name].shape
        if not name.endswith("num_batches_tracked")
    ]
    unknown = [name for name in given if name not in own]
    if unfit or unknown:
        raise BadWeights(
            f"The weights of {message} are not a {backbone}'s: {(unfit + unknown)[0]} is missing, "
            f"unknown or of another shape; choose the backbone that they belong to."
        )
    network.backbone.load_state_dict(
        {
            name: tensor.float() if tensor.is_floating_point() else tensor
            for name, tensor in given.items()
        },
        strict=False,
    )


def weights_hash(weights: Mapping[str, torch.Tensor]) -> str:
    """Hash of names and values of tensors, which ties a card to its weights."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(name.encode())
        digest.update(weights[name].detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def load_classifier(weights: Mapping[str, torch.Tensor], card: Mapping[str, Any]) -> Classifier:
    """Build the network that a card describes and give it its weights, for evaluation.

    What a recalibration adds to every logit (``added_to_logit`` of the card's ``recalibration``)
    goes into the bias of the last layer.

    Raises:
        BadWeights: The card was written for other weights.
    """
    if weights_hash(weights) != card["weights_hash"]:
        raise BadWeights(
            "These weights are not the ones that the model card was written for; a run of the "
            "training pipeline writes both."
        )
    network = Classifier(
        card["backbone"], card["head_sizes"], card["dropout"], card["test_time_views"]
    )
    network.load_state_dict(dict(weights))
    if "recalibration" in card:
        with torch.no_grad():
            network.get_parameter(network.last_bias).add_(card["recalibration"]["added_to_logit"])
    return network.eval()
