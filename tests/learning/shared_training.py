"""A tiny training on two workers of Ray Train, run by ``test_data_parallel.py``.

    python shared_training.py FOLDER [cluster | waiting]

It keeps each epoch in FOLDER/state.pt, as Kedro's stream does; the test kills it. With ``cluster``
it trains on two nodes, of which one ends after the first epoch; another one joins after the third.
With ``waiting`` it goes on only once there are two again, and that other one joins after a while.
The pixels are taken away once they are shared: as on machines that don't have them. What is logged
is in FOLDER/log.txt.
"""

import logging
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from configured import load
from ray.cluster_utils import Cluster

from chest_xray.learning import data_parallel
from chest_xray.learning.state import write_state
from chest_xray.machine.atomic_files import replacing
from chest_xray.machine.device import Hardware
from chest_xray.parameters import ProcessParameters, check_parameters
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.shared_pixels import share

SIZE, COUNT = 32, 64
CPU = Hardware("cpu", "float32")
CLASSES = ("NORMAL", "PNEUMONIA")
PROCESS = ProcessParameters(device="cpu", precision="float32", threads=1)
CHANGES = {
    "backbone": "resnet18",
    "weights": "none",
    "head_sizes": [8],
    "epochs": 4,
    "epochs_frozen": 1,
    "batch_size": 8,
    "progressive_fraction": 0.0,
    "workers": 2,
}


def parameters(**changes):
    chosen = check_parameters(load("test"), {}).training.model_copy(update=CHANGES | changes)
    stopping = chosen.early_stopping.model_copy(update={"patience": 9})
    return chosen.model_copy(update={"early_stopping": stopping})


def make_pixels(folder):
    """Noise; the second half of the images is brighter."""
    levels = np.random.default_rng(0).integers(0, 120, (COUNT, SIZE, SIZE), dtype=np.uint8)
    levels[COUNT // 2 :] += 60
    levels.tofile(folder / "pixels.uint8")
    names = [f"image{number}" for number in range(COUNT)]
    path = str(folder / "pixels.uint8")
    return PixelMap(PixelManifest(names, list(range(COUNT)), SIZE, "test", "f", path))


def make_splits():
    """Every fourth image is for validation."""
    rows = np.arange(COUNT)
    return pd.DataFrame(
        {
            "image_id": [f"image{number}" for number in rows],
            "label": np.where(rows >= COUNT // 2, "PNEUMONIA", "NORMAL"),
            "source": "inside",
            "part": np.where(rows % 4 == 0, "validation", "train"),
        }
    )


def states(chosen, splits, pixels, folder, previous=None):
    common = (CLASSES, splits, pixels, CPU, previous, folder, "baseline/test")
    return data_parallel.train(chosen, PROCESS, *common, folder / "ray")


ONE_CORE = {"num_cpus": 1, "object_store_memory": 100 * 1024**2}


def start_cluster():
    """Two nodes of one core each: the cluster, and the node that it can do without."""
    cluster = Cluster()
    cluster.add_node(include_dashboard=False, **ONE_CORE)
    return cluster, cluster.add_node(**ONE_CORE)


def share_and_take_away(pixels, elsewhere):
    shared = share(pixels, elsewhere)
    Path(pixels.manifest.map_path).unlink()
    return shared


def train_and_keep(chosen, folder):
    for state in states(chosen, make_splits(), make_pixels(folder), folder):
        with replacing(folder / "state.pt") as part, part.open("wb") as file:
            write_state(state, file)
        yield state


def train_on_cluster(folder):
    data_parallel.share = share_and_take_away
    # How often Ray Train looks for further machines; its own minute is long for a test.
    config = data_parallel.ray_train.ScalingConfig
    data_parallel.ray_train.ScalingConfig = partial(config, elastic_resize_monitor_interval_s=5)
    cluster, second = start_cluster()
    chosen = parameters(workers="auto", ray_address=cluster.address, epochs=5)
    for state in train_and_keep(chosen, folder):
        if state.epochs == 1:
            cluster.remove_node(second, allow_graceful=False)
        if state.epochs == 3:
            cluster.add_node(**ONE_CORE)
            # The next epoch is only sent once this one was taken.
            time.sleep(45)


def train_and_wait(folder):
    cluster, second = start_cluster()
    chosen = parameters(workers=2, ray_address=cluster.address, epochs=3, on_lost_worker="wait")
    for state in train_and_keep(chosen, folder):
        if state.epochs == 1:
            cluster.remove_node(second, allow_graceful=False)
            third = join_later(cluster.address)
    # SIGTERM, at which it ends its processes too.
    third.terminate()
    third.wait()


def join_later(address):
    """A node that is started, by Ray's own command, when the loss has long been noticed."""
    starting = [sys.executable, "-c", "from ray.scripts.scripts import main; main()", "start"]
    options = [f"--address={address}", "--num-cpus=1", "--block", "--disable-usage-stats"]
    options.append(f"--object-store-memory={ONE_CORE['object_store_memory']}")
    waiting = ["sh", "-c", 'sleep 30; exec "$@"', "sh"]
    return subprocess.Popen([*waiting, *starting, *options])


def main(folder, *kind):
    # In the place of those that Kedro sets.
    logging.basicConfig(level=logging.INFO, filename=folder / "log.txt", force=True)
    if kind:
        {"cluster": train_on_cluster, "waiting": train_and_wait}[kind[0]](folder)
    else:
        list(train_and_keep(parameters(), folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
