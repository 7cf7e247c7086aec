"""What training images go through that others don't: every image its own change, on the device."""

from __future__ import annotations

import torch
from kornia import augmentation as kornia
from kornia.enhance import adjust_contrast_with_mean_subtraction
from torch import nn

from chest_xray.parameters import AugmentationParameters
from chest_xray.radiographs.preprocessing import resize_levels


class Augmentation(nn.Module):
    """Rotation, translation, scale, brightness, gain, contrast, and mirroring where asked for.

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
        if parameters.mirror:
            steps.append(kornia.RandomHorizontalFlip(p=0.5))
        self.steps = nn.Sequential(*steps)

    @torch.no_grad()
    def forward(self, levels: torch.Tensor) -> torch.Tensor:
        """Changed grey levels."""
        return self.steps(levels / 255) * 255


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


def shrink(levels: torch.Tensor, image_size: int) -> torch.Tensor:
    """Stored images at a smaller training size, by the one preprocessing."""
    return levels if levels.shape[-1] == image_size else resize_levels(levels, image_size)
