"""``chest-xray node``: a DICOM node that reports films as they arrive, without Kedro."""

from __future__ import annotations

import logging
import re
import signal
import threading
from pathlib import Path
from typing import Any

import click

from chest_xray.errors import ChestXrayError


class _PeerType(click.ParamType):
    """AE title, host and port of who takes the reports."""

    name = "AET@HOST:PORT"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, str, int]:
        """The three parts."""
        parts = re.fullmatch(r"([ -~]{1,16})@([^@\s]+):(\d{1,5})", value)
        if parts is None or "\\" in parts[1] or not 0 < int(parts[3]) < 65536:
            self.fail(
                f"'{value}' should be an AE title of at most 16 characters, a host and a port, "
                "such as ORTHANC@localhost:4242.",
                param,
                ctx,
            )
        return parts[1].strip(), parts[2], int(parts[3])


def _ae_title(context: click.Context, option: click.Parameter, value: str) -> str:
    if not re.fullmatch(r"[!-\[\]-~][ -\[\]-~]{0,15}", value):
        raise click.BadParameter(
            f"'{value}' should have 1 to 16 ASCII characters, and no backslash.", context, option
        )
    return value


@click.command()
@click.option(
    "--model",
    required=True,
    type=click.Path(path_type=Path),
    help="A deployable file, such as quantized_onnx.onnx.",
)
@click.option("--to", "peer", required=True, type=_PeerType(), help="Who takes the reports.")
@click.option(
    "--queue",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for reports that wait; they have patients' names.",
)
@click.option("--ae-title", default="CHESTXRAY", show_default=True, callback=_ae_title)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), default=11112, show_default=True)
@click.option(
    "--capacity",
    type=click.IntRange(min=1),
    default=10_000,
    show_default=True,
    help="Reports that may wait; then films are refused with 0xA700.",
)
@click.option(
    "--threads",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Films predicted at once; 0 for one per core.",
)
def node(
    model: Path,
    peer: tuple[str, str, int],
    queue: Path,
    ae_title: str,
    host: str,
    port: int,
    capacity: int,
    threads: int,
) -> None:
    """Receive films by C-STORE, predict them, and store a structured report of each.

    Research and teaching only; not a medical device.
    """
    try:
        from chest_xray.archiving.delivering import Peer
        from chest_xray.archiving.node import NodeSettings, running
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"{error.name} is missing; pip install 'chest-xray[dicom]' brings it."
        ) from error

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("chest_xray").setLevel(logging.INFO)
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    settings = NodeSettings(model, Peer(*peer), queue, ae_title, host, port, capacity, threads)
    try:
        with running(settings):
            stopped.wait()
    except ChestXrayError as error:
        raise click.ClickException(str(error)) from error
