"""Attribution methods: one signed number per pixel, for the log-odds of a class.

Three of Captum's (https://captum.ai): integrated gradients, which is the one that heat maps are
made with, and plain gradients and Grad-CAM beside it; and a random map, which any of them must
beat.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import torch
from captum.attr import IntegratedGradients, LayerAttribution, LayerGradCam, Saliency
from numpy.typing import NDArray

from chest_xray.explaining.model import LogOdds

Map = NDArray[np.float32]

STEPS_PER_SEGMENT = 4


@dataclass(frozen=True)
class Integral:
    """Integrated gradients of an image against one baseline.

    Attributes:
        values: float32 [size, size]; they add up to ``log_odds - baseline_log_odds + delta``.
        log_odds: Of the image.
        baseline_log_odds: Of the baseline.
        delta: By how much the sum misses the difference (the convergence delta).
        steps: Gradients that were computed.
        converged: Whether ``delta`` is within the tolerance.
    """

    values: Map
    log_odds: float
    baseline_log_odds: float
    delta: float
    steps: int
    converged: bool


@dataclass(frozen=True)
class _Segment:
    """A part of the path, ``start`` to ``stop`` of 0 to 1, and its integral."""

    start: float
    stop: float
    values: Map
    delta: float

    def halves(self) -> list[tuple[float, float]]:
        middle = (self.start + self.stop) / 2
        return [(self.start, middle), (middle, self.stop)]


def integrated_gradients(
    log_odds: LogOdds,
    levels: torch.Tensor,
    baseline: torch.Tensor,
    tolerance: float,
    initial_steps: int,
    max_steps: int,
    images_at_once: int,
) -> Integral:
    """Integrate the gradient along the straight path from a baseline to an image.

    The path is cut into segments, and Captum integrates each with a few steps. The convergence
    delta of the whole path is the sum of theirs, so where the whole is off by more than the
    tolerance, only the segments that are off by more than their share are cut in half: steps are
    doubled where the gradient changes, and not along the rest of the path.

    Args:
        log_odds: What is explained.
        levels: The image, float [1, 1, size, size], 0 to 255.
        baseline: The same shape.
        tolerance: Of the delta, a share of the larger of the difference in log-odds and one.
        initial_steps: On the whole path at first.
        max_steps: Where to stop even if the tolerance is missed.
        images_at_once: In one forward and backward pass, whatever the number of steps.
    """
    ends = _values_of(log_odds, torch.cat([baseline, levels]))
    allowed = tolerance * max(abs(ends[1] - ends[0]), 1.0)
    cuts = np.linspace(0, 1, max(1, initial_steps // STEPS_PER_SEGMENT) + 1)
    segments = _integrate(
        log_odds, levels, baseline, list(itertools.pairwise(cuts)), images_at_once
    )
    steps = STEPS_PER_SEGMENT * len(segments)
    while abs(delta := sum(segment.delta for segment in segments)) > allowed:
        room = (max_steps - steps) // (2 * STEPS_PER_SEGMENT)
        if room < 1:
            break
        # One of them at least is off by more than its share, as their sum is off by more than all.
        segments.sort(key=lambda segment: -abs(segment.delta))
        share = allowed / len(segments)
        worst = [segment for segment in segments[:room] if abs(segment.delta) > share]
        halves = [half for segment in worst for half in segment.halves()]
        finer = _integrate(log_odds, levels, baseline, halves, images_at_once)
        segments = segments[len(worst) :] + finer
        steps += STEPS_PER_SEGMENT * len(finer)
    values = np.stack([segment.values for segment in segments]).sum(axis=0)
    return Integral(values, ends[1], ends[0], delta, steps, abs(delta) <= allowed)


def _integrate(
    log_odds: LogOdds,
    levels: torch.Tensor,
    baseline: torch.Tensor,
    parts: list[tuple[float, float]],
    images_at_once: int,
) -> list[_Segment]:
    method = IntegratedGradients(log_odds)
    parts_per_call = max(1, images_at_once // STEPS_PER_SEGMENT)
    segments = []
    for first in range(0, len(parts), parts_per_call):
        chunk = parts[first : first + parts_per_call]
        places = torch.tensor(chunk, dtype=torch.float32, device=levels.device)
        path = baseline + places[:, :, None, None] * (levels - baseline)
        values, deltas = method.attribute(
            path[:, 1:],
            baselines=path[:, :1],
            n_steps=STEPS_PER_SEGMENT,
            internal_batch_size=max(images_at_once, len(chunk)),
            return_convergence_delta=True,
        )
        found = zip(chunk, _arrays(values), deltas.tolist(), strict=True)
        segments += [_Segment(start, stop, map_, delta) for (start, stop), map_, delta in found]
    return segments


def gradient(log_odds: LogOdds, levels: torch.Tensor) -> Map:
    """The plain gradient (Simonyan et al., 2014, https://arxiv.org/abs/1312.6034), signed.

    By how much the log-odds would change if a pixel became one grey level brighter: sensitivity,
    which is not influence, and doesn't add up to anything.
    """
    return _arrays(Saliency(log_odds).attribute(levels.clone().requires_grad_(), abs=False))[0]


def grad_cam(log_odds: LogOdds, levels: torch.Tensor) -> Map:
    """Grad-CAM of the last stage (Selvaraju et al., 2017, https://arxiv.org/abs/1610.02391).

    Activations weighted by their mean gradients, both signs kept, enlarged to the image: as coarse
    as the stage, a 32nd of the side.
    """
    method = LayerGradCam(log_odds, log_odds.network.backbone.layer4)
    # The weights are frozen: gradients flow only from an input that asks for them.
    coarse = method.attribute(levels.clone().requires_grad_())
    # Of several views, that of the image as it is: the others' maps lie elsewhere.
    coarse = coarse[: len(levels)]
    size = tuple(levels.shape[-2:])
    return _arrays(LayerAttribution.interpolate(coarse, size, interpolate_mode="bilinear"))[0]


def random_map(size: int, seed: int, image: int) -> Map:
    """Values without meaning, float32 [size, size], another for each image."""
    random = np.random.default_rng([seed, image])
    return random.standard_normal((size, size)).astype(np.float32)


def _values_of(log_odds: LogOdds, levels: torch.Tensor) -> list[float]:
    with torch.inference_mode():
        return log_odds(levels).tolist()


def _arrays(maps: torch.Tensor) -> Map:
    """float32 [n, size, size] of a tensor [n, 1, size, size]."""
    return maps.detach()[:, 0].float().cpu().numpy()
