"""What a report takes over from the film that it is about: patient, study, and which image."""

from __future__ import annotations

import hashlib
import io
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pydicom
from pydicom.uid import (
    UID,
    ComputedRadiographyImageStorage,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
)
from pydicom.valuerep import DA, TM

from chest_xray.radiographs.dicom.elements import PYDICOM_ERRORS, named

# highdicom warns of unusual names by quoting them.
logging.getLogger("highdicom").setLevel(logging.CRITICAL)

# PS3.4 B.5: what a detector or a plate makes for being looked at. "For processing" is raw.
RADIOGRAPHS: tuple[UID, ...] = (
    ComputedRadiographyImageStorage,
    DigitalXRayImageStorageForPresentation,
)
# PS3.16 annex L, and what machines write in their place; a film that doesn't say is taken.
_CHEST = ("CHEST", "THORAX", "LUNG")
_SIDE_VIEWS = ("LL", "RL", "LATERAL", "LLD", "RLD")

_UIDS = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")
_TEXTS = (
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "AccessionNumber",
    "StudyID",
    "ReferringPhysicianName",
)
_DATES = ("PatientBirthDate", "StudyDate")
_SEXES = ("M", "F", "O")


class RefusedObject(Exception):
    """Why no report can be made of a DICOM object, in words without any text of it.

    Attributes:
        status: That of C-STORE (PS3.4 B.2.3, PS3.7 annex C).
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


# Statuses of C-STORE.
OTHER_CLASS = 0x0122
DUPLICATE = 0x0111
OUT_OF_RESOURCES = 0xA700
DOES_NOT_MATCH = 0xA900
CANNOT_UNDERSTAND = 0xC000


@dataclass(frozen=True)
class Film:
    """A film that a report can be about.

    Attributes:
        header: Patient, study, series and image, each valid or empty, its texts in Unicode; no
            pixels and nothing else.
        key: What logs call it: 12 digits of the SHA-256 of its SOP Instance UID, in which some
            machines write a date.
    """

    header: pydicom.Dataset
    key: str


def read_film(data: bytes) -> Film:
    """The film in a file, as ``film_of``.

    Args:
        data: A whole DICOM file, or its beginning up to the pixels.

    Raises:
        RefusedObject: It is none that a report can be about.
    """
    try:
        dataset = pydicom.dcmread(io.BytesIO(data), force=True, stop_before_pixels=True)
    except PYDICOM_ERRORS as error:
        raise RefusedObject(CANNOT_UNDERSTAND, "its elements can't be followed") from error
    return film_of(dataset)


def film_of(dataset: pydicom.Dataset) -> Film:
    """What a report needs of a radiograph's elements.

    A chest is what says so or says nothing of the body part; a view from the side is none that a
    model was trained on.

    Raises:
        RefusedObject: No radiograph, of another body part or from the side, or one without the
            UIDs by which a report could refer to it.
    """
    header = pydicom.Dataset()
    for keyword in _UIDS:
        uid = UID(_text(dataset, keyword))
        if not uid.is_valid or not uid:
            raise RefusedObject(DOES_NOT_MATCH, f"{named(keyword)} is missing or no UID")
        setattr(header, keyword, uid)
    _refuse_other_objects(header.SOPClassUID, dataset)
    header.SpecificCharacterSet = "ISO_IR 192"
    for keyword in _TEXTS:
        setattr(header, keyword, _text(dataset, keyword))
    for keyword in _DATES:
        setattr(header, keyword, _valid(_text(dataset, keyword), DA))
    header.StudyTime = _valid(_text(dataset, "StudyTime"), TM)
    sex = _text(dataset, "PatientSex").upper()
    header.PatientSex = sex if sex in _SEXES else ""
    number = _text(dataset, "InstanceNumber")
    # At least 1, as the report's own number is made from it (IS, PS3.5 6.2).
    header.InstanceNumber = int(number) if number.isdecimal() and 0 < int(number) < 2**31 else 1
    header.PatientOrientation = _orientation(dataset)
    digits = hashlib.sha256(header.SOPInstanceUID.encode()).hexdigest()
    return Film(header, digits[:12])


def _refuse_other_objects(sop_class: UID, dataset: pydicom.Dataset) -> None:
    if sop_class not in RADIOGRAPHS:
        known = sop_class.name if sop_class.is_private is False else "a private SOP class"
        raise RefusedObject(OTHER_CLASS, f"it is no radiograph for presentation but {known}")
    body_part = _text(dataset, "BodyPartExamined").upper()
    if body_part and not body_part.startswith(_CHEST):
        raise RefusedObject(DOES_NOT_MATCH, f"{named('BodyPartExamined')} is not CHEST")
    if _text(dataset, "ViewPosition").upper() in _SIDE_VIEWS:
        raise RefusedObject(DOES_NOT_MATCH, f"{named('ViewPosition')} is a view from the side")


def _text(dataset: pydicom.Dataset, keyword: str) -> str:
    """An element's first value as text; '' where it is missing, empty or can't be read."""
    try:
        value = dataset.get(keyword)
        if isinstance(value, Sequence) and not isinstance(value, str):
            value = value[0] if value else None
        return "" if value is None else str(value).strip(" \0")
    except PYDICOM_ERRORS:
        return ""


def _orientation(dataset: pydicom.Dataset) -> list[str] | None:
    """Where rows and columns lead, such as ``["L", "F"]``; None where that isn't stated."""
    try:
        directions = [str(one) for one in dataset.get("PatientOrientation") or []]
    except PYDICOM_ERRORS:
        return None
    known = all(re.fullmatch("[APRLHF]{1,3}", one) for one in directions)
    return directions if known and len(directions) == 2 else None


def _valid(text: str, kind: type[DA] | type[TM]) -> str:
    """A date or a time, '' where it is none: highdicom refuses those that are not."""
    try:
        return text if text and kind(text) is not None else ""
    except (ValueError, TypeError):
        return ""


def encoded(dataset: pydicom.Dataset) -> bytes:
    """A data set as a DICOM file, explicit little endian unless it says otherwise."""
    file = io.BytesIO()
    if "TransferSyntaxUID" not in dataset.file_meta:
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    pydicom.dcmwrite(file, dataset, enforce_file_format=True)
    return file.getvalue()
