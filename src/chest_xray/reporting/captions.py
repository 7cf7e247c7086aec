"""What each figure of the catalog shows."""

from __future__ import annotations

from chest_xray.reporting.messages import Message, message

_DATA = {
    "class_counts": "figure-class-counts",
    "image_sizes": "figure-image-sizes",
    "sample_grid": "figure-sample-grid",
    "tuning": "figure-tuning",
    "pooled_comparison": "figure-pooled-comparison",
    "quantization": "figure-quantization",
    "external_audit": "figure-external-audit",
}
_OF_A_MODEL = {
    "curves": "figure-curves",
    "confusion_matrix": "figure-confusion-matrix",
    "ranking": "figure-ranking",
    "reliability": "figure-reliability",
    "misclassified": "figure-misclassified",
    "error_types": "figure-error-types",
    "error_rates": "figure-error-rates",
    "confidence": "figure-confidence",
    "explanations": "figure-explanations",
    "fidelity": "figure-fidelity",
    "external": "figure-external",
    "recalibration": "figure-recalibration",
}
# In the order in which they are made.
MODELS = {
    "baseline": "model-baseline",
    "tuned": "model-tuned",
    "quantized": "model-quantized",
}

ONE_HEAT_MAP = message("figure-one-heat-map")
ERROR_EXAMPLES = message("figure-error-examples")


def caption(figure: str) -> Message:
    """Of a catalog entry such as ``baseline_curves_figure``.

    Raises:
        KeyError: No figure of the study is called so.
    """
    name = figure.removesuffix("_figure")
    if name in _DATA:
        return message(_DATA[name])
    model, _, kind = name.partition("_")
    return message(
        "figure-of-model", model=message(MODELS[model]), caption=message(_OF_A_MODEL[kind])
    )
