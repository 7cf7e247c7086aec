"""New radiographs: probabilities, decisions, warnings, heat maps. Nothing is learnt.

params:prediction, archive_study -> list -> new_radiographs_listing
new_radiographs_listing, a model -> predict -> predicted_rows, as they come
new_radiographs_listing, predicted_rows -> collect -> predictions_table
predictions_table, a network -> draw_overlays -> prediction_overlays
predictions_table, prediction_overlays, archive_study -> report -> archive_results

Kedro's edges are static, so each model has a pipeline of its own; the command line takes the one
that ``prediction.model`` names.
"""

from collections.abc import Callable, Iterator
from typing import Any

from kedro.pipeline import Node, Pipeline
from pydicom import Dataset

from chest_xray.pipelines.prediction import nodes

# Whole numbers have no gradients: the float model that the quantized one was made from explains.
EXPLAINED = {"baseline": "baseline", "tuned": "tuned", "quantized": "tuned"}


def create_pipeline(model: str) -> Pipeline:
    """Predict the files that are named with one model, and draw what is to be seen first."""
    predict: Callable[..., Iterator[Any]] = nodes.predict_with_network
    loaded = [f"{model}_weights", f"{model}_card", f"{model}_ood_reference", "film_ranges"]
    if model == "quantized":
        # The file carries what is known of its training films.
        predict, loaded = nodes.predict_with_file, ["quantized_onnx"]
    report: Callable[..., list[Dataset]] = nodes.report_of_network
    facts = f"{model}_card"
    if model == "quantized":
        report, facts = nodes.report_of_file, "quantized_onnx"
    explained = EXPLAINED[model]
    return Pipeline(
        [
            Node(
                nodes.list_new_radiographs,
                ["params:prediction", "project_folder", "archive_study"],
                "new_radiographs_listing",
                name="list_new_radiographs",
            ),
            Node(
                predict,
                [
                    "new_radiographs_listing",
                    "predicted_rows_resume_point",
                    *loaded,
                    "params:prediction",
                    "params:process",
                ],
                ["predicted_rows", "prediction_settings_hash"],
                name="predict_new_radiographs",
            ),
            Node(
                nodes.collect_predictions,
                ["new_radiographs_listing", "predicted_rows", "prediction_settings_hash"],
                "predictions_table",
                name="collect_predictions",
            ),
            Node(
                nodes.draw_overlays,
                [
                    "new_radiographs_listing",
                    "predictions_table",
                    f"{explained}_weights",
                    f"{explained}_card",
                    "mean_training_image",
                    "params:interpretability",
                    "params:prediction",
                    "params:process",
                ],
                "prediction_overlays",
                name="draw_new_radiographs",
            ),
            Node(
                report,
                ["predictions_table", "prediction_overlays", "archive_study", facts],
                "archive_results",
                name="report_to_archive",
            ),
        ]
    )
