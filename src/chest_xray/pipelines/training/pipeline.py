"""From splits and pixels to a trained baseline.

splits, pixels -> train -> training_state (an epoch at a time)
training_state -> keep_best_epoch -> baseline_weights, baseline_card, baseline_history
"""

from kedro.pipeline import Node, Pipeline

from chest_xray.pipelines.training import nodes

CLASS_NAMES = "params:data_processing.class_names"


def create_pipeline() -> Pipeline:
    """Train, keep the best epoch."""
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
                    "training_folder",
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
        ]
    )
