"""What keeps Ray from starting or running a trial is reported in one sentence."""

import socket
from types import SimpleNamespace

import pytest
from ray.exceptions import RayActorError

from chest_xray.errors import BadSearch
from chest_xray.tuning import (
    engine,
    stages,
)
from chest_xray.tuning import ray_session as ray_sessions
from chest_xray.tuning.ray_session import Resources, cluster_capacity, ray_session


def test_an_address_that_does_not_answer_is_said():
    with (
        pytest.raises(BadSearch, match=r"No Ray answers at '127\.0\.0\.1:1'"),
        ray_session("127.0.0.1:1", None, 1, 0, False),
    ):
        pass


def test_something_else_than_ray_at_the_address_is_said(monkeypatch):
    monkeypatch.setattr(ray_sessions, "_JOINING_SECONDS", 5)
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        with (
            pytest.raises(BadSearch, match=f"No Ray answers at '{address}'"),
            ray_session(address, None, 1, 0, False),
        ):
            pass


def test_a_cluster_bears_what_its_living_machines_do(monkeypatch):
    alive = {"Alive": True, "Resources": {"CPU": 4.0, "memory": 8.0}}
    small = {"Alive": True, "Resources": {"CPU": 9.0, "memory": 3.0}}
    dead = {"Alive": False, "Resources": {"CPU": 64.0, "memory": 64.0}}
    monkeypatch.setattr(ray_sessions.ray, "nodes", lambda: [alive, small, dead])
    assert cluster_capacity(Resources(cores=2, gpus=0, memory=3)) == 3
    with pytest.raises(BadSearch, match="No machine of the cluster has what a trial takes"):
        cluster_capacity(Resources(cores=2, gpus=1, memory=3))


def test_a_killed_trial_is_told_in_words_and_another_by_its_last_line():
    killed = SimpleNamespace(get_pickled_error=lambda: RayActorError())
    assert engine._last_line(killed).startswith("its process was killed, as the system does")
    other = SimpleNamespace(
        get_pickled_error=lambda: ValueError("no"), get_error=lambda: "Traceback\nValueError: no\n"
    )
    assert engine._last_line(other) == "ValueError: no"


def test_storage_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BadSearch, match="Nothing can be written into"):
        stages._refuse_unwritable(tmp_path / "file" / "states")
