"""The pipelines by name; ``kedro run`` without a name runs those on radiographs, in order."""

from kedro.pipeline import Pipeline

from chest_xray.pipelines import data_processing, phantoms, quantization, training


def register_pipelines() -> dict[str, Pipeline]:
    """Every pipeline, and the default one."""
    pipelines = {
        "data_processing": data_processing.create_pipeline(),
        "training": training.create_pipeline(),
    }
    return {
        "__default__": sum(pipelines.values(), Pipeline([])),
        **pipelines,
        "phantoms": phantoms.create_pipeline(),
        "quantization": quantization.create_pipeline(),
    }
