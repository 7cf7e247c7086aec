"""Receiving films by C-STORE: each is predicted, and its report kept, before it is acknowledged.

What was not acknowledged the sender sends again, and what was is on disk: nothing is lost, and no
film is kept. Objects that no report can be made of get a status of their own.
"""

from __future__ import annotations

import hashlib
import io
import logging
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from socketserver import TCPServer
from typing import Any, cast

import pydicom
from pydicom.pixels import get_decoder
from pydicom.uid import (
    UID,
    AllTransferSyntaxes,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)
from pynetdicom import (
    AE,
    StoragePresentationContexts,
    VerificationPresentationContexts,
    _config,
    evt,
)
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.transport import ThreadedAssociationServer

from chest_xray.archiving.film import (
    CANNOT_UNDERSTAND,
    DOES_NOT_MATCH,
    DUPLICATE,
    RADIOGRAPHS,
    Film,
    RefusedObject,
    encoded,
    read_film,
)
from chest_xray.archiving.outbox import Outbox, ReportedFilm, film_id
from chest_xray.archiving.result import Prediction, ReportingModel, Result
from chest_xray.archiving.structured_report import structured_report
from chest_xray.errors import BadImage
from chest_xray.radiographs.dicom.elements import PYDICOM_ERRORS

logger = logging.getLogger(__name__)
# Its messages quote elements, and its tracebacks are of what peers do.
logging.getLogger("pynetdicom").setLevel(logging.CRITICAL + 1)
_config.LOG_HANDLER_LEVEL = "none"

MAX_ASSOCIATIONS = 8
# A digital film has 10 to 50 MB.
MAX_MESSAGE_BYTES = 256_000_000
MAX_MESSAGE_SECONDS = 300.0
# Between two bytes, and of a connection that asks for nothing.
IDLE_SECONDS = 60.0
_PDU_BYTES = 262_144
_SUCCESS = 0x0000
_LONGEST_COMMENT = 64  # characters, of Error Comment (0000,0902)

_UNCOMPRESSED = (
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
)


def readable_syntaxes() -> list[UID]:
    """The transfer syntaxes that films are taken in: what isn't decoded here, peers convert."""
    compressed = [
        syntax
        for syntax in AllTransferSyntaxes
        if syntax.is_compressed and not syntax.is_deflated and _is_readable(syntax)
    ]
    return [*_UNCOMPRESSED, *compressed]


def _is_readable(syntax: UID) -> bool:
    try:
        return get_decoder(syntax).is_available
    except NotImplementedError:
        return False


class Receiver:
    """Answers C-ECHO and C-STORE; one report in the outbox for each film."""

    def __init__(
        self,
        predict: Callable[[Path], Prediction],
        model: ReportingModel,
        outbox: Outbox,
        folder: Path,
        threads: int,
        reported: Callable[[], None],
    ) -> None:
        """Put it together.

        Args:
            predict: The model, as ``deploying.predictor.Predictor``; safe in several threads.
            model: What it says about itself.
            outbox: Keeps the reports.
            folder: For the file of a film while it is being predicted.
            threads: How many films are predicted at once.
            reported: Called when a report was kept.
        """
        self._predict = predict
        self._model = model
        self._outbox = outbox
        self._folder = folder
        self._free = threading.BoundedSemaphore(threads)
        self._reported = reported
        for left in folder.glob("film_*.dcm"):
            # Of a node that was killed.
            left.unlink()

    def serve(self, ae_title: str, host: str, port: int) -> ThreadedAssociationServer:
        """Listen; the server's thread is the caller's to run.

        Raises:
            OSError: The address can't be listened at.
        """
        node = AE(ae_title)
        node.require_called_aet = True
        node.maximum_associations = MAX_ASSOCIATIONS
        node.maximum_pdu_size = _PDU_BYTES
        node.acse_timeout = node.dimse_timeout = node.network_timeout = IDLE_SECONDS
        # What is no radiograph is taken too, so that it can be told so.
        for context in (*VerificationPresentationContexts, *StoragePresentationContexts):
            node.add_supported_context(str(context.abstract_syntax), list(_UNCOMPRESSED[:2]))
        for radiograph in RADIOGRAPHS:
            node.add_supported_context(radiograph, readable_syntaxes())
        return node.make_server(
            (host, port),
            evt_handlers=[(evt.EVT_C_STORE, self._on_store)],
            server_class=BoundedServer,
        )

    def _on_store(self, event: evt.Event) -> pydicom.Dataset:
        start = time.monotonic()
        answer = pydicom.Dataset()
        answer.Status = _SUCCESS
        request = cast("C_STORE", event.request)
        key = hashlib.sha256(str(request.AffectedSOPInstanceUID).encode()).hexdigest()[:12]
        with _logged_if_it_fails(key):
            try:
                done = self._report(event)
                logger.info("film %s: %s in %.2f s", key, done, time.monotonic() - start)
            except RefusedObject as refused:
                answer.Status = refused.status
                answer.ErrorComment = str(refused)[:_LONGEST_COMMENT]
                logger.warning("object %s: refused, 0x%04X, %s", key, refused.status, refused)
        return answer

    def _report(self, event: evt.Event) -> str:
        """Have a film's report in the outbox, and say in two words what was done."""
        self._outbox.refuse_where_full()
        data = event.encoded_dataset()
        film = read_film(data)
        request, header = cast("C_STORE", event.request), film.header
        sent = (request.AffectedSOPClassUID, request.AffectedSOPInstanceUID)
        if sent != (header.SOPClassUID, header.SOPInstanceUID):
            raise RefusedObject(DOES_NOT_MATCH, "the object has other UIDs than the request")
        now = ReportedFilm(
            film_id(header.SOPInstanceUID, self._model.fingerprint),
            film.key,
            _pixels_hash(data),
            str(event.context.transfer_syntax),
        )
        before = self._outbox.find(now.id)
        if before is None:
            with self._free:
                self._outbox.add(now, self._predicted(film, data))
            self._reported()
            return "predicted"
        # Compressed in another way, the bytes say nothing of the pixels.
        if before.pixels != now.pixels and before.syntax == now.syntax:
            raise RefusedObject(DUPLICATE, "its UID is that of an object with other pixels")
        return "known, not reported again"

    def _predicted(self, film: Film, data: bytes) -> bytes:
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix="film_", suffix=".dcm") as file:
            file.write(data)
            file.flush()
            try:
                prediction = self._predict(Path(file.name))
            except BadImage as error:
                reason = str(error).removeprefix(f"{file.name}: ")
                raise RefusedObject(CANNOT_UNDERSTAND, reason) from error
        result = Result.of(prediction)
        return encoded(structured_report(film, result, self._model, datetime.now()))


