"""Reads on a cluster, joins one shard, and waits to be killed; run by ``test_on_ray.py``."""

import sys
import time
from pathlib import Path

from conftest import CLASSES, PATTERNS

from chest_xray.machine import ray_cluster
from chest_xray.machine.storage import storage_at
from chest_xray.radiographs import reading
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.ray_reading import RayReading


def main(address: str, radiographs: Path, folder: Path, storage: str, size: int, files: int):
    """Say on stdout when a shard was joined."""
    reading.FILES_PER_CHUNK = files
    ray_cluster._JOINING_SECONDS = 300
    decoded_images = reading.DecodedImages(folder / "decoded")
    listing = list_radiographs(radiographs, CLASSES, PATTERNS)
    read_chunks = RayReading("auto", address, folder / "ray", storage_at(storage, folder))
    for chunk in reading.read_radiographs(
        radiographs, listing, decoded_images, size, read_chunks=read_chunks
    ):
        decoded_images.append(chunk)
        sys.stdout.write("joined\n")
        sys.stdout.flush()
        time.sleep(600)


if __name__ == "__main__":
    address, radiographs, folder, storage, size, files = sys.argv[1:]
    main(address, Path(radiographs), Path(folder), storage, int(size), int(files))
