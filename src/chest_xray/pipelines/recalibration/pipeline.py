"""A finished model fitted to the hospital whose films it was measured on. Nothing is trained.

{model}_external_predictions, {model}_predictions -> measure -> {model}_recalibration
    -> show -> {model}_recalibration_figure
{model}_recalibration, {model}_onnx -> write_file -> {model}_recalibrated_onnx
{model}_recalibration, {model}_card -> write_card -> {model}_recalibrated_card

A fit that is refused is shown before the run stops. As with external_validation, each model has a
pipeline of its own; the command line takes those that ``recalibration.model`` names.
"""

from kedro.pipeline import Node, Pipeline

from chest_xray.pipelines.recalibration import nodes


def create_pipeline(model: str, card: str | None = None, file: bool = True) -> Pipeline:
    """Measure, show and write.

    Args:
        model: As in the names of the catalog.
        card: The float model of a quantized one, whose card is its own; None for a float model.
        file: Whether the model has a deployable file.
    """
    measured = [
        Node(
            nodes.measure,
            [
                f"{model}_external_predictions",
                "external_index",
                f"{model}_predictions",
                "splits",
                f"{card or model}_card",
                "params:external_validation",
                "params:recalibration",
            ],
            f"{model}_recalibration",
            name=f"measure_recalibration_{model}",
        ),
        Node(
            nodes.show,
            [f"{model}_recalibration"],
            f"{model}_recalibration_figure",
            name=f"show_recalibration_{model}",
        ),
    ]
    written = []
    if card is None:
        written.append(
            Node(
                nodes.write_card,
                [f"{model}_card", f"{model}_recalibration"],
                f"{model}_recalibrated_card",
                name=f"write_recalibrated_card_{model}",
            )
        )
    if file:
        written.append(
            Node(
                nodes.write_file,
                [f"{model}_onnx", f"{model}_recalibration"],
                f"{model}_recalibrated_onnx",
                name=f"write_recalibrated_file_{model}",
            )
        )
    return Pipeline([*measured, *written])
