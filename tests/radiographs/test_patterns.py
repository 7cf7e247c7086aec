"""A pattern that fits by chance is noticed before the split; one that is right, never."""

import json
import re
from collections.abc import Iterable
from pathlib import PurePosixPath

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import CLASSES, PATTERNS, PROJECT
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chest_xray.errors import BadRadiographs
from chest_xray.parameters import DataProcessingParameters
from chest_xray.phantoms import PlantedDefects, plan_phantoms
from chest_xray.pipelines.data_processing import nodes
from chest_xray.radiographs.class_names import ClassNames
from chest_xray.radiographs.patterns import fit, patient_doubts, refuse_doubtful_patients
from chest_xray.radiographs.pixels import PixelManifest, PixelMap, fingerprint
from chest_xray.radiographs.splitting import split

PATIENT_FOLDER = r"/(?P<patient>[^/]+)/[^/]+$"


def doubts_of(paths: Iterable[str], patterns=PATTERNS, folders=None):
    """The doubts about files of these paths; no file is needed."""
    classes = ClassNames(CLASSES, folders or {})
    compiled = [re.compile(pattern) for pattern in patterns]
    rows = []
    for path in paths:
        found = fit(PurePosixPath(path), compiled)
        label = classes.of_folders(PurePosixPath(path))
        rows.append((path, path, label, found.patient if found else path))
    images = pd.DataFrame(rows, columns=["image_id", "path", "label", "patient_id"])
    return patient_doubts(images, patterns, classes)


def kinds(doubts):
    return [(doubt["kind"], doubt["stops"]) for doubt in doubts]


def viewer_export(folder="{label}/Patient-{n:04d}/IM-{series:04d}-0001.jpeg"):
    """Thirty patients a class, three films each, which a viewer named by series."""
    return [
        folder.format(label=label, n=first + n, series=series)
        for label, first in (("NORMAL", 0), ("PNEUMONIA", 500))
        for n in range(30)
        for series in (1 + n % 7, 8 + n % 11, 20 + n % 9)
    ]


@pytest.mark.parametrize(
    "folder",
    [
        "{label}/Patient-{n:04d}/IM-{series:04d}-0001.jpeg",
        "Patient-{n:04d}/{label}/IM-{series:04d}-0001.jpeg",
        "train/{label}/Patient-{n:04d}/IM-{series:04d}-0001.jpeg",
        "{label}/Patient-{n:04d}/2019-03-07/IM-{series:04d}-0001.jpeg",
        "{label}/Patient-{n:04d}/Study-1/IM-{series:04d}-0001.jpeg",
        "{label}/Patient-{n:04d}/chest/{series:02d}/IM-0001-0001.jpeg",
    ],
)
def test_a_viewer_s_export_is_not_split_by_series(folder):
    doubts = doubts_of(viewer_export(folder))
    assert kinds(doubts) == [("many_folders", True)]
    with pytest.raises(BadRadiographs, match=r"lies in \d+ of them.*patterns_confirmed"):
        refuse_doubtful_patients(doubts, patterns_confirmed=False)


def test_patient_folders_that_look_like_years_are_noticed():
    paths = [
        f"{label}/{first + n}/IM-{series:04d}-0001.jpeg"
        for label, first in (("NORMAL", 1301), ("PNEUMONIA", 1331))
        for n in range(30)
        for series in (1 + n % 7, 8 + n % 11, 20 + n % 9)
    ]
    assert kinds(doubts_of(paths)) == [("many_folders", True)]


def test_the_pattern_that_the_message_proposes_is_right():
    assert PATIENT_FOLDER in doubts_of(viewer_export())[0]["message"]
    assert doubts_of(viewer_export(), [PATIENT_FOLDER]) == []


def test_whoever_confirms_a_pattern_is_warned_and_goes_on(caplog):
    refuse_doubtful_patients(doubts_of(viewer_export()), patterns_confirmed=True)
    assert (
        "lies in 10 of them, such as 'Patient-0000' and 'Patient-0007', and in both classes"
        in caplog.text
    )


def test_series_of_a_pattern_of_one_s_own_are_noticed_in_folders_too():
    paths = [
        f"{label}/pat-{n}/series-{series}/film.png"
        for label, first in (("NORMAL", 0), ("PNEUMONIA", 500))
        for n in range(first, first + 20)
        for series in (1, 2)
    ]
    assert kinds(doubts_of(paths, [PATIENT_FOLDER])) == [("many_folders", True)]
    assert doubts_of(paths, ["/(?P<patient>pat-[^/]+)/"]) == []


def test_numbers_that_begin_again_in_each_class_are_noticed_without_folders():
    paths = [f"{label}/IM-{n:04d}-0001.jpeg" for label in CLASSES for n in range(40)]
    doubts = doubts_of(paths)
    assert kinds(doubts) == [("both_classes", True)]
    assert "finds 40 in both classes" in doubts[0]["message"]


def test_series_of_one_class_alone_are_noticed():
    exported = [path for path in viewer_export() if path.startswith("NORMAL")]
    ill = [f"PNEUMONIA/person{n}_virus_{n}.jpeg" for n in range(90)]
    assert kinds(doubts_of(exported + ill)) == [("many_folders", True)]


def test_where_a_pattern_fits_some_files_only_it_is_these_that_count():
    others = [f"{label}/Patient-{n}/film.png" for label in CLASSES for n in range(1000, 1200)]
    found = kinds(doubts_of(viewer_export() + others))
    assert found == [("unknown", False), ("many_folders", True)]


