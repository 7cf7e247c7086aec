"""From splits and pixels to a tuned model, and how sure it is that it is better.

splits, pixels -> search -> tuning_state (an event at a time) -> tuning_trials, tuning_figure
tuning_state -> train_finalists -> finalists_state (an event at a time)
finalists_state -> keep_winner -> tuned_weights, tuned_card, tuned_history
tuned_weights -> predict -> tuned_predictions -> measure -> tuned_metrics -> show
baseline_predictions, tuned_predictions -> compare -> model_comparison
"""

from kedro.pipeline import Node, Pipeline

from chest_xray.pipelines.tuning import nodes

TRAINING_INPUTS = [
    "params:tuning",
    "params:training",
    "params:process",
    "params:data_processing.class_names",
    "splits",
    "pixels",
]


def create_pipeline() -> Pipeline:
    """Search, train the finalists, keep the winner, predict, measure, show, compare."""
    return Pipeline(
        [
            Node(
                nodes.search,
                [
                    *TRAINING_INPUTS,
                    "baseline_card",
                    "tuning_resume_point",
                    "tuning_folder",
                    "project_folder",
                ],
                ["search_tensorboard", "tuning_state"],
                name="search",
            ),
            Node(
                nodes.train_finalists,
                [
                    *TRAINING_INPUTS,
                    "baseline_card",
                    "baseline_history",
                    "tuning_state",
                    "finalists_resume_point",
                    "tuning_folder",
                    "project_folder",
                ],
                ["finalists_tensorboard", "finalists_state"],
                name="train_finalists",
            ),
            Node(
                nodes.keep_winner,
                [
                    *TRAINING_INPUTS,
                    "baseline_weights",
                    "baseline_card",
                    "baseline_history",
                    "finalists_state",
                    "tuning_folder",
                    "project_folder",
                ],
                ["tuned_weights", "tuned_card", "tuned_history"],
                name="keep_winner",
            ),
            Node(
                nodes.predict,
                ["tuned_weights", "tuned_card", "splits", "pixels", "params:process"],
                "tuned_predictions",
                name="predict_tuned",
            ),
            Node(
                nodes.measure,
                ["tuned_predictions", "splits", "tuned_card", "data_audit", "params:training"],
                "tuned_metrics",
                name="measure_tuned",
            ),
            Node(
                nodes.show,
                ["tuned_history", "tuned_predictions", "tuned_metrics", "tuned_card"],
                [
                    "tuned_curves_figure",
                    "tuned_confusion_matrix_figure",
                    "tuned_ranking_figure",
                    "tuned_reliability_figure",
                    "tuned_tensorboard",
                ],
                name="show_tuned",
            ),
            Node(
                nodes.tabulate_trials,
                ["params:tuning", "tuning_state", "finalists_state"],
                "tuning_trials",
                name="tabulate_trials",
            ),
            Node(
                nodes.show_search,
                ["params:tuning", "tuning_state", "tuning_trials"],
                "tuning_figure",
                name="show_search",
            ),
            Node(
                nodes.compare,
                [
                    "params:tuning",
                    "params:training",
                    "tuning_state",
                    "finalists_state",
                    "baseline_predictions",
                    "tuned_predictions",
                    "baseline_card",
                    "tuned_card",
                    "splits",
                ],
                "model_comparison",
                name="compare_models",
            ),
            Node(
                nodes.fit_ood_reference,
                [
                    "tuned_weights",
                    "tuned_card",
                    "splits",
                    "pixels",
                    "params:process",
                    "params:ood",
                ],
                "tuned_ood_reference",
                name="fit_ood_reference_tuned",
            ),
        ]
    )
