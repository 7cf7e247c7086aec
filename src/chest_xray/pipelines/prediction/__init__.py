"""The pipeline prediction."""

from chest_xray.pipelines.prediction.pipeline import create_pipeline

__all__ = ["create_pipeline"]
