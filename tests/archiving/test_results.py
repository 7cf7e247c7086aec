"""What an archive gets: a structured report and a heat map, valid, stable, with their patient."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from archiving.sent_films import (
    BIRTH,
    FACTS,
    MODEL,
    NAME,
    NUMBER,
    checked,
    content_of,
    film,
    program,
    read,
)
from hypothesis import given
from hypothesis import strategies as st
from pydicom.uid import CTImageStorage, generate_uid

from chest_xray.archiving.film import RefusedObject, encoded, read_film
from chest_xray.archiving.heat_map_image import heat_map_image
from chest_xray.archiving.result import NOTICE, ReportingModel, Result
from chest_xray.archiving.structured_report import structured_report
from chest_xray.radiographs.unusual import FILM_TYPES

MADE = datetime(2026, 3, 4, 5, 6, 7)
RESULT = Result(0.92345678, "to_a_person", ("unlike_training_images", *FILM_TYPES), 1.25)
OTHER_MODEL = ReportingModel.of(FACTS | {"threshold": 0.5})


def overlay(side=64):
    return np.random.default_rng(1).integers(0, 256, (side, side, 3), dtype=np.uint8)


def report_of(data, result=RESULT, model=MODEL):
    return encoded(structured_report(read_film(data), result, model, MADE))


def heat_map_of(data, model=MODEL):
    return encoded(heat_map_image(read_film(data), overlay(), model, MADE))


def test_a_report_says_what_was_found_by_which_model_in_which_image():
    data = film()
    report = read(report_of(data))
    content = content_of(report)
    assert content["Probability"] == 0.9235
    assert content["Threshold Value"] == 0.4123
    assert content["Distance from the training images, 1 is rare"] == 1.25
    assert content["Decision"] == ["To be read by a person"]
    assert content["Finding"] == ["Pneumonia"]
    assert content["Intended use"] == [NOTICE]
    assert content["Warning"][:2] == ["Unlike training images", "Too dark"]
    assert len(content["Warning"]) == len(RESULT.warnings)
    assert MODEL.version in content["Algorithm Version"]
    assert content["Source of Measurement"] == read(data).SOPInstanceUID
    assert (report.VerificationFlag, report.PreliminaryFlag) == ("UNVERIFIED", "PRELIMINARY")


def test_another_class_and_no_distance_are_reported_as_they_are():
    model = ReportingModel.of(FACTS | {"class_names": ["NO", "TUBERCULOSIS"]})
    content = content_of(read(report_of(film(), Result(0.1, "NO"), model)))
    assert content["Finding"] == ["TUBERCULOSIS"]
    assert content["Decision"] == ["No"]
    assert "Warning" not in content
    assert not any(name.startswith("Distance") for name in content)


@pytest.mark.parametrize("make", [report_of, heat_map_of])
def test_it_is_of_the_films_patient_and_study(make):
    data = film(IssuerOfPatientID="clinic", PatientOrientation=["R", "F"])
    source, made = read(data), read(make(data))
    assert (made.PatientName, made.PatientID, made.PatientBirthDate) == (NAME, NUMBER, BIRTH)
    assert made.IssuerOfPatientID == "clinic"
    for keyword in ("StudyInstanceUID", "AccessionNumber", "StudyDate", "StudyTime", "StudyID"):
        assert made[keyword].value == source[keyword].value
    assert made.SeriesInstanceUID != source.SeriesInstanceUID


@pytest.mark.parametrize("make", [report_of, heat_map_of])
def test_the_same_film_and_model_make_the_same_bytes_and_others_make_others(make):
    data = film()
    assert make(data) == make(data)
    uids = [
        read(made).SOPInstanceUID
        for made in (make(data), make(data, model=OTHER_MODEL), make(film()))
    ]
    assert len(set(uids)) == 3
    assert report_of(data) != heat_map_of(data)


def test_the_heat_map_is_the_overlay_in_colours():
    image = read(heat_map_of(film()))
    np.testing.assert_array_equal(image.pixel_array, overlay())
    assert image.SourceImageSequence[0].ReferencedSOPInstanceUID
    assert image.ImageComments == NOTICE


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        ("ISO_IR 192", "رحیمی^شیرین"),
        ("ISO_IR 127", "علي^محمد"),
        ("ISO_IR 100", "Müller^Jürgen"),
    ],
)
def test_names_of_any_character_set_arrive_in_unicode(charset, name):
    data = film(SpecificCharacterSet=charset, PatientName=name)
    made = read(report_of(data))
    assert made.SpecificCharacterSet == "ISO_IR 192"
    assert str(made.PatientName) == name


def test_values_that_break_the_standard_are_left_out_of_the_report():
    data = film(
        PatientBirthDate="17.3.1958",
        StudyTime="noon",
        PatientSex="female",
        InstanceNumber="-1",
        SpecificCharacterSet="no such set",
    )
    made = read(report_of(data))
    assert (made.PatientBirthDate, made.PatientSex, made.InstanceNumber) == ("", "", 1)
    assert not made.StudyTime
    assert made.PatientID == NUMBER


@pytest.mark.parametrize(
    ("tags", "status", "reason"),
    [
        ({"SOPClassUID": CTImageStorage}, 0x0122, "no radiograph.*CT Image Storage"),
        ({"SOPClassUID": generate_uid()}, 0x0122, "no radiograph"),
        ({"StudyInstanceUID": "no uid"}, 0xA900, "StudyInstanceUID.*missing or no UID"),
        ({"SeriesInstanceUID": ""}, 0xA900, "SeriesInstanceUID"),
        ({"BodyPartExamined": "HAND"}, 0xA900, "BodyPartExamined.*CHEST"),
        ({"ViewPosition": "LL"}, 0xA900, "ViewPosition.*side"),
    ],
)
def test_what_no_report_can_be_made_of_is_refused(tags, status, reason):
    with pytest.raises(RefusedObject, match=reason) as refused:
        read_film(film(**tags))
    assert refused.value.status == status


WHOLE = film()
HEAD = 800


@given(place=st.integers(132, HEAD), change=st.integers(1, 255))
def test_a_damaged_head_is_reported_or_refused_and_quotes_no_patient(place, change):
    damaged = bytearray(WHOLE)
    damaged[place] ^= change
    try:
        report_of(bytes(damaged))
    except RefusedObject as refused:
        assert not any(secret in str(refused) for secret in (NAME, NUMBER, BIRTH))


@program("dsrdump")
def test_dcmtk_reads_the_report(tmp_path):
    (tmp_path / "report.dcm").write_bytes(report_of(film()))
    text = checked("dsrdump", tmp_path / "report.dcm")
    assert "error" not in text.lower()
    assert '(,,"Probability")="0.9235"' in text
    assert "To be read by a person" in text


@program("dciodvfy")
@pytest.mark.parametrize("make", [report_of, heat_map_of])
@pytest.mark.parametrize("tags", [{}, {"StudyTime": "", "StudyDate": "", "PatientSex": ""}])
def test_the_standard_is_kept(make, tags, tmp_path):
    (tmp_path / "made.dcm").write_bytes(make(film(**tags)))
    lines = checked("dciodvfy", tmp_path / "made.dcm").splitlines()
    assert not [line for line in lines if line.startswith("Error")]


def test_a_prediction_of_any_version_is_taken():
    class Answer:
        probability, decision, warnings = np.float64(0.25), "NORMAL", ["too_dark"]

    assert Result.of(Answer()) == Result(0.25, "NORMAL", ("too_dark",), None)
    Answer.distance = 0.5
    assert Result.of(Answer()) == replace(Result.of(Answer()), distance=0.5)
