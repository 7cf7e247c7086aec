"""An archive by DICOMweb: what is answered where it can't be used (``test_orthanc`` uses one)."""

import re
from pathlib import Path

import pytest
from archiving.peers import free_port
from configured import load, loader
from kedro.io import DatasetError
from pydicom.uid import generate_uid

from chest_xray.archiving.dicomweb import Archive
from chest_xray.datasets.archive import ArchiveResultsDataset, ArchiveStudyDataset
from chest_xray.errors import BadArchive, BadPrediction
from chest_xray.parameters import PredictionParameters
from chest_xray.pipelines.prediction import nodes

URL = "http://localhost:8042/dicom-web"


def study_of(url, study, tmp_path):
    return ArchiveStudyDataset(url=url, study=study, filepath=str(tmp_path)).load


def test_without_an_archive_nothing_is_fetched_or_stored(tmp_path):
    assert study_of("none", "none", tmp_path)() is None
    assert study_of(URL, "none", tmp_path)() is None
    ArchiveResultsDataset(url="none").save([])
    assert nodes.report_of_network(None, {}, None, {}) == []
    assert nodes.report_of_file(None, {}, None, b"") == []


@pytest.mark.parametrize(
    ("url", "study", "message"),
    [
        ("none", "1.2.3", "archive_url no archive"),
        ("localhost:8042", "1.2.3", "is no address of a DICOMweb service"),
        ("http://chest:secret@localhost/dicom-web", "1.2.3", r"conf/local/credentials\.yml"),
        (URL, "study 7", "'study 7' is no Study Instance UID"),
    ],
)
def test_a_mistake_is_answered_in_one_sentence(url, study, message, tmp_path):
    with pytest.raises(DatasetError) as refused:
        study_of(url, study, tmp_path)()
    assert isinstance(refused.value.__cause__, BadArchive)
    assert re.search(message, str(refused.value.__cause__))
    assert "secret" not in str(refused.value)


def test_an_archive_that_is_not_there_is_named(tmp_path):
    url = f"http://127.0.0.1:{free_port()}/dicom-web"
    with pytest.raises(BadArchive, match=f"{url} can't be reached"):
        Archive(url, {}).fetch_films(generate_uid(), tmp_path)
    with pytest.raises(BadArchive, match="have no 'password'"):
        Archive(url, {"username": "chest"})


def test_films_are_only_read_and_results_only_written(tmp_path):
    with pytest.raises(DatasetError, match="only read"):
        ArchiveStudyDataset(url=URL, study="none", filepath=str(tmp_path)).save([1])
    with pytest.raises(DatasetError, match="not read again"):
        ArchiveResultsDataset(url=URL).load()


def test_a_study_and_images_are_not_both_predicted(tmp_path):
    given = load("test")["prediction"] | {"images": "DIR"}
    asked = PredictionParameters(**given)
    with pytest.raises(BadPrediction, match=r"archive_study.*prediction\.images 'DIR'"):
        nodes.list_new_radiographs(asked, tmp_path, tmp_path)
    (tmp_path / "film_1.dcm").touch()
    asked = asked.model_copy(update={"images": ""})
    found = nodes.list_new_radiographs(asked, Path("elsewhere"), tmp_path)
    assert list(found["file"]) == ["film_1.dcm"]


def test_credentials_of_this_machine_count_in_every_environment(tmp_path):
    for folder in ("base", "cpu", "local"):
        (tmp_path / "conf" / folder).mkdir(parents=True)
    assert loader(tmp_path / "conf", "cpu")["credentials"] == {"archive": {}}
    own = tmp_path / "conf" / "local" / "credentials.yml"
    own.write_text("archive: {username: chest, password: secret}")
    found = loader(tmp_path / "conf", "cpu")["credentials"]
    assert found == {"archive": {"username": "chest", "password": "secret"}}
