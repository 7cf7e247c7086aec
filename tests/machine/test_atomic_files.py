"""A file that is being written is not there until it is complete."""

import os

import pytest
from conftest import PROJECT
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project
from kedro.io import DataCatalog, DatasetError, Version

from chest_xray.datasets.atomic import JSONDataset
from chest_xray.machine.atomic_files import AtomicFileSystem, remove_partial_files, replacing


def test_a_file_appears_only_when_it_is_complete(tmp_path):
    path = tmp_path / "version" / "weights.bin"
    with AtomicFileSystem(auto_mkdir=True).open(str(path), "wb") as file:
        file.write(b"half")
        assert not path.exists()
    assert path.read_bytes() == b"half"


def test_what_fails_half_way_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "card.json"
    path.write_text("old")

    def fail_half_way():
        with AtomicFileSystem().open(str(path), "w") as file:
            file.write("half")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail_half_way()
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["card.json"]


def test_a_disk_that_is_full_at_the_last_byte_leaves_nothing(tmp_path):
    path = tmp_path / "card.json"
    file = AtomicFileSystem().open(str(path), "wb")
    file.write(b"held back until the end")
    # What stands for the disk: writing the buffer out fails, as often as it is tried.
    os.dup2(os.open("/dev/full", os.O_WRONLY), file.f.fileno())
    with pytest.raises(OSError, match="No space left"):
        file.close()
    assert list(tmp_path.iterdir()) == []


def test_a_file_or_folder_is_replaced_when_the_block_ends_and_stays_where_it_fails(tmp_path):
    path = tmp_path / "map.pixels"
    for content in ("old", "new"):
        with replacing(path) as partial:
            partial.write_text(content)
        assert path.read_text() == content

    def fail_half_way():
        with replacing(path) as partial:
            partial.mkdir()
            (partial / "first.png").touch()
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail_half_way()
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_version_that_can_not_be_saved_is_not_there(tmp_path):
    card = JSONDataset(filepath=str(tmp_path / "card.json"), version=Version(None, "2026"))
    with pytest.raises(DatasetError, match="not JSON serializable"):
        card.save({"epochs": 3, "weights": object()})
    assert not card.exists()
    assert not list(tmp_path.rglob("*.json*/*/*"))


def test_every_file_that_the_catalog_saves_is_saved_atomically():
    bootstrap_project(PROJECT)
    with KedroSession.create(project_path=PROJECT, env="test") as session:
        catalog = session.load_context().catalog
        systems = {name: getattr(catalog[name], "_fs", None) for name in list(catalog)}
    unsafe = {name for name, fs in systems.items() if fs and not isinstance(fs, AtomicFileSystem)}
    assert unsafe == set()
    assert isinstance(systems["splits"], AtomicFileSystem)


def test_a_catalog_writes_its_datasets_as_they_were_configured(tmp_path):
    kind = "chest_xray.datasets.atomic.JSONDataset"
    entry = {"type": kind, "filepath": str(tmp_path / "card.json"), "save_args": {"indent": 2}}
    config = DataCatalog.from_config({"card": entry}).to_config()[0]
    assert config["card"]["save_args"] == {"indent": 2}
    again = DataCatalog.from_config(config)
    again.save("card", {"epochs": 3})
    assert again.load("card") == {"epochs": 3}
    assert isinstance(again["card"]._fs, AtomicFileSystem)


def test_what_a_killed_run_left_is_removed_folders_too(tmp_path):
    layer = tmp_path / "07_model_output"
    overlays = layer / "tuned_overlays" / ".2026.7.partial"
    (overlays / "below").mkdir(parents=True)
    (overlays / "below" / "a.png").touch()
    (overlays / ".b.png.7.partial").touch()
    version = layer / "table.csv" / "2026"
    version.mkdir(parents=True)
    (version / ".table.csv.7.partial").touch()
    whole = layer / "whole.csv"
    whole.touch()
    own = tmp_path / "01_raw" / ".mine.partial"
    own.mkdir(parents=True)
    remove_partial_files(tmp_path)
    assert not overlays.exists()
    assert not version.exists()
    assert whole.exists()
    assert own.exists()
