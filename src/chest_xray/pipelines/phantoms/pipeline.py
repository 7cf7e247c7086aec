"""Synthetic radiographs with known truth.

params:phantoms -> plan -> phantom_truth -> draw -> phantom_radiographs, phantom_lesions
phantom_truth -> write_table -> phantom_table
"""

from kedro.pipeline import Node, Pipeline

from chest_xray.pipelines.phantoms import nodes


def create_pipeline() -> Pipeline:
    """Plan and draw; no edge to ``radiographs``, which only reads what lies in a folder.

    Nor to ``radiograph_table``, which can be any file.
    """
    return Pipeline(
        [
            Node(nodes.plan, "params:phantoms", "phantom_truth", name="plan_phantoms"),
            Node(nodes.write_table, "phantom_truth", "phantom_table", name="write_phantom_table"),
            Node(
                nodes.draw,
                "phantom_truth",
                ["phantom_radiographs", "phantom_lesions"],
                name="draw_phantoms",
            ),
        ]
    )
