"""The pipelines by name; ``kedro run`` without a name runs those on radiographs, in order."""

from kedro.pipeline import Pipeline

from chest_xray.pipelines import data_processing, interpretability, phantoms, training


def register_pipelines() -> dict[str, Pipeline]:
    """Every pipeline, and the default one."""
    pipelines = {
        "data_processing": data_processing.create_pipeline(),
        "training": training.create_pipeline(),
    }
    return {
        "__default__": sum(pipelines.values(), Pipeline([])),
        **pipelines,
        "interpretability": interpretability.create_pipeline(model="tuned"),
        "interpretability_baseline": interpretability.create_pipeline(model="baseline"),
        "phantoms": phantoms.create_pipeline(),
    }
