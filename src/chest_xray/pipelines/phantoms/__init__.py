"""The pipeline phantoms."""

from chest_xray.pipelines.phantoms.pipeline import create_pipeline

__all__ = ["create_pipeline"]
