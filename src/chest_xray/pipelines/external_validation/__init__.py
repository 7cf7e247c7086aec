"""The pipeline external_validation."""

from chest_xray.pipelines.external_validation.pipeline import create_pipeline

__all__ = ["create_pipeline"]
