"""A finished model as a function of resized images: probabilities and features."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np
import onnx
import pandas as pd
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper
from torch import nn

from chest_xray.deploying.model_file import INPUT, OUTPUT, open_model, open_session
from chest_xray.errors import BadModelFile
from chest_xray.evaluating.calibration import probabilities
from chest_xray.evaluating.consistency import refuse_other_pixels, refuse_other_splits
from chest_xray.evaluating.out_of_distribution import fit_ood_reference, image_features, to_arrays
from chest_xray.learning.network import load_classifier
from chest_xray.machine.progress import track
from chest_xray.parameters import OodParameters
from chest_xray.radiographs.intensity import normalize_intensity
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.preprocessing import normalize

_STAGE_OUTPUTS = ("second_stage_features", "third_stage_features")
_BATCH = 32


class Scorer(Protocol):
    """Takes images as they are stored (``PixelMap.read``), and normalizes their levels itself.

    ``facts`` are ``class_names, threshold, image_size, weights_hash``; ``model`` is a hash.
    """

    facts: Mapping[str, Any]
    model: str

    def __call__(
        self, pixels: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Calibrated probabilities [n] and features [n, features] of [n, size, size]."""
        ...


class NetworkScorer:
    """Weights and card, by PyTorch in float32."""

    def __init__(
        self, weights: Mapping[str, torch.Tensor], card: Mapping[str, Any], device: str
    ) -> None:
        self.facts = card
        self.model = str(card["weights_hash"])
        self._network = load_classifier(weights, card).to(device)
        self._device = device
        self._stages: dict[str, torch.Tensor] = {}
        backbone = self._network.backbone
        for name, following in (("second", backbone.layer3), ("third", backbone.layer4)):
            following.register_forward_pre_hook(partial(self._keep, name))

    def _keep(self, name: str, _: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        self._stages[name] = inputs[0]

    @torch.inference_mode()
    def __call__(
        self, pixels: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Score images, uint8 [n, size, size]."""
        levels = torch.from_numpy(pixels)[:, None].float().to(self._device)
        levels = normalize_intensity(levels, self.facts["intensity_normalization"])
        images = normalize(levels).contiguous(memory_format=torch.channels_last)
        logits = self._network(images).cpu().numpy().astype(np.float64)
        # Of several views of each image, the first ones are those that are not shifted.
        stages = [self._stages[name][: len(pixels)] for name in ("second", "third")]
        features = image_features(*(stage.cpu().numpy() for stage in stages))
        return probabilities(logits, self.facts["temperature"]), features


class FileScorer:
    """A deployable file, by onnxruntime, with the features as an output beside the file's own."""

    def __init__(self, data: bytes, threads: int = 0, place: str = "The file") -> None:
        self.facts: Mapping[str, Any] = open_model(data, threads, place).facts
        self.model = hashlib.sha256(data).hexdigest()
        self._session = open_session(_with_features(data, place), threads, place)

    def __call__(
        self, pixels: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Score images, uint8 [n, size, size]."""
        answers, *stages = self._session.run([OUTPUT, *_STAGE_OUTPUTS], {INPUT: pixels[:, None]})
        # As in ``NetworkScorer``.
        return answers.astype(np.float64), image_features(*(one[: len(pixels)] for one in stages))


def fit_scorer_ood_reference(
    scorer: Scorer, splits: pd.DataFrame, pixels: PixelMap, parameters: OodParameters
) -> dict[str, torch.Tensor]:
    """What a model keeps of its training images, as ``out_of_distribution.to_arrays`` has it.

    Args:
        scorer: The model.
        splits: ``image_id, part``; the limit is set on the validation part.
        pixels: Of all images.
        parameters: See ``out_of_distribution.fit_ood_reference``.

    Raises:
        MixedResults: The model was trained on other splits or pixels.
    """
    refuse_other_splits(scorer.facts, splits)
    refuse_other_pixels(scorer.facts, pixels.manifest)
    training, validation = (
        _features(scorer, pixels, splits.loc[splits["part"] == part, "image_id"].tolist())
        for part in ("train", "validation")
    )
    ood_reference = fit_ood_reference(
        training, validation, parameters.directions, parameters.rare_percent, scorer.model
    )
    return {name: torch.from_numpy(array) for name, array in to_arrays(ood_reference).items()}


def _features(scorer: Scorer, pixels: PixelMap, image_ids: Sequence[str]) -> NDArray[np.float64]:
    rows = pixels.rows(image_ids)
    starts = range(0, len(rows), _BATCH)
    batches = (pixels.read(rows[first : first + _BATCH]) for first in starts)
    tracked = track(batches, "Features of the training images", len(starts))
    return np.concatenate([scorer(batch)[1] for batch in tracked])


def _with_features(data: bytes, place: str) -> bytes:
    """The same model with the second and the third stage's answers as outputs beside its own.

    They are the inputs of the last two convolutions that halve the image without looking around:
    each of a ResNet's third and fourth stage begins with one, beside its first block.
    """
    model = onnx.load_model_from_string(data)
    graph = model.graph
    halving = [node for node in graph.node if node.op_type == "Conv" and _halves(node)]
    if len(halving) < len(_STAGE_OUTPUTS):
        raise BadModelFile(f"{place} holds no ResNet: nothing tells where its last stages begin.")
    for output, node in zip(_STAGE_OUTPUTS, halving[-len(_STAGE_OUTPUTS) :], strict=True):
        name = node.input[0]
        maker = next(one for one in graph.node if name in one.output)
        added = helper.make_node("Identity", [name], [output])
        if maker.op_type == "DequantizeLinear":
            # One of its own: another reader of this one would keep the convolution out of int8.
            added.CopyFrom(maker)
            added.name, added.output[0] = output, output
        graph.node.append(added)
        graph.output.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, None))
    return model.SerializeToString()


def _halves(node: onnx.NodeProto) -> bool:
    attributes = {one.name: list(one.ints) for one in node.attribute}
    return attributes.get("strides") == [2, 2] and attributes.get("kernel_shape") == [1, 1]
