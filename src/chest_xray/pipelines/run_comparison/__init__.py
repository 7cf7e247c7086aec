"""The pipeline run_comparison."""

from chest_xray.pipelines.run_comparison.pipeline import create_pipeline

__all__ = ["create_pipeline"]
