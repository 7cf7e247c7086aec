"""Every number that changes a result, typed: one model per pipeline, and the check of them all.

The whole tree is checked before the first node of any pipeline runs (``project.hooks``). Kedro
hands each node its part as an instance of the class that the node's argument is annotated with.
"""

from __future__ import annotations

from chest_xray.parameters.checks import check_globals, check_parameters, refuse_other_places
from chest_xray.parameters.data_processing import (
    DataProcessingParameters,
    DicomParameters,
    NearDuplicateParameters,
)
from chest_xray.parameters.error_analysis import ErrorAnalysisParameters
from chest_xray.parameters.external_validation import ExternalValidationParameters
from chest_xray.parameters.fields import Backbone, IntensityNormalization, Seed, Share
from chest_xray.parameters.globals import Globals
from chest_xray.parameters.interpretability import AttributionParameters, InterpretabilityParameters
from chest_xray.parameters.out_of_distribution import OodParameters
from chest_xray.parameters.phantoms import PhantomParameters
from chest_xray.parameters.prediction import PredictionParameters
from chest_xray.parameters.process import ProcessParameters
from chest_xray.parameters.quantization import QuantizationParameters, TimingParameters
from chest_xray.parameters.recalibration import RecalibrationParameters
from chest_xray.parameters.training import (
    AugmentationParameters,
    EarlyStoppingParameters,
    FitParameters,
    StyleMixingParameters,
    ThresholdParameters,
    TrainingParameters,
)
from chest_xray.parameters.tree import Parameters
from chest_xray.parameters.tuning import TuningParameters

__all__ = [
    "AttributionParameters",
    "AugmentationParameters",
    "Backbone",
    "DataProcessingParameters",
    "DicomParameters",
    "EarlyStoppingParameters",
    "ErrorAnalysisParameters",
    "ExternalValidationParameters",
    "FitParameters",
    "Globals",
    "IntensityNormalization",
    "InterpretabilityParameters",
    "NearDuplicateParameters",
    "OodParameters",
    "Parameters",
    "PhantomParameters",
    "PredictionParameters",
    "ProcessParameters",
    "QuantizationParameters",
    "RecalibrationParameters",
    "Seed",
    "Share",
    "StyleMixingParameters",
    "ThresholdParameters",
    "TimingParameters",
    "TrainingParameters",
    "TuningParameters",
    "check_globals",
    "check_parameters",
    "refuse_other_places",
]
