"""Pneumonia: its place in the lungs, and how much of their air it replaces."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chest_xray.phantoms.anatomy import LESION_STREAM, Patient, chest_wall_x
from chest_xray.phantoms.geometry import (
    FloatImage,
    View,
    draw_polygons,
    ellipse_depth,
    ribbons,
    soft_step,
    texture,
)
from chest_xray.phantoms.tissue import AIR

# The lobes that a consolidation is drawn in, on the patient's own sides.
LOBES: dict[str, tuple[str, ...]] = {
    "right": ("upper", "middle", "lower"),
    "left": ("upper", "lower"),
}

# Middle of a lobe: its height (apex 0, diaphragm 1) and its distance from the midline (chest wall
# 1), far enough from the heart that some of the lesion stands free of it.
_LOBE_MIDDLES = {"upper": (0.36, 0.58), "middle": (0.72, 0.5), "lower": (0.8, 0.72)}
# Height of the fissure over which no consolidation spreads.
_FISSURE = 0.56

# A lesion's outline is drawn where it has this share of its greatest effect.
_OUTLINE = 0.4


@dataclass(frozen=True)
class Lesion:
    """What pneumonia does to a film.

    Attributes:
        opacity: float32 [height, width], added attenuation, 0 or more.
        outline: bool [height, width], where the change is more than marginal.
    """

    opacity: FloatImage
    outline: NDArray[np.bool_]


def lobar_consolidation(
    patient: Patient, view: View, air: FloatImage, side: str, lobe: str, opacity: float
) -> Lesion:
    """Draw bacterial pneumonia: one dense opacity with soft edges, confined to a lobe.

    Args:
        patient: whose lungs; place and form of the lesion follow from the patient's seed.
        view: the film's place.
        air: float32 [height, width], depth of air from `tissue.aerated`.
        side: the patient's right or left.
        lobe: one of `LOBES[side]`.
        opacity: share of the air that is replaced at the densest place.
    """
    random = np.random.default_rng([LESION_STREAM, patient.seed])
    bottom_y = patient.dome_y + 0.06
    lung_height = bottom_y - patient.apex_y
    height, lateral = np.array(_LOBE_MIDDLES[lobe]) + random.uniform(-0.07, 0.07, 2)
    middle_y = patient.apex_y + height * lung_height
    wall_x = chest_wall_x(patient, np.array(middle_y, dtype=np.float32))
    middle = ((-1 if side == "right" else 1) * lateral * float(wall_x), middle_y)
    radius, stretch = random.uniform(0.18, 0.3), random.uniform(0.75, 1.3)
    radii = (radius * stretch, radius / stretch)
    depth = ellipse_depth(view.x, view.y, middle, radii, random.uniform(0, 180))
    filled = soft_step(depth + np.float32(0.2) * texture(view, random, 0.12), 0.6)
    fissure_y = patient.apex_y + _FISSURE * lung_height
    below_fissure = soft_step(view.y - np.float32(fissure_y), 0.025)
    filled *= (1 - below_fissure) if lobe == "upper" else below_fissure
    change = filled * air * np.float32(AIR * opacity)
    outline = change > _OUTLINE * change.max()
    if random.uniform() < 0.4:
        change *= 1 - np.float32(0.35) * air_bronchograms(view, random, middle, radius)
    return Lesion(opacity=change, outline=outline)


def air_bronchograms(
    view: View, random: np.random.Generator, middle: tuple[float, float], radius: float
) -> FloatImage:
    """Bronchi that keep their air inside a consolidation: float32 [height, width], 0 to 1."""
    outwards = np.arctan2(middle[1] + 0.1, abs(middle[0]) - 0.2)
    headings = (outwards + np.array([-0.45, 0.0, 0.4]) + random.normal(0, 0.1, 3))[:, None]
    along = np.linspace(-0.9, 0.8, 8) * radius
    curves = np.stack(
        [
            middle[0] + np.sign(middle[0]) * along * np.cos(headings),
            middle[1] + along * np.sin(headings),
        ],
        axis=2,
    )
    return draw_polygons(view, [(ribbons(curves, np.linspace(0.013, 0.006, 8)), 1.0)])


def interstitial_pattern(patient: Patient, view: View, air: FloatImage, opacity: float) -> Lesion:
    """Draw viral pneumonia: a net of fine lines in a haze, in patches over both lungs.

    Args:
        patient: whose lungs; the pattern follows from the patient's seed.
        view: the film's place.
        air: float32 [height, width], depth of air from `tissue.aerated`.
        opacity: share of the air that is replaced at the densest place.
    """
    random = np.random.default_rng([LESION_STREAM, patient.seed])
    extent = np.float32(random.uniform(0.0, 0.6))
    patches = soft_step(texture(view, random, 0.34) + extent, 1.1)
    net, fine_net = (
        np.exp(-np.square(texture(view, random, cell) * np.float32(2.2))) for cell in (0.08, 0.05)
    )
    affected = air * patches
    share = np.float32(0.4) + np.float32(0.35) * net + np.float32(0.25) * fine_net
    return Lesion(
        opacity=affected * share * np.float32(AIR * opacity),
        outline=affected > _OUTLINE * affected.max(),
    )
