"""What a failed load comes to: the reason the system has, or damage where the file is bad."""

import errno

import click
import pytest
from kedro.framework.project import configure_project
from kedro.io import DatasetError
from kedro.pipeline import Pipeline
from PIL import Image, UnidentifiedImageError

from chest_xray.hooks import SentenceHooks


def said(cause):
    """The sentence that a run ends with where a load failed for this reason."""
    configure_project("chest_xray")
    error = DatasetError("Failed while loading data from dataset X")
    error.__cause__ = cause
    with pytest.raises(click.ClickException) as raised:
        SentenceHooks().on_pipeline_error(error, Pipeline([]))
    return raised.value.message


def test_a_file_that_may_not_be_read_is_not_called_damaged():
    message = said(PermissionError(errno.EACCES, "Permission denied", "card.json"))
    assert message.startswith("The system let nothing be read or saved at card.json")


def test_a_picture_and_a_json_that_are_none_are_called_damaged(tmp_path):
    (tmp_path / "mean.png").write_bytes(b"half a picture")
    with pytest.raises(UnidentifiedImageError) as raised:
        Image.open(tmp_path / "mean.png")
    assert "is damaged and can't be loaded" in said(raised.value)
    assert "is damaged and can't be loaded" in said(ValueError("no json"))