def test_folders_of_patients_that_disagree_are_reported():
    # Numbers of films, each used once: nothing is scattered, and still folders are the patients.
    paths = [
        f"{label}/Patient-{first + n}/IM-{3 * (first + n) + film:04d}-0001.jpeg"
        for label, first in (("NORMAL", 0), ("PNEUMONIA", 500))
        for n in range(30)
        for film in range(3)
    ]
    doubts = doubts_of(paths)
    assert kinds(doubts) == [("folders_disagree", False)]
    assert "60 of 60 folders hold several" in doubts[0]["message"]


def of_patients(place, patients=60, films=3, seed=0):
    """Files of patients by number, in places that a function of patient, film and chance names."""
    random = np.random.default_rng(seed)
    return [
        f"{place(n, film, random)}/{CLASSES[n % 2]}/pat{n}_{film}.png"
        for n in range(patients)
        for film in range(1 + (n + films) % (2 * films - 1))
    ]


@pytest.mark.parametrize(
    "place",
    [
        lambda n, film, random: "images",
        lambda n, film, random: f"Hospital {n % 3}",
        lambda n, film, random: f"Ward {random.integers(12)}",
        lambda n, film, random: ("train", "val", "test")[random.integers(3)],
        lambda n, film, random: f"images_{random.integers(12):03d}/images",
        lambda n, film, random: f"2019-{1 + random.integers(12):02d}-{1 + random.integers(28):02d}",
        lambda n, film, random: f"{2015 + film}/{1 + random.integers(12):02d}",
        lambda n, film, random: f"patient {n}",
        lambda n, film, random: f"patient {n}/study {film}",
        lambda n, film, random: f"study-{10 * n + film}",
        lambda n, film, random: ("AP", "PA", "lateral")[film % 3],
    ],
    ids=[
        "one",
        "hospitals",
        "wards",
        "published",
        "parts of a download",
        "dates",
        "years and months",
        "patients",
        "studies of patients",
        "studies",
        "views",
    ],
)
def test_folders_of_other_things_than_patients_stop_nothing(place):
    for seed in range(5):
        assert doubts_of(of_patients(place, seed=seed), [r"^(?P<patient>pat\d+)_"]) == []


def test_patients_who_fell_ill_or_recovered_stop_nothing():
    paths = [
        f"{CLASSES[(n + (film > 2) * (n % 4 == 0)) % 2]}/pat{n}_{film}.png"
        for n in range(60)
        for film in range(4)
    ]
    assert doubts_of(paths, [r"^(?P<patient>pat\d+)_"]) == []


@hypothesis_settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(20, 200))
def test_the_published_names_are_never_doubted(seed, patients):
    truth = plan_phantoms(patients, seed, 64, PlantedDefects(duplicates=2, flipped_labels=2))
    assert doubts_of(truth["file"]) == []


def test_patients_from_a_table_are_not_doubted():
    images = pd.DataFrame({"image_id": viewer_export()})
    images["path"] = images["image_id"]
    images["label"] = images["path"].str.partition("/")[0]
    images["patient_id"] = images["path"].str.extract(r"(Patient-\d+)")[0]
    assert patient_doubts(images, PATTERNS, ClassNames(CLASSES, {})) == []


def test_doubts_can_be_kept_as_json():
    doubts = doubts_of(
        [
            *viewer_export(),
            "NORMAL/7.png",
            "NORMAL/person7_virus_1.jpeg",
            "NORMAL/person07_virus_1.jpeg",
        ]
    )
    assert [kind for kind, _ in kinds(doubts)] == ["unknown", "ambiguous_ids", "many_folders"]
    assert json.loads(json.dumps(doubts)) == doubts
    assert "'person07' and 'person7'" in doubts[1]["message"]
    assert all(doubt["message"].count(". ") == 0 for doubt in doubts)


def test_the_node_stops_before_anything_is_read_and_the_audit_keeps_what_was_accepted(tmp_path):
    for path in viewer_export():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    conf = (PROJECT / "conf/base/parameters/data_processing.yml").read_text(encoding="utf8")
    settings = yaml.safe_load(conf)["data_processing"]
    settings |= {"image_size": 32, "class_names": list(CLASSES), "seed": 7}
    settings |= {"intensity_normalization": "none"}
    with pytest.raises(BadRadiographs, match="such as '/"):
        nodes.list_radiographs(tmp_path, None, None, DataProcessingParameters(**settings))
    right = settings | {"file_name_patterns": [PATIENT_FOLDER]}
    listing, _ = nodes.list_radiographs(tmp_path, None, None, DataProcessingParameters(**right))
    assert listing["patient_id"].nunique() == 60
    confirmed = DataProcessingParameters(**settings | {"patterns_confirmed": True})
    listing, left_out = nodes.list_radiographs(tmp_path, None, None, confirmed)
    # Split by image, the audit of what was read.
    number = np.arange(len(listing))
    index = listing.assign(
        group_id=listing["patient_id"],
        problem="",
        width=64,
        height=64,
        mode="L",
        mean=0.0,
        jpeg_quality=0,
        bits=8,
        darkest=0,
        brightest=255,
        sha256=number.astype(str),
        pixel_hash=number.astype(str),
        duplicate_of="",
        near_duplicate_of="",
        near_duplicate_correlation=np.nan,
    )
    levels = np.zeros((len(index), 32, 32), dtype=np.uint8)
    levels.tofile(tmp_path / "pixels.uint8")
    manifest = PixelManifest(
        index["image_id"].tolist(),
        number.tolist(),
        32,
        "test",
        fingerprint(index, "test"),
        str(tmp_path / "pixels.uint8"),
    )
    audit = nodes.audit(index, split(index, "image", 7), PixelMap(manifest), left_out, confirmed)
    assert [doubt["kind"] for doubt in audit["patient_doubts"]] == ["many_folders"]
    assert audit["patient_doubts"][0]["folders"] == 60
    assert "message" not in audit["patient_doubts"][0]
