"""From a row of the truth to pixels, lesion mask and files."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chest_xray.phantoms.anatomy import Patient, draw_patient, grown_up, positioned
from chest_xray.phantoms.defects import DAMAGES
from chest_xray.phantoms.film import develop, expose, film_centre, stamp_marker
from chest_xray.phantoms.geometry import FloatImage, View, view_of
from chest_xray.phantoms.lesions import Lesion, interstitial_pattern, lobar_consolidation
from chest_xray.phantoms.tissue import aerated, attenuation

_ADULT_AGE = 18


@dataclass(frozen=True)
class Phantom:
    """A synthetic radiograph and where its pneumonia is.

    Attributes:
        pixels: uint8 [height, width] (mode L) or [height, width, 3] (mode RGB).
        lesion: bool [height, width], all False in a healthy chest.
    """

    pixels: NDArray[np.uint8]
    lesion: NDArray[np.bool_]


def draw_phantom(plan: Mapping[str, object]) -> Phantom:
    """Draw one row of the truth; nothing but the row decides a pixel.

    Args:
        plan: a row of `plan_phantoms` as a mapping, `row.to_dict()` for instance.

    Raises:
        KeyError: a column of the truth is missing.
    """
    row = cast(Mapping[str, Any], plan)
    image_seed = int(row["image_seed"])
    patient = draw_patient(int(row["patient_seed"]))
    if int(row["age"]) >= _ADULT_AGE:
        patient = grown_up(patient)
    patient = positioned(patient, image_seed)
    view = view_of(
        int(row["width"]),
        int(row["height"]),
        float(row["crop"]),
        float(row["tilt_degrees"]),
        film_centre(image_seed),
    )
    air = aerated(patient, view)
    chest = attenuation(patient, view, air)
    outline = np.zeros(view.shape, dtype=np.bool_)
    lesion = _lesion(row, patient, view, air)
    if lesion is not None:
        chest += lesion.opacity
        outline = lesion.outline
    grey = expose(
        chest,
        image_seed,
        float(row["brightness"]),
        float(row["contrast"]),
        float(row["noise"]),
        float(row["detector_blur"]) * view.pixels_per_unit,
    )
    if row["marker"]:
        grey = stamp_marker(grey, image_seed, boxed=row["marker_style"] == "boxed")
    return Phantom(pixels=develop(grey, str(row["mode"])), lesion=outline)


def _lesion(row: Mapping[str, Any], patient: Patient, view: View, air: FloatImage) -> Lesion | None:
    opacity = float(row["lesion_opacity"])
    if row["subtype"] == "bacteria":
        side, lobe = str(row["lesion_side"]), str(row["lesion_lobe"])
        return lobar_consolidation(patient, view, air, side, lobe, opacity)
    if row["subtype"] == "virus":
        return interstitial_pattern(patient, view, air, opacity)
    return None


def encode_jpeg(phantom: Phantom, plan: Mapping[str, object]) -> bytes:
    """Encode a phantom as the file that its plan describes.

    Args:
        phantom: what `draw_phantom` gives for the plan.
        plan: a row of the truth.

    Returns:
        A JPEG of the plan's quality, the same bytes each time. Where an unreadable file was
        planted, it can't be decoded: empty, or the first half of the JPEG, or text.
    """
    row = cast(Mapping[str, Any], plan)
    file = io.BytesIO()
    Image.fromarray(phantom.pixels).save(file, format="JPEG", quality=int(row["jpeg_quality"]))
    jpeg = file.getvalue()
    if "unreadable" not in str(row["planted"]).split(";"):
        return jpeg
    damage = DAMAGES[int(row["image_seed"]) % len(DAMAGES)]
    damaged = {"empty": b"", "truncated": jpeg[: len(jpeg) // 2], "text": b"Not a radiograph.\n"}
    return damaged[damage]


def encode_lesion_png(phantom: Phantom) -> bytes:
    """Encode a lesion mask as a PNG in mode L: 255 inside the lesion, 0 elsewhere."""
    file = io.BytesIO()
    Image.fromarray(phantom.lesion.astype(np.uint8) * np.uint8(255)).save(file, format="PNG")
    return file.getvalue()
