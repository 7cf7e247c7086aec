"""An export of DICOM files as a folder to train on: which are films, whose, and what is kept."""

import pandas as pd
import pytest
from conftest import CLASSES
from dicom_files import phantom_film, scaled, written
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.uid import (
    BasicTextSRStorage,
    ComputedRadiographyImageStorage,
    MediaStorageDirectoryStorage,
)

from chest_xray.errors import BadRadiographs
from chest_xray.parameters import DicomParameters
from chest_xray.radiographs.describing import describe_dicom
from chest_xray.radiographs.dicom.headers import read_header
from chest_xray.radiographs.dicom_rule import DicomRule
from chest_xray.radiographs.listing import find_radiographs

PARAMETERS = DicomParameters(
    modalities=["CR", "DX"],
    body_parts=["CHEST"],
    views=["AP", "PA"],
    left_out_image_types=["DERIVED", "SECONDARY"],
)
KEY = "a key of the tests, no secret"
FILM = scaled(phantom_film(24), 12)
CR = {"SOPClassUID": ComputedRadiographyImageStorage}


def save(path, **tags):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(FILM, **tags))


def found(folder, table=None, key=KEY, patterns=(), **parameters):
    rule = DicomRule(PARAMETERS.model_copy(update=parameters), key)
    return find_radiographs(folder, CLASSES, patterns, None, (), table, None, rule)


@pytest.fixture
def export(tmp_path):
    """Of each class six patients with two films, as an archive exports them."""
    for number in range(24):
        patient = number // 2
        save(
            tmp_path / CLASSES[patient % 2] / f"ST{patient}" / f"IM-0001-{number:04d}.dcm",
            PatientID=f"MRN{patient:04d}",
            PatientName=f"Doe{patient}^John",
            PatientSex="MF"[patient % 2],
            PatientAge=f"{20 + patient:03d}Y",
            SOPInstanceUID=f"1.2.3.{number}",
            StudyInstanceUID=f"1.2.4.{patient}",
            AccessionNumber=f"00{patient}",
            Manufacturer="Philips",
            ManufacturerModelName="DigitalDiagnost" if patient < 6 else f"Room {patient}",
            ViewPosition="PA",
            Modality="DX",
            BodyPartExamined="CHEST",
            DetectorType="SCINTILLATOR",
        )
    return tmp_path


def test_patients_are_hashes_of_their_ids_and_columns_are_kept(export):
    listing = found(export, patterns=[r"^(?P<patient>IM-\d+)-"]).listing
    assert len(listing) == 24
    assert listing["patient_id"].nunique() == 12
    assert listing.groupby("patient_id").size().eq(2).all()
    assert listing["patient_id"].str.fullmatch("[0-9a-f]{20}").all()
    assert set(listing["view"]) == {"PA"}
    assert set(listing["sex"]) == {"F", "M"}
    assert listing["age"].between(20, 31).all()
    assert set(listing["manufacturer"]) == {"Philips"}
    # Of fewer than five patients' films, a text may be a patient's.
    assert set(listing["device_model"].dropna()) == {"DigitalDiagnost"}
    assert not listing.astype(str).apply(lambda cells: cells.str.contains("Doe|MRN")).any().any()


def test_the_hash_depends_on_the_key_and_on_nothing_else(export):
    first = found(export).listing["patient_id"]
    assert found(export).listing["patient_id"].equals(first)
    assert not set(found(export, key="another key of the tests").listing["patient_id"]) & set(first)


def test_without_a_key_nothing_is_hashed_unless_the_table_has_the_patients(export):
    with pytest.raises(BadRadiographs, match=r"openssl rand -hex 32 > conf/local/patient_key.txt"):
        found(export, key=None)
    images = [path.relative_to(export).as_posix() for path in export.rglob("*.dcm")]
    table = pd.DataFrame({"image": images, "patient_id": [image.split("/")[1] for image in images]})
    listing = found(export, table, key=None).listing
    assert set(listing["patient_id"]) == {f"ST{number}" for number in range(12)}


def test_one_id_for_all_says_nothing_and_the_pattern_counts(tmp_path, caplog):
    for number in range(8):
        save(tmp_path / CLASSES[number % 2] / f"pat{number // 2}_{number}.dcm", PatientID="ANON")
    listing = found(tmp_path, key=None, patterns=[r"^(?P<patient>pat\d+)_"]).listing
    assert listing["patient_id"].nunique() == 4
    assert "All DICOM files have one PatientID" in caplog.text


