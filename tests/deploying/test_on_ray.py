"""Reading and prediction on a Ray cluster give what one machine gives, whoever dies meanwhile."""

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import CLASSES, PATTERNS, PROJECT
from mean_level import DEADLY, SIZE, MeanLevel, open_deadly
from PIL import Image
from ray.cluster_utils import Cluster

from chest_xray.deploying.new_radiographs import BatchPredictor
from chest_xray.deploying.predicted_rows import PredictedRows, predict_files, tabulate
from chest_xray.deploying.ray_prediction import RayPrediction
from chest_xray.deploying.rows import FILES_PER_CHUNK
from chest_xray.errors import BadCluster
from chest_xray.machine import ray_cluster, ray_shards
from chest_xray.radiographs import ray_reading, reading
from chest_xray.radiographs.files import list_new_files
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.ray_reading import RayReading
from chest_xray.radiographs.reading import DecodedImages, collect_decoded_images, read_radiographs

pytestmark = pytest.mark.whole

_ONE_CORE = {"num_cpus": 1, "object_store_memory": 100 * 1024**2}
FILES_PER_SHARD = 8


@pytest.fixture(scope="module")
def cluster():
    """A cluster of one node with one core; tests add others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_AUTH_MODE", "disabled")
        # A machine that does other work too takes its time.
        patch.setattr(ray_cluster, "_JOINING_SECONDS", 300)
        cluster = Cluster()
        cluster.add_node(include_dashboard=False, **_ONE_CORE)
        yield cluster
        cluster.shutdown()


def test_a_process_and_a_node_die_and_the_table_is_that_of_one_machine(cluster, tmp_path):
    films = tmp_path / "films"
    films.mkdir()
    for number in range(6 * FILES_PER_CHUNK + 5):
        levels = np.full((SIZE, SIZE), number * 2, dtype=np.uint8)
        Image.fromarray(levels).save(films / f"film {number:03}.png")
    assert DEADLY // 2 < 6 * FILES_PER_CHUNK
    (films / "film 007.png").write_bytes(b"no radiograph")
    (films / "gone.png").symlink_to(tmp_path / "nowhere")
    listing = list_new_files(str(films), tmp_path)
    here = BatchPredictor(MeanLevel(), None, None, threads=1)
    alone = PredictedRows(tmp_path / "alone")
    for chunk in predict_files(here, listing, alone):
        alone.append(chunk)
    settings = here.settings_hash()

    flag = tmp_path / "killed"
    on_ray = RayPrediction(
        partial(open_deadly, flag, 0.5), None, "auto", cluster.address, tmp_path / "ray"
    )
    second = cluster.add_node(**_ONE_CORE)
    kept = PredictedRows(tmp_path / "kept")
    for number, chunk in enumerate(predict_files(here, listing, kept, None, on_ray)):
        kept.append(chunk)
        if number == 0:
            cluster.remove_node(second, allow_graceful=False)
    assert flag.exists()
    expected = tabulate(listing, alone, settings)
    assert tabulate(listing, kept, settings).to_csv() == expected.to_csv()
    assert next(iter(predict_files(here, listing, kept, None, None))).rows.keys() == {
        (str(films / "gone.png"), -1, -1)
    }


def test_a_killed_reading_goes_on_without_a_node_and_ends_to_the_byte_as_on_one_machine(
    cluster, phantoms, tmp_path, monkeypatch
):
    monkeypatch.setattr(reading, "FILES_PER_CHUNK", FILES_PER_SHARD)
    second = cluster.add_node(**_ONE_CORE)
    shards, finished = tmp_path / "shards", _kill_a_reading(cluster.address, phantoms[0], tmp_path)
    submitted = []

    def recording(work, shared, missing, *others):
        submitted.extend(Path(shard.path).name for shard in missing)
        return ray_shards.map_shards(work, shared, missing, *others)

    monkeypatch.setattr(ray_reading, "map_shards", recording)
    decoded_images = DecodedImages(tmp_path / "decoded")
    on_ray = RayReading("auto", cluster.address, tmp_path / "ray", shards)
    listing = list_radiographs(phantoms[0], CLASSES, PATTERNS)
    read = read_radiographs(phantoms[0], listing, decoded_images, SIZE, read_chunks=on_ray)
    for number, chunk in enumerate(read):
        decoded_images.append(chunk)
        if number == 0:
            cluster.remove_node(second, allow_graceful=False)
    assert submitted
    assert not finished & set(submitted), "what was finished before the kill is used"
    assert not shards.exists()

    alone = DecodedImages(tmp_path / "alone")
    for chunk in read_radiographs(phantoms[0], listing, alone, SIZE):
        alone.append(chunk)
    (index, manifest), (expected, one_machine) = (
        collect_decoded_images(phantoms[0], listing, images, SIZE, 0.5)
        for images in (decoded_images, alone)
    )
    pd.testing.assert_frame_equal(index, expected)
    assert (manifest.fingerprint, manifest.records) == (
        one_machine.fingerprint,
        one_machine.records,
    )
    assert Path(manifest.map_path).read_bytes() == Path(one_machine.map_path).read_bytes()


def _kill_a_reading(address, radiographs, folder):
    """The shards that were finished, not joined, when the process that reads was killed."""
    paths = [str(PROJECT / "tests"), os.environ.get("PYTHONPATH", "")]
    script = Path(__file__).with_name("killed_reading.py")
    arguments = [address, radiographs, folder, SIZE, FILES_PER_SHARD]
    with subprocess.Popen(
        [sys.executable, str(script), *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout.readline() == "joined\n", process.stderr.read()[-3000:]
            deadline = time.monotonic() + 60
            while len(found := set((folder / "shards").glob("*.npz"))) < 2:
                assert time.monotonic() < deadline, "nothing is read ahead of what is joined"
                time.sleep(0.1)
        finally:
            process.kill()
    return {path.name for path in found}


def test_a_machine_that_does_not_see_the_files_is_said(tmp_path, monkeypatch):
    film = tmp_path / "film.png"
    ray_shards.refuse_blind_machine("10.0.0.2", film)
    film.touch()
    with pytest.raises(BadCluster, match=r"machine 10\.0\.0\.2 can't read .*film\.png, and this"):
        ray_shards.refuse_blind_machine("10.0.0.2", film)
    for sees in (True, False):
        answers = {"10.0.0.2": sees}
        monkeypatch.setattr(ray_shards, "on_every_machine", lambda *_, found=answers: found)
        if sees:
            ray_shards.refuse_unseen_file(film)
        else:
            with pytest.raises(BadCluster, match="under the same path"):
                ray_shards.refuse_unseen_file(film)
