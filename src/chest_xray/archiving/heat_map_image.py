"""A heat map over its film as a DICOM image that any viewer shows: a secondary capture."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pydicom
from highdicom.sc import SCImage
from numpy.typing import NDArray
from pydicom.valuerep import DA, TM

from chest_xray.archiving.film import Film
from chest_xray.archiving.result import (
    MANUFACTURER,
    NOTICE,
    ReportingModel,
    complete,
    stable_series_uid,
    stable_uid,
)

SERIES_NUMBER = 9702


def heat_map_image(
    film: Film, overlay: NDArray[np.uint8], model: ReportingModel, made: datetime
) -> pydicom.Dataset:
    """The overlay of a film (``reporting.overlays.overlay``) as an image in the film's study.

    A presentation state can't hold colours over grey levels, and few viewers apply one; a
    secondary capture is shown by all.

    Args:
        film: Which it was made of.
        overlay: uint8 [height, width, 3], RGB.
        model: Which it explains.
        made: When; its UIDs are the same for the same film and model.
    """
    header = film.header
    image = SCImage(
        pixel_array=overlay,
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        # Replaced below: highdicom takes none that is unknown.
        patient_orientation=("L", "F"),
        study_instance_uid=header.StudyInstanceUID,
        series_instance_uid=stable_series_uid(film, model, "heat maps"),
        series_number=SERIES_NUMBER,
        sop_instance_uid=stable_uid(film, model, "heat map"),
        instance_number=header.InstanceNumber,
        manufacturer=MANUFACTURER,
        manufacturer_model_name=model.version,
        software_versions=model.software,
        series_description="Heat map of a classifier, research only",
        patient_id=header.PatientID,
        patient_name=header.PatientName,
        patient_birth_date=header.PatientBirthDate,
        patient_sex=header.PatientSex,
        accession_number=header.AccessionNumber,
        study_id=header.StudyID,
        study_date=header.StudyDate or None,
        study_time=header.StudyTime or None,
        referring_physician_name=header.ReferringPhysicianName,
        specific_character_set=header.SpecificCharacterSet,
        content_date=DA(made.date()),
        content_time=TM(made.time()),
    )
    complete(image, film, made)
    image.DateOfSecondaryCapture, image.TimeOfSecondaryCapture = DA(made.date()), TM(made.time())
    image.BodyPartExamined = "CHEST"
    image.ImageComments = NOTICE
    image.PatientOrientation = header.PatientOrientation
    image.SourceImageSequence = [_reference(film)]
    return image


def _reference(film: Film) -> pydicom.Dataset:
    source = pydicom.Dataset()
    source.ReferencedSOPClassUID = film.header.SOPClassUID
    source.ReferencedSOPInstanceUID = film.header.SOPInstanceUID
    return source
