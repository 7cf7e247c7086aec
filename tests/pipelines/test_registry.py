"""The pipelines as they are registered, and what Kedro needs of their nodes."""

from typing import get_type_hints

import pytest

from chest_xray.parameters import TrainingParameters
from chest_xray.pipeline_registry import register_pipelines
from chest_xray.pipelines import evaluation, quantization, training, tuning

PIPELINES = register_pipelines()


@pytest.fixture(scope="module")
def nodes():
    """Every node of every pipeline, by its name."""
    return {node.name: node for pipeline in PIPELINES.values() for node in pipeline.nodes}


@pytest.mark.parametrize(
    ("name", "model", "alone"),
    [
        ("training", "baseline", training.create_pipeline()),
        ("tuning", "tuned", tuning.create_pipeline()),
        ("quantization", "quantized", quantization.create_pipeline(model="tuned")),
    ],
)
def test_what_makes_a_model_is_registered_with_its_evaluation(name, model, alone):
    measured = {f"{model}_predictions", f"{model}_metrics"}
    assert not measured & alone.all_outputs()
    assert measured <= PIPELINES[name].all_outputs()


def test_the_evaluation_of_two_models_differs_in_names_only():
    first, second = (evaluation.create_pipeline(model=name) for name in ("baseline", "tuned"))
    renamed = {node.name.replace("baseline", "tuned"): node.func for node in first.nodes}
    assert renamed == {node.name: node.func for node in second.nodes}
    assert "show_tuned" in renamed


def test_a_quantized_model_is_evaluated_by_its_file_and_the_float_model_s_card():
    evaluated = evaluation.create_pipeline(model="quantized", quantized_from="tuned")
    assert {"quantized_onnx", "tuned_card"} <= evaluated.inputs()
    assert "quantized_weights" not in evaluated.inputs()


def test_annotations_are_there_at_run_time_as_typed_parameters_need_all_of_them(nodes):
    for node in nodes.values():
        hints = get_type_hints(node.func)
        assert "return" in hints, node.name
    assert get_type_hints(nodes["train_baseline"].func)["parameters"] is TrainingParameters


def test_no_node_takes_more_than_a_reader_can_hold(nodes):
    assert {name for name, node in nodes.items() if len(node.inputs) > 8} == set()
