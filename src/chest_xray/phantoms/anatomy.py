"""The patient: traits that differ between patients, and the organs' shapes that follow from them.

Body coordinates are `geometry`'s. Sides are -1 for the patient's right (the image's left) and +1
for the patient's left.
"""

from dataclasses import dataclass, replace

import numpy as np

from chest_xray.phantoms.geometry import FloatImage, View, chord, ellipse_depth, soft_step

SIDES = (-1, 1)

# Below this height the thorax no longer widens.
_WIDEST_Y = 0.5

# A seed gives one random stream for each of these: what is drawn from one never shifts another.
TRAIT_STREAM, LUNG_STREAM, LESION_STREAM, POSE_STREAM, FILM_STREAM = range(5)


@dataclass(frozen=True)
class Patient:
    """A chest, of a child unless `grown_up`.

    Lengths in body units, opacities in attenuation (soft tissue's depth is 1).

    Attributes:
        seed: what all of the patient's random structures are drawn from.
        thorax_half_width: midline to the lung's lateral edge where the thorax is widest.
        apex_y: top of the lungs.
        dome_y: top of the right hemidiaphragm.
        dome_drop: from there down to the costophrenic angle.
        dome_difference: how much lower the left hemidiaphragm stands.
        spine_bend: sideways bend of the spine.
        spine_half_width: half the width of a vertebra.
        spine_opacity: of a vertebra.
        heart_size: 1 is the mean.
        mediastinum_half_width: at the great vessels and the thymus.
        rib_count: pairs of ribs drawn.
        rib_slope: how far a rib falls between spine and flank.
        rib_half_width: half the height of a rib.
        rib_opacity: of a rib's cortex.
        clavicle_slope: how far a clavicle rises towards the shoulder.
        soft_tissue: thickness of the chest wall outside the ribs.
        breast_shadow: opacity of the soft tissue over the lower lungs; 0 in most children.
        arm_spread: how far the elbows are from the body.
        vessel_opacity: of a hilar vessel.
        lung_markings: opacity of the healthy lung's fine texture.
        gas_bubble: how much of the tissue the stomach's gas replaces.
        turn: how far the patient is turned out of the frontal position, -1 to 1; 0 is straight.
    """

    seed: int
    thorax_half_width: float
    apex_y: float
    dome_y: float
    dome_drop: float
    dome_difference: float
    spine_bend: float
    spine_half_width: float
    spine_opacity: float
    heart_size: float
    mediastinum_half_width: float
    rib_count: int
    rib_slope: float
    rib_half_width: float
    rib_opacity: float
    clavicle_slope: float
    soft_tissue: float
    breast_shadow: float
    arm_spread: float
    vessel_opacity: float
    lung_markings: float
    gas_bubble: float
    turn: float = 0.0


def draw_patient(seed: int) -> Patient:
    """Draw a patient's traits; the same seed gives the same patient."""
    random = np.random.default_rng([TRAIT_STREAM, seed])
    return Patient(
        seed=seed,
        thorax_half_width=random.uniform(0.88, 1.02),
        apex_y=random.uniform(-0.92, -0.78),
        dome_y=random.uniform(0.36, 0.54),
        dome_drop=random.uniform(0.18, 0.3),
        dome_difference=random.uniform(0.02, 0.1),
        spine_bend=random.uniform(-0.05, 0.05),
        spine_half_width=random.uniform(0.095, 0.125),
        spine_opacity=random.uniform(0.1, 0.26),
        heart_size=random.uniform(0.86, 1.14),
        mediastinum_half_width=random.uniform(0.17, 0.3),
        rib_count=int(random.integers(9, 12)),
        rib_slope=random.uniform(0.12, 0.28),
        rib_half_width=random.uniform(0.024, 0.034),
        rib_opacity=random.uniform(0.13, 0.24),
        clavicle_slope=random.uniform(0.0, 0.18),
        soft_tissue=random.uniform(0.08, 0.2),
        breast_shadow=max(0.0, random.uniform(-0.16, 0.14)),
        arm_spread=random.uniform(0.0, 0.9),
        vessel_opacity=random.uniform(0.07, 0.17),
        lung_markings=random.uniform(0.01, 0.05),
        gas_bubble=max(0.0, random.uniform(-0.2, 0.4)),
    )


