"""The service's processes: one that listens and starts others, and one worker for each core.

Workers share the socket; each has the model once. A worker that ends is started again. SIGTERM and
SIGINT let requests that have begun be answered first.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn
from uvicorn.supervisors.multiprocess import Multiprocess

from chest_xray.deploying.predictor import Predictor
from chest_xray.errors import BadService
from chest_xray.serving.app import create_app
from chest_xray.serving.metrics import FOLDER_VARIABLE
from chest_xray.serving.settings import ServeSettings

# Memory that looks like a folder; Linux has it, and containers too.
_TMPFS = Path("/dev/shm")
_CONNECTIONS = 500  # at once, of one worker
_KEEP_ALIVE_SECONDS = 10
_START_SECONDS = 60  # of a worker, on a busy machine, until it is taken for one that hangs


class PrivateFormatter(logging.Formatter):
    """Lines of the log; of an exception its type and its places, as its text may quote a file."""

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Type and places of an exception."""
        kind, _, trace = ei
        name = "" if kind is None else kind.__name__
        return "".join([*traceback.format_tb(trace), name])


_LOGS: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"private": {"()": PrivateFormatter, "format": "%(asctime)s %(message)s"}},
    "handlers": {"terminal": {"class": "logging.StreamHandler", "formatter": "private"}},
    "loggers": {
        name: {"handlers": ["terminal"], "level": "INFO", "propagate": False}
        for name in ("uvicorn", "chest_xray.serving")
    },
}


def refuse_open_door(host: str, token: bool, without_token: bool) -> None:
    """Refuse to listen to other machines where anyone there could ask.

    Args:
        host: What is listened at.
        token: Whether a token is asked for.
        without_token: Whether the person who starts it stated that none is needed.

    Raises:
        BadService: Neither a token nor that.
    """
    if not (_is_loopback(host) or token or without_token):
        raise BadService(
            f"At {host} other machines could ask without a token; give --token-file FILE, or "
            "--without-token where something else lets in only those who may."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(settings: ServeSettings, host: str, port: int, workers: int) -> None:
    """Answer requests until the process is told to stop.

    Args:
        settings: Which model, and its limits.
        host: Address that is listened at.
        port: 0 for any that is free.
        workers: Processes.

    Raises:
        BadModelFile: The model can't be opened.
        BadService: The address can't be listened at.
    """
    # Here its error is one sentence; in a worker it would be a traceback for each.
    Predictor(settings.model, threads=1)
    listening = _listen(host, port)
    config = uvicorn.Config(
        partial(create_app, settings),
        factory=True,
        workers=workers,
        log_config=_LOGS,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        lifespan="on",
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_worker_healthcheck=_START_SECONDS,
        timeout_graceful_shutdown=int(settings.answer_seconds) + 1,
    )
    logging.getLogger("chest_xray.serving").info(
        "Serving %s at http://%s:%d", settings.model.name, host, listening.getsockname()[1]
    )
    if workers == 1:
        uvicorn.Server(config).run(sockets=[listening])
        return
    with _shared_metrics():
        Multiprocess(config, sockets=[listening]).run()


def _listen(host: str, port: int) -> socket.socket:
    try:
        listening = socket.create_server(
            (host, port),
            family=socket.AF_INET6 if ":" in host else socket.AF_INET,
            backlog=_CONNECTIONS,
        )
    except OSError as error:
        raise BadService(
            f"{host}, port {port} can't be listened at ({error.strerror}); --port takes another."
        ) from error
    listening.set_inheritable(True)
    return listening


@contextmanager
def _shared_metrics() -> Iterator[None]:
    """A folder in memory where the workers' numbers meet, while they run."""
    where = _TMPFS if _TMPFS.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="chest-xray-", dir=where) as folder:
        os.environ[FOLDER_VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[FOLDER_VARIABLE]
