"""Folders that look nothing like the published one are listed with parameters alone."""

import json
import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import CLASSES, PATTERNS, PROJECT
from dicom_files import written
from PIL import Image

from chest_xray.datasets.folder import FolderDataset
from chest_xray.datasets.table import TableDataset
from chest_xray.errors import BadRadiographs
from chest_xray.radiographs.class_names import ClassNames
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.patterns import patient_doubts, refuse_doubtful_patients
from chest_xray.radiographs.splitting import unknown_patients

FOLDERS = {"NORMAL": ["سالم ", "no finding"], "PNEUMONIA": ["ذات‌الریه", "Lobar Pneumonia"]}


def draw(path, number, mode="L"):
    path.parent.mkdir(parents=True, exist_ok=True)
    levels = np.random.default_rng(number).integers(0, 200, (40, 33))
    if mode == "DICOM":
        path.write_bytes(written(levels.astype(np.uint16) * 16))
        return
    image = levels.astype(np.uint16) * 257 if mode == "I;16" else levels.astype(np.uint8)
    Image.fromarray(image).save(path)


@pytest.fixture(scope="module")
def hospital(tmp_path_factory):
    """A folder per patient, Persian class names, spaces, 16 bits, DICOM, lateral views, a mask."""
    folder = tmp_path_factory.mktemp("hospital") / "بیمارستان ۲"
    for number in range(48):
        word = ("سالم", "lobar pneumonia")[number % 2]
        patient = folder / f"Ward {number % 3}" / word / f"pat-{number // 4:04d}"
        if number % 7 == 3:
            draw(patient / f"film {number}.dcm", number, "DICOM")
        else:
            draw(patient / f"film {number}.png", number, "I;16" if number % 5 == 0 else "L")
    draw(folder / "Ward 1" / "سالم" / "pat-0001" / "film 1_lateral.png", 100)
    draw(folder / "Ward 1" / "سالم" / "masks" / "film 1.png", 101)
    draw(folder / "unsorted" / "film.png", 102)
    return folder


def listed(folder, patterns=(r"/pat-(?P<patient>\d+)/",), **options):
    return list_radiographs(folder, CLASSES, patterns, FOLDERS, **options)


def test_class_folders_patient_folders_and_files_left_out(hospital, caplog):
    caplog.set_level(logging.INFO)
    listing = listed(hospital, left_out=["*_lateral.png", "*/masks/*", "*.bmp"])
    assert listing["label"].value_counts().to_dict() == {"NORMAL": 24, "PNEUMONIA": 24}
    assert listing["patient_id"].nunique() == 12
    assert not listing["path"].str.contains("lateral|masks").any()
    assert "'*.bmp' leaves out 0 files" in caplog.text
    assert "1 files below" in caplog.text


def test_patterns_fit_folders_at_the_top_too(tmp_path):
    for number in range(4):
        name = f"pat-{number // 2}/{CLASSES[number % 2]}/film.png"
        draw(tmp_path / name, number)
        draw(tmp_path / "masks" / name, number)
    listing = listed(tmp_path, left_out=["*/masks/*"])
    assert listing["patient_id"].tolist() == ["0", "0", "1", "1"]


def test_a_class_without_a_folder_stops_the_run_and_folders_are_named(hospital):
    with pytest.raises(BadRadiographs, match=r"of class NORMAL or PNEUMONIA: .*Ward 0, Ward 1"):
        list_radiographs(hospital, CLASSES, PATTERNS)


def test_where_no_patient_is_known_a_warning_comes_before_the_split(hospital, caplog):
    listing = listed(hospital, PATTERNS)
    doubts = patient_doubts(listing, PATTERNS, ClassNames(CLASSES, FOLDERS))
    refuse_doubtful_patients(doubts, patterns_confirmed=False)
    assert "each image counted as its own patient" in caplog.text
    assert unknown_patients(listing) == len(listing) == 50


@pytest.fixture
def flat(tmp_path):
    """One flat folder, and a csv as a database gives it."""
    rows = []
    for number in range(40):
        name = f"{number:05d}.png"
        draw(tmp_path / "images" / name, number)
        rows.append((name, f"{number // 2:03d}", ("no finding", "PNEUMONIA")[number % 2], number))
    rows.append(("elsewhere.png", "999", "PNEUMONIA", 7))
    draw(tmp_path / "images" / "without_row.png", 50)
    table = pd.DataFrame(rows, columns=["image", "patient_id", "label", "age"])
    return tmp_path, table


def load(folder, table, encoding="utf-8-sig"):
    table.to_csv(folder / "table.csv", index=False, encoding=encoding)
    return TableDataset(filepath=str(folder / "table.csv")).load()


def test_a_table_gives_patient_and_class_and_its_other_columns_are_kept(flat, caplog):
    folder, table = flat
    caplog.set_level(logging.INFO)
    listing = listed(folder / "images", table=load(folder, table))
    assert len(listing) == 40
    assert listing["patient_id"].tolist() == [f"{number // 2:03d}" for number in range(40)]
    assert listing["age"].tolist() == list(range(40))
    assert "has rows for 40 of 41 files; 1 of its rows name no file" in caplog.text


