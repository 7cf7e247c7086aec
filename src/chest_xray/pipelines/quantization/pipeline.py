"""From weights to one small fast file, measured.

{model}_weights, film_ranges, {model}_ood_reference -> export -> compared with PyTorch
    -> confirm_export -> {model}_onnx
{model}_onnx -> quantize (on validation) -> quantized_onnx
{model}_onnx, quantized_onnx, {model}_weights -> candidates -> measure_speed, a process per backend
float and int8 predictions and metrics (pipeline evaluation) -> compare_quality, assess_pytorch_int8
all of it -> report -> quantization_report, _table, _findings -> show
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
    """A file that differs from PyTorch is not saved."""
    file, exported = f"{model}_onnx_to_check", f"{model}_exported"
    network = [f"{model}_weights", f"{model}_card"]
    return Pipeline(
        [
            Node(
                nodes.export,
                [*network, "splits", "film_ranges", f"{model}_ood_reference", PARAMETERS],
                [file, exported],
                name=f"export_{model}",
            ),
            Node(
                nodes.compare_stored_images,
                [file, exported, "splits", "pixels"],
                f"{model}_compared_stored",
                name=f"compare_stored_images_{model}",
            ),
            Node(
                nodes.compare_originals,
                [file, exported, "radiographs", "radiograph_index", "splits", PARAMETERS],
                f"{model}_compared_originals",
                name=f"compare_originals_{model}",
            ),
            Node(
                nodes.confirm_export,
                [file, f"{model}_compared_stored", f"{model}_compared_originals"],
                [f"{model}_onnx", f"{model}_export_check"],
                name=f"confirm_export_{model}",
            ),
        ]
    )


def _quantized(model: str) -> Pipeline:
    return Pipeline(
        [
            Node(
                nodes.quantize,
                [f"{model}_onnx", f"{model}_card", "splits", "pixels", PARAMETERS, "params:ood"],
                ["quantized_onnx", "quantization_trials"],
                name="quantize",
            ),
        ]
    )


def _measured(model: str) -> Pipeline:
    return Pipeline(
        [
            Node(
                nodes.collect_candidates,
                [
                    f"{model}_weights",
                    f"{model}_card",
                    f"{model}_onnx",
                    "quantized_onnx",
                    "splits",
                    "pixels",
                ],
                "candidates",
                name="collect_candidates",
            ),
            Node(
                nodes.measure_speed,
                [
                    "candidates",
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
                ["candidates", "splits", "pixels", PARAMETERS],
                "pytorch_int8",
                name="measure_pytorch_int8",
            ),
        ]
    )


def _reported(model: str) -> Pipeline:
    return Pipeline(
        [
            Node(
                nodes.compare_quality,
                [
                    f"{model}_onnx_predictions",
                    "quantized_predictions",
                    f"{model}_onnx_metrics",
                    "quantized_metrics",
                    f"{model}_card",
                    "splits",
                    "params:training",
                ],
                "quantization_quality",
                name="compare_quality",
            ),
            Node(
                nodes.assess_pytorch_int8,
                [
                    "pytorch_int8",
                    f"{model}_onnx_predictions",
                    f"{model}_card",
                    "splits",
                    "params:training",
                ],
                "pytorch_int8_quality",
                name="assess_pytorch_int8",
            ),
            Node(
                nodes.report,
                [
                    "candidates",
                    "quantization_quality",
                    "pytorch_int8_quality",
                    f"{model}_export_check",
                    "quantization_trials",
                    "quantization_speed",
                    "pytorch_int8",
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
