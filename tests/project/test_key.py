"""The key of the patients' hashes is read from a file of its own, and never made silently."""

import pytest
from kedro.io import DatasetError

from chest_xray.datasets.key import KeyDataset
from chest_xray.errors import BadParameters


def test_a_key_is_the_text_of_its_file(tmp_path):
    path = tmp_path / "patient_key.txt"
    assert KeyDataset(filepath=str(path)).load() is None
    assert not path.exists()
    path.write_text("  0123456789abcdef0123\n")
    assert KeyDataset(filepath=str(path)).load() == "0123456789abcdef0123"


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe\x00binary and long enough"])
def test_what_is_no_key_is_refused_without_being_quoted(tmp_path, content):
    path = tmp_path / "patient_key.txt"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match="openssl rand -hex 32") as refused:
        KeyDataset(filepath=str(path)).load()
    assert isinstance(refused.value.__cause__, BadParameters)
    assert "short" not in str(refused.value)
