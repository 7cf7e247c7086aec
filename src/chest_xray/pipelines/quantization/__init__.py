"""The pipeline quantization."""

from chest_xray.pipelines.quantization.pipeline import create_pipeline

__all__ = ["create_pipeline"]
