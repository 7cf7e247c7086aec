"""Films by storescu through a node that is killed twice, into an Orthanc that is away in between.

    python benchmarks/dicom_node.py MODEL [--films 1000] [--side 512]

Needs Debian's orthanc, orthanc-dicomweb and dcmtk. Runs in a network of its own (unshare), as
Orthanc listens at all addresses. Says how many films were reported, how often, and how many went
through in a second.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from machine import keep

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from archiving.peers import wait_for
from archiving.sent_films import film
from archiving.servers import DICOM, Node, Orthanc, storescu, write

BATCH = 50
INSIDE = "CHEST_XRAY_OWN_NETWORK"


def main() -> None:
    """Measure, in a network of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--films", type=int, default=1000)
    parser.add_argument("--side", type=int, default=512, help="px")
    arguments = parser.parse_args()
    if INSIDE not in os.environ:
        command = ["unshare", "--net", "--map-root-user", sys.executable, *sys.argv]
        sys.exit(subprocess.run(command, env=os.environ | {INSIDE: "1"}).returncode)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    folder = Path(tempfile.mkdtemp())
    try:
        result = measure(arguments.model.absolute(), arguments.films, arguments.side, folder)
    finally:
        shutil.rmtree(folder)
    print(keep("dicom_node", result))  # noqa: T201


def measure(model: Path, count: int, side: int, folder: Path) -> dict[str, object]:
    """Send all films, with faults at a quarter, at half and at three quarters of them."""
    (folder / "storage").mkdir()
    orthanc = Orthanc(folder)
    node = Node(model, folder, DICOM)
    files = write(folder / "films", [film(side) for _ in range(count)])
    batches = [files[place : place + BATCH] for place in range(0, count, BATCH)]
    faults = {len(batches) // 4: "kill", len(batches) // 2: "away", 3 * len(batches) // 4: "kill"}
    start, repeated, back = time.monotonic(), 0, len(batches) // 2 + 3
    for place, batch in enumerate(batches):
        fault = faults.get(place)
        if fault == "away":
            orthanc.end()
        if place == back:
            orthanc.start()
        if fault == "kill":
            killer = threading.Timer(1.0, node.process.kill)
            killer.start()
        while not storescu(node.port, "CHESTXRAY", batch):
            repeated += 1
            time.sleep(0.5)
            ended = node.process.poll()
            if ended not in (None, -signal.SIGKILL):
                sys.exit(node.log())
            if ended is not None:
                node.start()
    sent = time.monotonic() - start
    wait_for(lambda: orthanc.count("SR") >= count, 1800)
    whole = time.monotonic() - start
    node.end(signal.SIGTERM)
    referenced = orthanc.referenced()
    orthanc.end()
    return {
        "films": count,
        "side": side,
        "reports": len(referenced),
        "films_reported": len(set(referenced)),
        "batches_sent_again": repeated,
        "seconds_to_acknowledge": round(sent, 1),
        "seconds_to_deliver": round(whole, 1),
        "films_per_second": round(count / sent, 1),
    }


if __name__ == "__main__":
    main()
