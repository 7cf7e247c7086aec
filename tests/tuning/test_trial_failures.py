"""What keeps Ray from running a trial is reported in one sentence."""

from types import SimpleNamespace

import pytest
from ray.exceptions import RayActorError

from chest_xray.errors import BadSearch
from chest_xray.tuning import (
    engine,
    stages,
)


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
