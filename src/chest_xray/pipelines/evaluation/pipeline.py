"""The same evaluation for every model.

{model}_weights -> predict -> {model}_predictions -> measure -> {model}_metrics
{model}_history, {model}_metrics -> show -> figures
{model}_weights -> fit_ood_reference -> {model}_ood_reference

A quantized model is a file with the reference in it instead of weights, has the card of the float
model that it was made from, and no history of a training to show. The float file that it was made
from is measured as well, as the two are compared.
"""

from kedro.pipeline import Node, Pipeline

from chest_xray.pipelines.evaluation import nodes


def create_pipeline(model: str, quantized_from: str | None = None) -> Pipeline:
    """Predict, measure, show, and fit the out-of-distribution reference.

    Args:
        model: As in the names of the catalog.
        quantized_from: The float model of a quantized one; None for a float model itself.
    """
    if quantized_from is None:
        return _of_network(model) + _measured(model, card=f"{model}_card") + _shown(model)
    card = f"{quantized_from}_card"
    float_file = f"{quantized_from}_onnx"
    return (
        _of_file(model, f"{model}_onnx", card)
        + _measured(model, card)
        + _of_file(float_file, float_file, card)
        + _measured(float_file, card)
    )


def _of_network(model: str) -> Pipeline:
    network = [f"{model}_weights", f"{model}_card", "splits", "pixels", "params:process"]
    return Pipeline(
        [
            Node(nodes.predict, network, f"{model}_predictions", name=f"predict_{model}"),
            Node(
                nodes.fit_ood_reference,
                [*network, "params:ood"],
                f"{model}_ood_reference",
                name=f"fit_ood_reference_{model}",
            ),
        ]
    )


def _of_file(name: str, file: str, card: str) -> Pipeline:
    return Pipeline(
        [
            Node(
                nodes.predict_with_file,
                [file, card, "splits", "pixels"],
                f"{name}_predictions",
                name=f"predict_{name}",
            )
        ]
    )


def _measured(model: str, card: str) -> Pipeline:
    return Pipeline(
        [
            Node(
                nodes.measure,
                [f"{model}_predictions", "splits", card, "data_audit", "params:training"],
                f"{model}_metrics",
                name=f"measure_{model}",
            )
        ]
    )


def _shown(model: str) -> Pipeline:
    return Pipeline(
        [
            Node(
                nodes.show,
                [f"{model}_history", f"{model}_predictions", f"{model}_metrics", f"{model}_card"],
                [
                    f"{model}_curves_figure",
                    f"{model}_confusion_matrix_figure",
                    f"{model}_ranking_figure",
                    f"{model}_reliability_figure",
                    f"{model}_tensorboard",
                ],
                name=f"show_{model}",
            )
        ]
    )
