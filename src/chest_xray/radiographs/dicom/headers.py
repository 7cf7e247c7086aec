"""What a DICOM file's header says of its film and patient, without the pixels.

Names, numbers and dates are read to tell patients apart and to join a table; whatever holds a
``DicomHeader`` stays in memory. What may be kept of it is told by ``films``.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pydicom
from pydicom.uid import UID, DigitalXRayImageStorageForPresentation

from chest_xray.machine.names import folded
from chest_xray.radiographs.decoded import MAX_FILE_BYTES
from chest_xray.radiographs.dicom.elements import (
    MAX_META_BYTES,
    PYDICOM_ERRORS,
    UnsupportedDicom,
    check_deflated,
    may_be_deflated,
)

# What tells who the patient is, or when; no kept text may share a word with it.
_IDENTIFYING = (
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "OtherPatientIDs",
    "OtherPatientNames",
    "PatientBirthName",
    "PatientMotherBirthName",
    "PatientBirthDate",
    "PatientAddress",
    "AccessionNumber",
    "StudyID",
    "StudyDate",
    "ReferringPhysicianName",
)
_OF_THE_FILM = (
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyInstanceUID",
    "Modality",
    "ImageType",
    "BodyPartExamined",
    "AnatomicRegionSequence",
    "ViewPosition",
    "ViewCodeSequence",
    "PatientSex",
    "PatientAge",
    "Manufacturer",
    "ManufacturerModelName",
    "DetectorType",
    "BurnedInAnnotation",
    "SpecificCharacterSet",
)
_TAGS = [*_IDENTIFYING, *_OF_THE_FILM]
# Codes of DX views (PS3.16 CID 4010) and of the chest (CID 4009), in SNOMED CT and as before it.
_VIEWS = {
    "399348003": "AP",
    "R-10206": "AP",
    "272479007": "PA",
    "R-10214": "PA",
    "399173006": "LL",
    "R-10236": "LL",
    "399198007": "RL",
    "R-10232": "RL",
}
_CHEST = ("816094009", "51185008", "T-D3000")
_AGE = re.compile(r"(\d{1,3})([DWMY])")
_UNITS_PER_YEAR = {"D": 365.25, "W": 52.18, "M": 12.0, "Y": 1.0}
# Older ages tell who a person is (HIPAA, 45 CFR 164.514(b)(2)(i)(C)).
_MAX_AGE = 90.0
_WORD = re.compile(r"[^\W_]{3,}")


@dataclass(frozen=True)
class DicomHeader:
    """One file's header. Texts are '' where the file doesn't state them.

    Attributes:
        sop_instance_uid: Of the image.
        study_instance_uid: Of its study.
        accession_number: Likewise.
        patient: Issuer and PatientID, in one spelling; None without a PatientID.
        is_image: Whether it is an image at all, and no report or directory.
        modality: Such as DX.
        image_types: The values of ImageType.
        for_presentation: Whether it is a Digital X-Ray image that was processed to be shown.
        body_part: Such as CHEST.
        view: Such as PA.
        sex: M, F or O.
        age: In years, 90 for older patients; None where unknown.
        manufacturer: As written; '' also where it shares a word with the patient's data.
        device_model: Likewise.
        detector: DIRECT, SCINTILLATOR, STORAGE or FILM.
        burnt_in: YES or NO, whether the file says that text was burnt into the pixels.
    """

    sop_instance_uid: str
    study_instance_uid: str
    accession_number: str
    patient: tuple[str, str] | None
    is_image: bool
    modality: str
    image_types: tuple[str, ...]
    for_presentation: bool
    body_part: str
    view: str
    sex: str
    age: float | None
    manufacturer: str
    device_model: str
    detector: str
    burnt_in: str


class _Header(io.BufferedReader):
    """A file that is read in parts, none larger than itself: wrong lengths ask for more memory."""

    def __init__(self, path: Path) -> None:
        super().__init__(io.FileIO(path))
        self._size = os.fstat(self.fileno()).st_size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size, self._size) if size else size)


def read_header(path: Path) -> DicomHeader | None:
    """A DICOM file's header, None where it can't be read: decoding the file says why."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return None
        with _Header(path) as file:
            if may_be_deflated(file.read(MAX_META_BYTES)):
                file.seek(0)
                check_deflated(file.read())
            file.seek(0)
            dataset = pydicom.dcmread(
                file, force=True, stop_before_pixels=True, specific_tags=list(_TAGS)
            )
        return _header(dataset)
    except (*PYDICOM_ERRORS, UnsupportedDicom):
        return None