def test_an_id_without_its_issuer_is_that_of_the_only_one_which_gave_it(tmp_path):
    for name, issuer in (("a", "North"), ("b", None), ("c", "South"), ("d", "North")):
        tags = {"PatientID": "17" if name != "d" else " 18 ", "IssuerOfPatientID": issuer}
        save(tmp_path / CLASSES[name > "b"] / f"{name}.dcm", **tags)
    patients = found(tmp_path).listing["patient_id"].tolist()
    assert len(set(patients)) == 4
    (tmp_path / CLASSES[1] / "c.dcm").unlink()
    patients = found(tmp_path).listing["patient_id"].tolist()
    assert patients[0] == patients[1] != patients[2]


@pytest.mark.parametrize("charset", ["ISO_IR 192", "ISO 2022 IR 87", "ISO_IR 166", "ISO_IR 127"])
def test_ids_in_any_character_set(tmp_path, charset):
    """Persian in UTF-8 and ISO 8859-6, Japanese, Thai: an id is one whatever else is written."""
    names = {"ISO_IR 192": "کریمی^زهرا", "ISO 2022 IR 87": "Yamada^Tarou=山田^太郎"}
    name = names.get(charset, "Plain^Name")
    for number in range(4):
        tags = {"SpecificCharacterSet": ["", charset] if "2022" in charset else charset}
        patient = {
            "PatientID": f"۱۲{number // 2}" if charset == "ISO_IR 192" else f"12{number // 2}"
        }
        save(tmp_path / CLASSES[number // 2] / f"{number}.dcm", PatientName=name, **tags, **patient)
    listing = found(tmp_path).listing
    assert listing["patient_id"].nunique() == 2


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"Modality": "CT"}, "modality: CT"),
        ({"Modality": "Nobody^Named"}, "modality: other"),
        ({"BodyPartExamined": "ABDOMEN"}, "body_part: ABDOMEN"),
        ({"BodyPartExamined": "JOHN DOE"}, "body_part: other"),
        ({"ViewPosition": "LL"}, "view: LL"),
        ({"ImageType": ["DERIVED", "PRIMARY"], **CR}, "image_type: DERIVED"),
        ({"ImageType": ["ORIGINAL", "SECONDARY"]}, "image_type: SECONDARY"),
        ({"SOPClassUID": BasicTextSRStorage, "without": ["Rows", "PixelData"]}, "no_image"),
        ({"SOPClassUID": MediaStorageDirectoryStorage}, "no_image"),
    ],
)
def test_what_is_no_film_to_train_on_is_left_out_and_listed(export, tags, reason):
    save(export / CLASSES[0] / "other.dcm", **tags)
    both = found(export)
    assert len(both.listing) == 24
    assert both.left_out.to_dict("records") == [{"path": "NORMAL/other.dcm", "reason": reason}]


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"ViewPosition": "", "BodyPartExamined": None},
        {
            "ImageType": ["DERIVED", "PRIMARY"]
        },  # for presentation: derived from its maker's raw image
    ],
)
def test_what_a_file_does_not_state_leaves_it_in(export, tags):
    save(export / CLASSES[0] / "other.dcm", **tags)
    assert len(found(export).listing) == 25


def coded(keyword, value):
    item = Dataset()
    item.CodeValue = value
    return (keyword, "SQ", [item])


def test_coded_views_and_regions(export):
    path = export / CLASSES[0] / "coded.dcm"
    save(path, elements=[coded("ViewCodeSequence", "R-10236")])
    assert found(export).left_out["reason"].tolist() == ["view: LL"]
    save(path, elements=[coded("AnatomicRegionSequence", "818981001")])
    assert found(export).left_out["reason"].tolist() == ["body_part: other"]
    chest = [coded("ViewCodeSequence", "399348003"), coded("AnatomicRegionSequence", "T-D3000")]
    save(path, elements=chest)
    listing = found(export).listing.set_index("image_id")
    assert listing.loc["NORMAL/coded.dcm", "view"] == "AP"


def test_two_files_of_one_uid_are_copies_or_left_out(export):
    save(export / CLASSES[0] / "copy.dcm", SOPInstanceUID="1.2.3.0")
    assert len(found(export).listing) == 25
    other = written(FILM[::-1].copy(), SOPInstanceUID="1.2.3.0")
    (export / CLASSES[0] / "copy.dcm").write_bytes(other)
    both = found(export)
    assert set(both.left_out["reason"]) == {"same_uid"}
    assert len(both.left_out) == 3 - 1
    assert len(both.listing) == 23


