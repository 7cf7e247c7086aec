"""From a model's predictions to what it gets wrong, how often, and how much that matters.

film_measures, splits -> set_film_limits -> film_limits
{model}_weights -> find_neighbours -> {model}_neighbours
{model}_predictions -> describe_images -> {model}_error_images
{model}_error_images, a person's sheet -> keep_notes -> {model}_error_notes
{model}_error_images, {model}_error_notes -> tabulate -> {model}_error_table -> show -> figures
"""

from kedro.pipeline import Node, Pipeline

from chest_xray.pipelines.error_analysis import nodes

PARAMETERS = "params:error_analysis"


def create_pipeline(model: str = "baseline") -> Pipeline:
    """Of one model; the limits of films are the same for all of them."""
    return Pipeline(
        [
            Node(
                nodes.set_film_limits,
                ["film_measures", "splits", PARAMETERS],
                "film_limits",
                name="set_film_limits",
            ),
            Node(
                nodes.find_neighbours,
                [
                    f"{model}_weights",
                    f"{model}_card",
                    "splits",
                    "pixels",
                    "params:process",
                    PARAMETERS,
                ],
                f"{model}_neighbours",
                name=f"find_neighbours_{model}",
            ),
            Node(
                nodes.describe_images,
                [
                    f"{model}_predictions",
                    "radiograph_index",
                    "splits",
                    "film_measures",
                    "film_limits",
                    f"{model}_neighbours",
                    f"{model}_card",
                    PARAMETERS,
                ],
                f"{model}_error_images",
                name=f"describe_images_{model}",
            ),
            Node(
                nodes.keep_notes,
                [f"{model}_error_images", f"{model}_error_notes_so_far", "radiograph_index"],
                f"{model}_error_notes",
                name=f"keep_notes_{model}",
            ),
            Node(
                nodes.tabulate,
                [
                    f"{model}_error_images",
                    "splits",
                    f"{model}_error_notes",
                    "film_limits",
                    f"{model}_card",
                    PARAMETERS,
                ],
                [
                    f"{model}_error_table",
                    f"{model}_error_exploration",
                    f"{model}_error_findings",
                ],
                name=f"tabulate_errors_{model}",
            ),
            Node(
                nodes.show,
                [
                    f"{model}_error_images",
                    f"{model}_error_table",
                    f"{model}_error_findings",
                    "pixels",
                    f"{model}_card",
                    PARAMETERS,
                ],
                [
                    f"{model}_misclassified_figure",
                    f"{model}_misclassified_pages",
                    f"{model}_error_types_figure",
                    f"{model}_error_rates_figure",
                    f"{model}_confidence_figure",
                    f"{model}_errors_tensorboard",
                ],
                name=f"show_errors_{model}",
            ),
        ]
    )
