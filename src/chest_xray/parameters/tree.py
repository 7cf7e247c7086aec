"""The whole tree of parameters, and what its parts demand of each other."""

from __future__ import annotations

from pydantic import model_validator

from chest_xray.parameters.data_processing import DataProcessingParameters
from chest_xray.parameters.error_analysis import ErrorAnalysisParameters
from chest_xray.parameters.external_validation import ExternalValidationParameters
from chest_xray.parameters.fields import ParameterGroup, Text
from chest_xray.parameters.interpretability import InterpretabilityParameters
from chest_xray.parameters.out_of_distribution import OodParameters
from chest_xray.parameters.phantoms import PhantomParameters
from chest_xray.parameters.prediction import PredictionParameters
from chest_xray.parameters.process import ProcessParameters
from chest_xray.parameters.quantization import QuantizationParameters
from chest_xray.parameters.recalibration import RecalibrationParameters
from chest_xray.parameters.training import TrainingParameters
from chest_xray.parameters.tuning import TuningParameters


class Parameters(ParameterGroup):
    """The whole tree of conf/, with what ``--params`` adds."""

    # Only --params gives these here; left out, those of globals.yml count.
    radiographs_path: Text = ""
    """As in the globals; with ``--params`` only."""
    radiograph_table: Text = ""
    """As in the globals; with ``--params`` only."""
    lesion_masks: Text = ""
    """As in the globals; with ``--params`` only."""
    archive_url: Text = ""
    """As in the globals; with ``--params`` only."""
    archive_study: Text = ""
    """As in the globals; with ``--params`` only."""
    process: ProcessParameters
    phantoms: PhantomParameters
    data_processing: DataProcessingParameters
    training: TrainingParameters
    tuning: TuningParameters
    error_analysis: ErrorAnalysisParameters
    quantization: QuantizationParameters
    interpretability: InterpretabilityParameters
    external_validation: ExternalValidationParameters
    recalibration: RecalibrationParameters
    prediction: PredictionParameters
    ood: OodParameters

    @model_validator(mode="after")
    def _images_do_not_grow_beyond_what_is_stored(self) -> Parameters:
        training, stored = self.training, self.data_processing.image_size
        largest = training.progressive_image_sizes[-1]
        if training.progressive_fraction and largest > stored:
            raise ValueError(
                f"training.progressive_image_sizes has {largest} px; "
                f"at most data_processing.image_size ({stored} px) is allowed"
            )
        return self
