"""Uploads that mean harm: a status and a sentence each, and nothing kept, logged or run."""

import logging
import re
import resource
import socket
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from serving.hostile import (
    NAMES,
    PLANTED,
    SCRIPT,
    bombs,
    damaged,
    dicom_with_scripts,
    scripts,
)
from serving.served import PATIENCE, encoded

# What may be opened for writing while a service runs, and holds nothing of a client.
_OTHERS = re.compile(r"/dev/null|.*\.pyc(\.\d+)?$|.*/\.hypothesis/.*")

# The client's own, and what the service switches off (test_processes.py sees to it).
OTHERS_LOGS = ("httpx", "httpcore", "uvicorn.access")
_ACTS = {
    *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"),
    *("os.rename", "os.remove", "os.mkdir", "tempfile.mkstemp", "tempfile.mkdtemp"),
}


class _Watch:
    """Notes files that are written, and programs that are started, while a request is answered.

    An audit hook stays for the whole process.
    """

    def __init__(self):
        self.on = False
        self.seen = []
        sys.addaudithook(self._hook)

    def _hook(self, event, arguments):
        if not self.on:
            return
        if event == "open":
            path, mode, flags = arguments
            writes = bool(flags & 0b11) if mode is None else bool(set(str(mode)) & set("wax+"))
            if writes and not isinstance(path, int) and not _OTHERS.fullmatch(str(path)):
                self.seen.append((event, str(path)))
        elif event in _ACTS:
            self.seen.append((event, str(arguments)[:100]))


WATCH = _Watch()


@contextmanager
def watching():
    """Only while a request is answered: pytest itself writes between the phases of a test."""
    WATCH.on = True
    try:
        yield
    finally:
        WATCH.on = False


@pytest.fixture
def watched(caplog, capfd, monkeypatch, tmp_path):
    """Nothing is written, started or logged of what a test sends."""
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.DEBUG)
    # Other tests' configurations may have switched it off.
    logger = logging.getLogger("chest_xray.serving")
    monkeypatch.setattr(logger, "disabled", False)
    monkeypatch.setattr(logger, "propagate", False)
    logger.addHandler(caplog.handler)
    WATCH.seen.clear()
    yield
    logger.removeHandler(caplog.handler)
    assert WATCH.seen == []
    assert list(tmp_path.iterdir()) == []
    logged = [
        record for record in caplog.get_records("call") if not record.name.startswith(OTHERS_LOGS)
    ]
    assert any(record.name == "chest_xray.serving" for record in logged)
    text = "\n".join(map(logging.Formatter().format, logged)) + "".join(capfd.readouterr())
    assert PLANTED not in text
    assert not list(Path("/tmp").glob(f"*{PLANTED}*"))


def ask(client, name, data, path="/predict"):
    """Send a file under a name, whatever httpx would make of it; the answer's status and text."""
    quoted = name.replace('"', "%22").encode("utf8", "surrogatepass")
    quoted = quoted.replace(b"\r", b"").replace(b"\n", b"")
    head = b'--xyz\r\nContent-Disposition: form-data; name="files"; filename="' + quoted
    body = head + b'"\r\n\r\n' + data + b"\r\n--xyz--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=xyz"}
    with watching():
        return client.post(path, content=body, headers=headers)


@pytest.mark.usefixtures("watched")
def test_names_are_answered_as_json_and_kept_nowhere(client):
    for name in NAMES:
        answer = ask(client, name, encoded("PNG"))
        assert answer.status_code in (200, 400), name
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if answer.status_code == 200:
            assert answer.json()["films"][0]["problem"] == ""


@pytest.mark.usefixtures("watched")
def test_bombs_do_not_go_off(client):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, data in bombs():
        answer = ask(client, name, data)
        assert answer.status_code in (200, 422), name
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 900_000, "KiB: a file and its levels, not what it claims to be"


@pytest.mark.usefixtures("watched")
def test_programs_in_files_are_not_run_and_not_quoted(client):
    for name, data in scripts():
        answer = ask(client, name, data)
        assert answer.status_code == 422, name
        assert PLANTED not in answer.text
    whole = ask(client, "film.dcm", dicom_with_scripts())
    assert whole.status_code == 200
    assert PLANTED not in whole.text


@pytest.mark.usefixtures("watched")
def test_paths_and_queries_are_not_logged(client):
    for path in (f"/{PLANTED}", f"/../../{PLANTED}", f"/model?name={PLANTED}", f"/static/{SCRIPT}"):
        with watching():
            answer = client.get(path)
        assert answer.status_code in (200, 404)
        assert PLANTED not in answer.text


@settings(max_examples=examples(60), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_damaged_files_get_an_answer_and_no_failure(client, seed):
    name, data = damaged(seed)
    answer = ask(client, name, data)
    assert answer.status_code in (200, 400, 422)
    assert answer.json()["notice"]


RAW = {
    "no boundary": ("multipart/form-data", b"x", 415),
    "a boundary that is too long": ("multipart/form-data; boundary=" + "x" * 500, b"x", 400),
    "another kind": ("application/json", b"{}", 415),
    "no form": ("multipart/form-data; boundary=x", b"nothing of the kind", 400),
    "nothing": ("multipart/form-data; boundary=x", b"", 400),
    "no file": ("multipart/form-data; boundary=x", b"--x--\r\n", 422),
    "a text": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="files"\r\n\r\na\r\n--x--\r\n',
        422,
    ),
    "another field": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="b"; filename="c"\r\n\r\na\r\n--x--\r\n',
        422,
    ),
    "no disposition": (
        "multipart/form-data; boundary=x",
        b"--x\r\nA: b\r\n\r\na\r\n--x--\r\n",
        422,
    ),
    "cut off": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="c"\r\n\r\na',
        400,
    ),
    "many headers": (
        "multipart/form-data; boundary=x",
        b"--x\r\n" + b"A: b\r\n" * 5000 + b"\r\na\r\n--x--\r\n",
        400,
    ),
}


@pytest.mark.parametrize("case", RAW)
def test_forms_that_are_none(client, case):
    kind, body, status = RAW[case]
    answer = client.post("/predict", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert answer.json()["detail"].endswith((".", "radiograph.png"))


@pytest.mark.parametrize(
    "head",
    [
        b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\nabcde",
        b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
def test_malformed_requests_do_not_stop_the_service(client, head):
    url = client.base_url
    with socket.create_connection((url.host, url.port), timeout=PATIENCE) as opened:
        opened.sendall(head)
        opened.shutdown(socket.SHUT_WR)
        answer = opened.recv(65536)
    assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("sent", [b"", b"--x\r\n", bytes(4999)])
def test_a_body_that_ends_before_its_length_is_no_request(client, sent):
    url = client.base_url
    head = (
        b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    )
    with socket.create_connection((url.host, url.port), timeout=PATIENCE) as opened:
        opened.sendall(head + sent)
    assert client.get("/health").status_code == 200
