"""The truth about a set of phantoms: one row per file, drawn before any pixel is."""

import numpy as np
import pandas as pd

from chest_xray.phantoms.defects import PlantedDefects, plant_defects
from chest_xray.phantoms.hospitals import assign_hospitals
from chest_xray.phantoms.lesions import LOBES
from chest_xray.phantoms.names import name_files

_MIN_PATIENTS = 10
_MIN_IMAGE_SIZE = 32
_SEEDS = 2**31

_PNEUMONIA_SHARE = 0.6
_BACTERIAL_SHARE = 2 / 3
_FILMS_PER_PATIENT = (1, 2, 3, 4, 5, 6)
_FILMS_PER_PATIENT_SHARES = (0.5, 0.22, 0.14, 0.08, 0.04, 0.02)

# The part of the patients whose lesion is hard to see, and the share of air that it replaces.
_FAINT_SHARE = 0.2
_FAINT_OPACITY = {"bacteria": (0.35, 0.5), "virus": (0.32, 0.45)}
_PLAIN_OPACITY = {"bacteria": (0.65, 1.0), "virus": (0.5, 0.85)}

NO_DEFECTS = PlantedDefects()

_COLUMNS = (
    "file",
    "label",
    "true_label",
    "subtype",
    "patient_id",
    "source",
    "age",
    "width",
    "height",
    "mode",
    "jpeg_quality",
    "brightness",
    "contrast",
    "noise",
    "detector_blur",
    "tilt_degrees",
    "crop",
    "marker",
    "marker_style",
    "lesion_side",
    "lesion_lobe",
    "lesion_opacity",
    "patient_seed",
    "image_seed",
    "planted",
    "duplicate_of",
)


def plan_phantoms(
    patients: int,
    seed: int,
    image_size: int,
    defects: PlantedDefects = NO_DEFECTS,
    *,
    hospitals: int = 1,
    hospital_with_class: float = 0.0,
) -> pd.DataFrame:
    """Plan a set of phantoms as it will be on disk.

    Args:
        patients: how many different patients are drawn, 10 or more. About 60 % have pneumonia,
            two thirds of those bacterial; half of the patients have several films.
        seed: 0 or more; the same arguments give the same plan.
        image_size: mean of the films' long sides in pixels, 32 or more.
        defects: what to plant; a film gets at most one of the three that are counted.
        hospitals: 1 or 2. Patients of the second, the south, are adults (a longer and narrower
            thorax, a smaller heart, more soft tissue), its films are brighter, paler, grainier and
            sharper, and its side markers are boxed. The north's films are the same with 1 and 2.
        hospital_with_class: probability that a patient is in the south if and only if they have
            pneumonia, instead of by chance.

    Returns:
        One row per file, sorted by file, of plain strings, integers, floats and booleans:

        - `file`: path below the set's folder, {train|val|test}/{NORMAL|PNEUMONIA}/{name}.jpeg, of
          two hospitals below {north|south}/.
        - `label`: as on disk; `true_label`: as drawn; both NORMAL or PNEUMONIA.
        - `subtype`: of the truth: bacteria, virus, or empty for a healthy chest.
        - `patient_id`: the part of the file's name that names the patient.
        - `source`: the hospital, north or south; `age`: years, 1 to 5 in the north and 20 to 85 in
          the south, where nothing that is drawn depends on more than child or adult.
        - `width`, `height`: pixels; `mode`: L or RGB; `jpeg_quality`: Pillow's, 1 to 95.
        - `brightness`: 1 is right, more is brighter; `contrast`: 1 is right; `noise`: the grain's
          standard deviation where the film is white, white being 1; `detector_blur`: a factor, 1
          in the north; `tilt_degrees`: clockwise; `crop`: magnification, 1 shows the chest with a
          small margin; `marker`: whether a side marker is on the film; `marker_style`: plain or
          boxed.
        - `lesion_side`: the patient's right or left, or both; `lesion_lobe`: upper, middle, lower
          or all; `lesion_opacity`: share of the air that the lesion replaces at its densest.
          Empty and 0 where there is none.
        - `patient_seed`: what the anatomy is drawn from, the same for all films of a patient, even
          those filed under another patient_id (duplicates, some flipped labels); `image_seed`:
          what the film is drawn from.
        - `planted`: names of what was planted, joined with ";": unreadable, duplicate,
          flipped_label, marker_with_class, brightness_with_class; `duplicate_of`: the file that
          this one copies, or empty.

    Raises:
        ValueError: fewer than 10 patients, a negative seed, an image size under 32, other than 1 or
            2 hospitals, or more counted defects than films.
    """
    _check(patients, seed, image_size)
    if hospitals not in (1, 2) or not 0 <= hospital_with_class <= 1:
        raise ValueError(
            f"Phantoms: hospitals is {hospitals} and hospital_with_class {hospital_with_class}; "
            "1 or 2, and a probability between 0 and 1, can be drawn."
        )
    random = np.random.default_rng(seed)
    films = pd.DataFrame(
        [
            film
            for patient in _patients(patients, random)
            for film in _films(patient, image_size, random)
        ]
    )
    films = assign_hospitals(films, hospitals, hospital_with_class, seed)
    named = name_files(plant_defects(films, defects, random), random)
    if hospitals == 2:
        for name in ("file", "duplicate_of"):
            named[name] = (named["source"] + "/" + named[name]).where(named[name] != "", "")
    return named[list(_COLUMNS)].sort_values("file", ignore_index=True)