def _pixels_hash(data: bytes) -> str:
    try:
        dataset = pydicom.dcmread(io.BytesIO(data), force=True, specific_tags=["PixelData"])
        element = dataset.get_item("PixelData", keep_deferred=True)
    except PYDICOM_ERRORS as error:
        raise RefusedObject(CANNOT_UNDERSTAND, "its elements can't be followed") from error
    return hashlib.sha256(element.value if element and element.value else b"").hexdigest()


@contextmanager
def _logged_if_it_fails(key: str) -> Iterator[None]:
    """One line about what nobody foresaw, without its text; the peer gets 0xC211."""
    try:
        yield
    except BaseException as error:
        logger.error("object %s: failed by %s", key, type(error).__name__)
        raise


class BoundedServer(ThreadedAssociationServer):
    """pynetdicom's server with limits on connections, and on bytes and time of a message.

    Of its own, pynetdicom reads as many bytes as a peer announces, for as long as it sends any.
    """

    def get_request(self) -> tuple[socket.socket, Any]:
        """A connection, bounded."""
        connection, address = super().get_request()
        return _BoundedSocket(connection), address

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Whether one more connection is taken: some may still be without an association."""
        return len(self.active_associations) < 2 * MAX_ASSOCIATIONS

    def shutdown(self) -> None:
        """End all associations, and listen no more; what wasn't acknowledged is sent again.

        pynetdicom's own only ends servers that its ``start_server`` began.
        """
        TCPServer.shutdown(self)
        for association in self.active_associations:
            association.abort()
        self.server_close()


class _BoundedSocket(socket.socket):
    """A connection whose peer may send so much, and so long, until it gets an answer."""

    def __init__(self, connection: socket.socket) -> None:
        family, kind, protocol = connection.family, connection.type, connection.proto
        super().__init__(family, kind, protocol, fileno=connection.detach())
        self.settimeout(IDLE_SECONDS)
        self._bytes, self._start = 0, 0.0

    def recv(self, size: int, flags: int = 0) -> bytes:
        """As of every socket, but the connection ends at a limit."""
        data = super().recv(size, flags)
        self._start = self._start if self._bytes else time.monotonic()
        self._bytes += len(data)
        too_long = time.monotonic() - self._start > MAX_MESSAGE_SECONDS
        if self._bytes > MAX_MESSAGE_BYTES or too_long:
            logger.warning(
                "connection ended: a message of more than %d bytes or %.0f s",
                MAX_MESSAGE_BYTES,
                MAX_MESSAGE_SECONDS,
            )
            self.shutdown(socket.SHUT_RDWR)
            raise ConnectionAbortedError("the message is larger or slower than is taken")
        return data

    def send(self, data: Any, flags: int = 0) -> int:
        """As of every socket; what comes next is another message."""
        self._bytes = 0
        return super().send(data, flags)
