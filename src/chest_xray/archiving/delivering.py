"""Delivering reports to an archive by C-STORE: again and again, until it has each."""

from __future__ import annotations

import io
import logging
import threading
import time
from dataclasses import dataclass

import pydicom
from pydicom.uid import EnhancedSRStorage, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import AE
from pynetdicom.association import Association
from pynetdicom.status import code_to_category

from chest_xray.archiving.outbox import Outbox, Waiting

logger = logging.getLogger(__name__)

# Reports per association, so that a node that stops waits for few.
_BATCH = 50
_CONNECTION_SECONDS = 10
_ANSWER_SECONDS = 30
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
# A report that the archive refuses by itself is tried again ever more rarely, but not given up.
_FIRST_DELAY, _LONGEST_DELAY = 10.0, 3600.0


@dataclass(frozen=True)
class Peer:
    """Who takes the reports: AE title, host and port."""

    ae_title: str
    host: str
    port: int


class Delivery(threading.Thread):
    """A thread that sends what waits in an outbox to a peer."""

    def __init__(self, outbox: Outbox, peer: Peer, ae_title: str) -> None:
        """Put it together; ``start`` begins.

        Args:
            outbox: What is sent from.
            peer: Who takes it.
            ae_title: This side's.
        """
        super().__init__(name="delivery", daemon=True)
        self._outbox = outbox
        self._peer = peer
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._ae = AE(ae_title)
        self._ae.connection_timeout = _CONNECTION_SECONDS
        self._ae.acse_timeout = self._ae.dimse_timeout = _ANSWER_SECONDS
        self._ae.network_timeout = _ANSWER_SECONDS
        self._ae.add_requested_context(
            EnhancedSRStorage, [ExplicitVRLittleEndian, ImplicitVRLittleEndian]
        )

    def wake(self) -> None:
        """Something waits."""
        self._wake.set()

    def stop(self) -> None:
        """End after the report that is being sent; the others wait on disk."""
        self._stopped.set()
        self._wake.set()
        self.join()

    def run(self) -> None:
        """Send until stopped."""
        pause = 0.0
        while not self._stopped.is_set():
            due = self._outbox.due(time.time(), _BATCH)
            if not due:
                self._wake.wait(1.0)
                self._wake.clear()
            elif self._send(due):
                pause = 0.0
            else:
                pause = min(max(2 * pause, _FIRST_PAUSE), _LONGEST_PAUSE)
                logger.warning(
                    "%s can't be reached or takes no structured reports; %d wait, next try in "
                    "%.0f s",
                    self._peer.ae_title,
                    self._outbox.waiting(),
                    pause,
                )
                self._stopped.wait(pause)

    def _send(self, due: list[Waiting]) -> bool:
        """Send reports over one association; whether the peer answered for the first of them."""
        peer = self._peer
        association = self._ae.associate(peer.host, peer.port, ae_title=peer.ae_title)
        answered = False
        for waiting in due if association.is_established else ():
            if self._stopped.is_set():
                break
            status = _store(association, waiting)
            if status is None:
                break
            answered = True
            if code_to_category(status) in ("Success", "Warning"):
                self._outbox.delivered(waiting.id)
                logger.info("film %s: report delivered to %s", waiting.key, peer.ae_title)
            else:
                delay = min(_FIRST_DELAY * 2**waiting.attempts, _LONGEST_DELAY)
                self._outbox.postpone(waiting.id, time.time() + delay)
                logger.warning(
                    "film %s: %s refused the report with 0x%04X, next try in %.0f s",
                    waiting.key,
                    peer.ae_title,
                    status,
                    delay,
                )
        if association.is_established:
            association.release()
        return answered


def _store(association: Association, waiting: Waiting) -> int | None:
    """The peer's status, None where it gave none."""
    report = pydicom.dcmread(io.BytesIO(waiting.report))
    try:
        answer = association.send_c_store(report)
    except RuntimeError:
        # The association ended between two reports.
        return None
    return int(answer.Status) if "Status" in answer else None