def _header(dataset: pydicom.Dataset) -> DicomHeader:
    sop_class = _text(dataset, "SOPClassUID")
    words = _words(text for keyword in _IDENTIFYING for text in _texts(dataset, keyword))
    return DicomHeader(
        sop_instance_uid=_text(dataset, "SOPInstanceUID"),
        study_instance_uid=_text(dataset, "StudyInstanceUID"),
        accession_number=_text(dataset, "AccessionNumber"),
        patient=_patient(dataset),
        # Standard names of images are such as Computed Radiography Image Storage.
        is_image="Image" in UID(sop_class).name if UID(sop_class).type else True,
        modality=_code(dataset, "Modality"),
        image_types=tuple(text.upper() for text in _texts(dataset, "ImageType")),
        for_presentation=sop_class == DigitalXRayImageStorageForPresentation,
        body_part=_code(dataset, "BodyPartExamined") or _region(dataset),
        view=_code(dataset, "ViewPosition") or _coded_view(dataset),
        sex=_code(dataset, "PatientSex", ("M", "F", "O")),
        age=_age(dataset),
        manufacturer=_harmless(dataset, "Manufacturer", words),
        device_model=_harmless(dataset, "ManufacturerModelName", words),
        detector=_code(dataset, "DetectorType", ("DIRECT", "SCINTILLATOR", "STORAGE", "FILM")),
        burnt_in=_code(dataset, "BurnedInAnnotation", ("YES", "NO")),
    )


def _texts(dataset: pydicom.Dataset, keyword: str) -> list[str]:
    value = dataset.get(keyword)
    if value is None:
        return []
    values = value if isinstance(value, pydicom.multival.MultiValue | list) else [value]
    return [text for one in values if (text := " ".join(str(one).replace("\0", " ").split()))]


def _text(dataset: pydicom.Dataset, keyword: str) -> str:
    return "\\".join(_texts(dataset, keyword))


def _code(dataset: pydicom.Dataset, keyword: str, known: Sequence[str] = ()) -> str:
    text = _text(dataset, keyword).upper()
    return text if not known or text in known else ""


def _patient(dataset: pydicom.Dataset) -> tuple[str, str] | None:
    number = folded(_text(dataset, "PatientID"))
    return (folded(_text(dataset, "IssuerOfPatientID")), number) if number else None


def _coded_view(dataset: pydicom.Dataset) -> str:
    found = _sequence_code(dataset, "ViewCodeSequence")
    return _VIEWS.get(found, "OTHER") if found else ""


def _region(dataset: pydicom.Dataset) -> str:
    found = _sequence_code(dataset, "AnatomicRegionSequence")
    return ("CHEST" if found in _CHEST else "OTHER") if found else ""


def _sequence_code(dataset: pydicom.Dataset, keyword: str) -> str:
    sequence = dataset.get(keyword)
    if not isinstance(sequence, pydicom.Sequence) or not sequence:
        return ""
    return _text(sequence[0], "CodeValue")


def _age(dataset: pydicom.Dataset) -> float | None:
    """The patient's age, else what lies between the day of birth and that of the study."""
    if stated := _AGE.fullmatch(_text(dataset, "PatientAge").upper()):
        return min(round(int(stated[1]) / _UNITS_PER_YEAR[stated[2]], 2), _MAX_AGE)
    born, studied = (_day(_text(dataset, one)) for one in ("PatientBirthDate", "StudyDate"))
    if born is None or studied is None or studied < born:
        return None
    before = (studied.month, studied.day) < (born.month, born.day)
    return min(float(studied.year - born.year - before), _MAX_AGE)


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def _harmless(dataset: pydicom.Dataset, keyword: str, identifying: set[str]) -> str:
    text = _text(dataset, keyword)
    return "" if _words([text]) & identifying else text


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in _WORD.findall(folded(text))}
