"""All versions of an entry together: the oldest first, and whether there are any."""

from chest_xray.datasets.every_version import EveryVersionDataset


def test_it_exists_as_soon_as_there_is_a_version(tmp_path):
    versions = EveryVersionDataset(filepath=str(tmp_path / "card.json"))
    assert not versions.exists()
    assert versions.load() == {}
    for version in ("2026-02", "2026-01"):
        path = tmp_path / "card.json" / version / "card.json"
        path.parent.mkdir(parents=True)
        path.write_text("1")
    assert versions.exists()
    assert list(versions.load()) == ["2026-01", "2026-02"]
