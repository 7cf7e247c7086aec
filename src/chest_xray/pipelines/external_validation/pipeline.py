"""Finished models on the films of another hospital. Nothing is trained.

external_radiographs, external_radiograph_table -> list -> read -> collect -> external_index,
    external_pixels
external_index, external_pixels, the study's films -> audit_films -> external_films, external_audit
external_films, a model -> predict -> {model}_external_predictions -> measure
    -> {model}_external_metrics -> show -> {model}_external_figure
external_films, lesion masks, a network -> locate_lesions -> {model}_external_lesions

Kedro's edges are static, so each model has a pipeline of its own, and all begin with the same
nodes; the command line takes those that ``external_validation.model`` names.
"""

from functools import partial, update_wrapper

from kedro.pipeline import Node, Pipeline

from chest_xray.pipelines.external_validation import nodes

PARAMETERS = "params:external_validation"
STUDY = "params:data_processing"


def create_pipeline(model: str, quantized_from: str | None = None) -> Pipeline:
    """Read and audit the films, predict, measure, locate lesions and show.

    Args:
        model: As in the names of the catalog.
        quantized_from: The float model of a quantized one; None for a float model itself.
    """
    return _films() + _predicted(model, quantized_from) + _measured(model, quantized_from or model)


def _films() -> Pipeline:
    folder = ["external_radiographs"]
    return Pipeline(
        [
            Node(
                nodes.list_films,
                [*folder, "external_radiograph_table", "patient_key", STUDY, PARAMETERS],
                "external_listing",
                name="list_external_films",
            ),
            Node(
                nodes.read_films,
                [
                    *folder,
                    "external_listing",
                    "external_decoded_images_resume_point",
                    STUDY,
                    PARAMETERS,
                ],
                "external_decoded_images",
                name="read_external_films",
            ),
            Node(
                nodes.collect_films,
                [*folder, "external_listing", "external_decoded_images", STUDY, PARAMETERS],
                ["external_index", "external_pixels"],
                name="collect_external_films",
            ),
            Node(
                nodes.audit_films,
                [
                    "external_index",
                    "external_pixels",
                    "splits",
                    "pixels",
                    "film_measures",
                    "film_ranges",
                    STUDY,
                    PARAMETERS,
                ],
                ["external_films", "external_audit"],
                name="audit_external_films",
            ),
            Node(
                nodes.show_audit,
                ["external_audit"],
                "external_audit_figure",
                name="show_external_audit",
            ),
        ]
    )


def _predicted(model: str, quantized_from: str | None) -> Pipeline:
    films = ["external_films", "external_pixels"]
    if quantized_from is not None:
        return Pipeline(
            [
                Node(
                    nodes.predict_with_file,
                    [f"{model}_onnx", *films],
                    f"{model}_external_predictions",
                    name=f"predict_external_{model}",
                )
            ]
        )
    network = [f"{model}_weights", f"{model}_card"]
    return Pipeline(
        [
            Node(
                nodes.predict_with_network,
                [*network, f"{model}_ood_reference", *films, "params:process"],
                f"{model}_external_predictions",
                name=f"predict_external_{model}",
            ),
            Node(
                nodes.locate_lesions,
                [
                    *network,
                    "mean_training_image",
                    *films,
                    "external_lesion_masks",
                    "params:interpretability",
                    "params:process",
                ],
                f"{model}_external_lesions",
                name=f"locate_external_lesions_{model}",
            ),
        ]
    )


def _measured(model: str, carded: str) -> Pipeline:
    return Pipeline(
        [
            Node(
                nodes.measure,
                [
                    f"{model}_external_predictions",
                    f"{carded}_card",
                    f"{model}_metrics",
                    "external_audit",
                    PARAMETERS,
                ],
                f"{model}_external_metrics",
                name=f"measure_external_{model}",
            ),
            Node(
                update_wrapper(partial(nodes.show, model=model), nodes.show),
                [f"{model}_external_metrics", f"{model}_predictions", f"{carded}_card"],
                [f"{model}_external_figure", f"{model}_external_tensorboard"],
                name=f"show_external_{model}",
            ),
        ]
    )
