"""Is the tuned setting better than the first one, whichever patients are tested on?

splits -> split_several_times -> several_splits
tuning_context, several_splits, pixels, cards -> train_pairs -> pooled_state (an epoch at a time)
pooled_state, several_splits -> compare -> pooled_comparison -> pooled_comparison_figure
"""

from kedro.pipeline import Node, Pipeline

from chest_xray.pipelines.pooled_comparison import nodes


def create_pipeline() -> Pipeline:
    """Split several times, train both settings on each split, compare and show them."""
    cards = ["baseline_card", "tuned_card"]
    return Pipeline(
        [
            Node(
                nodes.split_several_times,
                ["splits", "params:data_processing", "params:tuning"],
                "several_splits",
                name="split_several_times",
            ),
            Node(
                nodes.train_pairs,
                [
                    "tuning_context",
                    "splits",
                    "several_splits",
                    "pixels",
                    *cards,
                    "pooled_resume_point",
                ],
                ["pooled_tensorboard", "pooled_state"],
                name="train_pairs",
            ),
            Node(
                nodes.compare,
                ["pooled_state", "splits", "several_splits", *cards, "params:training"],
                "pooled_comparison",
                name="compare_pooled",
            ),
            Node(
                nodes.show,
                "pooled_comparison",
                "pooled_comparison_figure",
                name="show_pooled_comparison",
            ),
        ]
    )