def _check(patients: int, seed: int, image_size: int) -> None:
    if patients < _MIN_PATIENTS:
        raise ValueError(
            f"Phantoms: patients is {patients}; both classes and all folders need "
            f"{_MIN_PATIENTS} or more."
        )
    if seed < 0:
        raise ValueError(f"Phantoms: seed is {seed}; it must be 0 or more.")
    if image_size < _MIN_IMAGE_SIZE:
        raise ValueError(
            f"Phantoms: image_size is {image_size} pixels; a chest can be drawn from "
            f"{_MIN_IMAGE_SIZE} on."
        )


def _patients(count: int, random: np.random.Generator) -> list[dict[str, object]]:
    """What stays the same over a patient's films."""
    ill = round(_PNEUMONIA_SHARE * count)
    bacterial = round(_BACTERIAL_SHARE * ill)
    subtypes = ["bacteria"] * bacterial + ["virus"] * (ill - bacterial) + [""] * (count - ill)
    seeds = random.choice(_SEEDS, size=count, replace=False)
    return [
        {
            "label": "PNEUMONIA" if subtype else "NORMAL",
            "true_label": "PNEUMONIA" if subtype else "NORMAL",
            "subtype": subtype,
            "patient_seed": int(patient_seed),
            "planted": "",
            **_lesion(subtype, random),
        }
        for subtype, patient_seed in zip(subtypes, seeds, strict=True)
    ]


def _lesion(subtype: str, random: np.random.Generator) -> dict[str, object]:
    if not subtype:
        return {"lesion_side": "", "lesion_lobe": "", "lesion_opacity": 0.0}
    opacities = _FAINT_OPACITY if random.uniform() < _FAINT_SHARE else _PLAIN_OPACITY
    opacity = float(random.uniform(*opacities[subtype]))
    if subtype == "virus":
        return {"lesion_side": "both", "lesion_lobe": "all", "lesion_opacity": opacity}
    side = str(random.choice(tuple(LOBES)))
    lobe = str(random.choice(LOBES[side]))
    return {"lesion_side": side, "lesion_lobe": lobe, "lesion_opacity": opacity}


def _films(
    patient: dict[str, object], image_size: int, random: np.random.Generator
) -> list[dict[str, object]]:
    count = int(random.choice(_FILMS_PER_PATIENT, p=_FILMS_PER_PATIENT_SHARES))
    return [{**patient, **_film(image_size, random)} for _ in range(count)]


def _film(image_size: int, random: np.random.Generator) -> dict[str, object]:
    """What differs between a patient's films; nothing here may depend on the class."""
    width = round(image_size * random.uniform(0.85, 1.15))
    return {
        "width": width,
        "height": round(width / random.uniform(1.02, 1.6)),
        "mode": "RGB" if random.uniform() < 0.05 else "L",
        "jpeg_quality": int(random.integers(75, 96)),
        "brightness": float(random.uniform(0.85, 1.15)),
        "contrast": float(random.uniform(0.85, 1.15)),
        "noise": float(random.uniform(0.006, 0.022)),
        "tilt_degrees": float(np.clip(random.normal(0, 2.5), -7, 7)),
        "crop": float(random.uniform(0.94, 1.1)),
        "marker": bool(random.uniform() < 0.65),
        "image_seed": int(random.integers(_SEEDS)),
    }
