"""Reading and prediction on a Ray cluster give what one machine gives, whoever dies meanwhile."""

import os
import subprocess
import sys
import time
from contextlib import nullcontext
from functools import partial
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import ray
from conftest import CLASSES, PATTERNS, PROJECT
from machine.s3_server import ENVIRONMENT
from mean_level import DEADLY, SIZE, MeanLevel, open_deadly
from PIL import Image
from ray.cluster_utils import Cluster
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from chest_xray.deploying import ray_prediction
from chest_xray.deploying.new_radiographs import BatchPredictor
from chest_xray.deploying.predicted_rows import PredictedRows, predict_files, tabulate
from chest_xray.deploying.ray_prediction import RayPrediction
from chest_xray.deploying.rows import FILES_PER_CHUNK
from chest_xray.errors import BadCluster, BadPixels
from chest_xray.machine import ray_cluster, ray_shards
from chest_xray.machine.storage import Folder, storage_at
from chest_xray.radiographs import ray_reading, reading
from chest_xray.radiographs.files import list_new_files
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.ray_reading import RayReading
from chest_xray.radiographs.reading import DecodedImages, collect_decoded_images, read_radiographs

_ONE_CORE = {"num_cpus": 1, "object_store_memory": 100 * 1024**2}
FILES_PER_SHARD = 8


