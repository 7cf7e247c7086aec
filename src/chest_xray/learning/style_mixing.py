"""What films of a batch take from each other in training that is no anatomy: grey scale, texture.

A network that can't tell the class by them has to look at something else.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from chest_xray.learning.network import Classifier
from chest_xray.parameters import StyleMixingParameters

# Cycles per image from which a film's spectrum is texture rather than anatomy.
_TEXTURE_FROM = 16
# Parameter of the beta distribution that mixing shares come from, as in MixStyle.
_ALPHA = 0.1
_TINY = 1e-6


class StyleMixing(nn.Module):
    """Fourier amplitudes and texture of films, mixed between the films of a batch.

    Phase, which says where things are, stays each film's own.
    """

    def __init__(self, parameters: StyleMixingParameters) -> None:
        super().__init__()
        self.mixing = parameters

    @torch.no_grad()
    def forward(self, levels: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Films of mixed style.

        Args:
            levels: float [n, 1, size, size], 0 to 255.
            labels: float [n], 0 or 1.

        Returns:
            float [n, 1, size, size], 0 to 255.
        """
        if self.mixing.amplitude:
            levels = mix_amplitudes(levels, self.mixing.amplitude)
        if self.mixing.other_class_texture:
            levels = exchange_texture(levels, labels, self.mixing.other_class_texture)
        return levels


def mix_amplitudes(levels: torch.Tensor, largest: float) -> torch.Tensor:
    """Each film with part of another's Fourier amplitudes and all of its own phases.

    The share is uniform in 0 to ``largest`` (Xu et al., 2021, A Fourier-based framework for domain
    generalization, https://arxiv.org/abs/2105.14775, equation 6).

    Args:
        levels: float [n, 1, size, size], 0 to 255.
        largest: Share, 0 to 1.

    Returns:
        float [n, 1, size, size], 0 to 255.
    """
    spectrum = torch.fft.rfft2(levels)
    amplitude = spectrum.abs()
    other = amplitude[torch.randperm(len(levels), device=levels.device)]
    share = torch.rand(len(levels), 1, 1, 1, device=levels.device) * largest
    mixed = torch.polar(amplitude + share * (other - amplitude), spectrum.angle())
    return torch.fft.irfft2(mixed, s=levels.shape[-2:]).clamp(0, 255)


def exchange_texture(levels: torch.Tensor, labels: torch.Tensor, share: float) -> torch.Tensor:
    """Some films with as much fine detail, in each ring of frequency, as one of the other class.

    From 16 cycles an image on, a film's spectrum is multiplied by the ratio of the mean amplitudes
    of its partner's ring and its own; coarser frequencies and all phases stay.

    Args:
        levels: float [n, 1, size, size], 0 to 255.
        labels: float [n], 0 or 1. In a batch of one class nothing is exchanged.
        share: Of the films, 0 to 1.

    Returns:
        float [n, 1, size, size], 0 to 255.
    """
    partner = _of_other_class(labels)
    if partner is None:
        return levels
    size = levels.shape[-1]
    ring = _rings(size, levels.device)
    spectrum = torch.fft.rfft2(levels)
    means = _ring_means(spectrum.abs(), ring)
    gain = means[partner] / means.clamp(min=_TINY)
    gain[:, :_TEXTURE_FROM] = 1
    chosen = torch.rand(len(levels), 1, device=levels.device) < share
    gain = torch.where(chosen, gain, torch.ones_like(gain))
    changed = spectrum * gain[:, ring][:, None]
    return torch.fft.irfft2(changed, s=levels.shape[-2:]).clamp(0, 255)


def _of_other_class(labels: torch.Tensor) -> torch.Tensor | None:
    """For each film the place of one of the other class, drawn at random; None without one."""
    ill = labels > 0.5
    if ill.all() or not ill.any():
        return None
    places = torch.empty(len(labels), dtype=torch.long, device=labels.device)
    for own in (True, False):
        others = torch.nonzero(ill != own)[:, 0]
        count = int((ill == own).sum())
        places[ill == own] = others[torch.randint(len(others), (count,), device=labels.device)]
    return places


def _rings(size: int, device: torch.device) -> torch.Tensor:
    """The whole cycles per image of each entry of a half spectrum, int64 [size, size // 2 + 1]."""
    down = torch.fft.fftfreq(size, device=device) * size
    across = torch.fft.rfftfreq(size, device=device) * size
    return torch.hypot(down[:, None], across[None]).round().long()


def _ring_means(amplitude: torch.Tensor, ring: torch.Tensor) -> torch.Tensor:
    """Mean amplitude of each ring, float [n, rings]."""
    flat, places = amplitude.flatten(1), ring.flatten()
    count = int(places.max()) + 1
    sums = torch.zeros(len(flat), count, device=flat.device).index_add_(1, places, flat)
    return sums / torch.bincount(places, minlength=count).clamp(min=1)


class FeatureMixing:
    """MixStyle: mean and deviation of each channel mixed between films, in the first two stages.

    Zhou et al., 2021, Domain generalization with MixStyle, https://arxiv.org/abs/2104.02008. Only
    a module in training mode mixes; a finished network has nothing of it.
    """

    def __init__(self, share: float) -> None:
        """Mix in this share, 0 to 1, of the batches."""
        self.share = share
        self._beta = torch.distributions.Beta(_ALPHA, _ALPHA)

    def attach(self, network: Classifier) -> None:
        """Let a network's first two stages give mixed features while it is trained."""
        for stage in (network.backbone.layer1, network.backbone.layer2):
            stage.register_forward_hook(self._mixed)

    def _mixed(self, stage: nn.Module, _: Any, features: torch.Tensor) -> torch.Tensor:
        if not stage.training or torch.rand(()) >= self.share:
            return features
        return mix_features(features, self._beta.sample((len(features),)))


def mix_features(features: torch.Tensor, share: torch.Tensor) -> torch.Tensor:
    """Features with each channel's mean and deviation drawn towards another film's.

    Args:
        features: float [n, channels, height, width].
        share: Of a film's own statistics, float [n], 0 to 1.

    Returns:
        float [n, channels, height, width]; gradients flow through the normalized features only.
    """
    own = features.float()
    mean = own.mean((2, 3), keepdim=True).detach()
    deviation = (own.var((2, 3), keepdim=True) + _TINY).sqrt().detach()
    order = torch.randperm(len(features), device=features.device)
    kept = share.to(features.device).view(-1, 1, 1, 1)
    mixed_mean = kept * mean + (1 - kept) * mean[order]
    mixed_deviation = kept * deviation + (1 - kept) * deviation[order]
    return ((own - mean) / deviation * mixed_deviation + mixed_mean).to(features.dtype)
