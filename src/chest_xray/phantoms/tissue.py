"""What attenuates the beam: soft tissue, bones and the lungs' air, summed along the ray."""

import numpy as np

from chest_xray.phantoms.anatomy import (
    LUNG_STREAM,
    SIDES,
    Patient,
    chest_wall_x,
    diaphragm_y,
    lung_field,
    mediastinum,
    spine_x,
)
from chest_xray.phantoms.geometry import (
    FloatImage,
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
_BEHIND_HEART = 0.14


def aerated(patient: Patient, view: View) -> FloatImage:
    """Depth of air-filled lung along the ray: float32 [height, width], 0 to 1."""
    lungs = lung_field(patient, view, SIDES[0]) + lung_field(patient, view, SIDES[1])
    return lungs * (1 - np.float32(1 - _BEHIND_HEART) * mediastinum(patient, view))


def attenuation(patient: Patient, view: View, air: FloatImage) -> FloatImage:
    """The healthy chest's attenuation: float32 [height, width], 0 in air, about 1 in soft tissue.

    `air` is what `aerated` gives for the same patient and view.
    """
    body = soft_tissue(patient, view) + spine(patient, view) + abdomen(patient, view)
    body += bones(patient, view)
    body -= np.float32(AIR) * air
    body += lung_structures(patient, view) * air
    return body


def soft_tissue(patient: Patient, view: View) -> FloatImage:
    """Torso, neck, shoulders and arms."""
    flank = patient.thorax_half_width + patient.soft_tissue
    heights = [-1.5, -1.08, -0.98, -0.86, -0.7, -0.5, -0.1, 0.5, 1.5]
    half_widths = [0.3, 0.36, 0.62, 1.02, 1.2, flank + 0.04, flank, flank + 0.02, flank - 0.05]
    half_width = np.interp(view.y[:, ::1], heights, half_widths).astype(np.float32)
    across = np.clip(np.abs(view.x) / half_width, 0, 1)
    torso = np.sqrt(1 - across**4) * np.float32(1.02)
    # Neck and shoulders are thinner than the trunk.
    torso *= 1 - np.float32(0.35) * soft_step(-0.75 - view.y, 0.3)
    shoulder, elbow = (1.13, -0.74), (1.25 + 0.6 * patient.arm_spread, 0.35)
    arm = chord(capsule_depth(view, shoulder, elbow, 0.17 + 0.4 * patient.soft_tissue))
    tissue = np.maximum(torso, np.float32(0.55) * arm)
    if patient.breast_shadow > 0:
        for side in SIDES:
            shadow = ellipse_depth(view, (side * 0.55, 0.2), (0.4, 0.34))
            tissue += np.float32(patient.breast_shadow) * soft_step(shadow - 0.1, 0.25)
    return tissue


def abdomen(patient: Patient, view: View) -> FloatImage:
    """Liver and spleen under the diaphragm, and the stomach's gas under its left dome."""
    lateral = np.abs(view.x)
    dome = np.where(
        view.x < 0, diaphragm_y(patient, -1, lateral), diaphragm_y(patient, 1, lateral)
    )
    organs = np.float32(0.2) * soft_step(view.y - dome, 0.1)
    if patient.gas_bubble > 0:
        top = patient.dome_y + patient.dome_difference
        bubble = ellipse_depth(view, (0.45, top + 0.19), (0.24, 0.12), -12)
        organs -= np.float32(patient.gas_bubble) * soft_step(bubble - 0.1, 0.2)
    return organs


def spine(patient: Patient, view: View) -> FloatImage:
    """Vertebrae with their discs and pedicles, and the trachea's air in front of them."""
    off_middle = np.abs(view.x - spine_x(patient, view.y))
    column = soft_step(np.float32(patient.spine_half_width) - off_middle, 0.02)
    phase = view.y * np.float32(2 * np.pi / 0.145)
    disc = np.clip(np.cos(phase) - np.float32(0.55), 0, 1)
    side_walls = soft_step(0.025 - np.abs(off_middle - np.float32(0.062)), 0.025)
    pedicles = side_walls * np.clip(-np.cos(phase), 0, 1)
    bone = np.float32(patient.spine_opacity) * column * (1 - disc + np.float32(0.45) * pedicles)
    trachea = soft_step(np.float32(0.055) - off_middle, 0.03) * soft_step(-0.3 - view.y, 0.08)
    return bone - np.float32(0.16) * trachea


def bones(patient: Patient, view: View) -> FloatImage:
    """Ribs, clavicles, shoulder blades and upper arms."""
    back, front = rib_outlines(patient)
    opacity = patient.rib_opacity
    drawn = np.float32(opacity) * draw_polygons(view, back)
    drawn += np.float32(0.75 * opacity) * draw_polygons(view, front)
    drawn += np.float32(0.26) * draw_polygons(view, shoulder_outlines(patient))
    return drawn


def rib_outlines(patient: Patient) -> tuple[list[tuple[np.ndarray, float]], list[tuple[np.ndarray, float]]]:
    """The ribs' back and front halves as layers of polygons: bright cortex, paler marrow."""
    bottom = patient.dome_y + patient.dome_drop + 0.1
    spacing = (bottom - patient.apex_y) / patient.rib_count
    roots = patient.apex_y - 0.06 + spacing * np.arange(patient.rib_count)[:, None]
    layers: list[list[tuple[np.ndarray, float]]] = []
    for first, last in ((0.0, 0.56 * np.pi), (0.5 * np.pi, 0.8 * np.pi)):
        angles = np.linspace(first, last, 20)[None, :]
        flank_y = (roots + patient.rib_slope).astype(np.float32)
        reach = np.maximum(chest_wall_x(patient, flank_y), 0.3) + 0.015
        lateral = 0.08 + (reach - 0.08) * np.sin(angles)
        slope = patient.rib_slope * (0.55 + 0.6 * np.linspace(0, 1, patient.rib_count))[:, None]
        y = roots + slope * (1 - np.cos(angles)) - 0.05 * np.sin(2 * angles)
        curves = np.concatenate(
            [np.stack([side * lateral + 0 * y, y], axis=2) for side in SIDES], axis=0
        )
        width = patient.rib_half_width
        layers.append(
            [(ribbons(curves, np.array(width)), 1.0), (ribbons(curves, np.array(0.6 * width)), 0.7)]
        )
    return layers[0], layers[1]


def shoulder_outlines(patient: Patient) -> list[tuple[np.ndarray, float]]:
    """Clavicles, shoulder blades and upper arms as layers of polygons."""
    along = np.linspace(0, 1, 16)
    blades, clavicles, arms = [], [], []
    elbow_x = 1.25 + 0.6 * patient.arm_spread
    for side in SIDES:
        middle = 0.08 * patient.turn
        rise = patient.clavicle_slope * along + 0.05 * np.sin(2 * np.pi * along)
        clavicles.append(
            np.column_stack([middle + side * (0.13 + 0.92 * along), patient.apex_y + 0.14 - rise])
        )
        blade_y = -0.72 + 0.62 * along
        blades.append(
            np.column_stack([side * (1.06 - 0.12 * np.sin(2.4 * along)), blade_y])
        )
        arms.append(
            np.column_stack(
                [side * (1.13 + (elbow_x - 1.13) * along), -0.74 + 1.09 * along]
            )
        )
    taper = 0.14 * np.sin(np.pi * np.clip(along * 0.9 + 0.1, 0, 1)) * (1 - along)
    head = 0.055 + 0.06 * np.exp(-((along / 0.1) ** 2))
    return [
        (ribbons(np.stack(blades), taper[None, :]), 0.35),
        (ribbons(np.stack(arms), head[None, :]), 0.9),
        (ribbons(np.stack(arms), 0.6 * head[None, :]), 0.65),
        (ribbons(np.stack(clavicles), np.array(0.032)), 0.85),
        (ribbons(np.stack(clavicles), np.array(0.018)), 0.6),
    ]


def lung_structures(patient: Patient, view: View) -> FloatImage:
    """Hilar vessels and the healthy lung's fine markings, to be weighted with the lung's air."""
    random = np.random.default_rng([LUNG_STREAM, patient.seed])
    markings = np.abs(texture(view, random, 0.05))
    structures = np.float32(patient.lung_markings) * (1 - markings)
    layers = []
    for side in SIDES:
        curves, half_widths = vessel_tree(random, (side * 0.2 + 0.1 * patient.turn, patient.dome_y - 0.5), side)
        layers.append((ribbons(curves, half_widths), 1.0))
    structures += np.float32(patient.vessel_opacity) * draw_polygons(view, layers)
    for side in SIDES:
        hilum = ellipse_depth(view, (side * 0.26, patient.dome_y - 0.42), (0.2, 0.3), -15 * side)
        structures += np.float32(patient.vessel_opacity) * soft_step(hilum - 0.2, 0.5)
    return structures


def vessel_tree(
    random: np.random.Generator, hilum: tuple[float, float], side: int
) -> tuple[np.ndarray, np.ndarray]:
    """Vessels that fan out from a hilum: curves [n, points, 2] and their half widths [n, points]."""
    trunks, twigs_a_trunk = 9, 3
    angles = np.linspace(-1.2, 1.35, trunks) + random.normal(0, 0.12, trunks)
    lengths = random.uniform(0.35, 0.7, trunks)
    along = np.linspace(0, 1, 9)[None, :]
    bends = random.normal(0, 0.35, trunks)
    heading = angles[:, None] + bends[:, None] * along
    step = lengths[:, None] / along.shape[1]
    trunk = np.stack(
        [hilum[0] + side * np.cumsum(step * np.cos(heading), 1), hilum[1] + np.cumsum(step * np.sin(heading), 1)], 2
    )
    starts = random.integers(2, 8, (trunks, twigs_a_trunk))
    roots = trunk[np.arange(trunks)[:, None], starts].reshape(-1, 1, 2)
    twig_angles = (angles[:, None] + random.choice([-1, 1], starts.shape) * random.uniform(0.3, 0.8, starts.shape)).reshape(-1, 1)
    reach = 0.3 * random.uniform(0.5, 1, twig_angles.shape) * along
    twig = roots + np.stack([side * reach * np.cos(twig_angles), reach * np.sin(twig_angles)], 2)
    curves = np.concatenate([trunk, twig])
    thick = np.concatenate([np.full((trunks, 1), 0.015), np.full((len(twig), 1), 0.008)])
    return curves, thick * (1 - 0.8 * along)
