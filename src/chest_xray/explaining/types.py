"""Types for annotations of Kedro's nodes; see ``learning.types``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chest_xray.explaining.model import ExplainedModel
else:
    ExplainedModel = Any

__all__ = ["ExplainedModel"]
