"""A node: films in, one report of each out, whatever the two sides do."""

import io
import logging
import socket
import struct
import time
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pydicom
import pytest
from archiving.peers import NODE, Archive, send, sender, wait_for
from archiving.sent_films import BIRTH, NAME, NUMBER, content_of, film
from pydicom.uid import CTImageStorage, JPEGLosslessSV1, RLELossless, generate_uid
from pynetdicom.sop_class import Verification
from radiographs.dicom_files import phantom_film, scaled

from chest_xray.archiving import delivering, receiving
from chest_xray.archiving.delivering import Peer
from chest_xray.archiving.node import NodeSettings, running
from chest_xray.deploying.predictor import Predictor
from chest_xray.errors import BadArchive, BadModelFile


@pytest.fixture(scope="module")
def model(exported, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "quantized_onnx.onnx"
    path.write_bytes(exported[0])
    return path


@pytest.fixture
def quick(monkeypatch):
    """Pauses that a test can wait for."""
    for name in ("_FIRST_PAUSE", "_LONGEST_PAUSE", "_FIRST_DELAY"):
        monkeypatch.setattr(delivering, name, 0.2)


@pytest.fixture
def archive():
    with Archive().listening() as listening:
        yield listening


def settings(model, tmp_path, port, **options):
    peer = Peer("ARCHIVE", "127.0.0.1", port)
    return NodeSettings(model, peer, tmp_path / "queue", port=0, threads=1, **options)


@contextmanager
def node(model, tmp_path, port, **options):
    with running(settings(model, tmp_path, port, **options)) as listening:
        yield listening


def test_a_film_is_predicted_and_its_report_stored(model, tmp_path, archive):
    data = film()
    with node(model, tmp_path, archive.port) as port:
        assert send(port, data) == [0x0000]
        wait_for(archive.uids)
    (tmp_path / "film.dcm").write_bytes(data)
    prediction = Predictor(model, threads=1)(tmp_path / "film.dcm")
    content = content_of(archive.reports[0])
    assert content["Probability"] == pytest.approx(prediction.probability, abs=1e-4)
    assert content["Decision"] == [prediction.decision.capitalize()]
    assert archive.reports[0].PatientID == NUMBER
    assert not list((tmp_path / "queue").glob("film_*"))


def test_it_answers_an_echo_under_its_own_name_only(model, tmp_path, archive):
    asking = sender()
    asking.add_requested_context(Verification)
    with node(model, tmp_path, archive.port) as port:
        association = asking.associate("127.0.0.1", port, ae_title=NODE)
        assert association.send_c_echo().Status == 0x0000
        association.release()
        assert asking.associate("127.0.0.1", port, ae_title="OTHER").is_rejected


def test_a_film_that_comes_again_is_reported_once(model, tmp_path, archive):
    uid = generate_uid()
    data = film(SOPInstanceUID=uid)
    renamed = film(SOPInstanceUID=uid, PatientName="Other^Name")
    compressed = pydicom.dcmread(io.BytesIO(data))
    compressed.compress(RLELossless, generate_instance_uid=False)
    again = io.BytesIO()
    compressed.save_as(again)
    with node(model, tmp_path, archive.port) as port:
        assert send(port, data, data, renamed) == [0x0000] * 3
        assert send(port, again.getvalue()) == [0x0000]
        wait_for(archive.uids)
    with node(model, tmp_path, archive.port) as port:
        assert send(port, data, film()) == [0x0000] * 2
        wait_for(lambda: len(archive.reports) == 2)
    assert len(set(archive.uids())) == 2


def without_pixels():
    dataset = pydicom.dcmread(io.BytesIO(film()))
    del dataset.PixelData
    file = io.BytesIO()
    dataset.save_as(file)
    return file.getvalue()


def with_rows(rows):
    return film(Rows=rows)


UNREPORTABLE = {
    "another modality": (lambda: film(SOPClassUID=CTImageStorage), 0x0122),
    "a hand": (lambda: film(BodyPartExamined="HAND"), 0xA900),
    "no study": (lambda: film(StudyInstanceUID=""), 0xA900),
    "no pixels": (without_pixels, 0xC000),
    "more rows than it has": (lambda: with_rows(5000), 0xC000),
    "so many rows that memory would end": (lambda: with_rows(65535), 0xC000),
    "a film of one level": (lambda: film(levels=np.full((64, 64), 7, np.uint8)), 0x0000),
}


@pytest.mark.parametrize("kind", UNREPORTABLE)
def test_an_object_gets_one_status_and_one_line(kind, model, tmp_path, archive, caplog):
    make, status = UNREPORTABLE[kind]
    data = make()
    # What the request names has to fit, as it does where a program sends a file.
    dataset = pydicom.dcmread(io.BytesIO(data))
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    file = io.BytesIO()
    dataset.save_as(file)
    with caplog.at_level(logging.INFO), node(model, tmp_path, archive.port) as port:
        assert send(port, file.getvalue()) == [status]
        if status == 0x0000:
            wait_for(archive.uids)
    lines = [one for one in caplog.messages if one.startswith(("object", "film"))]
    assert len([one for one in lines if "delivered" not in one]) == 1
    for secret in (NAME, NUMBER, BIRTH, "Rahimi", str(tmp_path)):
        assert secret not in caplog.text.replace(f"queue {tmp_path}", "")


def test_two_objects_with_one_uid_and_other_pixels(model, tmp_path, archive):
    uid = generate_uid()
    other = film(levels=scaled(phantom_film(64)[::-1], 8), SOPInstanceUID=uid)
    with node(model, tmp_path, archive.port) as port:
        assert send(port, film(SOPInstanceUID=uid), other) == [0x0000, 0x0111]
        wait_for(archive.uids)
    assert len(archive.reports) == 1


def test_a_private_transfer_syntax_is_not_agreed_on(model, tmp_path, archive):
    for syntax in (generate_uid(), JPEGLosslessSV1):
        dataset = pydicom.dcmread(io.BytesIO(film()))
        asking = sender()
        asking.add_requested_context(dataset.SOPClassUID, syntax)
        with node(model, tmp_path, archive.port) as port:
            agreed = syntax in receiving.readable_syntaxes()
            association = asking.associate("127.0.0.1", port, ae_title=NODE)
            assert association.is_established == agreed
            if agreed:
                association.release()


def test_a_full_queue_refuses_films_until_the_archive_is_back(model, tmp_path, quick):
    archive = Archive()
    films = [film() for _ in range(3)]
    with node(model, tmp_path, archive.port, capacity=2) as port:
        assert send(port, *films) == [0x0000, 0x0000, 0xA700]
        with archive.listening():
            wait_for(lambda: len(archive.reports) == 2)
            assert send(port, films[2]) == [0x0000]
            wait_for(lambda: len(archive.reports) == 3)
    assert len(set(archive.uids())) == 3


def test_a_refused_report_is_tried_again_and_holds_up_no_other(model, tmp_path, archive, quick):
    archive.status = 0xC000
    with node(model, tmp_path, archive.port) as port:
        assert send(port, film(), film()) == [0x0000] * 2
        time.sleep(0.5)
        assert archive.uids() == []
        archive.status = 0x0000
        wait_for(lambda: len(archive.reports) == 2)


def test_an_archive_that_hangs_holds_up_no_film(model, tmp_path, quick, monkeypatch):
    archive = Archive()
    monkeypatch.setattr(delivering, "_ANSWER_SECONDS", 1.0)
    # Connections are taken by the system, and nobody answers.
    hanging = socket.create_server(("127.0.0.1", archive.port))
    with hanging, node(model, tmp_path, archive.port) as port:
        assert send(port, film(), film()) == [0x0000] * 2
    monkeypatch.setattr(delivering, "_ANSWER_SECONDS", 30.0)
    with archive.listening(), node(model, tmp_path, archive.port):
        wait_for(lambda: len(archive.reports) == 2)


STRANGE = {
    "nothing": b"",
    "another protocol": b"GET / HTTP/1.1\r\n\r\n",
    "half a message": struct.pack(">BBL", 1, 0, 400) + b"\0" * 20,
    "a message of 4 GB": struct.pack(">BBL", 1, 0, 2**32 - 1) + b"\0" * 5000,
}


@pytest.mark.parametrize("kind", STRANGE)
def test_a_peer_that_hangs_is_left_alone(kind, model, tmp_path, archive, monkeypatch):
    monkeypatch.setattr(receiving, "IDLE_SECONDS", 3.0)
    with node(model, tmp_path, archive.port) as port:
        with socket.create_connection(("127.0.0.1", port)) as strange:
            strange.sendall(STRANGE[kind])
            assert send(port, film()) == [0x0000]
            strange.settimeout(60)
            while strange.recv(4096):
                pass
        wait_for(archive.uids)


def test_a_message_larger_than_is_taken_ends_the_connection(model, tmp_path, archive, monkeypatch):
    monkeypatch.setattr(receiving, "MAX_MESSAGE_BYTES", 20_000)
    with node(model, tmp_path, archive.port) as port:
        assert send(port, film(side=200)) == [None]
        assert send(port, film(side=64)) == [0x0000]


def test_a_message_slower_than_is_taken_ends_the_connection(model, tmp_path, archive, monkeypatch):
    monkeypatch.setattr(receiving, "MAX_MESSAGE_SECONDS", 0.5)
    with node(model, tmp_path, archive.port) as port:
        slow = socket.create_connection(("127.0.0.1", port))
        with slow, pytest.raises(OSError, match=r"reset|[Bb]roken"):
            slow.sendall(struct.pack(">BBL", 1, 0, 400))
            for _ in range(100):
                slow.sendall(b"\0")
                time.sleep(0.1)


def test_only_so_many_associations_at_once(model, tmp_path, archive, monkeypatch):
    monkeypatch.setattr(receiving, "MAX_ASSOCIATIONS", 2)
    asking = sender()
    asking.add_requested_context(Verification)
    with node(model, tmp_path, archive.port) as port:
        held = [asking.associate("127.0.0.1", port, ae_title=NODE) for _ in range(3)]
        assert [one.is_established for one in held] == [True, True, False]
        held[0].release()
        wait_for(lambda: asking.associate("127.0.0.1", port, ae_title=NODE).is_established)
        asking.shutdown()


def refused(model, tmp_path, message, kind=BadArchive, **changed):
    told = replace(settings(model, tmp_path, 1), **changed)
    with pytest.raises(kind, match=message), running(told):
        pass


def test_mistakes_are_answered_in_one_sentence(model, tmp_path, archive):
    refused("none.onnx", tmp_path, "none.onnx can't be read", BadModelFile)
    with node(model, tmp_path, archive.port):
        refused(model, tmp_path, "another node may be using it")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused(model, tmp_path, f"{port} can't be listened at", port=port)
    (tmp_path / "file").touch()
    refused(model, tmp_path, "file can't be used: File exists", folder=tmp_path / "file")
    (tmp_path / "queue" / "outbox.sqlite").write_bytes(b"no database" * 100)
    refused(model, tmp_path, "is damaged")