@pytest.fixture(scope="module")
def cluster():
    """A cluster of one node with one core; tests add others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_AUTH_MODE", "disabled")
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        # Of the tests' own modules, workers find those in the folders named here.
        paths = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))
        # A machine that does other work too takes its time.
        patch.setattr(ray_cluster, "_JOINING_SECONDS", 300)
        cluster = Cluster()
        cluster.add_node(include_dashboard=False, **_ONE_CORE)
        yield cluster
        cluster.shutdown()


def draw_films(folder):
    """Some of them are no films; one ends the process that predicts it, where that is asked for."""
    folder.mkdir(parents=True)
    for number in range(6 * FILES_PER_CHUNK + 5):
        levels = np.full((SIZE, SIZE), number * 2, dtype=np.uint8)
        Image.fromarray(levels).save(folder / f"IM-{number:04}-0001.png")
    assert DEADLY // 2 < 6 * FILES_PER_CHUNK
    (folder / "IM-0007-0001.png").write_bytes(b"no radiograph")
    (folder / "IM-9999-0001.png").symlink_to(folder / "nowhere")
    return folder


def predictor():
    return BatchPredictor(MeanLevel(), None, threads=1)


def table_of_one_machine(listing, folder):
    """As csv."""
    alone, here = PredictedRows(folder / "alone"), predictor()
    for chunk in predict_files(here, listing, alone):
        alone.append(chunk)
    return tabulate(listing, alone, here.settings_hash()).to_csv()


@pytest.fixture
def in_this_process(monkeypatch):
    """Instead of on Ray, shards are done here, the last one first; the list of those done."""
    done = []

    def backwards(work, shared, shards, *_):
        for shard in reversed(list(shards)):
            done.append(shard)
            yield shard, work([shared], shard)

    for module in (ray_prediction, ray_reading):
        monkeypatch.setattr(module, "ray_session", lambda *_: nullcontext())
        monkeypatch.setattr(module, "worker_count", lambda *_: 2)
        monkeypatch.setattr(module, "map_shards", backwards)
        monkeypatch.setattr(module, "ray", SimpleNamespace(get=lambda shared: shared))
        monkeypatch.setattr(module, "get_node_ip_address", lambda: "here")
        monkeypatch.setattr(module, "refuse_unseen_file", lambda _: None)
    monkeypatch.setattr(ray_reading, "refuse_unseen_storage", lambda storage, _: storage.make())
    return done


def test_shards_in_any_order_with_a_break_give_the_table_of_one_machine(in_this_process, tmp_path):
    listing = list_new_files(str(draw_films(tmp_path / "films")), tmp_path)
    on_ray = RayPrediction(predictor, None, "auto", None, tmp_path / "ray")
    here, kept = predictor(), PredictedRows(tmp_path / "kept")
    for shards in (1, 2, None):
        for chunk in islice(predict_files(here, listing, kept, None, on_ray), shards):
            kept.append(chunk)
    expected = table_of_one_machine(listing, tmp_path)
    assert tabulate(listing, kept, here.settings_hash()).to_csv() == expected
    (again,) = predict_files(here, listing, kept, None, on_ray)
    assert len(again.rows) == 1, "what could not be read is tried again"


@pytest.fixture(params=["folder", "bucket"])
def storage(request, tmp_path):
    """Of a reading; the parameter that names it."""
    if request.param == "folder":
        return str(tmp_path / "shards")
    server = request.getfixturevalue("s3_server")
    return server.address(f"{server.new_bucket()}/reading")


def test_shards_of_a_reading_that_broke_off_are_joined_in_order(
    in_this_process, tmp_path, monkeypatch, storage
):
    monkeypatch.setattr(reading, "FILES_PER_CHUNK", FILES_PER_SHARD)
    films, storage = draw_films(tmp_path / "films"), storage_at(storage, tmp_path)
    listing = list_new_files(str(films), tmp_path)
    listing["path"] = [Path(path).name for path in listing["path"]]
    on_ray = RayReading("auto", None, tmp_path / "ray", storage)
    alone, joined = DecodedImages(tmp_path / "alone"), DecodedImages(tmp_path / "joined")
    for chunk in read_radiographs(films, listing, alone, SIZE):
        alone.append(chunk)
    for chunk in islice(read_radiographs(films, listing, joined, SIZE, read_chunks=on_ray), 2):
        joined.append(chunk)
    done = len(in_this_process)
    for chunk in read_radiographs(films, listing, joined, SIZE, read_chunks=on_ray):
        joined.append(chunk)
    assert len(in_this_process) == done, "all shards were finished, and none is read again"
    assert not storage.names()
    assert joined.rows(SIZE) == alone.rows(SIZE)
    assert joined.pixels_path(SIZE).read_bytes() == alone.pixels_path(SIZE).read_bytes()


def test_a_damaged_shard_is_said(in_this_process, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "FILES_PER_CHUNK", FILES_PER_SHARD)
    films, storage = draw_films(tmp_path / "films"), tmp_path / "shards"
    listing = list_new_files(str(films), tmp_path)
    listing["path"] = [Path(path).name for path in listing["path"]]
    joined = DecodedImages(tmp_path / "joined")
    on_ray = RayReading("auto", None, tmp_path / "ray", Folder(storage))
    next(read_radiographs(films, listing, joined, SIZE, read_chunks=on_ray))
    for shard in storage.iterdir():
        shard.write_bytes(shard.read_bytes()[:100])
    with pytest.raises(BadPixels, match=r"\.npz is damaged"):
        next(read_radiographs(films, listing, joined, SIZE, read_chunks=on_ray))


def start_process(node):
    """As a node has one once it was used, which takes a while."""
    there = NodeAffinitySchedulingStrategy(node.node_id, soft=False)
    task = ray.remote(num_cpus=1)(lambda: None).options(scheduling_strategy=there)
    ray.get(task.remote())


@pytest.mark.whole
def test_a_process_and_a_node_die_another_joins_and_the_table_is_that_of_one_machine(
    cluster, tmp_path
):
    listing = list_new_files(str(draw_films(tmp_path / "films")), tmp_path)
    here, expected = predictor(), table_of_one_machine(listing, tmp_path)
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
            third = cluster.add_node(**_ONE_CORE)
            start_process(third)
    assert flag.exists()
    assert (tmp_path / f"node-{third.node_id}").exists(), "a node that joins is used"
    assert tabulate(listing, kept, here.settings_hash()).to_csv() == expected


@pytest.mark.whole
def test_a_machine_that_died_a_moment_ago_is_left_out(cluster, tmp_path, caplog):
    second = cluster.add_node(**_ONE_CORE)
    cluster.remove_node(second, allow_graceful=False)
    with ray_cluster.ray_session(cluster.address, "training.ray_address", tmp_path, cores=1):
        machines = ray_cluster.on_every_machine(lambda: "here")
    assert machines
    assert not [machine for machine in machines if second.node_id[:6] in machine]
    assert f"({second.node_id[:6]}) has left the Ray cluster; others do its work." in caplog.text


@pytest.mark.whole
def test_a_killed_reading_goes_on_without_a_node_and_ends_to_the_byte_as_on_one_machine(
    cluster, tmp_path, monkeypatch, storage
):
    monkeypatch.setattr(reading, "FILES_PER_CHUNK", FILES_PER_SHARD)
    films, shards = tmp_path / "films", storage_at(storage, tmp_path)
    for name in CLASSES:
        draw_films(films / name)
    second = cluster.add_node(**_ONE_CORE)
    finished = _kill_a_reading(cluster.address, films, tmp_path, storage)
    submitted = []

    def recording(work, shared, missing, *others):
        submitted.extend(shard.name for shard in missing)
        return ray_shards.map_shards(work, shared, missing, *others)

    monkeypatch.setattr(ray_reading, "map_shards", recording)
    decoded_images = DecodedImages(tmp_path / "decoded")
    on_ray = RayReading("auto", cluster.address, tmp_path / "ray", shards)
    listing = list_radiographs(films, CLASSES, PATTERNS)
    read = read_radiographs(films, listing, decoded_images, SIZE, read_chunks=on_ray)
    for number, chunk in enumerate(read):
        decoded_images.append(chunk)
        if number == 0:
            cluster.remove_node(second, allow_graceful=False)
    assert submitted
    assert not finished & set(submitted), "what was finished before the kill is used"
    assert not shards.names()

    alone = DecodedImages(tmp_path / "alone")
    for chunk in read_radiographs(films, listing, alone, SIZE):
        alone.append(chunk)
    (index, manifest), (expected, one_machine) = (
        collect_decoded_images(films, listing, images, SIZE, 0.5)
        for images in (decoded_images, alone)
    )
    pd.testing.assert_frame_equal(index, expected)
    assert (manifest.fingerprint, manifest.records) == (
        one_machine.fingerprint,
        one_machine.records,
    )
    assert Path(manifest.map_path).read_bytes() == Path(one_machine.map_path).read_bytes()


def _kill_a_reading(address, radiographs, folder, storage):
    """Two shards that were finished, not joined, when the process that reads was killed.

    Others that were finished by then are removed: one process may have read all of them while
    another one, which had the first shard, was still starting.
    """
    paths = [str(PROJECT / "tests"), os.environ.get("PYTHONPATH", "")]
    script = Path(__file__).with_name("killed_reading.py")
    arguments = [address, radiographs, folder, storage, SIZE, FILES_PER_SHARD]
    with subprocess.Popen(
        [sys.executable, str(script), *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            # Ray's own lines come between, such as of a machine that is dead.
            assert "joined\n" in process.stdout, process.stderr.read()[-3000:]
            deadline = time.monotonic() + 60
            while len(storage_at(storage, folder).names()) < 2:
                assert time.monotonic() < deadline, "nothing is read ahead of what is joined"
                time.sleep(0.1)
        finally:
            process.kill()
    kept = storage_at(storage, folder)
    finished = sorted(kept.names())
    for name in finished[2:]:
        kept.remove(name)
    return set(finished[:2])


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
