"""Tests against Orthanc: ``test_orthanc.py`` runs them where there is no other network.

Orthanc listens at all addresses, whatever its configuration says.
"""

import json
import shutil
import signal
from functools import partial

import pandas as pd
import pydicom
import pytest
from archiving.peers import wait_for
from archiving.sent_films import BIRTH, NAME, NUMBER, content_of, film, read
from archiving.servers import DICOM, URL, USER, Node, Orthanc, storescu, write
from conftest import latest, run_kedro
from pydicom.uid import CTImageStorage, generate_uid

from chest_xray.archiving.dicomweb import Archive
from chest_xray.errors import BadArchive

FILMS = 30


@pytest.fixture
def orthanc(tmp_path):
    (tmp_path / "storage").mkdir()
    started = Orthanc(tmp_path)
    yield started
    started.end()


def test_films_sent_by_storescu_are_in_the_archive_once(orthanc, exported, tmp_path):
    model = tmp_path / "quantized_onnx.onnx"
    model.write_bytes(exported[0])
    films = [film() for _ in range(FILMS)]
    files = write(tmp_path / "films", films)
    node = Node(model, tmp_path, DICOM)
    send = partial(storescu, node.port, "CHESTXRAY")
    wait_for(lambda: send(files[:10]), 120)
    orthanc.end()
    wait_for(lambda: send(files[10:15]), 120)
    node.end(signal.SIGKILL)
    node.start()
    wait_for(lambda: send(files), 120)
    node.end(signal.SIGKILL)
    orthanc.start()
    node.start()
    wait_for(lambda: orthanc.count("SR") == FILMS, 240)
    node.end(signal.SIGTERM)
    reports = orthanc.objects("SR")
    assert {content_of(one)["Source of Measurement"] for one in reports} == {
        read(data).SOPInstanceUID for data in films
    }
    for secret in (NAME, NUMBER, BIRTH, "Rahimi"):
        assert secret not in node.log()


def study_in(orthanc, tmp_path):
    """A study of two films, a side view and a CT image, in the archive."""
    uid = generate_uid()
    of_study = partial(film, StudyInstanceUID=uid, side=96)
    films = [of_study(InstanceNumber=number) for number in (1, 2)]
    others = [of_study(ViewPosition="LL"), of_study(SOPClassUID=CTImageStorage, Modality="CT")]
    files = write(tmp_path / "sent", films)
    assert storescu(DICOM, "ARCHIVE", files)
    Archive(URL, USER).store([read(data) for data in others])
    return uid, films


def test_the_films_of_a_study_are_fetched_as_they_are(orthanc, tmp_path):
    uid, films = study_in(orthanc, tmp_path)
    folder = Archive(URL, USER).fetch_films(uid, tmp_path / "fetched")
    fetched = {path: pydicom.dcmread(path) for path in folder.iterdir()}
    assert {one.SOPInstanceUID: one.PixelData for one in fetched.values()} == {
        read(data).SOPInstanceUID: read(data).PixelData for data in films
    }
    changed = {path: path.stat().st_mtime_ns for path in fetched}
    Archive(URL, USER).fetch_films(uid, tmp_path / "fetched")
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == changed
    with pytest.raises(BadArchive, match=r"has no chest radiograph.*among 0 objects"):
        Archive(URL, USER).fetch_films(generate_uid(), tmp_path / "fetched")
    with pytest.raises(BadArchive, match=r"answered 401; conf/local/credentials\.yml may lack"):
        Archive(URL, {}).fetch_films(uid, tmp_path / "fetched")


def test_a_study_is_predicted_and_its_reports_and_heat_maps_stored(orthanc, study, tmp_path):
    uid, films = study_in(orthanc, tmp_path)
    configuration = tmp_path / "conf"
    shutil.copytree("conf", configuration)
    (configuration / "local" / "credentials.yml").write_text(json.dumps({"archive": USER}))
    run = run_kedro(
        tmp_path,
        *("run", "--env=test", "--pipeline=prediction", f"--conf-source={configuration}"),
        f"--params=archive_url={URL},archive_study={uid},prediction.overlays=1",
    )
    assert run.returncode == 0, run.stdout + run.stderr
    table = pd.read_csv(latest(tmp_path, "predictions_table.csv"), keep_default_na=False)
    reports = orthanc.objects("SR")
    assert sorted(content_of(one)["Probability"] for one in reports) == pytest.approx(
        sorted(table["probability"].astype(float)), abs=1e-4
    )
    assert {content_of(one)["Source of Measurement"] for one in reports} == {
        read(data).SOPInstanceUID for data in films
    }
    assert {one.PatientID for one in reports} == {NUMBER}
    (heat_map,) = orthanc.objects("OT")
    assert (heat_map.StudyInstanceUID, heat_map.Rows) == (uid, 96)
    results = (path for path in tmp_path.glob("07_*/**/*") if path.is_file())
    said_there = run.stdout + run.stderr + "".join(path.read_text("latin1") for path in results)
    for secret in (NAME, NUMBER, BIRTH, "Rahimi"):
        assert secret not in said_there
