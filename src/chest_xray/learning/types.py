"""Types of what needs torch, for annotations of Kedro's nodes.

Kedro resolves a node's annotations at run time, all or none of them, to make typed parameters;
so a name that is imported under ``TYPE_CHECKING`` only would leave parameters as dictionaries. And
``kedro --help`` must not load torch. Type checkers see the real types here, Python sees ``Any``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

    from chest_xray.learning.state import StreamedState, TrainingState
    from chest_xray.radiographs.reading import DecodedChunk, DecodedImages
else:
    DecodedChunk = DecodedImages = StreamedState = Tensor = TrainingState = Any

# By their names in a network or in an out-of-distribution reference.
Tensors = Mapping[str, Tensor]

__all__ = ["DecodedChunk", "DecodedImages", "StreamedState", "Tensors", "TrainingState"]
