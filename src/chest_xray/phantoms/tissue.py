"""What attenuates the beam: soft tissue, bones and the lungs' air, summed along the ray."""

import numpy as np
from numpy.typing import NDArray

from chest_xray.phantoms.anatomy import (
    LUNG_STREAM,
    SIDES,
    Patient,
    chest_wall_x,
    diaphragm_y,
    lung_fields,
    mediastinum,
    spine_x,
)
from chest_xray.phantoms.geometry import (
    Curves,
    FloatImage,
    Layer,
    View,
    capsule_depth,
    chord,
    draw_polygons,
    ellipse_depth,
    ribbons,
    soft_step,
    texture,
)

# How much attenuation a whole depth of lung takes away.
AIR = 0.72
# What remains of the lung's depth where the heart lies in front of it.
_BEHIND_HEART = 0.12

_SHOULDER = (1.13, -0.74)
_ELBOW_Y = 0.35

# The trunk's outline: heights, and half widths beyond the flank's or, above the armpit, absolute.
_OUTLINE_Y = (-1.5, -1.08, -0.98, -0.86, -0.7, -0.5, -0.1, 0.5, 1.5)
_NECK_AND_SHOULDERS_X = (0.3, 0.36, 0.62, 1.02, 1.2)
_BEYOND_FLANK_X = (0.04, 0.0, 0.02, -0.05)


def aerated(patient: Patient, view: View) -> FloatImage:
    """Depth of air-filled lung along the ray: float32 [height, width], 0 to 1."""
    beside_heart = 1 - np.float32(1 - _BEHIND_HEART) * mediastinum(patient, view)
    return lung_fields(patient, view) * beside_heart


def attenuation(patient: Patient, view: View, air: FloatImage) -> FloatImage:
    """The healthy chest's attenuation: float32 [height, width], 0 in air, about 1 in soft tissue.

    `air` is what `aerated` gives for the same patient and view.
    """
    body = soft_tissue(patient, view)
    body += abdomen(patient, view)
    body += spine(patient, view)
    body += bones(patient, view)
    body += air * (lung_structures(patient, view) - np.float32(AIR))
    return body


def soft_tissue(patient: Patient, view: View) -> FloatImage:
    """Trunk, neck, arms and the breasts' shadow."""
    flank = patient.thorax_half_width + patient.soft_tissue
    outline_x = (*_NECK_AND_SHOULDERS_X, *(flank + beyond for beyond in _BEYOND_FLANK_X))
    half_width = np.interp(view.y, _OUTLINE_Y, outline_x).astype(np.float32)
    lateral = np.abs(view.x)
    across = np.minimum(lateral / half_width, 1)
    across *= across
    trunk = np.sqrt(1 - across * across)
    # Neck and shoulders are thinner than the trunk.
    trunk *= 1 - np.float32(0.35) * soft_step(-0.75 - view.y, 0.3)
    elbow = (_elbow_x(patient), _ELBOW_Y)
    arm_radius = 0.17 + 0.4 * patient.soft_tissue
    arms = chord(capsule_depth(lateral, view.y, _SHOULDER, elbow, arm_radius))
    tissue = np.maximum(trunk, np.float32(0.55) * arms)
    if patient.breast_shadow > 0:
        breasts = ellipse_depth(lateral, view.y, (0.55, 0.2), (0.4, 0.34))
        tissue += np.float32(patient.breast_shadow) * soft_step(breasts - 0.1, 0.25)
    return tissue


def abdomen(patient: Patient, view: View) -> FloatImage:
    """Liver and spleen under the diaphragm, and the stomach's gas under its left dome."""
    below_dome = view.y - diaphragm_y(patient, view.x)
    organs = np.float32(0.22) * soft_step(below_dome, 0.1)
    if patient.gas_bubble > 0:
        # The gas lies against the dome, above the level of the stomach's fluid.
        fluid_y = patient.dome_y + patient.dome_difference + 0.28
        depth = np.minimum(below_dome - np.float32(0.04), np.float32(fluid_y) - view.y)
        np.minimum(
            depth, 0.4 * ellipse_depth(view.x, view.y, (0.46, fluid_y), (0.3, 0.3)), out=depth
        )
        organs -= np.float32(patient.gas_bubble) * soft_step(depth - 0.02, 0.035)
    return organs


def spine(patient: Patient, view: View) -> FloatImage:
    """Vertebrae with their discs and pedicles, and the trachea's air in front of them."""
    off_middle = np.abs(view.x - spine_x(patient, view.y))
    column = soft_step(np.float32(patient.spine_half_width) - off_middle, 0.02)
    vertebra_height = 0.145
    wave = np.cos(view.y * np.float32(2 * np.pi / vertebra_height))
    disc = np.maximum(wave - np.float32(0.55), 0)
    pedicles = soft_step(0.025 - np.abs(off_middle - np.float32(0.062)), 0.025)
    pedicles *= np.maximum(-wave, 0)
    bone = np.float32(patient.spine_opacity) * column
    bone *= 1 - disc + np.float32(0.45) * pedicles
    trachea = soft_step(np.float32(0.055) - off_middle, 0.03) * soft_step(-0.3 - view.y, 0.08)
    return bone - np.float32(0.16) * trachea


def bones(patient: Patient, view: View) -> FloatImage:
    """Ribs, clavicles, shoulder blades and upper arms."""
    opacity = np.float32(patient.rib_opacity)
    # A rib's back half is rounder than its front half, and nearer the detector.
    drawn = opacity * draw_polygons(view, rib_layers(patient, 0.0, 0.56 * np.pi))
    drawn += 0.75 * opacity * draw_polygons(view, rib_layers(patient, 0.5 * np.pi, 0.8 * np.pi))
    drawn += np.float32(0.26) * draw_polygons(view, shoulder_layers(patient))
    return drawn