def test_a_table_takes_precedence_over_the_folder_with_a_warning(hospital, caplog):
    image = next(hospital.glob("*/سالم/*/*.png")).relative_to(hospital).as_posix()
    table = pd.DataFrame({"image": [image], "label": ["PNEUMONIA"], "patient_id": [None]})
    listing = listed(hospital, table=table)
    row = listing[listing["path"] == image].iloc[0]
    assert row["label"] == "PNEUMONIA"
    assert row["patient_id"] in image
    assert "gives 1 images another class than their folder" in caplog.text


def test_what_programs_write_into_a_table_is_read_as_it_is_meant(flat):
    folder, _ = flat
    lines = ["image, patient_id ,label,accession,sex"]
    for number in range(40):
        patient, label = ("NA", "None") if number < 20 else ("007", "PNEUMONIA")
        sex = "" if number else "F"
        lines.append(f"{number:05d}.png,{patient},{label},{10**21 + number},{sex},")
    (folder / "table.csv").write_text("\n".join(lines), encoding="utf8")
    table = TableDataset(filepath=str(folder / "table.csv")).load()
    options = {"class_folders": {"NORMAL": ["none"]}, "table": table}
    listing = list_radiographs(folder / "images", CLASSES, [], **options)
    assert listing["label"].tolist() == ["NORMAL"] * 20 + ["PNEUMONIA"] * 20
    assert listing["patient_id"].tolist() == ["NA"] * 20 + ["007"] * 20
    listing.to_parquet(folder / "index.parquet")
    assert listing["accession"].tolist() == [str(10**21 + number) for number in range(40)]
    assert listing["sex"].notna().sum() == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.rename(columns={"image": "file name"}), "needs a column 'image'"),
        (lambda t: t.rename(columns={"patient_id": "Patient_ID"}), "'Patient_ID', which would not"),
        (lambda t: t.rename(columns={"age": "label "}), "has two columns 'label'"),
        (lambda t: t.rename(columns={"age": "width"}), "a column 'width', which the index fills"),
        (lambda t: t.assign(image="x" + t["image"]), "names none of the 41 files: its first"),
        (lambda t: t.assign(image="00000.png"), "rows for 00000.png that contradict each other"),
        (lambda t: t.iloc[:0], "names none of the 41 files"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_with_a_reason(flat, change, message):
    folder, table = flat
    with pytest.raises(BadRadiographs, match=message):
        listed(folder / "images", table=load(folder, change(table)))


def test_the_same_name_in_two_folders_needs_its_path(flat):
    folder, table = flat
    draw(folder / "again" / "00003.png", 60)
    with pytest.raises(BadRadiographs, match=r"could be again/00003.png or images/00003.png"):
        listed(folder, table=table)
    assert len(listed(folder, table=table.assign(image="images/" + table["image"]))) == 40


def test_a_path_of_the_home_folder_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    # As Kedro hands it on: the project's folder in front.
    assert FolderDataset(filepath="/project/~/films").load() == tmp_path / "films"
    assert FolderDataset(filepath="/project/films~").load() == Path("/project/films~")


def test_a_table_that_is_none_and_one_that_can_not_be_read(tmp_path):
    assert TableDataset(filepath=str(tmp_path / "none")).load() is None
    with pytest.raises(Exception, match="can't be read \\(No such file"):
        TableDataset(filepath=str(tmp_path / "missing.csv")).load()
    (tmp_path / "more.csv").write_bytes(b"image,label\nfilm.png,a,b\n")
    with pytest.raises(Exception, match=r"more\.csv has a row of more cells than its first line"):
        TableDataset(filepath=str(tmp_path / "more.csv")).load()
    (tmp_path / "bad.csv").write_bytes(b"image,label\n\xff\xfe,a\n")
    with pytest.raises(Exception, match="is no csv in UTF-8"):
        TableDataset(filepath=str(tmp_path / "bad.csv")).load()


@pytest.mark.whole
def test_an_environment_of_one_s_own_is_all_it_takes(kedro, hospital, tmp_path):
    conf = tmp_path / "conf"
    (conf / "hospital" / "parameters").mkdir(parents=True)
    for one in ("base", "hospital"):
        (conf / one).mkdir(exist_ok=True)
    for path in (PROJECT / "conf" / "base").rglob("*.yml"):
        copy = conf / "base" / path.relative_to(PROJECT / "conf" / "base")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    shared = {"data_root": str(tmp_path / "data"), "radiographs_path": str(hospital)}
    (conf / "hospital" / "globals.yml").write_text(yaml.safe_dump(shared), encoding="utf8")
    own = {
        "class_folders": FOLDERS,
        "file_name_patterns": [],
        "left_out": ["*_lateral.png", "*/masks/*"],
    }
    (conf / "hospital" / "parameters" / "data_processing.yml").write_text(
        yaml.safe_dump({"data_processing": own}, allow_unicode=True), encoding="utf8"
    )
    result = kedro("run", "--env=hospital", f"--conf-source={conf}", "--pipelines=data_processing")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "each image counted as its own patient" in result.stdout
    index = pd.read_parquet(next((tmp_path / "data").glob("*/radiograph_index.parquet/*/*")))
    assert len(index) == 48
    assert (index["problem"] == "").all()
    assert (index["mode"] == "DICOM MONOCHROME2").sum() == 7
    audit = next((tmp_path / "data").glob("*/data_audit.json/*/*")).read_text()
    assert json.loads(audit)["images_counted_as_their_own_patient"] == 48
