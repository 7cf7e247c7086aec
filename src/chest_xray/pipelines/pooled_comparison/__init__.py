"""The pipeline pooled_comparison."""

from chest_xray.pipelines.pooled_comparison.pipeline import create_pipeline

__all__ = ["create_pipeline"]
