"""Whether heat maps point at lesions that a person has marked on films of another hospital."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pandas as pd

from chest_xray.explaining.attribution import grad_cam
from chest_xray.explaining.baselines import smoothed
from chest_xray.explaining.heat_maps import explain_pixels
from chest_xray.explaining.location import Mask, mass_inside, pointing
from chest_xray.explaining.model import ExplainedModel
from chest_xray.explaining.report import mean_with_interval
from chest_xray.machine.progress import track
from chest_xray.parameters import InterpretabilityParameters
from chest_xray.radiographs.pixels import PixelMap

_CHANCE = "chance"


def locate_lesions(
    model: ExplainedModel,
    films: pd.DataFrame,
    pixels: PixelMap,
    lesion_of: Callable[[str], Mask | None],
    parameters: InterpretabilityParameters,
) -> dict[str, Any]:
    """Where the maps of integrated gradients and Grad-CAM lie on films with a marked lesion.

    Chance is the share of the film that the marks cover: what a map without any structure puts
    there, and how often a random pixel lies there.

    Args:
        model: What is explained; the maps are of its second class.
        films: ``image_id, group_id``.
        pixels: Of these films.
        lesion_of: The mask of a film by its ``image_id``, None where nobody marked one.
        parameters: ``attribution``, ``smoothing``, ``bootstrap_samples`` and ``seed``.

    Returns:
        ``n`` films, and by method (``integrated_gradients``, ``grad_cam``, ``chance``)
        ``pointing`` (``location.pointing``, of the smoothed map) and ``mass_inside`` (the share of
        the positive mass), each ``value``, ``low``, ``high`` (95 %, bootstrap over patients) and
        ``n``; ``weights_hash``. Where no film has a mark, ``n`` is 0 and no method is there.
    """
    marked = [
        (image_id, group, lesion)
        for image_id, group in zip(films["image_id"], films["group_id"], strict=True)
        if (lesion := lesion_of(image_id)) is not None and lesion.any()
    ]
    if not marked:
        return {"n": 0, "weights_hash": model.card["weights_hash"]}
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    for image_id, _, lesion in track(marked, "Explaining films with lesions", len(marked)):
        levels = pixels.prepared(pixels.rows([image_id]))[0]
        maps = {
            "integrated_gradients": explain_pixels(
                model, levels, how=parameters.attribution
            ).values,
            "grad_cam": grad_cam(model.log_odds(), model.levels(levels[None])),
        }
        for method, found in maps.items():
            hit = pointing(smoothed(found, parameters.smoothing), lesion)
            values[method, "pointing"].append(hit)
            values[method, "mass_inside"].append(mass_inside(found, lesion))
        for kind in ("pointing", "mass_inside"):
            values[_CHANCE, kind].append(float(lesion.mean()))
    groups = [group for _, group, _ in marked]
    return {
        "n": len(marked),
        **{
            method: {
                kind: mean_with_interval(
                    values[method, kind], groups, parameters.bootstrap_samples, parameters.seed
                )
                for kind in ("pointing", "mass_inside")
            }
            for method in ("integrated_gradients", "grad_cam", _CHANCE)
        },
        "weights_hash": model.card["weights_hash"],
    }
