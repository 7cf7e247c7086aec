"""A heat map for any image."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from PIL import Image

from chest_xray.errors import BadExplanation
from chest_xray.explaining.attribution import Integral, integrated_gradients
from chest_xray.explaining.baselines import baseline_levels
from chest_xray.explaining.model import ExplainedModel
from chest_xray.machine.progress import track
from chest_xray.parameters import AttributionParameters, InterpretabilityParameters
from chest_xray.radiographs.bit_depth import grey_of_levels
from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.image_files import grey_levels
from chest_xray.radiographs.pixels import PixelMap

DEFAULT = AttributionParameters()

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class HeatMap:
    """What every pixel did to the log-odds of a class.

    Attributes:
        values: float32 [size, size], signed: above 0 is evidence for the class, below 0 against it.
            They add up to ``log_odds - baseline_log_odds + delta``.
        pixels: What the model saw, intensity normalization included, uint8 [size, size].
        class_name: The class that is explained.
        probability: Of the class; ``log_odds`` is log(p / (1 - p)) of it.
        log_odds: Of the class, for the image.
        baseline_log_odds: Of the class, for the baseline (the mean over several).
        delta: By how much the sum of the values misses the difference of both.
        steps: Gradients that were computed.
        converged: Whether ``delta`` is within the tolerance; where not, the limit of steps came
            first, and the map is an approximation.
    """

    values: NDArray[np.float32]
    pixels: NDArray[np.uint8]
    class_name: str
    probability: float
    log_odds: float
    baseline_log_odds: float
    delta: float
    steps: int
    converged: bool


def heat_map(
    model: ExplainedModel,
    image: str | Path | Image.Image | NDArray[np.uint8],
    class_index: int = 1,
    how: AttributionParameters = DEFAULT,
    bits_stored: int | None = None,
) -> HeatMap:
    """How much every pixel of an image moved the model's answer, and which way.

    The answer is the log-odds of a class, log(p / (1 - p)), here f(x) of an image x. What moved it
    can only be measured against another image, the baseline b, which stands for "nothing to see":
    an explanation gives the reasons why f is f(x) and not f(b). Integrated gradients (Sundararajan
    et al., 2017, https://arxiv.org/abs/1703.01365) walks in a straight line from b to x and gives
    pixel i

        (x_i - b_i) * integral from 0 to 1 of df/dx_i (b + a (x - b)) da

    The gradient at x alone would miss what has saturated on the way: once an opacity has settled
    the matter, more of it changes nothing. Two axioms single the method out. Completeness: the
    values add up to f(x) - f(b), so each is a share of the answer, in log-odds; by how much the
    computed sum misses it is the convergence delta. Sensitivity: a pixel in which x and b differ,
    and on which f depends, gets a value, and one on which f never depends gets none. It follows
    that a pixel equal to its baseline gets nothing: a black baseline can't say that something dark
    mattered. Image and baselines are grey images as the preprocessing leaves them before
    ``normalize``, intensity normalization included: that is a table, piecewise constant, whose
    gradient is 0 wherever it has one. ``baselines.baseline_levels`` says which baselines there
    are.

    What it doesn't say: that a radiologist would look there, that the image would be called
    otherwise without that part, or anything about pixels that only matter together. How far the
    maps of a model can be trusted is measured in its explanation report.

    Args:
        model: What ``load_model`` gives.
        image: A file, an opened image of any size and mode, or grey levels uint8 [height, width];
            it is stretched to the model's square, and its levels are normalized, as in training.
        class_index: 1 for the positive class (pneumonia), 0 for the other.
        how: Baseline, steps, tolerance and memory.
        bits_stored: Of a file or an opened image of 16 bits, as ``decoding.decode`` takes it.

    Raises:
        BadExplanation: The file can't be decoded, the array is of another kind, there is no such
            class, or the baseline needs the mean training image and it isn't known.
    """
    return explain_pixels(model, model.prepared(_grey(image, bits_stored)), class_index, how)


def explain_pixels(
    model: ExplainedModel,
    pixels: NDArray[np.uint8],
    class_index: int = 1,
    how: AttributionParameters = DEFAULT,
) -> HeatMap:
    """The same of an image as the model sees it (``PixelMap.prepared``), uint8 [size, size]."""
    log_odds = model.log_odds(class_index)
    levels = model.levels(pixels[None])
    integrals = [
        integrated_gradients(
            log_odds,
            levels,
            baseline[None],
            how.tolerance,
            how.initial_steps,
            how.max_steps,
            model.images_within(how.memory_mib),
        )
        for baseline in baseline_levels(how.baseline, model, levels, how.blur)
    ]
    return _averaged(integrals, pixels, model.card["class_names"][class_index])


def explain_images(
    model: ExplainedModel,
    images: pd.DataFrame,
    pixels: PixelMap,
    parameters: InterpretabilityParameters,
) -> tuple[dict[str, torch.Tensor], pd.DataFrame]:
    """Heat maps of stored images.

    Args:
        model: What is explained.
        images: ``image_id`` and anything else, one row per image.
        pixels: Of all images.
        parameters: How.

    Returns:
        By ``image_id`` the map, float32 [size, size]; and the images with ``probability,
        predicted, log_odds, baseline_log_odds, delta, steps, converged``.
    """
    names = images["image_id"].tolist()
    stored = pixels.rows(names)
    found = {
        name: explain_pixels(model, pixels.prepared([row])[0], how=parameters.attribution)
        for name, row in track(zip(names, stored, strict=True), "Explaining images", len(names))
    }
    facts = ("probability", "log_odds", "baseline_log_odds", "delta", "steps", "converged")
    table = images.assign(
        **{fact: [getattr(one, fact) for one in found.values()] for fact in facts}
    )
    called = table["probability"] >= model.card["threshold"]
    negative, positive = model.card["class_names"]
    table["predicted"] = [positive if yes else negative for yes in called]
    missed = [name for name, one in found.items() if not one.converged]
    if missed:
        logger.warning(
            "%d of %d heat maps miss the tolerance of %g at %d steps, such as %s; they are marked.",
            len(missed),
            len(found),
            parameters.attribution.tolerance,
            parameters.attribution.max_steps,
            missed[0],
        )
    return {name: torch.from_numpy(one.values) for name, one in found.items()}, table


def _averaged(integrals: Sequence[Integral], pixels: NDArray[np.uint8], name: str) -> HeatMap:
    log_odds = integrals[0].log_odds
    return HeatMap(
        values=np.mean([one.values for one in integrals], axis=0, dtype=np.float32),
        pixels=pixels,
        class_name=name,
        probability=1 / (1 + math.exp(-log_odds)) if log_odds > -700 else 0.0,
        log_odds=log_odds,
        baseline_log_odds=float(np.mean([one.baseline_log_odds for one in integrals])),
        delta=float(np.mean([one.delta for one in integrals])),
        steps=sum(one.steps for one in integrals),
        converged=all(one.converged for one in integrals),
    )


def _grey(
    image: str | Path | Image.Image | NDArray[Any], bits_stored: int | None
) -> NDArray[np.uint8]:
    if isinstance(image, Image.Image):
        if image.mode.startswith("I"):
            grey, _, problem = grey_of_levels(np.asarray(image), bits_stored)
            if grey is None:
                raise BadExplanation(f"An image can't be explained: {problem}.")
            return grey
        return grey_levels(image)
    if isinstance(image, np.ndarray):
        if image.dtype != np.uint8 or image.ndim != 2 or not image.size:
            raise BadExplanation(
                f"An array of {image.dtype} {list(image.shape)} can't be explained; grey levels "
                "are uint8 [height, width], and a colour image can be given as a file."
            )
        return image
    decoded = decode(Path(image).expanduser(), bits_stored)
    if decoded.grey is None:
        raise BadExplanation(f"{image} can't be explained: {decoded.problem}.")
    return decoded.grey
