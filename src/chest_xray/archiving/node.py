"""A DICOM node: films in, reports out to an archive; ``chest-xray node`` runs it.

with running(settings) as node:
    node.serve_forever()
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chest_xray.archiving.delivering import Delivery, Peer
from chest_xray.archiving.outbox import Outbox
from chest_xray.archiving.receiving import Receiver
from chest_xray.archiving.result import ReportingModel
from chest_xray.deploying.predictor import Predictor
from chest_xray.errors import BadArchive
from chest_xray.machine.cores import available_cores

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class NodeSettings:
    """What a node is told.

    Attributes:
        model: Path of a deployable file.
        peer: Who takes the reports.
        folder: Of the queue; for this node alone.
        ae_title: The node's own.
        host: Address to listen at.
        port: 0 for any that is free.
        capacity: How many reports may wait; then films are refused with 0xA700.
        threads: How many films are predicted at once; 0 for as many as there are cores.
    """

    model: Path
    peer: Peer
    folder: Path
    ae_title: str = "CHESTXRAY"
    host: str = "127.0.0.1"
    port: int = 11112
    capacity: int = 10_000
    threads: int = 0


@contextmanager
def running(settings: NodeSettings) -> Iterator[int]:
    """A node that runs in threads of its own until the block ends.

    Yields:
        The port that it listens at.

    Raises:
        BadModelFile: No model there, or a damaged one.
        BadArchive: The queue or the address can't be used.
    """
    threads = settings.threads or available_cores()
    predictor = Predictor(settings.model, threads=1)
    outbox = Outbox(settings.folder, settings.capacity)
    delivery = Delivery(outbox, settings.peer, settings.ae_title)
    receiver = Receiver(
        predictor,
        ReportingModel.of(predictor.facts),
        outbox,
        settings.folder,
        threads,
        delivery.wake,
    )
    try:
        server = receiver.serve(settings.ae_title, settings.host, settings.port)
    except OSError as error:
        outbox.close()
        raise BadArchive(
            f"{settings.host}:{settings.port} can't be listened at ({error.strerror}); another "
            "--port or --host may be free."
        ) from error
    listening = threading.Thread(target=server.serve_forever, name="listening", daemon=True)
    port = server.server_address[1]
    logger.info(
        "%s listens at %s:%d and reports to %s; %d reports wait",
        settings.ae_title,
        settings.host,
        port,
        settings.peer.ae_title,
        outbox.waiting(),
    )
    delivery.start()
    listening.start()
    try:
        yield port
    finally:
        server.shutdown()
        delivery.stop()
        outbox.close()
