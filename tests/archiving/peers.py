"""The two sides that a node talks to: an archive that takes reports, and who sends films."""

import io
import socket
import threading
import time
from contextlib import contextmanager

import pydicom
from pydicom.uid import EnhancedSRStorage
from pynetdicom import AE, evt

NODE = "CHESTXRAY"


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_for(condition, seconds=30.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


class Archive:
    """Keeps every report that it is sent, or answers with another status."""

    def __init__(self, port=0):
        self.port = port or free_port()
        self.reports = []
        self.status = 0x0000
        self._lock = threading.Lock()

    def _keep(self, event):
        if self.status == 0x0000:
            report = event.dataset
            with self._lock:
                self.reports.append(report)
        return self.status

    @contextmanager
    def listening(self):
        node = AE("ARCHIVE")
        node.add_supported_context(EnhancedSRStorage)
        handlers = [(evt.EVT_C_STORE, self._keep)]
        server = node.start_server(("127.0.0.1", self.port), block=False, evt_handlers=handlers)
        try:
            yield self
        finally:
            server.shutdown()

    def uids(self):
        with self._lock:
            return [str(report.SOPInstanceUID) for report in self.reports]


def sender():
    node = AE("MODALITY")
    node.acse_timeout = node.dimse_timeout = node.network_timeout = 30
    return node


def send(port, *films):
    """Send films over one association; the status of each, None where there was none."""
    node = sender()
    objects = [pydicom.dcmread(io.BytesIO(data)) for data in films]
    for one in objects:
        syntax = one.file_meta.TransferSyntaxUID
        node.add_requested_context(one.file_meta.MediaStorageSOPClassUID, syntax)
    association = node.associate("127.0.0.1", port, ae_title=NODE)
    if not association.is_established:
        return [None] * len(films)
    answers = []
    try:
        for one in objects:
            try:
                answers.append(association.send_c_store(one).get("Status"))
            except RuntimeError:
                answers.append(None)
    finally:
        if association.is_established:
            association.release()
    return answers
