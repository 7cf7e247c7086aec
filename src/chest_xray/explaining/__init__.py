"""Explanations: a heat map for any image, and measures of how far heat maps can be trusted.

    from chest_xray.explaining import heat_map, load_model
    model = load_model("data", "tuned")
    explained = heat_map(model, "any/radiograph.jpeg")

``explained.values`` is float32 [image_size, image_size]: how much each pixel moved the log-odds of
pneumonia, against a baseline image.
"""

from chest_xray.explaining.heat_maps import HeatMap, heat_map
from chest_xray.explaining.model import ExplainedModel, load_model

__all__ = ["ExplainedModel", "HeatMap", "heat_map", "load_model"]
