"""A service on loopback, in a thread of the test, and small files to send to it."""

import io
import socket
import threading
from contextlib import contextmanager

import httpx
import numpy as np
import uvicorn
from PIL import Image

from chest_xray.serving.app import create_app

PATIENCE = 120  # seconds, on a busy machine


@contextmanager
def running(app):
    """Serve an app while the block runs; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_config=None, access_log=False, ws="none", lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
            assert not thread.is_alive()


@contextmanager
def client_of(settings, **headers):
    """A client of a service with these settings."""
    with (
        running(create_app(settings)) as address,
        httpx.Client(
            base_url=address, timeout=PATIENCE, headers=headers, trust_env=False
        ) as client,
    ):
        yield client


def radiograph():
    """A film that the small network's ranges find usual, uint8 [120, 100]."""
    coarse = np.random.default_rng(1).integers(0, 256, (6, 5), dtype=np.uint8)
    return np.kron(coarse, np.ones((20, 20), dtype=np.uint8))


def encoded(kind, grey=None, **options):
    """A film as a file of Pillow's kinds."""
    written = io.BytesIO()
    Image.fromarray(radiograph() if grey is None else grey).save(written, kind, **options)
    return written.getvalue()


def files(*uploads):
    """(name, bytes) of each as httpx takes them."""
    return [("files", upload) for upload in uploads]
