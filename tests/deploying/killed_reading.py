"""Reads on a cluster, joins one shard, and waits to be killed; run by ``test_on_ray.py``."""

import sys
import time
from pathlib import Path

from conftest import CLASSES, PATTERNS

from chest_xray.machine import ray_cluster
from chest_xray.radiographs import reading
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.ray_reading import RayReading


def main(address: str, radiographs: Path, folder: Path, size: int, files: int) -> None:
    """Say on stdout when a shard was joined."""
    reading.FILES_PER_CHUNK = files
    ray_cluster._JOINING_SECONDS = 300
    decoded_images = reading.DecodedImages(folder / "decoded")
    listing = list_radiographs(radiographs, CLASSES, PATTERNS)
    read_chunks = RayReading("auto", address, folder / "ray", folder / "shards")
    for chunk in reading.read_radiographs(
        radiographs, listing, decoded_images, size, read_chunks=read_chunks
    ):
        decoded_images.append(chunk)
        sys.stdout.write("joined\n")
        sys.stdout.flush()
        time.sleep(600)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
