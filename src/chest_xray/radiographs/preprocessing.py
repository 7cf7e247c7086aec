"""The one preprocessing: grey levels of any size become a square of bytes, then normalized.

Four steps: resize; ``intensity.normalize_intensity``, where a study asks for it; augmentation, in
training alone; ``normalize``. Stored pixels are those after the first.

Training, evaluation, explanation and the exported files all see images that went through these
functions and no others.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from chest_xray.parameters import IntensityNormalization
from chest_xray.radiographs.intensity import VERSION as INTENSITY_VERSION
from chest_xray.radiographs.intensity import normalize_intensity

VERSION = "grey, stretched to the square, antialiased bilinear, rounded half up; 2"
# Simple ratios of sizes (224 to 128 px) put many levels exactly half way between two, where the
# last bit of a float decides, and another runtime's last bit is another. So half way, and a little
# below it, is up; no simple ratio puts a level on that edge.
_HALF = 0.503
# torchvision's ImageNet statistics, which its ResNets were trained with.
MEAN = (0.485, 0.456, 0.406)
STANDARD_DEVIATION = (0.229, 0.224, 0.225)


def preprocessing_name(image_size: int, kind: IntensityNormalization) -> str:
    """What identifies the preprocessing up to augmentation: versions, size and kind."""
    name = f"{image_size} px; {VERSION}"
    return name if kind == "none" else f"{name}; then {kind}; {INTENSITY_VERSION}"


def resize(grey: NDArray[np.uint8], image_size: int) -> NDArray[np.uint8]:
    """Stretch a grey image to a square.

    Stretching rather than letterboxing: black bars go with the shape of the film, and the shape
    goes with the class in the published data set.

    Args:
        grey: uint8 [height, width].
        image_size: Side of the square, px.

    Returns:
        uint8 [image_size, image_size].
    """
    levels = torch.from_numpy(grey)[None, None].float()
    return resize_levels(levels, image_size)[0, 0].to(torch.uint8).numpy()


def resize_levels(levels: torch.Tensor, image_size: int) -> torch.Tensor:
    """The same on a batch: float [n, 1, h, w] to whole levels [n, 1, size, size], 0 to 255."""
    resized = functional.interpolate(
        levels, size=(image_size, image_size), mode="bilinear", antialias=True, align_corners=False
    )
    return (resized + _HALF).floor().clamp(0, 255)


def prepare(pixels: NDArray[np.uint8], kind: IntensityNormalization) -> NDArray[np.uint8]:
    """Resized images as networks are to see them: uint8 [n, size, size], each by itself."""
    if kind == "none":
        return pixels
    levels = torch.from_numpy(np.ascontiguousarray(pixels))[:, None].float()
    return normalize_intensity(levels, kind)[:, 0].to(torch.uint8).numpy()


def normalize(levels: torch.Tensor) -> torch.Tensor:
    """Grey levels as the backbone expects them.

    Args:
        levels: float [n, 1, size, size], 0 to 255.

    Returns:
        float [n, 3, size, size], each channel with the mean and the standard deviation of
        torchvision's ImageNet models taken out.
    """
    mean = torch.tensor(MEAN, device=levels.device).view(1, 3, 1, 1)
    deviation = torch.tensor(STANDARD_DEVIATION, device=levels.device).view(1, 3, 1, 1)
    return (levels / 255 - mean) / deviation
