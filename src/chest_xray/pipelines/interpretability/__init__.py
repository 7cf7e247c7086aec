"""The pipeline interpretability."""

from chest_xray.pipelines.interpretability.pipeline import create_pipeline

__all__ = ["create_pipeline"]
