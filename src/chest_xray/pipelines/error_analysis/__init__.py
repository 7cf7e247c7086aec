"""The pipeline error_analysis."""

from chest_xray.pipelines.error_analysis.pipeline import create_pipeline

__all__ = ["create_pipeline"]
