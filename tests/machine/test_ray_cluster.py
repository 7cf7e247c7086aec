"""What keeps Ray from starting or from being given work is reported in one sentence."""

import socket
from functools import partial

import pytest

from chest_xray.errors import BadCluster
from chest_xray.machine import ray_cluster
from chest_xray.machine.ray_cluster import (
    Resources,
    cluster_capacity,
    ray_session,
    refuse_unseen_folder,
    share_of_machines,
    worker_count,
)


def test_an_address_that_does_not_answer_is_said():
    with (
        pytest.raises(BadCluster, match=r"No Ray answers at '127\.0\.0\.1:1' \(tuning\.ray_add"),
        ray_session("127.0.0.1:1", "tuning.ray_address", None, 1),
    ):
        pass


def test_something_else_than_ray_at_the_address_is_said(monkeypatch):
    monkeypatch.setattr(ray_cluster, "_JOINING_SECONDS", 5)
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        with (
            pytest.raises(BadCluster, match=f"No Ray answers at '{address}'"),
            ray_session(address, "training.ray_address", None, 1),
        ):
            pass


def test_a_cluster_bears_what_its_living_machines_do(monkeypatch):
    alive = {"Alive": True, "Resources": {"CPU": 4.0, "memory": 8.0}}
    small = {"Alive": True, "Resources": {"CPU": 9.0, "memory": 3.0}}
    dead = {"Alive": False, "Resources": {"CPU": 64.0, "memory": 64.0}}
    monkeypatch.setattr(ray_cluster.ray, "nodes", lambda: [alive, small, dead])
    assert cluster_capacity(Resources(cores=2, gpus=0, memory=3)) == 3
    assert cluster_capacity(Resources(cores=2, gpus=1, memory=3)) == 0
    workers = partial(worker_count, "training.workers", resources=Resources(2, 0, 0))
    assert workers("auto") == 6
    assert workers(6) == 6
    with pytest.raises(BadCluster, match=r"'training\.workers' is 7; .* room for 6 \(2 cores"):
        workers(7)


@pytest.mark.parametrize(
    ("machines", "workers", "gpus", "cores"),
    [
        ([{"CPU": 4.0}], 2, 0, 2),
        ([{"CPU": 4.0}], 3, 0, 1),
        ([{"CPU": 4.0}, {"CPU": 6.0}], 2, 0, 4),
        ([{"CPU": 4.0}, {"CPU": 6.0}], "auto", 0, 4),
        ([{"CPU": 8.0, "GPU": 4.0}, {"CPU": 8.0}], "auto", 1, 2),
        ([{"CPU": 2.0}], 9, 0, 1),
    ],
)
def test_workers_share_all_cores(monkeypatch, machines, workers, gpus, cores):
    nodes = [{"Alive": True, "Resources": machine} for machine in machines]
    monkeypatch.setattr(ray_cluster.ray, "nodes", lambda: nodes)
    assert share_of_machines(workers, gpus) == Resources(cores, gpus, 0)


def answers(monkeypatch, **by_machine):
    """What the machines answer, without any."""
    monkeypatch.setattr(ray_cluster, "on_every_machine", lambda *asked: by_machine)


def test_a_folder_that_one_machine_does_not_see_is_said(tmp_path, monkeypatch):
    answers(monkeypatch, first=True, second=False)
    with pytest.raises(BadCluster, match=r"The machine second does not see .*; set training\.st"):
        refuse_unseen_folder(tmp_path / "made", "training.storage_path")
    answers(monkeypatch, first=True, second=True)
    refuse_unseen_folder(tmp_path / "made", "training.storage_path")
    assert not list((tmp_path / "made").iterdir())


def test_storage_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BadCluster, match="Nothing can be written into"):
        refuse_unseen_folder(tmp_path / "file" / "states", "training.storage_path")


def test_a_machine_with_another_version_is_said(monkeypatch):
    own = ray_cluster._versions()
    assert own["chest_xray"].startswith("code ")
    answers(monkeypatch, first=own, second=own | {"torch": "1.0"})
    with pytest.raises(BadCluster, match=r"The machine second .* has torch 1\.0, and this one 2"):
        ray_cluster._refuse_other_versions()
    answers(monkeypatch, first=own)
    ray_cluster._refuse_other_versions()
