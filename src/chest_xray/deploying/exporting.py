"""From weights and card to one self-contained ONNX file."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

import onnx
import torch
from torch import nn

from chest_xray.deploying.distance_graph import add_distance
from chest_xray.deploying.model_file import FLOAT, INPUT, OUTPUT, seal
from chest_xray.errors import BadWeights
from chest_xray.evaluating.out_of_distribution import OodReference
from chest_xray.learning.network import Classifier, load_classifier
from chest_xray.parameters import IntensityNormalization
from chest_xray.radiographs.intensity import normalize_intensity
from chest_xray.radiographs.preprocessing import normalize, preprocessing_name, resize_levels
from chest_xray.radiographs.unusual import FilmRanges

# Resize antialiases from opset 18 on.
OPSET = 20


class DeployableClassifier(nn.Module):
    """All that lies between the decoder and the probability.

    Takes grey levels, uint8 [n, 1, h, w]; gives calibrated probabilities, float32 [n].
    """

    def __init__(
        self,
        network: Classifier,
        image_size: int,
        intensity_normalization: IntensityNormalization,
        temperature: float,
    ) -> None:
        super().__init__()
        self.network = network
        self.image_size = image_size
        self.intensity_normalization = intensity_normalization
        self.temperature = temperature

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Probabilities of decoded images."""
        resized = resize_levels(images.float(), self.image_size)
        levels = normalize_intensity(resized, self.intensity_normalization)
        return torch.sigmoid(self.network(normalize(levels)) / self.temperature)


def deployable(
    weights: Mapping[str, torch.Tensor], card: Mapping[str, Any]
) -> DeployableClassifier:
    """The module that is exported, in float32 on the CPU, for evaluation."""
    network = load_classifier(weights, card)
    kind = card["intensity_normalization"]
    return DeployableClassifier(network, card["image_size"], kind, card["temperature"]).eval()


def export_classifier(
    weights: Mapping[str, torch.Tensor],
    card: Mapping[str, Any],
    licence: str,
    ranges: FilmRanges,
    reference: OodReference,
) -> bytes:
    """Write a model as a deployable file in float32; ``export_check`` compares it with PyTorch.

    Args:
        weights: Of a ``Classifier``.
        card: The model card that belongs to them.
        licence: Under what the weights may be used; it travels in the file.
        ranges: Of the films that the model learned from, by which the file's user is warned.
        reference: What these films look like to the model, likewise.

    Returns:
        The file's bytes: resize, rounding, intensity normalization, normalization, network,
        temperature and distance from the training films in one graph, for any number of images of
        any size; facts of the card, and the ranges, in its metadata.

    Raises:
        BadWeights: The card was written for other weights, or for another preprocessing than this
            version has.
        MixedResults: The ranges are of other splits or another image size than the model, or the
            reference is another model's.
    """
    ranges.refuse_other_model(card)
    reference.refuse_other_model(card["weights_hash"])
    size = card["image_size"]
    name = preprocessing_name(size, card["intensity_normalization"])
    if card["preprocessing"] != name:
        raise BadWeights(
            f"This model was trained on images prepared as '{card['preprocessing']}', and this "
            f"version prepares them as '{name}'; train it again."
        )
    module = deployable(weights, card)
    n, height, width = (torch.export.Dim(name, min=1) for name in ("n", "height", "width"))
    # Sizes of the example differ from each other and from 1: the exporter takes equal ones, and
    # ones, for constants.
    example = torch.zeros(2, 1, size + 3, size + 5, dtype=torch.uint8)
    exporting = logging.getLogger("torch.onnx")
    level = exporting.level
    exporting.setLevel(logging.ERROR)
    try:
        program = torch.onnx.export(
            module,
            (example,),
            dynamo=True,
            opset_version=OPSET,
            external_data=False,
            input_names=[INPUT],
            output_names=[OUTPUT],
            verbose=False,
            dynamic_shapes=({0: n, 2: height, 3: width},),
        )
    finally:
        exporting.setLevel(level)
    model = cast(torch.onnx.ONNXProgram, program).model_proto
    _forget_sources(model)
    add_distance(model, reference, size)
    return seal(model, _facts(card, licence, ranges))


def _facts(card: Mapping[str, Any], licence: str, ranges: FilmRanges) -> dict[str, Any]:
    copied = (
        "class_names",
        "threshold",
        "temperature",
        "image_size",
        "intensity_normalization",
        "preprocessing",
        "normalization",
        "backbone",
        "data_hash",
        "splits_hash",
        "weights_hash",
    )
    return {
        **{name: card[name] for name in copied},
        "licence": licence,
        "precision": FLOAT,
        "film_ranges": asdict(ranges),
        "use": "research and teaching; not a medical device",
    }


def _forget_sources(model: onnx.ModelProto) -> None:
    """Take out what the exporter notes of this machine: paths and lines of the code it traced."""
    graph = model.graph
    for entries in (graph.node, graph.value_info, graph.input, graph.output, graph.initializer):
        for entry in entries:
            del entry.metadata_props[:]
            entry.doc_string = ""