def grown_up(patient: Patient) -> Patient:
    """The same patient as an adult: body units are widths of the thorax, which is now longer.

    The heart is smaller against it, the thymus is gone, ribs fall more steeply, and there is more
    soft tissue around it.
    """
    return replace(
        patient,
        apex_y=patient.apex_y - 0.08,
        dome_y=patient.dome_y + 0.12,
        heart_size=0.84 * patient.heart_size,
        mediastinum_half_width=0.75 * patient.mediastinum_half_width,
        rib_slope=patient.rib_slope + 0.1,
        soft_tissue=patient.soft_tissue + 0.06,
        breast_shadow=2 * patient.breast_shadow,
        gas_bubble=0.5 * patient.gas_bubble,
    )


def positioned(patient: Patient, image_seed: int) -> Patient:
    """The patient as this film caught them: turned a little, more or less breathed in."""
    random = np.random.default_rng([POSE_STREAM, image_seed])
    return replace(
        patient,
        turn=float(np.clip(random.normal(0, 0.4), -1, 1)),
        dome_y=patient.dome_y + random.uniform(-0.07, 0.05),
    )


def spine_x(patient: Patient, y: FloatImage) -> FloatImage:
    """Where the spine's middle stands at each y: float32, the shape of y."""
    return np.float32(patient.spine_bend) * (y * y - 0.3) - np.float32(0.05 * patient.turn)


def chest_wall_x(patient: Patient, y: FloatImage) -> FloatImage:
    """Distance of the lung's lateral edge from the midline at each y; 0 above the apex."""
    rise = np.clip((_WIDEST_Y - y) * np.float32(1 / (_WIDEST_Y - patient.apex_y)), 0, 1)
    rise = rise * rise
    return np.float32(patient.thorax_half_width) * np.sqrt(1 - rise * (0.6 + 0.4 * rise))


def diaphragm_y(patient: Patient, x: FloatImage) -> FloatImage:
    """Height of the diaphragm at each x: float32, the shape of x. Its left half stands lower."""
    from_top = (np.abs(x) - np.float32(0.42)) * np.float32(1 / (patient.thorax_half_width - 0.42))
    # The dome falls steeply to the flank and hardly towards the heart.
    drop = np.where(from_top > 0, np.float32(patient.dome_drop), np.float32(0.06))
    top = patient.dome_y + np.float32(patient.dome_difference) * (x > 0)
    return top + drop * from_top * from_top


def lung_fields(patient: Patient, view: View) -> FloatImage:
    """Depth of both lungs along the ray, heart left out: float32 [height, width], 0 to 1."""
    lateral, side = np.abs(view.x), np.sign(view.x)
    # A turned thorax shows one lung wider than the other.
    wall = chest_wall_x(patient, view.y) * (1 + np.float32(0.04 * patient.turn) * side)
    depth = chord((wall - lateral) * np.float32(1 / 0.3))
    depth *= soft_step(lateral - side * spine_x(patient, view.y) - np.float32(0.07), 0.04)
    depth *= soft_step(diaphragm_y(patient, view.x) - view.y, 0.022)
    return depth


def mediastinum(patient: Patient, view: View) -> FloatImage:
    """How far heart and great vessels fill the ray: float32 [height, width], 0 to 1.

    The heart's greater part lies at positive x, the patient's left.
    """
    size, shift, base = patient.heart_size, 0.1 * patient.turn, patient.dome_y
    x = view.x - np.float32(shift)
    deepest = ellipse_depth(x, view.y, (0.21 * size, base - 0.2), (0.44 * size, 0.32 * size), 38)
    right_atrium = ellipse_depth(x, view.y, (-0.1 * size, base - 0.2), (0.21 * size, 0.33 * size))
    pulmonary_trunk = ellipse_depth(x, view.y, (0.09, base - 0.52), (0.22 * size, 0.26), 15)
    np.maximum(deepest, right_atrium, out=deepest)
    np.maximum(deepest, pulmonary_trunk, out=deepest)
    great_vessels = 1 - np.abs(x) * np.float32(1 / patient.mediastinum_half_width)
    # They end where the heart rests on the diaphragm.
    np.minimum(great_vessels, 4 * (np.float32(base + 0.15) - view.y), out=great_vessels)
    return np.maximum(soft_step(deepest - 0.04, 0.1), soft_step(great_vessels - 0.12, 0.24))
