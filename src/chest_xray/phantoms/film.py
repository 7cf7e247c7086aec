"""The film: what tube, detector and radiographer add to the patient."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

from chest_xray.phantoms.anatomy import FILM_STREAM
from chest_xray.phantoms.geometry import FloatImage

# What the film draws from streams of their own, so that a marker leaves the grain as it is.
_PLACE, _BEAM, _MARKER = range(3)

# Strokes of the side markers in a box of unit width and height, y downwards.
_MARKER_STROKES: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "L": (((0.1, 0.0), (0.1, 1.0), (0.7, 1.0)),),
    "R": (
        ((0.1, 1.0), (0.1, 0.0), (0.5, 0.0), (0.66, 0.1), (0.7, 0.25), (0.66, 0.4), (0.5, 0.5)),
        ((0.1, 0.5), (0.5, 0.5)),
        ((0.35, 0.5), (0.7, 1.0)),
    ),
}


def film_centre(image_seed: int) -> tuple[float, float]:
    """The body point in the middle of the film, which is never quite the middle of the chest."""
    random = np.random.default_rng([FILM_STREAM, image_seed, _PLACE])
    return float(random.uniform(-0.07, 0.07)), float(random.uniform(-0.11, 0.0))


def expose(
    attenuation: FloatImage,
    image_seed: int,
    brightness: float,
    contrast: float,
    noise: float,
    pixels_per_unit: float,
) -> FloatImage:
    """Turn attenuation into grey levels.

    Args:
        attenuation: float32 [height, width], 0 in air, about 1 in soft tissue.
        image_seed: decides blur, the beam's unevenness and the grain.
        brightness: 1 is right, more is brighter (as a smaller exposure makes a film).
        contrast: 1 is right.
        noise: the grain's standard deviation where the film is white.
        pixels_per_unit: pixels in one body unit, so that blur is the same at every size; a
            detector that is sharper has fewer.

    Returns:
        float32 [height, width]: 0 is black, 1 is white, with values beyond both where grain falls
        on them.
    """
    random = np.random.default_rng([FILM_STREAM, image_seed, _BEAM])
    height, width = attenuation.shape
    blur = max(0.4, 0.006 * pixels_per_unit * random.uniform(0.7, 1.5))
    penetrated = gaussian_filter(np.maximum(attenuation, 0), blur)
    # The beam is stronger at one end of the tube (heel effect) and never quite centred.
    across, down = random.normal(0, 0.05, 2).astype(np.float32)
    penetrated *= 1 + across * np.linspace(-1, 1, width, dtype=np.float32)
    penetrated *= 1 + down * np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    # Scatter lifts air off pure black; the exponents give soft tissue about 0.8 of white.
    scatter = np.float32(random.uniform(0.0, 0.06))
    density = (penetrated + scatter) ** np.float32(1.3 * contrast)
    grey = 1 - np.exp(np.float32(-1.45 * brightness) * density)
    grain = random.standard_normal((height, width), dtype=np.float32)
    grain = 0.6 * grain + gaussian_filter(grain, 0.8) * np.float32(1.8)
    return grey + np.float32(noise) * grain * np.sqrt(np.maximum(grey, 0.05))


def stamp_marker(grey: FloatImage, image_seed: int, *, boxed: bool = False) -> FloatImage:
    """Lay a side marker on the film: R above the patient's right shoulder, or L above the left.

    Args:
        grey: float32 [height, width], 0 to 1.
        image_seed: decides letter, place, size and brightness.
        boxed: as another hospital has it, in a frame and in the lower corner of its side.
    """
    random = np.random.default_rng([FILM_STREAM, image_seed, _MARKER])
    height, width = grey.shape
    letter = "R" if random.uniform() < 0.75 else "L"
    size = random.uniform(0.07, 0.11) * height
    from_edge = random.uniform(0.02, 0.07) * width
    left = from_edge if letter == "R" else width - from_edge - size
    top = random.uniform(0.03, 0.22) * height
    if boxed:
        top = height - top - size
    lead = Image.new("L", (width, height))
    draw = ImageDraw.Draw(lead)
    for stroke in _MARKER_STROKES[letter]:
        draw.line(
            [(left + x * 0.9 * size, top + y * size) for x, y in stroke],
            fill=round(255 * random.uniform(0.75, 1.0)),
            width=max(1, round(0.13 * size)),
            joint="curve",
        )
    if boxed:
        box = (left - 0.2 * size, top - 0.2 * size, left + 0.85 * size, top + 1.2 * size)
        draw.rectangle(box, outline=round(255 * 0.9), width=max(1, round(0.06 * size)))
    return np.maximum(grey, np.asarray(lead, dtype=np.float32) / 255)


def develop(grey: FloatImage, mode: str) -> NDArray[np.uint8]:
    """Round to bytes: uint8 [height, width] in mode L, [height, width, 3] in mode RGB."""
    pixels = np.rint(np.clip(grey, 0, 1) * 255).astype(np.uint8)
    return pixels if mode == "L" else np.repeat(pixels[..., None], 3, axis=2)
