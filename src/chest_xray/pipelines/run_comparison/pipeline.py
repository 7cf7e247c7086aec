"""Which parameters did the runs of a study differ in, and what did each reach?

every version of the models' cards and metrics -> compare -> run_comparison
run_comparison -> show -> run_comparison_figure
"""

from kedro.pipeline import Node, Pipeline

from chest_xray.pipelines.run_comparison import nodes


def create_pipeline() -> Pipeline:
    """Compare all models that were trained, and show them."""
    read = ("card", "metrics", "external_metrics")
    return Pipeline(
        [
            Node(
                nodes.compare,
                [f"every_{model}_{name}" for name in read for model in ("baseline", "tuned")],
                "run_comparison",
                name="compare_runs",
            ),
            Node(nodes.show, "run_comparison", "run_comparison_figure", name="show_runs"),
        ]
    )
