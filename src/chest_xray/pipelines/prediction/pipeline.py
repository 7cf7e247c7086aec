"""New radiographs: probabilities, decisions, warnings, heat maps. Nothing is learnt.

params:prediction -> predict -> predictions_table -> draw_overlays -> prediction_overlays

Which model is a parameter, so no edge of the DAG can lead to it: the node looks for the newest
version below the data folder, and says which pipeline makes what is missing.
"""

from kedro.pipeline import Node, Pipeline

from chest_xray.pipelines.prediction import nodes

INPUTS = ["params:prediction", "params:process", "data_folder", "project_folder"]


def create_pipeline() -> Pipeline:
    """Judge the files that are named, and draw what is to be seen first."""
    return Pipeline(
        [
            Node(nodes.predict, INPUTS, "predictions_table", name="predict_new_radiographs"),
            Node(
                nodes.draw_overlays,
                ["predictions_table", "params:interpretability", *INPUTS],
                "prediction_overlays",
                name="draw_new_radiographs",
            ),
        ]
    )
