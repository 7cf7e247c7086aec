"""From splits and pixels to a tuned model, and how sure it is that it is better.

parameters, folders -> set_up -> tuning_context
splits, pixels -> search -> tuning_state (an event at a time) -> tuning_trials
tuning_state -> train_finalists -> finalists_state (an event at a time)
finalists_state -> keep_winner -> tuned_weights, tuned_card, tuned_history, soup_tensorboard
tuning_state, finalists_state, tuned_card -> summarize_search -> search_summary
search_summary, baseline_predictions, tuned_predictions -> compare -> model_comparison
model_comparison, tuning_state, tuning_trials -> show_search -> tuning_figure
"""

from kedro.pipeline import Node, Pipeline

from chest_xray.pipelines.tuning import nodes


def create_pipeline() -> Pipeline:
    """Search, train the finalists, keep the winner, compare it with the baseline."""
    return create_context_pipeline() + _trained() + _reported()


def create_context_pipeline() -> Pipeline:
    """How and where trials run, which ``pooled_comparison`` needs too."""
    return Pipeline(
        [
            Node(
                nodes.set_up,
                [
                    "params:tuning",
                    "params:training",
                    "params:process",
                    "params:data_processing.class_names",
                    "tuning_folder",
                    "project_folder",
                ],
                "tuning_context",
                name="set_up_tuning",
            )
        ]
    )


def _trained() -> Pipeline:
    inputs = ["tuning_context", "splits", "pixels"]
    return Pipeline(
        [
            Node(
                nodes.search,
                [*inputs, "baseline_card", "tuning_resume_point"],
                ["search_tensorboard", "tuning_state"],
                name="search",
            ),
            Node(
                nodes.train_finalists,
                [
                    *inputs,
                    "baseline_card",
                    "baseline_history",
                    "tuning_state",
                    "finalists_resume_point",
                ],
                ["finalists_tensorboard", "finalists_state"],
                name="train_finalists",
            ),
            Node(
                nodes.keep_winner,
                [
                    *inputs,
                    "baseline_weights",
                    "baseline_card",
                    "baseline_history",
                    "finalists_state",
                ],
                ["tuned_weights", "tuned_card", "tuned_history", "soup_tensorboard"],
                name="keep_winner",
            ),
        ]
    )


def _reported() -> Pipeline:
    return Pipeline(
        [
            Node(
                nodes.tabulate_trials,
                ["params:tuning", "tuning_state", "finalists_state"],
                "tuning_trials",
                name="tabulate_trials",
            ),
            Node(
                nodes.show_search,
                ["model_comparison", "tuning_state", "tuning_trials"],
                "tuning_figure",
                name="show_search",
            ),
            Node(
                nodes.summarize_search,
                ["params:tuning", "tuning_state", "finalists_state", "tuned_card"],
                "search_summary",
                name="summarize_search",
            ),
            Node(
                nodes.compare,
                [
                    "search_summary",
                    "baseline_predictions",
                    "tuned_predictions",
                    "baseline_card",
                    "tuned_card",
                    "splits",
                    "params:training",
                ],
                "model_comparison",
                name="compare_models",
            ),
        ]
    )
