"""A server that speaks S3, on loopback: moto's (https://docs.getmoto.org), kept in memory."""

import itertools
import logging
import urllib.request
from dataclasses import dataclass

import pytest
from moto.server import ThreadedMotoServer

# As a person has it, on each machine.
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass
class S3Server:
    """One that runs in a thread of this process."""

    url: str
    numbers: itertools.count

    def new_bucket(self):
        """The name of an empty bucket."""
        name = f"bucket-{next(self.numbers)}"
        request = urllib.request.Request(f"{self.url}/{name}", method="PUT")
        urllib.request.urlopen(request).close()
        return name

    def address(self, place):
        """Of a path in it, as a parameter has it."""
        return f"s3://{place}?endpoint_override={self.url.removeprefix('http://')}&scheme=http"


@pytest.fixture(scope="session")
def _running():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield S3Server(f"http://{host}:{port}", itertools.count())
    server.stop()


@pytest.fixture
def s3_server(_running, monkeypatch):
    """The server; keys are in the environment. What a test put there ends with it."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    yield _running
    request = urllib.request.Request(f"{_running.url}/moto-api/reset", method="POST")
    urllib.request.urlopen(request).close()
