"""A study of DICOM films writes nothing by which a patient could be known."""

import gzip
import io

import numpy as np
import pandas as pd
import pydicom
import pytest
from conftest import run_kedro
from PIL import Image
from pydicom.datadict import DicomDictionary
from pydicom.dataset import Dataset
from pydicom.uid import ComputedRadiographyImageStorage
from radiographs.dicom_files import file_of, scaled, written

from chest_xray.phantoms import draw_phantom, plan_phantoms

# Representations of names, numbers, free texts and dates; codes (CS) rule what a file is.
TEXT = ("PN", "LO", "SH", "ST", "LT", "UT", "UC")
NAME, NUMBER, DATE = "Zzkowalska", "QX7731905", "19610417"
# What is needed to read the pixels is no text about the patient, and stays as it is.
KEPT = {"PixelData", "LUTExplanation"}
STUDY = {"StudyDate": "20240229", "PatientAge": ""}


def planted(number):
    """What each text of one patient's film says: words of all, and of this one."""
    return f"{NAME}{number}^{NAME} {NUMBER}{number}"


def plant(dataset, number):
    """Fill every text and every date of the standard's dictionary, also within sequences."""
    text = planted(number)
    for representation, _, _, retired, keyword in DicomDictionary.values():
        if not keyword or retired or keyword in dataset or keyword in KEPT:
            continue
        if representation in TEXT:
            dataset.add_new(keyword, representation, text[:60])
        elif representation == "DA":
            dataset.add_new(keyword, "DA", DATE)
        elif representation == "DT":
            dataset.add_new(keyword, "DT", f"{DATE}031415")
    item = Dataset()
    item.RequestedProcedureDescription, item.ScheduledProcedureStepID = text[:60], NUMBER
    dataset.RequestAttributesSequence = [item]


def without_dates(dataset):
    """Dates in groups below 0008 would be file meta information, which has none."""
    for element in list(dataset):
        if element.tag.group < 8:
            del dataset[element.tag]


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """Phantoms as DICOM films of 60 patients, some damaged, each element full of the patient."""
    folder = tmp_path_factory.mktemp("export")
    truth = plan_phantoms(60, 7, 64)
    patients = {one: number for number, one in enumerate(truth["patient_id"].unique())}
    for number, plan in enumerate(truth.to_dict("records")):
        patient = patients[plan["patient_id"]]
        grey = np.asarray(Image.fromarray(draw_phantom(plan).pixels).convert("L"))
        stored = scaled(grey, 12)
        data = written(
            stored,
            PatientName=planted(patient),
            PatientID=f"{NUMBER}{patient}",
            PatientBirthDate=DATE,
            AccessionNumber=f"{NUMBER}A{patient}",
            SOPClassUID=ComputedRadiographyImageStorage,
            SpecificCharacterSet="ISO_IR 192",
            **STUDY,
        )
        dataset = pydicom.dcmread(io.BytesIO(data))
        plant(dataset, patient)
        without_dates(dataset)
        data = file_of(dataset, dataset.file_meta.TransferSyntaxUID)
        path = folder / plan["label"] / f"{number:04d}.dcm"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data[:-100] if number in (5, 6) else data)
    return folder


def texts_of(path):
    """A file's bytes, and what is compressed in it."""
    data = path.read_bytes()
    yield data
    if path.suffix == ".parquet":
        yield pd.read_parquet(path).to_csv().encode()
    if path.suffix == ".gz":
        yield gzip.decompress(data)


def refuse_planted(data, where):
    for word in (NAME, NUMBER, DATE):
        assert word.lower().encode() not in data.lower(), f"{word} is in {where}"


@pytest.mark.whole
def test_no_name_number_or_date_of_a_patient_is_written(export, tmp_path):
    arguments = ("run", "--env=test", f"--params=radiographs_path={export}")
    without_key = run_kedro(tmp_path, *arguments, "--pipelines=data_processing")
    assert without_key.returncode != 0
    assert "openssl rand -hex 32" in without_key.stdout + without_key.stderr
    key = "0123456789abcdef-a-key-of-the-tests"
    (tmp_path / "patient_key.txt").write_text(key)
    study = run_kedro(tmp_path, *arguments, "--pipelines=data_processing,training")
    assert study.returncode == 0, study.stderr
    for run in (without_key, study):
        refuse_planted((run.stdout + run.stderr).encode(), "the output")
    (tmp_path / "patient_key.txt").unlink()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 20
    for path in files:
        for data in texts_of(path):
            refuse_planted(data, path)
            assert key.encode() not in data
    (index_path,) = tmp_path.glob("02_intermediate/radiograph_index.parquet/*/*")
    index = pd.read_parquet(index_path)
    # The films' patients are known all the same.
    assert index["patient_id"].nunique() == 60
    assert index["patient_id"].str.fullmatch("[0-9a-f]{20}").all()
    assert (index["problem"] != "").sum() == 2
    assert index["age"].notna().all()
    assert index["manufacturer"].isna().all()
