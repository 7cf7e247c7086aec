"""A search on a cluster of two nodes, each with one core; run by ``test_cluster.py``.

The pixels are taken away once the search has begun: as on a machine that doesn't have them.
"""

import json
import sys
from pathlib import Path

import ray
from configured import load
from conftest import CLASSES, PATTERNS
from ray.cluster_utils import Cluster

from chest_xray.parameters import check_parameters
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.reading import DecodedImages, collect_decoded_images, read_radiographs
from chest_xray.radiographs.splitting import split, splits_hash
from chest_xray.tuning import stages
from chest_xray.tuning.context import TuningContext
from chest_xray.tuning.search import search
from chest_xray.tuning.trials import latest_search


def main(radiographs: Path, folder: Path) -> None:
    """Search, and print what the test asks about."""
    listing = list_radiographs(radiographs, CLASSES, PATTERNS)
    decoded_images = DecodedImages(folder / "readings")
    for chunk in read_radiographs(radiographs, listing, decoded_images, 32):
        decoded_images.append(chunk)
    index, manifest = collect_decoded_images(radiographs, listing, decoded_images, 32, 0.1)
    cluster = Cluster()
    cluster.add_node(num_cpus=1, object_store_memory=100 * 1024**2, include_dashboard=False)
    cluster.add_node(num_cpus=1, object_store_memory=100 * 1024**2)
    conf = load("test")
    conf["process"]["threads"] = 1
    conf["tuning"] |= {
        "ray_address": cluster.address,
        "storage_path": str(folder / "shared"),
        "trials": 4,
        "concurrent_trials": 2,
        "scheduler": "none",
    }
    chosen = check_parameters(conf, {})
    share = stages.share

    def share_and_take_away(pixels, elsewhere):
        shared = share(pixels, elsewhere)
        Path(manifest.map_path).unlink()
        return shared

    stages.share = share_and_take_away
    context = TuningContext(
        chosen.tuning, chosen.training, chosen.process, list(CLASSES), folder / "tuning", folder
    )
    splits = split(index, "patient", 7)
    card = {
        "backbone": "resnet18",
        "intensity_normalization": "none",
        "splits_hash": splits_hash(splits),
        "data_hash": manifest.fingerprint,
        "run": "baseline/first",
    }
    *_, (_, document) = search(context, splits, PixelMap(manifest), card, {})
    ray.init(address=cluster.address, configure_logging=False)
    nodes = sum(node["Alive"] for node in ray.nodes())
    ray.shutdown()
    cluster.shutdown()
    state = latest_search(document).as_json()
    sys.stdout.write("RESULT " + json.dumps({"state": state, "nodes": nodes}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
