"""A finished model as a function of resized images: probabilities, features, distances."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import joblib
import numpy as np
import onnx
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn

from chest_xray.deploying.distance_graph import STAGE_OUTPUTS, add_stages
from chest_xray.deploying.model_file import INPUT, open_model, open_session
from chest_xray.evaluating.calibration import probabilities
from chest_xray.evaluating.consistency import refuse_other_pixels, refuse_other_splits
from chest_xray.evaluating.out_of_distribution import (
    OodReference,
    fit_ood_reference,
    from_arrays,
    image_features,
    to_arrays,
)
from chest_xray.learning.network import load_classifier
from chest_xray.machine.progress import track
from chest_xray.parameters import OodParameters
from chest_xray.radiographs.intensity import normalize_intensity
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.preprocessing import normalize

_BATCH = 32
# At least so many, where there are: their mean is all that is looked at.
_MIRRORED_IMAGES = 1000

Floats = NDArray[np.float64]


class Scorer(Protocol):
    """Takes images as they are stored (``PixelMap.read``), and normalizes their levels itself.

    ``facts`` are ``class_names, threshold, image_size, preprocessing, intensity_normalization,
    weights_hash``. ``model`` is the hash of what its answers depend on beside the images.
    """

    facts: Mapping[str, Any]
    model: str

    def __call__(self, pixels: NDArray[np.uint8]) -> tuple[Floats, Floats]:
        """Calibrated probabilities and distances from the training images, in units of the limit.

        Args:
            pixels: uint8 [n, size, size].

        Returns:
            float64 [n] each.
        """
        ...


class FeatureNetwork(Protocol):
    """A network whose training images can be remembered; ``model`` is its hash."""

    facts: Mapping[str, Any]
    model: str

    def features(self, pixels: NDArray[np.uint8]) -> Floats:
        """Features, float64 [n, features], of images as they are stored, uint8 [n, size, size]."""
        ...


class NetworkFeatures:
    """Weights and card, by PyTorch in float32."""

    def __init__(
        self, weights: Mapping[str, torch.Tensor], card: Mapping[str, Any], device: str
    ) -> None:
        self.facts = card
        self.model = str(card["weights_hash"])
        self._network = load_classifier(weights, card).to(device)
        self._device = device
        # Of each thread its own: what another one asks at the same time must not come between.
        self._stages = threading.local()
        backbone = self._network.backbone
        for name, following in (("second", backbone.layer3), ("third", backbone.layer4)):
            following.register_forward_pre_hook(partial(self._keep, name))

    def _keep(self, name: str, _: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        setattr(self._stages, name, inputs[0])

    def features(self, pixels: NDArray[np.uint8]) -> Floats:
        """See ``FeatureNetwork``."""
        return self.answers(pixels)[1]

    @torch.inference_mode()
    def answers(self, pixels: NDArray[np.uint8]) -> tuple[Floats, Floats]:
        """Calibrated probabilities, float64 [n], and features of images, uint8 [n, size, size]."""
        levels = torch.from_numpy(pixels)[:, None].float().to(self._device)
        levels = normalize_intensity(levels, self.facts["intensity_normalization"])
        images = normalize(levels).contiguous(memory_format=torch.channels_last)
        logits = self._network(images).cpu().numpy().astype(np.float64)
        # Of several views of each image, the first ones are those that are not shifted.
        stages = [getattr(self._stages, name)[: len(pixels)] for name in ("second", "third")]
        features = image_features(*(stage.cpu().numpy() for stage in stages))
        return probabilities(logits, self.facts["temperature"]), features


class NetworkScorer:
    """The same with what its training images look like to it."""

    def __init__(
        self,
        weights: Mapping[str, torch.Tensor],
        card: Mapping[str, Any],
        reference: OodReference,
        device: str,
    ) -> None:
        """Put it together; ``MixedResults`` where the reference is another model's."""
        self.facts = card
        self._network = NetworkFeatures(weights, card, device)
        self._reference = reference
        reference.refuse_other_model(self._network.model)
        self.model = joblib.hash((self._network.model, to_arrays(reference)))

    def __call__(self, pixels: NDArray[np.uint8]) -> tuple[Floats, Floats]:
        """See ``Scorer``."""
        probability, features = self._network.answers(pixels)
        return probability, self._reference.distances(features)


class FileScorer:
    """A deployable file, by onnxruntime; the reference is in it."""

    def __init__(self, data: bytes, threads: int = 0, place: str = "The file") -> None:
        self._model = open_model(data, threads, place)
        self.facts: Mapping[str, Any] = self._model.facts
        self.model = hashlib.sha256(data).hexdigest()

    def __call__(self, pixels: NDArray[np.uint8]) -> tuple[Floats, Floats]:
        """See ``Scorer``."""
        return self._model.answers(pixels)


class FileFeatures:
    """The network of a deployable file, by onnxruntime, with or without a reference in it."""

    def __init__(self, data: bytes) -> None:
        """Open it.

        Raises:
            BadModelFile: It is damaged, or holds no ResNet.
        """
        self.facts: Mapping[str, Any] = open_model(data, threads=1).facts
        self.model = hashlib.sha256(data).hexdigest()
        model = onnx.load_model_from_string(data)
        add_stages(model.graph)
        self._session = open_session(model.SerializeToString())

    def features(self, pixels: NDArray[np.uint8]) -> Floats:
        """See ``FeatureNetwork``."""
        stages = self._session.run(list(STAGE_OUTPUTS), {INPUT: pixels[:, None]})
        # As in ``NetworkFeatures``.
        return image_features(*(one[: len(pixels)] for one in stages))


def fit_network_ood_reference(
    network: FeatureNetwork, splits: pd.DataFrame, pixels: PixelMap, parameters: OodParameters
) -> OodReference:
    """What a network keeps of its training images.

    Args:
        network: Of a finished model.
        splits: ``image_id, part``; the limit is set on the validation part.
        pixels: Of all images.
        parameters: See ``out_of_distribution.fit_ood_reference``.

    Raises:
        MixedResults: The model was trained on other splits or pixels.
    """
    refuse_other_splits(network.facts, splits)
    refuse_other_pixels(network.facts, pixels.manifest)
    training, validation = (
        splits.loc[splits["part"] == part, "image_id"].tolist() for part in ("train", "validation")
    )
    every = max(1, len(training) // _MIRRORED_IMAGES)
    return fit_ood_reference(
        _features(network, pixels, training),
        _features(network, pixels, validation),
        _features(network, pixels, training[::every], mirrored=True),
        parameters.directions,
        parameters.rare_percent,
        network.model,
    )


def reference_as_tensors(reference: OodReference) -> dict[str, torch.Tensor]:
    """As the catalog keeps it."""
    return {name: torch.from_numpy(array) for name, array in to_arrays(reference).items()}


def reference_of_tensors(tensors: Mapping[str, torch.Tensor]) -> OodReference:
    """From what the catalog keeps; ``MixedResults`` where an earlier version made it."""
    return from_arrays({name: tensor.numpy() for name, tensor in tensors.items()})


def _features(
    network: FeatureNetwork, pixels: PixelMap, image_ids: Sequence[str], mirrored: bool = False
) -> Floats:
    rows = pixels.rows(image_ids)
    starts = range(0, len(rows), _BATCH)
    batches = (pixels.read(rows[first : first + _BATCH]) for first in starts)
    tracked = track(batches, "Features of the training images", len(starts))
    seen = (np.ascontiguousarray(one[:, :, ::-1]) if mirrored else one for one in tracked)
    return np.concatenate([network.features(batch) for batch in seen])
