"""From a folder to an index, pixels and splits.

radiographs, radiograph_table, patient_key -> list -> read -> collect -> radiograph_index, pixels
                                              list -> dicom_left_out
radiograph_index -> split -> splits
radiograph_index, splits, pixels, dicom_left_out -> audit -> data_audit
splits, pixels -> average_training_images -> mean_training_image
radiograph_index, pixels -> measure_films -> film_measures, splits -> set_film_ranges -> film_ranges
radiograph_index, pixels -> show -> figures
"""

from kedro.pipeline import Node, Pipeline

from chest_xray.pipelines.data_processing import nodes

PARAMETERS = "params:data_processing"


def create_pipeline() -> Pipeline:
    """List, read, split, measure films, audit, show."""
    return Pipeline(
        [
            Node(
                nodes.list_radiographs,
                ["radiographs", "radiograph_table", "patient_key", PARAMETERS],
                ["radiograph_listing", "dicom_left_out"],
                name="list_radiographs",
            ),
            Node(
                nodes.read_radiographs,
                ["radiographs", "radiograph_listing", "decoded_images_resume_point", PARAMETERS],
                "decoded_images",
                name="read_radiographs",
            ),
            Node(
                nodes.collect_decoded_images,
                ["radiographs", "radiograph_listing", "decoded_images", PARAMETERS],
                ["radiograph_index", "pixels"],
                name="collect_decoded_images",
            ),
            Node(
                nodes.split_radiographs,
                ["radiograph_index", PARAMETERS],
                "splits",
                name="split_radiographs",
            ),
            Node(
                nodes.average_training_images,
                ["splits", "pixels"],
                "mean_training_image",
                name="average_training_images",
            ),
            Node(
                nodes.measure_films,
                ["radiograph_index", "pixels"],
                "film_measures",
                name="measure_films",
            ),
            Node(
                nodes.set_film_ranges,
                ["film_measures", "splits", PARAMETERS],
                "film_ranges",
                name="set_film_ranges",
            ),
            Node(
                nodes.audit,
                ["radiograph_index", "splits", "pixels", "dicom_left_out", PARAMETERS],
                "data_audit",
                name="audit_radiographs",
            ),
            Node(
                nodes.show,
                ["radiograph_index", "pixels", PARAMETERS],
                [
                    "class_counts_figure",
                    "image_sizes_figure",
                    "sample_grid_figure",
                    "data_tensorboard",
                ],
                name="show_radiographs",
            ),
        ]
    )
