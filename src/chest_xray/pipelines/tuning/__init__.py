"""The pipeline tuning."""

from chest_xray.pipelines.tuning.pipeline import create_context_pipeline, create_pipeline

__all__ = ["create_context_pipeline", "create_pipeline"]