def rib_layers(patient: Patient, first_angle: float, last_angle: float) -> list[Layer]:
    """Part of every rib: its bright cortex and the paler marrow inside.

    Angles run along the rib: 0 at the spine, pi / 2 at the flank, pi at the breastbone.
    """
    lowest = patient.dome_y + patient.dome_drop + 0.1
    spacing = (lowest - patient.apex_y) / patient.rib_count
    root_y = patient.apex_y - 0.06 + spacing * np.arange(patient.rib_count)[:, None]
    # Lower ribs are steeper.
    slope = patient.rib_slope * np.linspace(0.55, 1.15, patient.rib_count)[:, None]
    flank_y = (root_y + slope).astype(np.float32)
    flank_x = np.maximum(chest_wall_x(patient, flank_y), 0.3) + 0.015
    angle = np.linspace(first_angle, last_angle, 20)
    lateral = 0.08 + (flank_x - 0.08) * np.sin(angle)
    y = root_y + slope * (1 - np.cos(angle)) - 0.05 * np.sin(2 * angle)
    curves = np.concatenate([np.stack([side * lateral, y], axis=2) for side in SIDES])
    half_width = patient.rib_half_width
    return [(ribbons(curves, half_width), 1.0), (ribbons(curves, 0.6 * half_width), 0.7)]


def shoulder_layers(patient: Patient) -> list[Layer]:
    """Shoulder blades, upper arms and clavicles, both sides of each."""
    along = np.linspace(0, 1, 16)
    shift = 0.08 * patient.turn
    rise = patient.clavicle_slope * along + 0.03 * np.sin(2 * np.pi * along)
    clavicles = _mirrored(0.13 + 0.92 * along, patient.apex_y + 0.14 - rise)
    clavicles += np.array([shift, 0.0])
    blades = _mirrored(1.06 - 0.12 * np.sin(2.4 * along), -0.72 + 0.62 * along)
    arms = _mirrored(
        _SHOULDER[0] + (_elbow_x(patient) - _SHOULDER[0]) * along,
        _SHOULDER[1] + (_ELBOW_Y - _SHOULDER[1]) * along,
    )
    blade = 0.14 * np.sin(np.pi * (0.1 + 0.9 * along)) * (1 - along)
    shaft_and_head = 0.055 + 0.06 * np.exp(-((along / 0.1) ** 2))
    return [
        (ribbons(blades, blade), 0.35),
        (ribbons(arms, shaft_and_head), 0.9),
        (ribbons(arms, 0.6 * shaft_and_head), 0.65),
        (ribbons(clavicles, 0.032), 0.85),
        (ribbons(clavicles, 0.018), 0.6),
    ]


def _mirrored(lateral: NDArray[np.float64], y: NDArray[np.float64]) -> Curves:
    return np.stack([np.column_stack([side * lateral, y]) for side in SIDES])


def _elbow_x(patient: Patient) -> float:
    return 1.25 + 0.6 * patient.arm_spread


def lung_structures(patient: Patient, view: View) -> FloatImage:
    """Vessels, hila and the healthy lung's fine markings, a share of the lung's depth."""
    random = np.random.default_rng([LUNG_STREAM, patient.seed])
    structures = np.float32(patient.lung_markings) * (1 - np.abs(texture(view, random, 0.05)))
    hilum_y = patient.dome_y - 0.46
    vessels = []
    for side in SIDES:
        curves, half_widths = vessel_tree(random, side, hilum_y)
        curves[..., 0] += 0.1 * patient.turn
        vessels.append((ribbons(curves, half_widths), 1.0))
    hilum = ellipse_depth(np.abs(view.x), view.y, (0.26, hilum_y), (0.22, 0.32), -15)
    structures += np.float32(patient.vessel_opacity) * (
        draw_polygons(view, vessels) + soft_step(hilum - 0.2, 0.5)
    )
    return structures


def vessel_tree(
    random: np.random.Generator, side: int, hilum_y: float
) -> tuple[Curves, NDArray[np.float64]]:
    """Vessels that fan out from a hilum: curves [n, 9, 2] and their half widths [n, 9]."""
    trunks, twigs_per_trunk, points = 8, 3, 9
    along = np.linspace(0, 1, points)
    angle = (np.linspace(-1.3, 1.35, trunks) + random.normal(0, 0.15, trunks))[:, None]
    length = random.uniform(0.3, 0.68, (trunks, 1))
    heading = angle + random.normal(0, 0.45, (trunks, 1)) * along
    steps = np.stack([side * np.cos(heading), np.sin(heading)], axis=2)
    roots = np.array([side * 0.2, hilum_y]) + random.normal(0, 0.05, (trunks, 1, 2))
    trunk = roots + np.cumsum(steps * length[..., None] / points, axis=1)

    forks = random.integers(2, 8, (trunks, twigs_per_trunk))
    turns = random.choice([-1, 1], forks.shape) * random.uniform(0.3, 0.9, forks.shape)
    twig_angle = (angle + turns).reshape(-1, 1)
    reach = random.uniform(0.12, 0.28, twig_angle.shape) * along
    fork = trunk[np.arange(trunks)[:, None], forks].reshape(-1, 1, 2)
    twig = fork + np.stack([side * reach * np.cos(twig_angle), reach * np.sin(twig_angle)], 2)

    root_half_widths = np.repeat([0.016, 0.008], [trunks, len(twig)])[:, None]
    return np.concatenate([trunk, twig]), root_half_widths * (1 - 0.8 * along)
