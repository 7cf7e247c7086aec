"""Reading on a Ray cluster of two nodes against one machine, as the folder grows.

    python benchmarks/cluster_reading.py [--sizes 10000 100000]

The pipeline data_processing on small phantoms, as in growth.py: by the threads of one process, and
by workers on two nodes of a cluster, each with half of this machine's cores. Each in a process of
its own; seconds hold the imports, not the cluster's start, and the peak memory is that of the
process of `kedro`. Index, audit and pixels of both are compared.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from growth import IMAGE_SIZE, PROJECT, draw, grow
from machine import keep

WAYS = ("threads", "two_nodes")


@contextmanager
def two_nodes() -> Iterator[str]:
    """The address of a cluster of two nodes on this machine, which share its cores."""
    from ray.cluster_utils import Cluster

    from chest_xray.machine.cores import available_cores

    os.environ["RAY_AUTH_MODE"] = "disabled"
    node = {"num_cpus": max(1, available_cores() // 2), "object_store_memory": 100 * 1024**2}
    cluster = Cluster()
    cluster.add_node(include_dashboard=False, **node)
    cluster.add_node(**node)
    try:
        yield cluster.address
    finally:
        cluster.shutdown()


def measure(folder: Path, way: str) -> None:
    """Run data_processing, and print seconds, peak memory and what came of it, as json."""
    if way == "threads":
        print(json.dumps(processed(folder, {})))  # noqa: T201
        return
    with two_nodes() as address:
        changes = {"workers": "auto", "ray_address": address}
        print(json.dumps(processed(folder, changes)))  # noqa: T201


def processed(folder: Path, changes: dict[str, Any]) -> dict[str, Any]:
    """Seconds, peak memory of this process in MiB, and hashes of index, audit and pixels."""
    from kedro.framework.session import KedroSession
    from kedro.framework.startup import bootstrap_project

    from chest_xray.machine.memory import peak_memory

    bootstrap_project(PROJECT)
    with tempfile.TemporaryDirectory(prefix="cxr") as kept:
        os.environ["CHEST_XRAY_TEST_ROOT"] = kept
        parameters = {
            "radiographs_path": str(folder),
            "data_processing": {"image_size": IMAGE_SIZE} | changes,
        }
        with KedroSession.create(PROJECT, env="test", runtime_params=parameters) as session:
            before = time.perf_counter()
            session.run(pipeline_names=["data_processing"])
            seconds = time.perf_counter() - before
        peak = peak_memory("cpu") / 1024**2
        return {"seconds": seconds, "peak_mib": peak, "hashes": hashes(Path(kept))}


def hashes(kept: Path) -> dict[str, str]:
    """Of the files that data_processing kept, by name."""
    found = {}
    for name in ("radiograph_index.parquet", "data_audit.json", "*.uint8"):
        paths = sorted(path for path in kept.rglob(name) if path.is_file())
        if not paths:
            raise SystemExit(f"data_processing kept no {name}.")
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in paths))
        found[name] = digest.hexdigest()[:16]
    return found


def main() -> None:
    """Measure each size both ways, and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        folder, way = arguments.measure
        measure(Path(folder), way)
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        drawn = draw(Path(folder) / "drawn")
        for files in arguments.sizes:
            grown = Path(folder) / str(files)
            grow(drawn, grown, files)
            found = {}
            for way in WAYS:
                command = [sys.executable, __file__, "--measure", str(grown), way]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                found[way] = json.loads(done.stdout.splitlines()[-1])
            same = found["threads"].pop("hashes") == found["two_nodes"].pop("hashes")
            rows.append({"files": files, "same_results": same, **found})
    print(keep("cluster_reading", {"rows": rows}))  # noqa: T201


if __name__ == "__main__":
    main()
