"""From weights to one small fast file, measured.

{model}_weights, film_ranges -> export -> check_export (against PyTorch) -> {model}_onnx
{model}_onnx -> quantize (on validation) -> quantized_onnx
{model}_onnx -> predict -> {model}_onnx_predictions
{model}_onnx, quantized_onnx, {model}_weights -> measure_speed, a process a backend
all of it, quantized_metrics -> report -> quantization_report, _table, _findings -> show
"""

from kedro.pipeline import Node, Pipeline

from chest_xray.pipelines.quantization import nodes

PARAMETERS = "params:quantization"


def create_pipeline(model: str) -> Pipeline:
    """Export the baseline and a model, and quantize the model."""
    return _exports(model) + _quantized(model) + _measured(model) + _reported(model)


def _exports(model: str) -> Pipeline:
    exported = [_export(name) for name in dict.fromkeys(("baseline", model))]
    return sum(exported, Pipeline([]))


def _export(model: str) -> Pipeline:
    """A file that does not say what PyTorch says is not saved."""
    return Pipeline(
        [
            Node(
                nodes.export,
                [f"{model}_weights", f"{model}_card", "splits", "film_ranges", PARAMETERS],
                f"{model}_onnx_to_check",
                name=f"export_{model}",
            ),
            Node(
                nodes.check_export,
                [
                    f"{model}_onnx_to_check",
                    f"{model}_weights",
                    f"{model}_card",
                    "radiographs",
                    "radiograph_index",
                    "splits",
                    "pixels",
                    PARAMETERS,
                ],
                [f"{model}_onnx", f"{model}_export_check"],
                name=f"check_export_{model}",
            ),
        ]
    )


def _quantized(model: str) -> Pipeline:
    return Pipeline(
        [
            Node(
                nodes.quantize,
                [f"{model}_onnx", f"{model}_card", "splits", "pixels", PARAMETERS],
                ["quantized_onnx", "quantization_trials"],
                name="quantize",
            ),
            Node(
                nodes.predict_with_float_file,
                [f"{model}_onnx", f"{model}_card", "splits", "pixels"],
                f"{model}_onnx_predictions",
                name=f"predict_{model}_onnx",
            ),
        ]
    )


def _measured(model: str) -> Pipeline:
    contenders = [f"{model}_weights", f"{model}_card", f"{model}_onnx", "quantized_onnx"]
    return Pipeline(
        [
            Node(
                nodes.measure_speed,
                [
                    *contenders,
                    "radiograph_index",
                    "splits",
                    "pixels",
                    PARAMETERS,
                    "params:process",
                ],
                "quantization_speed",
                name="measure_speed",
            ),
            Node(
                nodes.measure_pytorch_int8,
                [*contenders, "splits", "pixels", PARAMETERS],
                "pytorch_int8",
                name="measure_pytorch_int8",
            ),
        ]
    )


def _reported(model: str) -> Pipeline:
    return Pipeline(
        [
            Node(
                nodes.report,
                [
                    f"{model}_onnx",
                    "quantized_onnx",
                    f"{model}_export_check",
                    f"{model}_card",
                    "splits",
                    "data_audit",
                    f"{model}_onnx_predictions",
                    "quantized_predictions",
                    "quantized_metrics",
                    "quantization_trials",
                    "quantization_speed",
                    "pytorch_int8",
                    "params:training",
                ],
                ["quantization_report", "quantization_table", "quantization_findings"],
                name="report_quantization",
            ),
            Node(
                nodes.show,
                ["quantization_report", "quantization_findings", f"{model}_card"],
                ["quantization_figure", "quantization_tensorboard"],
                name="show_quantization",
            ),
        ]
    )
