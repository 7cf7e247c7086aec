"""What training images go through that others don't: every image its own change, on the device."""

from __future__ import annotations

import torch
from kornia import augmentation as kornia
from kornia.enhance import adjust_contrast_with_mean_subtraction
from kornia.filters import unsharp_mask
from torch import nn

from chest_xray.parameters import AugmentationParameters
from chest_xray.radiographs.preprocessing import resize_levels

_LEAST_BLUR = 0.1
_HIGHEST_QUALITY = 100


class Augmentation(nn.Module):
    """Rotation, translation, scale and grey levels; texture and mirroring where asked for.

    Takes and gives grey levels, float [n, 1, size, size], 0 to 255. Each image draws its own
    change uniformly; what comes in from outside the film is black.
    """

    def __init__(self, parameters: AugmentationParameters) -> None:
        super().__init__()
        steps: list[nn.Module] = [
            kornia.RandomAffine(
                degrees=parameters.rotation_degrees,
                translate=(parameters.translation, parameters.translation),
                scale=(1 - parameters.scale, 1 + parameters.scale),
                p=1.0,
            ),
            # One after the other and with clamping, as a film can't be brighter than white.
            kornia.RandomBrightness((1 - parameters.brightness, 1 + parameters.brightness), p=1.0),
            # Kornia calls contrast what multiplies all levels, which is a gain.
            kornia.RandomContrast((1 - parameters.gain, 1 + parameters.gain), p=1.0),
        ]
        if parameters.mean_contrast:
            steps.append(MeanContrast(parameters.mean_contrast))
        if parameters.gamma:
            steps.append(Gamma(parameters.gamma))
        steps += _texture_steps(parameters)
        if parameters.mirror:
            steps.append(kornia.RandomHorizontalFlip(p=0.5))
        self.steps = nn.Sequential(*steps)

    @torch.no_grad()
    def forward(self, levels: torch.Tensor) -> torch.Tensor:
        """Changed grey levels."""
        return self.steps(levels / 255) * 255


def _texture_steps(parameters: AugmentationParameters) -> list[nn.Module]:
    """What changes how fine detail looks: the machine, the detector, the file."""
    steps: list[nn.Module] = []
    if parameters.blur:
        blurs = (min(_LEAST_BLUR, parameters.blur), parameters.blur)
        # Three deviations to each side.
        side = 2 * max(1, round(3 * parameters.blur)) + 1
        steps.append(kornia.RandomGaussianBlur((side, side), blurs, p=0.5))
    if parameters.sharpening:
        steps.append(Sharpening(parameters.sharpening))
    if parameters.noise:
        steps.append(Noise(parameters.noise))
    if parameters.jpeg_quality < _HIGHEST_QUALITY:
        steps.append(Jpeg(parameters.jpeg_quality))
    return steps


class MeanContrast(nn.Module):
    """Contrast about each film's mean: its distances from it times a factor of its own.

    The factor is uniform in ``1 - largest`` to ``1 + largest``; takes and gives levels, float
    [n, 1, size, size], 0 to 1. The mean stays but for what is clamped.
    """

    def __init__(self, largest: float) -> None:
        super().__init__()
        self.largest = largest

    def forward(self, levels: torch.Tensor) -> torch.Tensor:
        """Levels with more or less contrast."""
        factors = torch.empty(len(levels), device=levels.device)
        factors.uniform_(1 - self.largest, 1 + self.largest)
        return adjust_contrast_with_mean_subtraction(levels, factors)


class Gamma(nn.Module):
    """Each film's levels to a power of its own, as another film curve would show them.

    The power's logarithm is uniform, from that of ``1 / (1 + largest)`` to that of
    ``1 + largest``, so that brighter and darker are as likely; takes and gives levels, float
    [n, 1, size, size], 0 to 1.
    """

    def __init__(self, largest: float) -> None:
        super().__init__()
        self.largest = largest

    def forward(self, levels: torch.Tensor) -> torch.Tensor:
        """Levels on another curve."""
        exponents = torch.empty(len(levels), 1, 1, 1, device=levels.device).uniform_(-1, 1)
        return levels.clamp(0, 1) ** ((1 + self.largest) ** exponents)


class Sharpening(nn.Module):
    """Unsharp masking of half of the films, each by a share of its own, 0 to ``largest``.

    What a Gaussian blur of 1 px takes away is added. Takes and gives levels, float
    [n, 1, size, size], 0 to 1.
    """

    def __init__(self, largest: float) -> None:
        super().__init__()
        self.largest = largest

    def forward(self, levels: torch.Tensor) -> torch.Tensor:
        """Levels with more fine detail."""
        detail = unsharp_mask(levels, (5, 5), (1.0, 1.0)) - levels
        shares = torch.rand(len(levels), 1, 1, 1, device=levels.device) * self.largest
        chosen = torch.rand_like(shares) < 0.5
        return (levels + chosen * shares * detail).clamp(0, 1)


class Noise(nn.Module):
    """Gaussian noise; each film draws its own deviation, uniform in 0 to ``largest``.

    Takes and gives levels, float [n, 1, size, size], 0 to 1.
    """

    def __init__(self, largest: float) -> None:
        super().__init__()
        self.largest = largest

    def forward(self, levels: torch.Tensor) -> torch.Tensor:
        """Levels with noise."""
        deviations = torch.rand(len(levels), 1, 1, 1, device=levels.device) * self.largest
        return (levels + torch.randn_like(levels) * deviations).clamp(0, 1)


class Jpeg(nn.Module):
    """Half of the films as they come out of a JPEG of their own quality, at least ``least``.

    Takes and gives levels, float [n, 1, size, size], 0 to 1.
    """

    def __init__(self, least: int) -> None:
        super().__init__()
        self.step = kornia.RandomJPEG((float(least), float(_HIGHEST_QUALITY)), p=0.5)

    def forward(self, levels: torch.Tensor) -> torch.Tensor:
        """Levels after compression."""
        # Of the three equal channels that kornia's codec takes, one comes back.
        return self.step(levels.expand(-1, 3, -1, -1))[:, :1].clamp(0, 1)


def shrink(levels: torch.Tensor, image_size: int) -> torch.Tensor:
    """Stored images at a smaller training size, by the one preprocessing."""
    return levels if levels.shape[-1] == image_size else resize_levels(levels, image_size)
