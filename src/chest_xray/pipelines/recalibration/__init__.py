"""The pipeline recalibration."""

from chest_xray.pipelines.recalibration.pipeline import create_pipeline

__all__ = ["create_pipeline"]
