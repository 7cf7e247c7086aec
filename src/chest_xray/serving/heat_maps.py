"""Heat maps of the float model that a deployable file was made from, where it is at hand.

Integrated Gradients needs gradients, which a file of whole numbers has not: the study's weights and
PyTorch compute them. PyTorch is imported with the first map.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chest_xray.serving.pictures import png, reduced

if TYPE_CHECKING:
    from chest_xray.explaining import ExplainedModel, HeatMap

_MODELS = ("tuned", "baseline")


@dataclass(frozen=True)
class HeatMaps:
    """Where the weights of the file's float model are.

    Attributes:
        study: The data folder.
        name: ``tuned`` or ``baseline``.
        version: Of the model.
        threads: PyTorch's in this process.
    """

    study: Path
    name: str
    version: str
    threads: int = 1

    def explain(self, grey: NDArray[np.uint8]) -> HeatMap:
        """The heat map of a film, uint8 [height, width], for the second class."""
        from chest_xray.explaining import heat_map

        return heat_map(self._model, grey)

    @cached_property
    def _model(self) -> ExplainedModel:
        import torch

        from chest_xray.explaining import load_model

        torch.set_num_threads(self.threads)
        return load_model(self.study, self.name, version=self.version)


def find_heat_maps(study: Path | None, facts: Mapping[str, Any]) -> HeatMaps | str:
    """The heat maps of a deployable file, or in a sentence why there are none.

    Args:
        study: The data folder of the study that made the file, None where it isn't known.
        facts: What the file says about itself.
    """
    if study is None:
        return (
            "Heat maps are off: they need the study that made the file, which "
            "`chest-xray serve --study FOLDER` or `--env` names."
        )
    if find_spec("torch") is None:
        return "Heat maps are off: they need PyTorch, which the extra `heat-maps` installs."
    for name in _MODELS:
        cards = sorted((study / "06_models" / f"{name}_card.json").glob("*/*.json"), reverse=True)
        for card in cards:
            if json.loads(card.read_text(encoding="utf8"))["weights_hash"] == facts["weights_hash"]:
                return HeatMaps(study, name, card.parent.name)
    return (
        f"Heat maps are off: {study} has no weights with the hash {facts['weights_hash'][:10]}, "
        "from which this file was made."
    )


def overlay_png(grey: NDArray[np.uint8], explained: HeatMap) -> bytes:
    """A map laid over its film, as PNG, reduced as ``pictures.reduced`` has it."""
    from chest_xray.reporting.overlays import colour_limit, overlay

    return png(overlay(reduced(grey), explained.values, colour_limit(explained.values)))


def layer_png(explained: HeatMap) -> bytes:
    """A map alone as a PNG with transparency, at the model's size, to be stretched over a film."""
    from chest_xray.reporting.overlays import colour_limit, layer

    return png(layer(explained.values, colour_limit(explained.values), explained.values.shape))


def npy(explained: HeatMap) -> bytes:
    """A map's values, float32 [size, size], in NumPy's format."""
    written = io.BytesIO()
    np.save(written, explained.values, allow_pickle=False)
    return written.getvalue()
