"""A folder and a bucket are used alike, and their problems are reported before work begins."""

import pytest
from moto import settings as moto_settings

from chest_xray.errors import BadCluster, BadStorage
from chest_xray.machine import shared_storage
from chest_xray.machine.shared_storage import refuse_unseen_storage, refuse_unwritable
from chest_xray.machine.storage import Bucket, Folder, storage_at

PARAMETER = "tuning.storage_path"


@pytest.fixture
def bucket(s3_server):
    return storage_at(s3_server.address(f"{s3_server.new_bucket()}/some/path"), None)


@pytest.fixture(params=["folder", "bucket"])
def storage(request, tmp_path):
    """Made for writing, and empty."""
    found = Folder(tmp_path / "new") if request.param == "folder" else None
    found = found or request.getfixturevalue("bucket")
    found.make()
    return found


def answers(monkeypatch, **by_machine):
    """What the machines answer, without any."""
    monkeypatch.setattr(shared_storage, "on_every_machine", lambda *asked: by_machine)


def test_what_is_written_is_there_until_it_is_removed(storage):
    assert storage.names() == set()
    assert storage.read("state.pt") is None
    storage.write("state.pt", b"one")
    storage.write("state.pt", memoryview(b"two"))
    assert storage.names() == {"state.pt"}
    assert storage.read("state.pt") == b"two"
    storage.remove("state.pt")
    storage.remove("state.pt")
    assert storage.names() == set()


def test_a_storage_below_another_is_no_file_of_it_and_is_cleared_alone(storage):
    inner = storage.below("trials").below("ray")
    inner.make()
    inner.write("a", b"1")
    storage.write("b", b"2")
    assert (storage.names(), inner.names()) == ({"b"}, {"a"})
    assert str(inner) == f"{storage}/trials/ray"
    inner.clear()
    inner.clear()
    assert (storage.names(), inner.names()) == ({"b"}, set())


def test_a_place_is_a_folder_or_a_bucket(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert storage_at("states", tmp_path) == Folder(tmp_path / "states")
    assert storage_at("~/states", tmp_path / "other") == Folder(tmp_path / "states")
    assert storage_at("/states", tmp_path) == Folder(tmp_path / "/states")
    found = storage_at("s3://bucket/path/?region=eu-west-1", tmp_path)
    assert found == Bucket("s3://bucket/path/?region=eu-west-1")
    assert str(found.below("states")) == "s3://bucket/path/states"


def test_a_storage_for_all_machines_is_probed_and_left_as_it_was(storage, monkeypatch):
    answers(monkeypatch, first="", second="")
    refuse_unseen_storage(storage, PARAMETER)
    assert storage.names() == set()


def test_a_machine_finds_and_writes_what_this_one_wrote(storage, monkeypatch):
    def here(function, *arguments):
        return {"first": function(*arguments)}

    monkeypatch.setattr(shared_storage, "on_every_machine", here)
    refuse_unseen_storage(storage, PARAMETER)


def test_a_folder_that_one_machine_does_not_see_is_said(tmp_path, monkeypatch):
    answers(monkeypatch, first="", second="it isn't there")
    with pytest.raises(BadCluster, match=r"The machine second does not see .*; set tuning\.stor"):
        refuse_unseen_storage(Folder(tmp_path), PARAMETER)
    assert not list(tmp_path.iterdir())


def test_a_bucket_that_machines_have_no_keys_for_is_said(bucket, monkeypatch):
    answers(monkeypatch, first="Access Denied", second="Access Denied", third="")
    with pytest.raises(BadCluster, match=r"machines first, second do not reach s3://.*\(Access D"):
        refuse_unseen_storage(bucket, PARAMETER)
    assert bucket.names() == set()


def test_a_machine_says_why_it_does_not_reach_a_bucket(s3_server):
    address = s3_server.address("nowhere/states")
    problem = shared_storage._problem_of_bucket(address, "trials", "probe")
    assert "does not exist 'nowhere/states/trials/probe'" in problem


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BadStorage, match=r"Nothing can be written into .*; set tuning\.storage_p"):
        refuse_unwritable(Folder(tmp_path / "file" / "states"), PARAMETER)


def test_a_bucket_that_is_not_there_is_said(s3_server):
    storage = storage_at(s3_server.address("nowhere/states"), None)
    with pytest.raises(
        BadStorage,
        match=r"^s3://nowhere/states can't be used \(The specified bucket does not exist\); set "
        r"tuning\.storage_path to a bucket that is there, .*\.$",
    ):
        refuse_unwritable(storage, PARAMETER)


def test_a_bucket_that_refuses_is_said(bucket, monkeypatch):
    # Of the server: it asks for keys that it knows, of which there are none.
    monkeypatch.setattr(moto_settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0)
    with pytest.raises(BadStorage, match=r"^s3://bucket-\d+/some/path can't be used \(The AWS Acc"):
        refuse_unwritable(bucket, PARAMETER)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("s3://bucket/path?wrong=1", "Unexpected query parameter in S3 URI: 'wrong'"),
        ("s3://bucket/path?endpoint_override=127.0.0.1:1&scheme=http", "Could not connect"),
    ],
)
def test_an_address_that_leads_nowhere_is_said(address, reason, s3_server):
    with pytest.raises(BadStorage, match=f"s3://bucket/path can't be used .*{reason}"):
        refuse_unwritable(storage_at(address, None), PARAMETER)
