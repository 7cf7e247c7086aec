"""From a trained model to heat maps, and to how far they can be trusted.

{model}_predictions -> choose_images -> {model}_explained_images
{model}_explained_images -> explain_images -> {model}_heat_maps, {model}_heat_map_table
{model}_heat_maps -> draw_overlays -> {model}_overlays
{model}_weights -> assemble_model -> {model}_explained_model, for the two that compute maps
{model}_predictions -> choose_tested_images -> measure_heat_maps -> {model}_explanation_report
all of it -> show -> {model}_explanations_figure, {model}_fidelity_figure, TensorBoard
"""

from kedro.pipeline import Node, Pipeline

from chest_xray.pipelines.interpretability import nodes

PARAMETERS = "params:interpretability"


def create_pipeline(model: str) -> Pipeline:
    """Choose, explain, test and show the images of a model that has gradients."""
    return Pipeline(
        [
            Node(
                nodes.assemble_model,
                [f"{model}_weights", f"{model}_card", "mean_training_image", "params:process"],
                f"{model}_explained_model",
                name=f"assemble_{model}",
            ),
            Node(
                nodes.choose_images,
                [
                    f"{model}_predictions",
                    f"{model}_card",
                    "radiograph_index",
                    PARAMETERS,
                    "project_folder",
                ],
                f"{model}_explained_images",
                name=f"choose_images_of_{model}",
            ),
            Node(
                nodes.explain_images,
                [f"{model}_explained_model", f"{model}_explained_images", "pixels", PARAMETERS],
                [f"{model}_heat_maps", f"{model}_heat_map_table"],
                name=f"explain_images_of_{model}",
            ),
            Node(
                nodes.draw_overlays,
                ["radiographs", "radiograph_index", f"{model}_heat_maps", PARAMETERS],
                f"{model}_overlays",
                name=f"draw_overlays_of_{model}",
            ),
            Node(
                nodes.choose_tested_images,
                [f"{model}_predictions", "splits", "radiograph_index", PARAMETERS],
                f"{model}_tested_images",
                name=f"choose_tested_images_of_{model}",
            ),
            Node(
                nodes.measure_heat_maps,
                [
                    f"{model}_explained_model",
                    f"{model}_tested_images",
                    "splits",
                    "pixels",
                    "lesion_masks",
                    PARAMETERS,
                ],
                f"{model}_explanation_report",
                name=f"measure_heat_maps_of_{model}",
            ),
            Node(
                nodes.show,
                [
                    "radiographs",
                    "radiograph_index",
                    f"{model}_card",
                    f"{model}_heat_maps",
                    f"{model}_heat_map_table",
                    f"{model}_explanation_report",
                    PARAMETERS,
                ],
                [
                    f"{model}_explanations_figure",
                    f"{model}_fidelity_figure",
                    f"{model}_explanations_tensorboard",
                ],
                name=f"show_explanations_of_{model}",
            ),
        ]
    )
