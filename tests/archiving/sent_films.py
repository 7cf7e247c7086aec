"""Films as a hospital sends them, and the programs that tests check and send them with."""

import io
import shutil
import subprocess

import pydicom
import pytest
from pydicom.uid import generate_uid
from radiographs.dicom_files import phantom_film, scaled, written

from chest_xray.archiving.result import ReportingModel

# What must never get into a log.
NAME, NUMBER, BIRTH = "Rahimi^Shirin", "hospital-4711", "19580317"
FACTS = {
    "class_names": ["NORMAL", "PNEUMONIA"],
    "threshold": 0.4123,
    "weights_hash": "0123456789abcdef0123",
    "precision": "int8",
}
MODEL = ReportingModel.of(FACTS)


def film(side=64, levels=None, **tags):
    """A DICOM film's bytes; ``tags`` replace those of its patient, study or image."""
    stored = scaled(phantom_film(side) if levels is None else levels, 12)
    patient = {
        "PatientName": NAME,
        "PatientID": NUMBER,
        "PatientBirthDate": BIRTH,
        "PatientSex": "F",
        "StudyInstanceUID": generate_uid(),
        "SeriesInstanceUID": generate_uid(),
        "StudyDate": "20260102",
        "StudyTime": "101500",
        "AccessionNumber": "A-17",
        "StudyID": "S-1",
        "ReferringPhysicianName": "House^Greg",
        "Modality": "DX",
        "BodyPartExamined": "CHEST",
        "ViewPosition": "PA",
        "InstanceNumber": 3,
    }
    return written(stored, 12, **(patient | tags))


def program(name):
    """Skip a test where a program isn't installed."""
    packages = {"dciodvfy": "dicom3tools", "Orthanc": "orthanc and orthanc-dicomweb"}
    missing = shutil.which(name) is None
    return pytest.mark.skipif(missing, reason=f"needs {packages.get(name, 'dcmtk')} (Debian)")


def checked(name, *arguments):
    """Run a program and return what it says on both streams."""
    run = subprocess.run(
        [name, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout + run.stderr


def read(data):
    return pydicom.dcmread(io.BytesIO(data))


def content_of(report):
    """What a report holds by the names of its items: numbers, meanings, texts, UIDs."""
    found = {}

    def walk(item):
        name = item.ConceptNameCodeSequence[0].CodeMeaning
        if item.ValueType == "NUM":
            found[name] = float(item.MeasuredValueSequence[0].NumericValue)
        elif item.ValueType == "CODE":
            found.setdefault(name, []).append(item.ConceptCodeSequence[0].CodeMeaning)
        elif item.ValueType == "IMAGE":
            found[name] = item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
        elif item.ValueType == "TEXT":
            found[name] = item.TextValue
        for below in item.get("ContentSequence", []):
            walk(below)

    walk(report)
    return found
