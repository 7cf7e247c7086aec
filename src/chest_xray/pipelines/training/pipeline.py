"""From splits and pixels to a measured baseline.

splits, pixels -> train -> training_state (an epoch at a time)
training_state -> keep_best_epoch -> baseline_weights, baseline_card, baseline_history
baseline_weights -> predict -> baseline_predictions -> measure -> baseline_metrics -> show
"""

from kedro.pipeline import Node, Pipeline

from chest_xray.pipelines.training import nodes

CLASS_NAMES = "params:data_processing.class_names"


def create_pipeline() -> Pipeline:
    """Train, keep the best epoch, predict, measure, show."""
    return Pipeline(
        [
            Node(
                nodes.train,
                [
                    "params:training",
                    "params:process",
                    CLASS_NAMES,
                    "splits",
                    "pixels",
                    "training_resume_point",
                    "project_folder",
                ],
                ["tensorboard", "training_state"],
                name="train_baseline",
            ),
            Node(
                nodes.keep_best_epoch,
                [
                    "training_state",
                    "params:training",
                    "params:process",
                    CLASS_NAMES,
                    "splits",
                    "pixels",
                    "project_folder",
                ],
                ["baseline_weights", "baseline_card", "baseline_history"],
                name="keep_best_epoch",
            ),
            Node(
                nodes.predict,
                ["baseline_weights", "baseline_card", "splits", "pixels", "params:process"],
                "baseline_predictions",
                name="predict_baseline",
            ),
            Node(
                nodes.measure,
                [
                    "baseline_predictions",
                    "splits",
                    "baseline_card",
                    "data_audit",
                    "params:training",
                ],
                "baseline_metrics",
                name="measure_baseline",
            ),
            Node(
                nodes.show,
                ["baseline_history", "baseline_predictions", "baseline_metrics", "baseline_card"],
                [
                    "baseline_curves_figure",
                    "baseline_confusion_matrix_figure",
                    "baseline_ranking_figure",
                    "baseline_reliability_figure",
                    "baseline_tensorboard",
                ],
                name="show_baseline",
            ),
            Node(
                nodes.fit_ood_reference,
                [
                    "baseline_weights",
                    "baseline_card",
                    "splits",
                    "pixels",
                    "params:process",
                    "params:ood",
                ],
                "baseline_ood_reference",
                name="fit_ood_reference_baseline",
            ),
        ]
    )
