"""The pipelines by name; ``kedro run`` without a name runs the study on radiographs, in order."""

from kedro.pipeline import Pipeline

from chest_xray.pipelines import (
    data_processing,
    error_analysis,
    evaluation,
    external_validation,
    interpretability,
    phantoms,
    pooled_comparison,
    prediction,
    quantization,
    recalibration,
    run_comparison,
    training,
    tuning,
)

# By model, the pipeline that predicts new radiographs with it; ``prediction.model`` chooses one.
PREDICTIONS = {
    "quantized": "prediction",
    "tuned": "prediction_tuned",
    "baseline": "prediction_baseline",
}
# Likewise, the pipeline that measures it on another hospital's films.
EXTERNAL_VALIDATIONS = {
    "quantized": "external_validation",
    "tuned": "external_validation_tuned",
    "baseline": "external_validation_baseline",
}
# Likewise, the pipeline that fits it to that hospital.
RECALIBRATIONS = {
    "quantized": "recalibration",
    "tuned": "recalibration_tuned",
    "baseline": "recalibration_baseline",
}
DEFAULT_MODEL = "quantized"


def register_pipelines() -> dict[str, Pipeline]:
    """Every pipeline, and the default one."""
    pipelines = {
        "data_processing": data_processing.create_pipeline(),
        "training": training.create_pipeline() + evaluation.create_pipeline(model="baseline"),
        "error_analysis": error_analysis.create_pipeline(model="baseline"),
        "tuning": tuning.create_pipeline() + evaluation.create_pipeline(model="tuned"),
        "quantization": quantization.create_pipeline(model="tuned")
        + evaluation.create_pipeline(model="quantized", quantized_from="tuned"),
        "interpretability": interpretability.create_pipeline(model="tuned"),
    }
    return {
        "__default__": sum(pipelines.values(), Pipeline([])),
        **pipelines,
        "error_analysis_tuned": error_analysis.create_pipeline(model="tuned"),
        "interpretability_baseline": interpretability.create_pipeline(model="baseline"),
        "phantoms": phantoms.create_pipeline(),
        "run_comparison": run_comparison.create_pipeline(),
        "pooled_comparison": tuning.create_context_pipeline() + pooled_comparison.create_pipeline(),
        **{
            name: external_validation.create_pipeline(
                model, quantized_from="tuned" if model == "quantized" else None
            )
            for model, name in EXTERNAL_VALIDATIONS.items()
        },
        "recalibration": recalibration.create_pipeline("quantized", card="tuned"),
        "recalibration_tuned": recalibration.create_pipeline("tuned"),
        "recalibration_baseline": recalibration.create_pipeline("baseline", file=False),
        **{name: prediction.create_pipeline(model) for model, name in PREDICTIONS.items()},
    }