@pytest.mark.parametrize("key", ["SOPInstanceUID", "StudyInstanceUID", "AccessionNumber"])
def test_labels_by_a_number_of_the_file_which_is_not_kept(tmp_path, key):
    for number in range(12):
        save(
            tmp_path / f"{number}.dcm",
            PatientID=str(number // 2),
            SOPInstanceUID=f"1.2.3.{number}",
            StudyInstanceUID=f"1.2.4.{number // 2}",
            AccessionNumber=f"00{number // 2}",
        )
    values = {
        "SOPInstanceUID": [f"1.2.3.{number}" for number in range(12)],
        "StudyInstanceUID": [f"1.2.4.{number}" for number in range(6)],
        "AccessionNumber": [f"00{number}" for number in range(6)],
    }[key]
    labels = [CLASSES[number % 2] for number in range(len(values))]
    table = pd.DataFrame({key: values, "label": labels, "ward": "A", "PatientName": "Doe"})
    listing = found(tmp_path, table).listing
    assert len(listing) == 12
    assert set(listing["label"]) == set(CLASSES)
    assert listing["ward"].eq("A").all()
    assert not {key, "PatientName"} & set(listing)
    nothing = table.assign(**{key: "SECRET-99"})
    with pytest.raises(BadRadiographs) as refused:
        found(tmp_path, nothing)
    assert key in str(refused.value)
    assert "SECRET" not in str(refused.value)


def test_other_formats_beside_dicom(export):
    for name in CLASSES:
        Image.fromarray(phantom_film(24)).save(export / name / "person1_film.png")
    listing = found(export, patterns=[r"^(?P<patient>person\d+)_"]).listing
    assert len(listing) == 26
    assert listing["view"].isna().sum() == 2
    assert (listing["patient_id"] == "person1").sum() == 2


def test_a_column_of_the_table_takes_precedence(export):
    images = [path.relative_to(export).as_posix() for path in export.rglob("*.dcm")]
    table = pd.DataFrame({"image": images, "age": 7})
    assert set(found(export, table).listing["age"]) == {7}


@pytest.mark.parametrize(
    ("tags", "age"),
    [
        ({"PatientAge": "006M"}, 0.5),
        ({"PatientAge": "045Y"}, 45),
        ({"PatientAge": "097Y"}, 90),
        ({"PatientAge": "old"}, None),
        ({"PatientBirthDate": "19800229", "StudyDate": "20200228"}, 39),
        ({"PatientBirthDate": "19800229", "StudyDate": "20200301"}, 40),
        ({"PatientBirthDate": "19000101", "StudyDate": "20200301"}, 90),
        ({"PatientBirthDate": "20210101", "StudyDate": "20200301"}, None),
    ],
)
def test_ages_are_years_and_the_oldest_are_joined(tmp_path, tags, age):
    save(tmp_path / "film.dcm", **{"PatientBirthDate": "", "StudyDate": ""} | tags)
    assert read_header(tmp_path / "film.dcm").age == age


def test_a_maker_that_shares_a_word_with_the_patient_is_not_kept(tmp_path):
    save(tmp_path / "film.dcm", PatientName="Nobody^Named", Manufacturer="Named Imaging")
    assert read_header(tmp_path / "film.dcm").manufacturer == ""
    save(tmp_path / "film.dcm", PatientName="Nobody^Named", Manufacturer="Agfa")
    assert read_header(tmp_path / "film.dcm").manufacturer == "Agfa"


def test_the_audit_counts_what_was_left_out_and_lists_burnt_in_text(export):
    save(export / CLASSES[0] / "lateral.dcm", ViewPosition="LL")
    save(export / CLASSES[0] / "burnt.dcm", BurnedInAnnotation="YES")
    both = found(export)
    audit = describe_dicom(both.listing.assign(mode="DICOM MONOCHROME2"), both.left_out)
    assert audit == {
        "dicom_films": 25,
        "dicom_left_out_counts": {"view: LL": 1},
        "dicom_left_out": [{"path": "NORMAL/lateral.dcm", "reason": "view: LL"}],
        "dicom_films_without_a_view": 1,
        "dicom_films_with_burnt_in_annotation": ["NORMAL/burnt.dcm"],
    }
    plain = both.listing[["path"]].assign(mode="L")
    assert describe_dicom(plain, both.left_out[:0])["dicom_films"] == 0


def test_a_damaged_header_is_listed_and_decoding_says_why(export):
    (export / CLASSES[0] / "cut.dcm").write_bytes(written(FILM)[:150])
    assert len(found(export).listing) == 25
