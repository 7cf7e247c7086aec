"""New radiographs: probabilities, decisions, warnings, heat maps. Nothing is learnt.

params:prediction, archive_study -> find_new_radiographs -> new_radiographs
new_radiographs, a model -> predict -> predictions_table
a model's weights -> assemble_model -> prediction_explained_model
predictions_table, prediction_explained_model -> draw_overlays -> prediction_overlays
predictions_table, prediction_overlays, archive_study -> report_to_archive -> archive_results

Kedro's edges are static, so each model has a pipeline of its own; the command line takes the one
that ``prediction.model`` names.
"""

from collections.abc import Callable

import pandas as pd
from kedro.pipeline import Node, Pipeline
from pydicom import Dataset

from chest_xray.pipelines.prediction import nodes

RUN = ["params:prediction", "params:process", "new_radiographs"]
# Whole numbers have no gradients: the float model that the quantized one was made from explains.
EXPLAINED = {"baseline": "baseline", "tuned": "tuned", "quantized": "tuned"}


def create_pipeline(model: str) -> Pipeline:
    """Predict the files that are named with one model, and draw what is to be seen first."""
    predict: Callable[..., pd.DataFrame] = nodes.predict_with_network
    loaded = [f"{model}_weights", f"{model}_card", f"{model}_ood_reference", "film_ranges"]
    if model == "quantized":
        # The file carries the ranges of its training films.
        predict, loaded = nodes.predict_with_file, ["quantized_onnx", "quantized_ood_reference"]
    report: Callable[..., list[Dataset]] = nodes.report_of_network
    facts = f"{model}_card"
    if model == "quantized":
        report, facts = nodes.report_of_file, "quantized_onnx"
    explained = EXPLAINED[model]
    return Pipeline(
        [
            Node(
                nodes.find_new_radiographs,
                ["params:prediction", "project_folder", "archive_study"],
                "new_radiographs",
                name="find_new_radiographs",
            ),
            Node(
                predict,
                [*loaded, *RUN],
                "predictions_table",
                name="predict_new_radiographs",
            ),
            Node(
                nodes.draw_overlays,
                [
                    "predictions_table",
                    f"{explained}_weights",
                    f"{explained}_card",
                    "mean_training_image",
                    "params:interpretability",
                    *RUN,
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
